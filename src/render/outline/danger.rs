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
            kind if !kind.row().reversible => Self::Final,
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
