//! What the user may set of the pace, and why there is a wait.

use std::time::Duration;

/// Okta's limit for each account; no server gets more.
pub const MAX_IN_FLIGHT: usize = 10;

/// What the user may set.
#[derive(Debug, Clone, Copy)]
pub struct PaceLimits {
    /// Requests in flight, 1 to 10.
    pub concurrency: usize,
    /// Percent of each rate-limit window that is left to others, 0 to 90.
    pub reserve_percent: u64,
    /// The longest time without any progress.
    pub max_wait: Duration,
}

impl Default for PaceLimits {
    fn default() -> Self {
        Self {
            concurrency: 8,
            reserve_percent: 10,
            max_wait: Duration::from_secs(15 * 60),
        }
    }
}

impl PaceLimits {
    pub(super) fn in_flight(&self) -> usize {
        self.concurrency.clamp(1, MAX_IN_FLIGHT)
    }

    /// What of a window this run may use: at least one request, else a tiny window would stop it for good.
    pub(super) fn share(&self, ceiling: u64) -> u64 {
        ceiling.saturating_sub(self.reserve(ceiling)).max(1)
    }

    pub(super) fn reserve(&self, ceiling: u64) -> u64 {
        ceiling
            .saturating_mul(self.reserve_percent.min(90))
            .div_ceil(100)
    }
}

/// Why nothing is sent for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The window is used up but for what is left to others.
    Reserve,
    /// 429: the window is used up.
    Window,
    /// 429: too many requests at a time.
    Concurrency,
    /// 429 without a word on why, or `Retry-After`.
    Asked,
    /// As many as may be on their way were given up without an answer a moment ago.
    Unanswered,
}

impl Reason {
    /// The reason as the beginning of a sentence; `whose` limit it is: `the account`.
    #[must_use]
    pub fn of(self, whose: &str) -> String {
        match self {
            Self::Reserve => "the rest of this rate-limit window is left to others".to_owned(),
            Self::Window => format!("{whose}'s rate limit is used up"),
            Self::Concurrency => format!("{whose} has too many requests at a time"),
            Self::Asked => "the server asks to wait".to_owned(),
            Self::Unanswered => {
                "the server may still be at work on requests that it didn't answer in time"
                    .to_owned()
            }
        }
    }
}
