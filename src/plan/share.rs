//! A limit that is a percentage, and what it is a percentage of.

use crate::desired::model::{Amount, Guardrails};

/// Without a limit in the file: this percentage of the enabled products …
const DEFAULT_PERCENT: u64 = 30;
/// … when at least this many are enabled: a share of a handful would forbid the first removal.
const DEFAULT_FROM: u64 = 10;

/// So many percent of the products that are enabled in the orgs that a run reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    pub percent: u64,
    pub enabled: u64,
}

impl Share {
    /// How many products may be disabled; `None` where the file says a number, or so few are enabled that there is no limit.
    pub(super) fn of(limits: &Guardrails, enabled: u64) -> Option<Self> {
        let percent = match limits.max_disabled {
            Some(Amount::Count(_)) => None,
            Some(Amount::Percent(percent)) => Some(percent),
            None => (enabled >= DEFAULT_FROM).then_some(DEFAULT_PERCENT),
        };
        let percent = percent?;
        Some(Self { percent, enabled })
    }

    /// Rounded down.
    pub(super) fn limit(self) -> u64 {
        self.enabled.saturating_mul(self.percent) / 100
    }

    /// `30 % of the 10 enabled in the orgs that this run reads`.
    #[must_use]
    pub fn words(self) -> String {
        let Self { percent, enabled } = self;
        format!("{percent} % of the {enabled} enabled in the orgs that this run reads")
    }
}
