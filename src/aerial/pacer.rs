//! The thin async shell around [`Pace`]: requests ask for their turn and wait for it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use reqwest::header::HeaderMap;
use tokio::sync::Notify;

use super::error::Error;
use super::pacing::{Limits, Pace, Reason, Turn};
use super::signals::Signals;
use crate::clock::{Clock, epoch_seconds};
use tokio_util::sync::CancellationToken;

/// Tells the user about a wait.
pub type Notice = Arc<dyn Fn(Reason, SystemTime, Duration) + Send + Sync>;

/// The pace of one account, shared by all its requests.
pub(super) struct Pacer {
    pace: Mutex<Pace>,
    /// Whoever is first in the queue holds this while it waits, so that turns are given in the order of asking.
    turnstile: tokio::sync::Mutex<()>,
    returned: Notify,
    clock: Arc<dyn Clock>,
    stop: CancellationToken,
    notice: Notice,
}

/// A request's place among those on their way; given back when dropped.
#[must_use]
pub(super) struct Permit<'a> {
    pacer: &'a Pacer,
    sent: SystemTime,
}

impl std::fmt::Debug for Pacer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pacer")
            .field("pace", &self.pace)
            .finish_non_exhaustive()
    }
}

impl Pacer {
    /// A pacer for one account.
    #[must_use]
    pub(super) fn new(
        limits: Limits,
        clock: Arc<dyn Clock>,
        stop: CancellationToken,
        notice: Notice,
    ) -> Self {
        Self {
            pace: Mutex::new(Pace::new(limits)),
            turnstile: tokio::sync::Mutex::new(()),
            returned: Notify::new(),
            clock,
            stop,
            notice,
        }
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a turn.
    ///
    /// # Errors
    /// When the wait would be longer than the user allows, or the run is interrupted meanwhile.
    pub(super) async fn permit(&self) -> Result<Permit<'_>, Error> {
        let _first = self.turnstile.lock().await;
        let mut told = None;
        loop {
            let returned = self.returned.notified();
            let now = self.clock.now();
            let turn = self.pace().ask(now);
            match turn {
                Turn::Go => {
                    return Ok(Permit {
                        pacer: self,
                        sent: now,
                    });
                }
                Turn::Full => returned.await,
                Turn::Hold(until, reason) => {
                    let (may_wait, max_wait) = {
                        let pace = self.pace();
                        (pace.may_wait(until, now), pace.max_wait())
                    };
                    if !may_wait {
                        return Err(Error::WaitTooLong {
                            why: reason.as_str(),
                            until,
                            max_wait,
                        });
                    }
                    let wait = until.duration_since(now).unwrap_or_default();
                    if told != Some(until) {
                        (self.notice)(reason, until, wait);
                        told = Some(until);
                    }
                    tokio::select! {
                        () = self.clock.sleep(wait) => {}
                        () = self.stop.cancelled() => return Err(Error::Interrupted),
                    }
                }
            }
        }
    }
}

impl Permit<'_> {
    /// Takes note of an answer's headers.
    pub(super) fn answered(&self, status: u16, headers: &HeaderMap) {
        let now = self.pacer.clock.now();
        let signals = Signals::read(headers, now);
        let mut pace = self.pacer.pace();
        if status == 429 {
            pace.throttled(&signals, self.sent, now, fastrand::f64());
            tracing::debug!(epoch = epoch_seconds(now), ?signals, "throttled");
        } else {
            pace.answered(&signals, now);
            // Maintenance (503) may say how long it lasts.
            if let Some(until) = signals.retry_after.filter(|_| status >= 500) {
                pace.asked_to_wait(until, now);
            }
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.pacer.pace().done();
        self.pacer.returned.notify_one();
    }
}
