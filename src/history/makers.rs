//! Who made what a plan is about to change: the newest event about that org and that product, or its status.

use std::collections::BTreeMap;

use super::event::{Deed, EventResult, LogEvent};
use super::story::{Story, org_of};
use crate::clock::rfc3339;
use crate::ids::{OrgIndex, OrgName, ProductId};
use crate::plan::{Attribution, Cause, Kind, Maker, Makers, Plan, Step, StepId};
use crate::receipt::PastRun;

/// What somebody made of an org.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Matter {
    Product(ProductId),
    Status,
}

/// What a plan wants to know, and what of it was found. Events are to be shown to it the newest first.
#[derive(Debug)]
pub struct MakerSearch {
    /// What isn't known yet: how it became (a product enabled, an org active), and the step that asks.
    open: BTreeMap<(OrgName, Matter), (bool, StepId)>,
    steps: BTreeMap<StepId, OrgName>,
    orgs: OrgIndex<OrgName>,
    found: Vec<(LogEvent, Vec<(StepId, Matter)>)>,
}

impl MakerSearch {
    /// What isn't this branch's own change, in a plan of the account with these orgs.
    #[must_use]
    pub fn of(plan: &Plan, causes: &Attribution, orgs: OrgIndex<OrgName>) -> Self {
        let mut open = BTreeMap::new();
        let mut steps = BTreeMap::new();
        let own = Some(Cause::Change);
        let drift = |step: &&Step| causes.cause(step) != own || causes.drifted(step).is_some();
        for step in plan.steps.iter().filter(drift) {
            // What isn't linked yet is as nobody made it.
            let Some(org) = orgs.find(&step.org).one().cloned() else {
                continue;
            };
            let status = match step.kind() {
                Kind::Activate => Some(false),
                Kind::Deactivate => Some(true),
                Kind::Enable | Kind::Swap | Kind::Disable => None,
                // A log has no event for what hasn't happened.
                Kind::Create | Kind::Consent | Kind::Link | Kind::Configure | Kind::Delete => {
                    continue;
                }
            };
            let delta = step.delta();
            let drift = |id: &&&ProductId| causes.cause_of(step, id) != own;
            // What is to be enabled was disabled, and the other way round.
            let lacking = delta
                .enable
                .iter()
                .filter(drift)
                .map(|id| (Matter::Product((*id).clone()), false));
            let there = delta
                .disable
                .iter()
                .filter(drift)
                .map(|id| (Matter::Product((*id).clone()), true));
            let status = status.map(|became| (Matter::Status, became));
            for (matter, became) in lacking.chain(there).chain(status) {
                open.insert((org.clone(), matter), (became, step.id));
            }
            steps.insert(step.id, org);
        }
        Self {
            open,
            steps,
            orgs,
            found: Vec::new(),
        }
    }

    /// Whether there is nothing left to find.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.open.is_empty()
    }

    /// Looks at the next older event.
    pub fn see(&mut self, event: LogEvent) {
        if event.result != EventResult::Done {
            return;
        }
        let Some(org) = org_of(&event, &self.orgs) else {
            return;
        };
        let became: Vec<(Matter, bool)> = match &event.deed {
            Deed::Products { added, deleted } => {
                let product = |became| move |id: &ProductId| (Matter::Product(id.clone()), became);
                let added = added.iter().map(product(true));
                added.chain(deleted.iter().map(product(false))).collect()
            }
            Deed::Status { new, .. } => {
                vec![(Matter::Status, new.eq_ignore_ascii_case("ACTIVE"))]
            }
            Deed::Linked
            | Deed::DeletionRequested
            | Deed::DeletionCancelled
            | Deed::ConsentGranted
            | Deed::ConsentRevoked
            | Deed::Other(_) => return,
        };
        let mut steps = Vec::new();
        for (matter, became) in became {
            // The newest event decides: where it says the opposite of what was read, the one that would explain it isn't there yet.
            if let Some((wanted, step)) = self.open.remove(&(org.clone(), matter.clone()))
                && wanted == became
            {
                steps.push((step, matter));
            }
        }
        if !steps.is_empty() {
            self.found.push((event, steps));
        }
    }

    /// Who made what, by the steps that are to change it. `runs` are our own.
    #[must_use]
    pub fn makers(self, runs: &[PastRun]) -> Makers {
        let Self {
            open: _, // what stays so is unknown
            steps,
            orgs,
            found,
        } = self;
        let mut makers: BTreeMap<StepId, Vec<Maker>> =
            steps.into_keys().map(|step| (step, Vec::new())).collect();
        let (events, of_steps): (Vec<_>, Vec<_>) = found.into_iter().unzip();
        let all = (
            std::time::SystemTime::UNIX_EPOCH,
            std::time::SystemTime::UNIX_EPOCH,
        );
        let story = Story::of(events, &orgs, runs, all);
        for (chapter, steps) in story.chapters.iter().zip(of_steps) {
            let event = &chapter.event;
            let mut of_step: BTreeMap<StepId, Vec<Matter>> = BTreeMap::new();
            for (step, matter) in steps {
                of_step.entry(step).or_default().push(matter);
            }
            for (step, matters) in of_step {
                let did = matters.iter().map(|matter| did(matter, &event.deed));
                let maker = Maker {
                    actor: event.actor.words(),
                    at: rfc3339(event.at),
                    via: chapter
                        .run
                        .map_or_else(|| event.means(), |(run, _)| in_receipt(run)),
                    event: event.uuid.clone(),
                    did: did.collect::<Vec<_>>().join(", "),
                };
                makers.entry(step).or_default().push(maker);
            }
        }
        Makers(makers)
    }
}

/// A run, and the receipt that tells of it. Its steps aren't told apart: one line is of all the orgs to which it did the same.
fn in_receipt(run: &PastRun) -> String {
    format!("{}, receipt {}", run.words(), run.receipt)
}

/// What an event did about something.
fn did(matter: &Matter, deed: &Deed) -> String {
    match (matter, deed) {
        (Matter::Product(id), Deed::Products { added, .. }) if added.contains(id) => {
            format!("enabled {id}")
        }
        (Matter::Product(id), _) => format!("disabled {id}"),
        (Matter::Status, Deed::Status { new, .. }) => format!("made it {new}"),
        (Matter::Status, _) => String::new(),
    }
}
