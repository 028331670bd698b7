//! Why a step is in a plan: because this branch asks for it, or because the account had moved away from the file before.

use std::collections::{BTreeMap, BTreeSet};

use super::model::Plan;
use super::request::StepId;
use super::step::Step;
use crate::ids::{OrgName, ProductId};

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
    /// Of each step the products that the base's own plan would enable or disable just the same.
    drifted: BTreeMap<StepId, BTreeSet<ProductId>>,
    makers: Makers,
}

impl Attribution {
    /// Compares a plan with the base revision's own: what that plan does too is drift. One write sets all products of an org,
    /// so each of them has its own cause; a step is drift where all that it does is. `base` is `None` where there was no
    /// desired state, or none that could be planned.
    #[must_use]
    pub fn of(plan: &Plan, base: Option<&Plan>) -> Self {
        let mut of_org: BTreeMap<&OrgName, Vec<&Step>> = BTreeMap::new();
        for step in base.iter().flat_map(|base| &base.steps) {
            of_org.entry(&step.org).or_default().push(step);
        }
        let mut all = Self::default();
        for step in &plan.steps {
            let others = of_org.get(&step.org).map(Vec::as_slice).unwrap_or_default();
            let drifted = drifted(step, others);
            let delta = step.delta();
            let changed = delta.enable.len() + delta.disable.len();
            let there = others.iter().any(|other| same(step, other));
            let cause = if there || (changed > 0 && drifted.len() == changed) {
                Cause::Drift
            } else {
                Cause::Change
            };
            all.causes.insert(step.id, cause);
            if !drifted.is_empty() {
                all.drifted.insert(step.id, drifted);
            }
        }
        all
    }

    /// Why a step is there, if that was asked: for this branch's sake as soon as a part of it is.
    #[must_use]
    pub fn cause(&self, step: &Step) -> Option<Cause> {
        self.causes.get(&step.id).copied()
    }

    /// Why a step enables or disables a product, if that was asked.
    #[must_use]
    pub fn cause_of(&self, step: &Step, product: &ProductId) -> Option<Cause> {
        let of_step = self.cause(step)?;
        let drifted = self.drifted(step).is_some_and(|all| all.contains(product));
        Some(if drifted { Cause::Drift } else { of_step })
    }

    /// The products of a step that are drift, whatever else the step does; `None` where none is.
    #[must_use]
    pub fn drifted(&self, step: &Step) -> Option<&BTreeSet<ProductId>> {
        self.drifted.get(&step.id)
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

/// What a step does to products that others, of the base's plan and about the same org, do as well.
fn drifted(step: &Step, others: &[&Step]) -> BTreeSet<ProductId> {
    let (mut enable, mut disable) = (BTreeSet::new(), BTreeSet::new());
    for delta in others.iter().map(|other| other.delta()) {
        enable.extend(delta.enable);
        disable.extend(delta.disable);
    }
    let delta = step.delta();
    let enabled = delta.enable.intersection(&enable);
    let both = enabled.chain(delta.disable.intersection(&disable));
    both.map(|id| (*id).clone()).collect()
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
