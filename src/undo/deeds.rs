//! What a run did to an org, as its receipt tells it.

use std::collections::BTreeSet;

use crate::ids::{ProductId, Status};
use crate::plan::Kind;
use crate::receipt::{Outcome, PastStep, Trace};

/// What a run did to one org.
#[derive(Debug, Default)]
pub(super) struct OrgDeeds<'a> {
    /// Products that it enabled, and didn't disable again.
    pub(super) enabled: BTreeSet<ProductId>,
    pub(super) disabled: BTreeSet<ProductId>,
    /// The org's products when the run saw them last.
    pub(super) after: Option<BTreeSet<ProductId>>,
    /// The status before and after.
    pub(super) status: Option<(Status, Status)>,
    /// The last line of the receipt about products, and about the status.
    pub(super) products_line: u32,
    pub(super) status_line: u32,
    /// Steps of which nobody knows what came of them.
    pub(super) unsure: Vec<&'a PastStep>,
    /// Steps that nothing takes back.
    pub(super) last: Vec<&'a PastStep>,
    /// Steps inside of the org.
    pub(super) inside: Vec<&'a PastStep>,
}

/// What kind of thing a step changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StepSubject {
    Products,
    Status(Status),
    Inside,
    /// What can't be taken back.
    Existence,
}

/// What a step of this kind changes.
pub(super) fn subject(kind: Kind) -> StepSubject {
    match kind {
        Kind::Enable | Kind::Swap | Kind::Disable => StepSubject::Products,
        Kind::Activate => StepSubject::Status(Status::Active),
        Kind::Deactivate => StepSubject::Status(Status::Inactive),
        Kind::Configure => StepSubject::Inside,
        Kind::Create | Kind::Consent | Kind::Link | Kind::Delete => StepSubject::Existence,
    }
}

impl<'a> OrgDeeds<'a> {
    /// Takes in the next step of the run.
    pub(super) fn add(&mut self, step: &'a PastStep) {
        let changes = || step.before != step.after;
        match (subject(step.kind), step.trace()) {
            // What was seen before and after tells it, whatever else came to light.
            (StepSubject::Products, _) if step.outcome.is_some_and(Outcome::holds) => {
                match (&step.before, &step.after) {
                    _ if !step.sent => {}
                    (Some(before), Some(after)) => self.products(before, after, step.line),
                    _ => self.unsure.push(step),
                }
            }
            (StepSubject::Products, None) if !changes() => {}
            (_, Some(Trace::Possible)) | (StepSubject::Products, _) => self.unsure.push(step),
            (_, None) => {}
            (StepSubject::Status(to), Some(Trace::Certain)) => {
                let before = self.status.map_or(to.opposite(), |(before, _)| before);
                self.status = Some((before, to));
                self.status_line = step.line;
            }
            (StepSubject::Inside, Some(Trace::Certain)) => self.inside.push(step),
            (StepSubject::Existence, Some(Trace::Certain)) => self.last.push(step),
        }
    }

    fn products(&mut self, before: &BTreeSet<ProductId>, after: &BTreeSet<ProductId>, line: u32) {
        for id in after.difference(before) {
            if !self.disabled.remove(id) {
                self.enabled.insert(id.clone());
            }
        }
        for id in before.difference(after) {
            if !self.enabled.remove(id) {
                self.disabled.insert(id.clone());
            }
        }
        self.after = Some(after.clone());
        self.products_line = line;
    }

    /// Whether there is nothing to be said of the org.
    pub(super) fn is_empty(&self) -> bool {
        let steps = self.unsure.len() + self.last.len() + self.inside.len();
        steps == 0 && self.after.is_none() && self.status.is_none()
    }

    /// Whether nobody knows what the run left of the org's products, or of its status.
    pub(super) fn is_unsure(&self, of_products: bool) -> bool {
        self.unsure.iter().any(|step| match subject(step.kind) {
            StepSubject::Products => of_products,
            StepSubject::Status(_) => !of_products,
            StepSubject::Inside | StepSubject::Existence => false,
        })
    }
}
