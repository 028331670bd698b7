//! What the account looks like after a plan, held against the constraints.

use std::collections::{BTreeMap, BTreeSet};

use super::change::Change;
use super::matching::OrgPair;
use super::request::StepId;
use super::step::Step;
use crate::desired::constraint::BrokenRule;
use crate::desired::constraint_index::ConstraintIndex;
use crate::desired::model::{Desired, DesiredOrg, StatusGoal};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, counted};
use crate::ids::{OrgName, ProductId, Status};
use crate::live::{Coverage, LiveOrg, Snapshot};
use jiff::civil::Date;

/// So many are told of those that were broken before.
const TOLD: usize = 5;

/// So many are told of those that a plan breaks.
const BROKEN: usize = 20;

/// A constraint that a plan breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Strain {
    pub(super) message: String,
    /// The steps that break it.
    pub(super) steps: BTreeSet<StepId>,
}

/// The constraints that a plan breaks, in words; of many the first.
pub(super) fn told(strains: &[Strain]) -> String {
    let said = strains.iter().map(|strain| strain.message.as_str());
    let said: Vec<&str> = said.take(BROKEN).collect();
    match strains.len() - said.len() {
        0 => said.join("; "),
        more => format!("{}; and {more} more", said.join("; ")),
    }
}

/// What is judged.
#[derive(Clone, Copy)]
pub(super) struct Strained<'a> {
    pub(super) desired: &'a Desired,
    pub(super) live: &'a Snapshot,
    /// The orgs that the run is about.
    pub(super) pairs: &'a [&'a OrgPair<'a>],
    pub(super) steps: &'a [Step],
    pub(super) today: Date,
}

/// A product by the file's name and its id.
pub(super) fn called(desired: &Desired, id: &ProductId) -> String {
    let name = desired.names.get(id);
    name.map_or_else(|| id.to_string(), |name| format!("{name} ({id})"))
}

impl Strained<'_> {
    /// The constraints that are broken after the plan and weren't before, or not by as much. What was broken before and stays
    /// so is told in `warnings`: it is no reason to hold the rest up.
    pub(super) fn by_plan(self, warnings: &mut Diagnostics) -> Vec<Strain> {
        let rules = &self.desired.constraints;
        if rules.is_empty() {
            return Vec::new();
        }
        let mut of_org: BTreeMap<&OrgName, Vec<&Step>> = BTreeMap::new();
        for step in self.steps.iter().filter(|step| changes_products(step)) {
            of_org.entry(&step.org).or_default().push(step);
        }
        let mut strains = Vec::new();
        let index = ConstraintIndex::of(rules);
        if !index.is_empty() {
            self.orgs(&of_org, &index, &mut strains, warnings);
        }
        self.counts(&mut strains, warnings);
        strains
    }

    /// Each org by itself.
    fn orgs<'a>(
        &self,
        of_org: &BTreeMap<&OrgName, Vec<&Step>>,
        index: &ConstraintIndex<'a>,
        strains: &mut Vec<Strain>,
        warnings: &mut Diagnostics,
    ) {
        let mut marks = index.marks();
        let mut stands: BrokenBefore<'_, 'a> = BrokenBefore::default();
        for pair in self.pairs {
            let want = pair.desired;
            let is_read = pair.live.is_none_or(|live| live.products.is_some());
            if want.products.is_none() || !is_read || !is_judged(want, pair.live, self.today) {
                continue;
            }
            let name = pair.live.map_or_else(|| want.name.clone(), LiveOrg::name);
            let steps = of_org.get(&name).map(Vec::as_slice).unwrap_or_default();
            let before = pair.live.and_then(|live| live.products.as_deref());
            let before = || before.into_iter().flat_map(BTreeMap::keys);
            let mut broken = |products: &mut dyn Iterator<Item = &ProductId>| {
                index.mark(&mut marks, (0..).zip(products));
                index.broken_by(&marks)
            };
            // An org that isn't linked yet has broken nothing.
            let known: BTreeSet<BrokenRule<'a>> = match pair.live {
                Some(_) => broken(&mut before()).into_iter().collect(),
                None => BTreeSet::new(),
            };
            if steps.is_empty() {
                let there = if pair.live.is_some() {
                    known
                } else {
                    broken(&mut before()).into_iter().collect()
                };
                stands.add(want, there);
                continue;
            }
            let after = after(before(), steps);
            let (there, new): (BTreeSet<_>, BTreeSet<_>) = broken(&mut after.into_iter())
                .into_iter()
                .partition(|rule| known.contains(rule));
            stands.add(want, there);
            strains.extend(new.into_iter().map(|rule| {
                let words = rule.words("will have", |id| called(self.desired, id));
                Strain {
                    message: format!("{} {words}", want.label()),
                    steps: steps.iter().map(|step| step.id).collect(),
                }
            }));
        }
        stands.tell(self.desired, warnings);
    }

    /// In how many orgs of the account each product with a limit is, before and after.
    fn counts(self, strains: &mut Vec<Strain>, warnings: &mut Diagnostics) {
        let max_orgs = &self.desired.constraints.max_orgs;
        if max_orgs.is_empty() {
            return;
        }
        let Some(before) = uses(self.desired, self.live) else {
            warnings.push(
                Diagnostic::warning(
                    Code::NotJudged,
                    "this run reads the products of some orgs alone, so it can't judge `constraints.maxOrgs`",
                )
                .help("`aerialctl plan` without --only, --owner and --since counts all of them"),
            );
            return;
        };
        let mut come: BTreeMap<&ProductId, BTreeSet<StepId>> = BTreeMap::new();
        let mut gone: BTreeMap<&ProductId, usize> = BTreeMap::new();
        for step in self.steps.iter().filter(|step| changes_products(step)) {
            let delta = step.delta();
            let limited = |id: &&ProductId| max_orgs.contains_key(*id);
            for id in delta.enable.into_iter().filter(limited) {
                come.entry(id).or_default().insert(step.id);
            }
            for id in delta.disable.into_iter().filter(limited) {
                *gone.entry(id).or_default() += 1;
            }
        }
        for (id, rule) in max_orgs {
            let before = before.get(id).copied().unwrap_or_default();
            let come = come.remove(id).unwrap_or_default();
            let gone = gone.get(id).copied().unwrap_or_default();
            let after = (before + come.len()).saturating_sub(gone);
            if after as u64 <= rule.most {
                continue;
            }
            let name = called(self.desired, id);
            let orgs = counted(after, "org");
            let message = format!("{name} will be in {orgs}, and may be in {}", rule.most);
            if after > before {
                let steps = come;
                strains.push(Strain { message, steps });
            } else {
                warnings.push(Diagnostic::warning(Code::ConstraintBroken, message).at(rule.span));
            }
        }
    }
}

