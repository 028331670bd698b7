//! Why a step is in a plan: because this branch asks for it, or because the account had moved away from the file before.

use std::collections::BTreeMap;

use super::model::Plan;
use super::request::StepId;
use super::step::Step;
use crate::ids::OrgName;

/// Why a step is in a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// This branch causes it.
    Change,
    /// The plan of the base revision has it as well.
    Drift,
}

impl Cause {
    /// The word in plans.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Change => "change",
            Self::Drift => "drift",
        }
    }
}

/// Who made what a step is to change, and how that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Maker {
    /// In words, which are the server's.
    pub actor: String,
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// With what: `console`, a run of ours, or the name of another program.
    pub via: String,
    /// The id of the event that tells it.
    pub event: String,
    /// What it did: `enabled P000131`.
    pub did: String,
}

/// Who made what the steps are to change: of each step that is about such a thing. Nobody, where that isn't known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Makers(pub BTreeMap<StepId, Vec<Maker>>);

/// The cause of each step, where a base was given, and who is behind it, where that was asked; empty where nobody asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attribution {
    causes: BTreeMap<StepId, Cause>,
    makers: Makers,
}

impl Attribution {
    /// Compares a plan with the base revision's own: a step is drift exactly when that plan has it too. `base` is `None` where
    /// there was no desired state, or none that could be planned.
    #[must_use]
    pub fn of(plan: &Plan, base: Option<&Plan>) -> Self {
        let mut of_org: BTreeMap<&OrgName, Vec<&Step>> = BTreeMap::new();
        for step in base.iter().flat_map(|base| &base.steps) {
            of_org.entry(&step.org).or_default().push(step);
        }
        let causes = plan.steps.iter().map(|step| {
            let others = of_org.get(&step.org).into_iter().flatten();
            let there = others.into_iter().any(|other| same(step, other));
            (step.id, if there { Cause::Drift } else { Cause::Change })
        });
        Self {
            causes: causes.collect(),
            makers: Makers::default(),
        }
    }

    /// Why a step is there, if that was asked.
    #[must_use]
    pub fn cause(&self, step: &Step) -> Option<Cause> {
        self.causes.get(&step.id).copied()
    }

    /// The same with who is behind each step.
    #[must_use]
    pub fn with_makers(self, makers: Makers) -> Self {
        Self { makers, ..self }
    }

    /// Who made what a step is to change; nobody where that isn't known, `None` where it wasn't asked or can't be told.
    #[must_use]
    pub fn makers(&self, step: &Step) -> Option<&[Maker]> {
        self.makers.0.get(&step.id).map(Vec::as_slice)
    }
}

/// Whether two steps change the same thing about the same org, wherever they stand in their plans. As published: what is only
/// looked at after a link doesn't make it another step.
fn same(step: &Step, other: &Step) -> bool {
    let kind = step.kind();
    let request = |step: &Step| {
        let request = &step.request;
        let host = request.host().clone();
        (
            host,
            request.path(),
            request.body(),
            request.adds_existing(),
        )
    };
    kind == other.kind() && request(step) == request(other) && step.delta() == other.delta()
}
