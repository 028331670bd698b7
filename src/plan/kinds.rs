//! Every fact about the kinds of steps, in one table.
//!
//! ```text
//!   1 create ─▶ 2 consent ─▶ 3 link ─▶ 4 activate ─▶ 5 enable ─▶ 6 swap ─▶ 7 configure ─▶ 8 disable ─▶ 9 deactivate ─▶ 10 delete
//!   └───────────────────────── everything is added ──────────────────────────────────┘  └────── then taken away ──────┘
//! ```
//!
//! Steps of one phase are about different orgs, so they may run side by side. Within an org each step depends on the one
//! before it.

/// What a step is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Creates a child org.
    Create,
    /// Lets this account link an org.
    Consent,
    /// Links an org to the account, which can't be undone.
    Link,
    /// Makes an org ACTIVE.
    Activate,
    /// Adds products to an org.
    Enable,
    /// Adds and removes products of one org in one call, so that a replacement leaves no gap.
    Swap,
    /// Creates or changes an object inside an org.
    Configure,
    /// Removes products of an org.
    Disable,
    /// Makes an org INACTIVE: nobody can sign in.
    Deactivate,
    /// Asks Okta to delete an org.
    Delete,
}

/// How a step bears on promise 3: nothing is taken away before everything to be added is in place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nature {
    /// What fails of it keeps the whole run from taking anything away.
    Adds,
    /// The same; and since it is one call of its own org, it goes on although another addition failed.
    Replaces,
    /// What fails of it holds up its own org alone.
    Configures,
    /// Doesn't start once an addition has failed.
    Takes,
}

/// What a person may allow for one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Allowance {
    /// More disablements than `maxDisabled`.
    Disables,
    /// More links than `maxLinked`.
    Links,
    /// More creations than `maxCreated`.
    Creations,
    /// More consents than `maxConsented`.
    Consents,
    /// More configured orgs than `maxConfigured`.
    Configurations,
    /// More deactivations than `maxDeactivated`.
    Deactivations,
    /// More deletions than `maxDeleted`.
    Deletions,
    /// Removals in protected orgs.
    Protected,
    /// Managed orgs that the file doesn't list, where it says `unmanagedOrgs: fail`.
    Unmanaged,
    /// Orgs whose inside can't be read, where the file says `baselineUnread: fail`.
    Unread,
    /// Entries that look like one of these.
    Lookalikes,
    /// Constraints that the plan breaks.
    Constraints,
}

impl Allowance {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Disables,
        Self::Links,
        Self::Creations,
        Self::Consents,
        Self::Configurations,
        Self::Deactivations,
        Self::Deletions,
        Self::Protected,
        Self::Unmanaged,
        Self::Unread,
        Self::Lookalikes,
        Self::Constraints,
    ];

    /// The word for `--allow`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Disables => "disables",
            Self::Links => "links",
            Self::Creations => "creations",
            Self::Consents => "consents",
            Self::Configurations => "configurations",
            Self::Deactivations => "deactivations",
            Self::Deletions => "deletions",
            Self::Protected => "protected",
            Self::Unmanaged => "unmanaged",
            Self::Unread => "unread",
            Self::Lookalikes => "lookalikes",
            Self::Constraints => "constraints",
        }
    }
}

/// A row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindRow {
    /// The word in plans and receipts.
    pub word: &'static str,
    /// The phase in which its steps run, from 1.
    pub phase: u8,
    /// What it does to the order of things.
    pub nature: Nature,
    /// Whether a later plan could undo it.
    pub reversible: bool,
}

impl Kind {
    /// All kinds, in the order of the phases.
    pub const ALL: [Self; 10] = [
        Self::Create,
        Self::Consent,
        Self::Link,
        Self::Activate,
        Self::Enable,
        Self::Swap,
        Self::Configure,
        Self::Disable,
        Self::Deactivate,
        Self::Delete,
    ];

    /// The table.
    #[must_use]
    pub const fn row(self) -> KindRow {
        const FINAL: bool = false;
        const UNDOABLE: bool = true;
        let (word, phase, nature, reversible) = match self {
            Self::Create => ("create", 1, Nature::Adds, FINAL),
            Self::Consent => ("consent", 2, Nature::Adds, FINAL),
            Self::Link => ("link", 3, Nature::Adds, FINAL),
            Self::Activate => ("activate", 4, Nature::Adds, UNDOABLE),
            Self::Enable => ("enable", 5, Nature::Adds, UNDOABLE),
            Self::Swap => ("swap", 6, Nature::Replaces, UNDOABLE),
            Self::Configure => ("configure", 7, Nature::Configures, UNDOABLE),
            Self::Disable => ("disable", 8, Nature::Takes, UNDOABLE),
            Self::Deactivate => ("deactivate", 9, Nature::Takes, UNDOABLE),
            Self::Delete => ("delete", 10, Nature::Takes, FINAL),
        };
        KindRow {
            word,
            phase,
            nature,
            reversible,
        }
    }

    /// The word in plans and receipts.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.row().word
    }

    /// The phase in which steps of this kind run, from 1.
    #[must_use]
    pub const fn phase(self) -> u8 {
        self.row().phase
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_phases_are_numbered_in_the_order_of_the_kinds() {
        for (phase, kind) in (1..).zip(Kind::ALL) {
            assert_eq!(kind.phase(), phase, "{kind:?}");
        }
        let words: BTreeSet<&str> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
        assert_eq!(words.len(), Kind::ALL.len());
    }

    #[test]
    fn promise_3_whatever_takes_away_comes_after_whatever_adds() {
        let last_addition = Kind::ALL
            .iter()
            .rposition(|kind| kind.row().nature != Nature::Takes);
        let first_removal = Kind::ALL
            .iter()
            .position(|kind| kind.row().nature == Nature::Takes);
        assert!(last_addition < first_removal);
    }

    #[test]
    fn what_can_not_be_undone_is_said_so() {
        let by_word = |words: &[&str]| {
            let of = Kind::ALL
                .into_iter()
                .filter(|kind| words.contains(&kind.as_str()));
            of.collect::<Vec<Kind>>()
        };
        let undoable = Kind::ALL.into_iter().filter(|kind| !kind.row().reversible);
        assert_eq!(
            undoable.collect::<Vec<_>>(),
            by_word(&["create", "consent", "link", "delete"])
        );
    }

    #[test]
    fn the_words_for_allow_are_those_of_the_contract() {
        use Allowance::{
            Configurations, Consents, Creations, Deactivations, Deletions, Disables, Links,
            Protected, Unmanaged, Unread,
        };
        let words = [
            Disables,
            Links,
            Creations,
            Consents,
            Configurations,
            Deactivations,
            Deletions,
            Protected,
            Unmanaged,
            Unread,
        ]
        .map(Allowance::as_str);
        assert_eq!(
            words.join(" "),
            "disables links creations consents configurations deactivations deletions protected unmanaged unread"
        );
    }
}
