//! Why a step is in a plan: because this branch asks for it, or because the account had moved away from the file before.

use super::{Plan, Step};

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

/// Labels each step: it is drift exactly when the base revision's own plan has it too.
pub fn label(plan: &mut Plan, base: Option<&Plan>) {
    for step in &mut plan.steps {
        let there = base.is_some_and(|base| base.steps.iter().any(|other| same(step, other)));
        step.cause = Some(if there { Cause::Drift } else { Cause::Change });
    }
}

/// Whether two steps change the same thing about the same org, wherever they stand in their plans.
fn same(step: &Step, other: &Step) -> bool {
    // As published: what is only looked at after a link doesn't make it another step.
    step.org.is(&other.org)
        && step.kind() == other.kind()
        && step.call() == other.call()
        && step.products() == other.products()
        && step.enable() == other.enable()
}
