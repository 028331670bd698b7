//! The law: after any changes by others, told by the log at any time and in any order and shown by the account at any time, a run
//! that goes on from a memory sees the truth once the log has told all and the account shows it. Runs may go on side by side, and
//! memories may get lost.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use proptest::prelude::*;

use super::worlds::{at, event, logged, owner};
use crate::history::{Deed, LogEvent};
use crate::ids::{Domain, OrgId, ProductId};
use crate::live::{LiveOrg, ProductsOf, Snapshot, Survey};
use crate::memory::{AccountMemory, Recall, heard, kept, recall};
use crate::plan::world::{account, org};

const ORGS: [&str; 4] = ["a", "b", "c", "d"];
const PRODUCTS: [&str; 3] = ["P1", "P2", "P3"];

#[derive(Debug, Clone)]
enum Deal {
    /// An org's product comes or goes; the log tells it and the account shows it after so many other steps each. The event calls
    /// the org by id, by domain or by both.
    Product(usize, usize, (usize, usize), Naming),
    /// An org comes or goes, which the list shows after so many steps.
    Link(usize, usize),
    /// An org is called something else, which no event tells.
    Rename(usize, usize),
    /// Ten minutes in which nothing happens: the account shows all by then.
    Rest,
    /// The log tells something that nobody knows, about an org or about none.
    Strange(Option<usize>),
    /// A run asks the log, and holds what it had kept.
    Begin(usize),
    /// It reads, and keeps what it knows.
    End(usize, Option<usize>),
    /// What was kept is lost.
    Lose,
}

#[derive(Debug, Clone, Copy)]
enum Naming {
    Id,
    Domain,
    Both,
}

fn deal() -> impl Strategy<Value = Deal> {
    let naming = prop_oneof![Just(Naming::Id), Just(Naming::Domain), Just(Naming::Both)];
    let one = 0..ORGS.len();
    prop_oneof![
        6 => (one.clone(), 0..PRODUCTS.len(), (0..6usize, 0..9usize), naming)
            .prop_map(|(org, product, late, naming)| Deal::Product(org, product, late, naming)),
        1 => (one.clone(), 0..9usize).prop_map(|(org, late)| Deal::Link(org, late)),
        1 => (one.clone(), 0..9usize).prop_map(|(org, late)| Deal::Rename(org, late)),
        1 => Just(Deal::Rest),
        1 => prop::option::of(one.clone()).prop_map(Deal::Strange),
        4 => (0..2usize).prop_map(Deal::Begin),
        4 => (0..2usize, prop::option::of(one)).prop_map(|(run, only)| Deal::End(run, only)),
        1 => Just(Deal::Lose),
    ]
}

/// A run that has asked the log.
#[derive(Clone)]
struct Begun {
    memory: Option<AccountMemory>,
    position: usize,
    news: Vec<LogEvent>,
    at: SystemTime,
}

#[derive(Default)]
struct World {
    orgs: Vec<LiveOrg>,
    /// What the account shows of them.
    shown: BTreeMap<OrgId, LiveOrg>,
    /// What it shows after so many steps, of each org in the order in which it came to be.
    hidden: Vec<(usize, OrgId, Option<LiveOrg>)>,
    /// What can be read, in the order in which it could.
    told: Vec<LogEvent>,
    /// What is to be told after so many steps.
    late: Vec<(usize, LogEvent)>,
    kept: Option<AccountMemory>,
    runs: [Option<Begun>; 2],
    second: u64,
}

impl World {
    fn new() -> Self {
        let orgs: Vec<LiveOrg> = ORGS.map(|name| org(name, "P1")).into();
        let shown = orgs.iter().map(|org| (org.id.clone(), org.clone()));
        Self {
            shown: shown.collect(),
            orgs,
            ..Self::default()
        }
    }

    /// What an org has become shows after so many steps, and not before what it was.
    fn show(&mut self, late: usize, place: usize) {
        let id = org(ORGS[place], "").id;
        let now = self.org(place).cloned();
        let before = self.hidden.iter().filter(|(_, of, _)| *of == id);
        let late = before.map(|(late, ..)| *late).fold(late, usize::max);
        self.hidden.push((late, id, now));
    }

    fn account(&self) -> Snapshot {
        account(self.shown.values().cloned().collect())
    }

    fn org(&mut self, place: usize) -> Option<&mut LiveOrg> {
        let id = org(ORGS[place], "").id;
        self.orgs.iter_mut().find(|org| org.id == id)
    }

    fn tell(&mut self, late: usize, event: LogEvent) {
        self.late.push((late, event));
        self.pass();
    }

    /// What is due is told, the latest first: the log's order is its own.
    fn pass(&mut self) {
        for late in &mut self.late {
            late.0 = late.0.saturating_sub(1);
        }
        let (due, late): (Vec<_>, Vec<_>) = self.late.drain(..).partition(|late| late.0 == 0);
        self.late = late;
        self.told.extend(due.into_iter().rev().map(|late| late.1));
        for (late, id, now) in std::mem::take(&mut self.hidden) {
            match (late, now) {
                (0, Some(org)) => drop(self.shown.insert(id, org)),
                (0, None) => drop(self.shown.remove(&id)),
                (late, now) => self.hidden.push((late - 1, id, now)),
            }
        }
    }

