//! What the emulator's connections share: the account, its tokens and faults, and what was seen.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use super::faults::Faults;
use super::products::Memory;
use super::state::State;
use super::store::Store;
use super::token::Tokens;
use super::windows::Windows;
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
    /// By host (`~domain`; empty for the account and its issuer): the requests in flight, and the most there ever were.
    in_flight: Mutex<BTreeMap<String, (usize, usize)>>,
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
    pub(super) windows: Windows,
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
    host: String,
    /// The number of requests in flight to its host when it came, itself included.
    pub(super) number: usize,
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        if let Some((now, _)) = self.server.hosts().get_mut(&self.host) {
            *now -= 1;
        }
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
                windows: Windows::default(),
                requests: 0,
                version: 0,
                skew: 0,
                seen: Vec::new(),
            }),
            in_flight: Mutex::default(),
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

    /// The number of another request.
    pub(super) fn number(&self) -> u64 {
        let mut inner = self.lock();
        inner.requests += 1;
        inner.requests
    }

    fn hosts(&self) -> MutexGuard<'_, BTreeMap<String, (usize, usize)>> {
        self.in_flight
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a request to `~domain`, or to the account where there is no such host.
    pub(super) fn count_in(&self, host: &str) -> InFlight<'_> {
        let mut hosts = self.hosts();
        let (now, most) = hosts.entry(host.to_owned()).or_default();
        *now += 1;
        *most = (*most).max(*now);
        InFlight {
            server: self,
            host: host.to_owned(),
            number: *now,
        }
    }

    /// The most requests to the account that were ever in flight at a time.
    pub(super) fn most_in_flight(&self) -> usize {
        self.hosts().get("").map_or(0, |(_, most)| *most)
    }

    /// The same for the org host that had the most.
    pub(super) fn most_in_flight_on_an_org(&self) -> usize {
        let hosts = self.hosts();
        let orgs = hosts.iter().filter(|(host, _)| !host.is_empty());
        orgs.map(|(_, (_, most))| *most).max().unwrap_or(0)
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