/// Whether an org is held against constraints: not one that is inactive, or is to be inactive or deleted.
pub(super) fn is_judged(want: &DesiredOrg, live: Option<&LiveOrg>, today: Date) -> bool {
    match want.goal(today) {
        Some(goal) => goal == StatusGoal::Active,
        None => live.is_none_or(|live| live.status.is(Status::Active)),
    }
}

/// In how many orgs of the account each product with a limit is; `None` where not every org's products were read.
fn uses<'a>(desired: &'a Desired, live: &Snapshot) -> Option<BTreeMap<&'a ProductId, usize>> {
    let all_read = live.orgs.iter().all(|org| org.products.is_some());
    if live.coverage != Coverage::Whole || !all_read {
        return None;
    }
    let max_orgs = &desired.constraints.max_orgs;
    let mut uses = BTreeMap::new();
    let products = live.orgs.iter().filter_map(|org| org.products.as_deref());
    for id in products.flat_map(BTreeMap::keys) {
        if let Some((id, _)) = max_orgs.get_key_value(id) {
            *uses.entry(id).or_default() += 1;
        }
    }
    Some(uses)
}

fn changes_products(step: &Step) -> bool {
    matches!(step.change, Change::Products(_) | Change::AddProducts(_))
}

/// The products once the steps are done.
pub(super) fn after<'a>(
    before: impl Iterator<Item = &'a ProductId>,
    steps: &[&'a Step],
) -> BTreeSet<&'a ProductId> {
    let mut products: BTreeSet<&ProductId> = before.collect();
    for step in steps {
        let delta = step.delta();
        products.retain(|id| !delta.disable.contains(id));
        products.extend(delta.enable);
    }
    products
}

/// What was broken before, and stays so.
#[derive(Default)]
struct BrokenBefore<'d, 'a> {
    first: Vec<(&'d DesiredOrg, BrokenRule<'a>)>,
    count: usize,
}

impl<'d, 'a> BrokenBefore<'d, 'a> {
    fn add(&mut self, want: &'d DesiredOrg, rules: BTreeSet<BrokenRule<'a>>) {
        self.count += rules.len();
        let room = TOLD.saturating_sub(self.first.len());
        self.first
            .extend(rules.into_iter().take(room).map(|rule| (want, rule)));
    }

    fn tell(&self, desired: &Desired, warnings: &mut Diagnostics) {
        let Some((first, _)) = self.first.first() else {
            return;
        };
        let shown = self.first.iter().map(|(want, rule)| {
            let words = rule.words("has", |id| called(desired, id));
            format!("{} {words}", want.label())
        });
        let shown: Vec<String> = shown.collect();
        let more = match self.count.saturating_sub(TOLD) {
            0 => String::new(),
            more => format!("; and {more} more"),
        };
        warnings.push(
            Diagnostic::warning(
                Code::ConstraintBroken,
                format!(
                    "broken already, and not by this plan: {}{more}",
                    shown.join("; ")
                ),
            )
            .at(first.origin.products.unwrap_or(first.origin.org)),
        );
    }
}

/// A product with a limit, and in how many orgs it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Licences {
    pub id: ProductId,
    /// In so many orgs it may be.
    pub most: u64,
    /// In so many it is; `None` where not every org's products were read.
    pub used: Option<u64>,
}

impl Licences {
    /// Of every product with a limit, by id.
    #[must_use]
    pub fn of(desired: &Desired, live: &Snapshot) -> Vec<Self> {
        let uses = uses(desired, live);
        let used = |id: &ProductId| {
            let uses = uses.as_ref()?;
            Some(uses.get(id).copied().unwrap_or_default() as u64)
        };
        let all = desired.constraints.max_orgs.iter();
        all.map(|(id, rule)| Self {
            id: id.clone(),
            most: rule.most,
            used: used(id),
        })
        .collect()
    }

    /// `governance (P000201): 12 of 25 orgs, 13 left`.
    #[must_use]
    pub fn words(&self, desired: &Desired) -> String {
        let Self { id, most, used } = self;
        let name = called(desired, id);
        match used {
            None => format!("{name}: not counted, for not every org was read; {most} at most"),
            Some(used) if used > most => {
                format!("{name}: {used} of {most} orgs, {} too many", used - most)
            }
            Some(used) => format!("{name}: {used} of {most} orgs, {} left", most - used),
        }
    }
}
