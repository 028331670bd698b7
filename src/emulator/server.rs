//! What the emulator's connections share: the account, its tokens and faults, and what was seen.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use super::faults::Faults;
use super::products::Memory;
use super::state::State;
use super::store::Store;
use super::token::Tokens;
use crate::clock::Clock;

/// The number of requests that are remembered.
const MAX_SEEN: usize = 100_000;

/// What was seen of a request, for tests and for the curious.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub method: String,
    /// The path after `/{accountId}/api/v1`.
    pub path: String,
    /// The body of a write.
    pub body: String,
    /// The status of the answer; 0 where a fault closed the connection instead.
    pub status: u16,
    /// Whether it changed the account.
    pub changed: bool,
}

/// Everything that a server's connections share.
pub(super) struct Server {
    pub(super) inner: Mutex<Inner>,
    in_flight: AtomicUsize,
    most_in_flight: AtomicUsize,
    /// Held while saving, so that requests which changed the account at the same time share one save.
    saving: tokio::sync::Mutex<u64>,
    store: Option<Store>,
    pub(super) latency_ms: Option<u64>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) origin: String,
}

pub(super) struct Inner {
    pub(super) state: State,
    pub(super) memory: Memory,
    pub(super) tokens: Tokens,
    pub(super) faults: Faults,
    pub(super) window: Option<(SystemTime, u64)>,
    pub(super) requests: u64,
    /// Goes up with every change of the account.
    pub(super) version: u64,
    /// Seconds that the server's clock is ahead, or behind.
    pub(super) skew: i64,
    pub(super) seen: Vec<Seen>,
}

/// A request that is being answered: it counts for as long as this lives.
pub(super) struct InFlight<'a> {
    server: &'a Server,
    /// The number of requests in flight when it came, itself included.
    pub(super) number: usize,
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.server.in_flight.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Server {
    pub(super) fn new(
        state: State,
        store: Option<Store>,
        tokens: Tokens,
        faults: Faults,
        latency_ms: Option<u64>,
        clock: Arc<dyn Clock>,
        origin: String,
    ) -> Self {
        Self {
            inner: Mutex::new(Inner {
                state,
                memory: Memory::default(),
                tokens,
                faults,
                window: None,
                requests: 0,
                version: 0,
                skew: 0,
                seen: Vec::new(),
            }),
            in_flight: AtomicUsize::new(0),
            most_in_flight: AtomicUsize::new(0),
            saving: tokio::sync::Mutex::new(0),
            store,
            latency_ms,
            clock,
            origin,
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn count_in(&self) -> InFlight<'_> {
        let number = self.in_flight.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_in_flight.fetch_max(number, Ordering::SeqCst);
        InFlight {
            server: self,
            number,
        }
    }

    pub(super) fn most_in_flight(&self) -> usize {
        self.most_in_flight.load(Ordering::SeqCst)
    }

    /// Saves the account as it is by now, unless somebody else just did.
    pub(super) async fn save(&self) -> io::Result<()> {
        let Some(store) = &self.store else {
            return Ok(());
        };
        let wanted = self.lock().version;
        let mut saved = self.saving.lock().await;
        if *saved >= wanted && wanted > 0 {
            return Ok(());
        }
        let (state, version) = {
            let inner = self.lock();
            (inner.state.clone(), inner.version)
        };
        store.save(&state)?;
        *saved = version;
        Ok(())
    }

    /// Remembers a request.
    pub(super) fn note(&self, seen: Seen) {
        let mut inner = self.lock();
        // A served emulator may run for weeks: the newest requests are the interesting ones.
        if inner.seen.len() >= MAX_SEEN {
            inner.seen.drain(..MAX_SEEN / 2);
        }
        inner.seen.push(seen);
    }

    pub(super) fn now(&self) -> SystemTime {
        let skew = self.lock().skew;
        let now = self.clock.now();
        let by = Duration::from_secs(skew.unsigned_abs());
        if skew < 0 { now - by } else { now + by }
    }
}

impl Inner {
    /// Counts a request in the current window; whether the window has no room for it.
    pub(super) fn window_is_used_up(&mut self, now: SystemTime) -> bool {
        let limit = self.state.switches.rate_limit;
        if limit == 0 {
            return false;
        }
        let length = Duration::from_secs(self.state.switches.rate_window_seconds);
        let (reset, used) = match self.window {
            Some((reset, used)) if now < reset => (reset, used),
            _ => (now + length, 0),
        };
        let full = used >= limit;
        self.window = Some((reset, used + u64::from(!full)));
        full
    }

    /// Seconds until the current window ends, at least 1.
    pub(super) fn window_left(&self, now: SystemTime) -> u64 {
        self.window.map_or(1, |(reset, _)| {
            reset
                .duration_since(now)
                .map_or(1, |left| left.as_secs() + 1)
        })
    }
}
