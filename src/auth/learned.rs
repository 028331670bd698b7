//! What is learned about a server on the way to a token, and lasts from one token to the next.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use super::key::{KeyError, SigningKey};

/// A clock may be wrong by so much and is put right by the server's `Date`.
pub(super) const MAX_SKEW: Duration = Duration::from_secs(300);

/// `Date` has whole seconds, and an answer takes its time.
const EXACT: Duration = Duration::from_secs(2);

/// What is known of the server.
#[derive(Debug, Default)]
pub(super) struct Learned {
    /// The server's clock is so far ahead of this machine's (or behind).
    ahead: Duration,
    behind: Duration,
    /// The DPoP key, once the server asked for one.
    dpop_key: Option<Arc<SigningKey>>,
    nonce: Option<String>,
}

/// Shared by the token endpoint and by the requests that use its tokens.
#[derive(Debug, Clone, Default)]
pub(super) struct SharedLearned(Arc<Mutex<Learned>>);

impl SharedLearned {
    pub(super) fn lock(&self) -> MutexGuard<'_, Learned> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Learned {
    /// A time of this machine on the server's clock.
    pub(super) fn server_time(&self, now: SystemTime) -> SystemTime {
        now + self.ahead - self.behind
    }

    /// Compares the clocks, the server's being `date` when this machine's is `now`; whether the difference is news.
    pub(super) fn compare_clocks(&mut self, date: Option<SystemTime>, now: SystemTime) -> bool {
        let Some(server) = date else {
            return false;
        };
        let assumed = self.server_time(now);
        let off = server
            .duration_since(assumed)
            .or_else(|_| assumed.duration_since(server));
        if off.is_ok_and(|off| off <= EXACT) {
            return false;
        }
        self.ahead = server.duration_since(now).unwrap_or_default();
        self.behind = now.duration_since(server).unwrap_or_default();
        true
    }

    /// How far apart the clocks are.
    pub(super) fn skew(&self) -> Duration {
        self.ahead.max(self.behind)
    }

    /// Whether this machine's clock is the later one.
    pub(super) fn machine_is_ahead(&self) -> bool {
        self.behind > self.ahead
    }

    /// The key that the server wants proofs of, if it wants any.
    pub(super) fn dpop_key(&self) -> Option<&Arc<SigningKey>> {
        self.dpop_key.as_ref()
    }

    /// Makes a key, unless there is one.
    ///
    /// # Errors
    /// When the machine has no randomness to give.
    pub(super) fn want_dpop(&mut self) -> Result<(), KeyError> {
        if self.dpop_key.is_none() {
            self.dpop_key = Some(Arc::new(SigningKey::generate()?));
        }
        Ok(())
    }

    /// Takes a nonce that a server gave; whether it is another one than before.
    pub(super) fn take_nonce(&mut self, nonce: &str) -> bool {
        let news = self.nonce.as_deref() != Some(nonce);
        self.nonce = Some(nonce.to_owned());
        news
    }

    /// The last nonce heard.
    pub(super) fn nonce(&self) -> Option<&str> {
        self.nonce.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000 + seconds)
    }

    #[test]
    fn a_difference_of_clocks_is_news_once() {
        let mut learned = Learned::default();
        assert!(!learned.compare_clocks(None, at(0)));
        assert!(!learned.compare_clocks(Some(at(2)), at(0)));
        assert_eq!(learned.server_time(at(0)), at(0));
        assert!(learned.compare_clocks(Some(at(90)), at(0)));
        assert!(!learned.compare_clocks(Some(at(190)), at(100)));
        assert_eq!(learned.server_time(at(100)), at(190));
        assert_eq!(learned.skew(), Duration::from_secs(90));
        assert!(!learned.machine_is_ahead());
        assert!(learned.compare_clocks(Some(at(100)), at(160)));
        assert_eq!(learned.server_time(at(160)), at(100));
        assert_eq!(learned.skew(), Duration::from_secs(60));
        assert!(learned.machine_is_ahead());
    }

    #[test]
    fn a_nonce_is_news_when_it_is_another_one() {
        let mut learned = Learned::default();
        assert_eq!(learned.nonce(), None);
        let news: Vec<bool> = ["a", "a", "b"]
            .map(|nonce| learned.take_nonce(nonce))
            .into();
        assert_eq!(news, [true, false, true]);
        assert_eq!(learned.nonce(), Some("b"));
    }
}
