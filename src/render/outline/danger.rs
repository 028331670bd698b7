//! The order in which a reviewer should meet the parts of a plan.

use crate::plan::{Kind, Step};

/// How much is at stake, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Danger {
    /// No later run can take it back.
    Final,
    /// People can't sign in any more.
    Deactivation,
    /// People lose a product.
    Removal,
    /// Something that is there becomes different.
    Alteration,
    /// A product in place of another.
    Swap,
    /// Something comes, and nothing goes.
    Addition,
    /// Something is made inside of an org.
    Creation,
}

impl Danger {
    /// All of them, the worst first.
    pub const ALL: [Self; 7] = [
        Self::Final,
        Self::Deactivation,
        Self::Removal,
        Self::Alteration,
        Self::Swap,
        Self::Addition,
        Self::Creation,
    ];

    /// What a step puts at stake.
    #[must_use]
    pub fn of(step: &Step) -> Self {
        match step.kind() {
            Kind::Create | Kind::Consent | Kind::Link | Kind::Delete => Self::Final,
            Kind::Deactivate => Self::Deactivation,
            Kind::Disable => Self::Removal,
            Kind::Configure if step.configure().is_some_and(|change| !change.alters()) => {
                Self::Creation
            }
            Kind::Configure => Self::Alteration,
            Kind::Swap => Self::Swap,
            Kind::Activate | Kind::Enable => Self::Addition,
        }
    }

    /// The heading over what is in this danger.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Final => "Can't be undone",
            Self::Deactivation => "Deactivations",
            Self::Removal => "Removals",
            Self::Alteration => "Changes",
            Self::Swap => "Swaps",
            Self::Addition => "Additions",
            Self::Creation => "New objects",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::world::{account, desired, inactive, org, planned};

    #[test]
    fn what_can_not_be_undone_is_in_the_first_part_and_nothing_else_is() {
        let file = desired(
            "guardrails: {maxDeactivated: 9}",
            &[
                "{domain: add.okta.com, products: [P1]}",
                "{domain: swap.okta.com, products: [P2]}",
                "{domain: less.okta.com, products: []}",
                "{domain: off.okta.com, status: inactive}",
                "{domain: on.okta.com, status: active}",
                "{domain: new.okta.com, cell: ok1, products: [P1]}",
            ],
        );
        let live = account(vec![
            org("add", ""),
            org("swap", "P1"),
            org("less", "P1"),
            org("off", ""),
            inactive("on", ""),
        ]);
        let plan = planned(&file, &live);
        assert_eq!(plan.steps.len(), 7);
        for step in &plan.steps {
            let last = Danger::of(step) == Danger::Final;
            assert_eq!(last, !step.kind().row().reversible, "{:?}", step.kind());
        }
    }
}
