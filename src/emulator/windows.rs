//! Rate-limit windows: one for the account, and for each org host Okta's buckets of a minute.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use super::state::State;

/// What a request counts in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bucket {
    key: String,
    pub(super) limit: u64,
    seconds: u64,
}

impl Bucket {
    /// The bucket of a request by its path; with a limit of 0 nothing is counted.
    pub(super) fn of(state: &State, method: &str, segments: &[&str]) -> Self {
        let switches = &state.switches;
        if *segments == ["api", "v1", "logs"] {
            return Self::log(state, "~issuer");
        }
        let [host, rest @ ..] = segments else {
            return Self::account(state);
        };
        if !host.starts_with('~') {
            return Self::account(state);
        }
        // The most specific bucket counts. The numbers are the last that Okta published, for workforce orgs.
        let (name, limit) = match rest {
            [".well-known", ..] => ("well-known", 1200),
            ["oauth2", ..] => ("oauth2", 1200),
            ["api", "v1", "logs"] => return Self::log(state, host),
            ["api", "v1", "orgs"] if method == "POST" => ("orgs", 10),
            ["api", "v1", "apps", _] if method != "POST" => ("apps/id", 500),
            ["api", "v1", "apps", ..] => ("apps", 100),
            ["api", "v1", "groups", _] => ("groups/id", 1000),
            ["api", "v1", "groups", ..] => ("groups", 500),
            _ => ("rest", 1200),
        };
        Self {
            key: format!("{} {name}", host.to_lowercase()),
            limit: if switches.org_rate_limits { limit } else { 0 },
            seconds: 60,
        }
    }

    /// The System Log's own; how large it is isn't documented.
    fn log(state: &State, host: &str) -> Self {
        Self {
            key: format!("{} logs", host.to_lowercase()),
            limit: if state.switches.org_rate_limits {
                120
            } else {
                0
            },
            seconds: 60,
        }
    }

    fn account(state: &State) -> Self {
        Self {
            key: String::new(),
            limit: state.switches.rate_limit,
            seconds: state.switches.rate_window_seconds,
        }
    }
}

/// The windows that are open.
#[derive(Debug, Default)]
pub(super) struct Windows(BTreeMap<String, (SystemTime, u64)>);

impl Windows {
    /// Counts a request; whether its window has no room for it.
    pub(super) fn is_used_up(&mut self, bucket: &Bucket, now: SystemTime) -> bool {
        if bucket.limit == 0 {
            return false;
        }
        let length = Duration::from_secs(bucket.seconds);
        let (reset, used) = match self.0.get(&bucket.key) {
            Some((reset, used)) if now < *reset => (*reset, *used),
            _ => (now + length, 0),
        };
        let full = used >= bucket.limit;
        self.0
            .insert(bucket.key.clone(), (reset, used + u64::from(!full)));
        full
    }

    /// Seconds until a window ends, at least 1.
    pub(super) fn left(&self, bucket: &Bucket, now: SystemTime) -> u64 {
        self.0.get(&bucket.key).map_or(1, |(reset, _)| {
            reset
                .duration_since(now)
                .map_or(1, |left| left.as_secs() + 1)
        })
    }

    /// What is left in a window, and when it ends; `None` where nothing was counted.
    pub(super) fn shown(&self, bucket: &Bucket) -> Option<(u64, SystemTime)> {
        let (reset, used) = self.0.get(&bucket.key).filter(|_| bucket.limit > 0)?;
        Some((bucket.limit.saturating_sub(*used), *reset))
    }
}