    fn step(&mut self, deal: &Deal) {
        self.second += 1;
        let second = self.second;
        match *deal {
            Deal::Product(place, product, (late, shown), naming) => {
                let id = ProductId::parse(PRODUCTS[product]).unwrap();
                let Some(org) = self.org(place) else { return };
                let all = Arc::make_mut(org.products.as_mut().unwrap());
                let (mut added, mut deleted) = (BTreeSet::new(), BTreeSet::new());
                if all.remove(&id).is_some() {
                    deleted.insert(id);
                } else {
                    all.insert(id.clone(), format!("Product {id}"));
                    added.insert(id);
                }
                let (id, domain) = (org.id.to_string(), org.domain.to_string());
                let name = match naming {
                    Naming::Id => logged(&id, ""),
                    Naming::Domain => logged("", &domain),
                    Naming::Both => logged(&id, &domain),
                };
                let told = LogEvent {
                    deed: Deed::Products { added, deleted },
                    ..event(second, "account.org.product.update", &[name])
                };
                self.show(shown, place);
                self.tell(late, told);
            }
            Deal::Link(place, shown) => {
                let name = org(ORGS[place], "");
                match self.orgs.iter().position(|org| org.id == name.id) {
                    Some(there) => drop(self.orgs.remove(there)),
                    None => {
                        self.orgs.push(org(ORGS[place], "P2"));
                        let name = logged(name.id.as_str(), name.domain.as_str());
                        self.tell(1, event(second, "account.org.add", &[name]));
                    }
                }
                self.show(shown, place);
            }
            Deal::Rename(place, shown) => {
                let domain = format!("{}-{second}.okta.com", ORGS[place]);
                if let Some(org) = self.org(place) {
                    org.domain = Domain::parse(&domain).unwrap();
                    self.show(shown, place);
                }
            }
            Deal::Rest => {
                self.second += 600;
                while !self.hidden.is_empty() {
                    self.pass();
                }
            }
            Deal::Strange(place) => {
                let org = place.and_then(|place| Some(self.org(place)?.id.to_string()));
                let orgs: Vec<_> = org.iter().map(|id| logged(id, "")).collect();
                self.tell(1, event(second, "account.new.thing", &orgs));
            }
            Deal::Begin(run) => {
                let memory = self.kept.clone();
                let recent = |event: &&LogEvent| event.at + Duration::from_secs(600) > at(second);
                let news = match &memory {
                    Some(memory) => self.told[memory.position.parse().unwrap()..].to_vec(),
                    // A new position tells what the last minutes had.
                    None => self.told.iter().filter(recent).cloned().collect(),
                };
                self.runs[run] = Some(Begun {
                    memory,
                    position: self.told.len(),
                    news,
                    at: at(second),
                });
            }
            Deal::End(run, only) => {
                if let Some(begun) = self.runs[run].take() {
                    self.finish(&begun, only);
                }
            }
            Deal::Lose => self.kept = None,
        }
        self.pass();
    }

    /// What the run sees.
    fn finish(&mut self, begun: &Begun, only: Option<usize>) -> Snapshot {
        let survey = Survey {
            products: match only {
                None => ProductsOf::All,
                Some(place) => {
                    ProductsOf::These([org(ORGS[place], "").name()].into_iter().collect())
                }
            },
            ..Survey::everything()
        };
        let shown = self.account();
        let mut seen = shown.within(&Survey::orgs_alone());
        let memory = begun.memory.as_ref();
        let heard = heard(memory, &seen, &begun.news, begun.at);
        let bounds = (begun.at, Duration::from_secs(24 * 3600));
        let recalled =
            memory.and_then(|memory| recall(memory, &seen, &survey, &heard, bounds).ok());
        let recalled: Recall = recalled.unwrap_or_default();
        let unknown = recalled.to_read(&seen, &survey);
        recalled.fill(&mut seen, &survey);
        for org in &mut seen.orgs {
            if unknown.contains(&org.id) {
                let found = shown.orgs.iter().find(|one| one.id == org.id).unwrap();
                org.products.clone_from(&found.products);
            }
        }
        let position = begun.position.to_string();
        let told = heard.told;
        self.kept = Some(kept(owner(), position, &seen, recalled, told, begun.at));
        seen
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn once_the_log_has_told_all_a_run_sees_the_truth(deals in prop::collection::vec(deal(), 0..40)) {
        let mut world = World::new();
        for deal in &deals {
            world.step(deal);
        }
        for _ in 0..9 {
            world.pass();
        }
        prop_assert!(world.late.is_empty() && world.hidden.is_empty());
        world.step(&Deal::Begin(0));
        let begun = world.runs[0].take().unwrap();
        let seen = world.finish(&begun, None);
        prop_assert_eq!(seen, account(world.orgs.clone()));
    }
}

/// The world of the law isn't one in which nothing is ever remembered.
#[test]
fn what_nobody_touched_is_not_read_again() {
    let mut world = World::new();
    world.step(&Deal::Begin(0));
    world.step(&Deal::End(0, None));
    world.step(&Deal::Product(0, 1, (0, 0), Naming::Both));
    world.step(&Deal::Begin(0));
    let begun = world.runs[0].take().unwrap();
    let listed = world.account().within(&Survey::orgs_alone());
    let memory = begun.memory.unwrap();
    let bounds = (at(60), Duration::from_secs(3600));
    let heard = heard(Some(&memory), &listed, &begun.news, at(60));
    let recalled = recall(&memory, &listed, &Survey::everything(), &heard, bounds);
    let unknown = recalled.unwrap().to_read(&listed, &Survey::everything());
    assert_eq!(unknown, [org("a", "").id]);
}
