//! The async shell around [`Pace`]: requests ask for their turn and wait for it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::error::Error;
use super::pace::{Pace, PaceLimits, Reason, Ticket, Turn, close};
use super::signals::Signals;
use super::stop::OnStop;
use crate::clock::Clock;

/// A wait that the user should know about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// Why.
    pub reason: Reason,
    /// Whose limit it is: `the account`.
    pub whose: &'static str,
    /// Until when.
    pub until: SystemTime,
    /// How long that is from now.
    pub time: Duration,
}

/// Tells the user about a wait.
pub type Notice = Arc<dyn Fn(&Wait) + Send + Sync>;

/// The way to one server, shared by all requests to it.
pub(super) struct Gate {
    pace: Mutex<Pace>,
    /// Whoever is first in the queue holds this while it waits, so that turns are given in the order of asking.
    turnstile: tokio::sync::Mutex<()>,
    /// The pace knows more than before: whoever is first asks again.
    changed: Notify,
    whose: &'static str,
    clock: Arc<dyn Clock>,
    stop: CancellationToken,
    notice: Notice,
}

/// A request's place among those on their way; given back when dropped.
#[must_use]
pub(super) struct Permit<'a> {
    gate: &'a Gate,
    ticket: Ticket,
}

impl std::fmt::Debug for Gate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gate")
            .field("pace", &self.pace)
            .finish_non_exhaustive()
    }
}

impl Gate {
    /// A gate for one server.
    #[must_use]
    pub(super) fn new(
        limits: PaceLimits,
        whose: &'static str,
        notice: Notice,
        clock: Arc<dyn Clock>,
        stop: CancellationToken,
    ) -> Self {
        Self {
            pace: Mutex::new(Pace::new(limits)),
            turnstile: tokio::sync::Mutex::new(()),
            changed: Notify::new(),
            whose,
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
    /// When the wait would be longer than allowed, or the run is to end meanwhile.
    pub(super) async fn permit(&self, on_stop: OnStop) -> Result<Permit<'_>, Error> {
        let _first = on_stop.hearing(&self.stop, self.turnstile.lock()).await?;
        let mut told: Option<SystemTime> = None;
        loop {
            let changed = self.changed.notified();
            let now = self.clock.now();
            let turn = self.pace().ask(now);
            match turn {
                Turn::Go(ticket) => return Ok(Permit { gate: self, ticket }),
                Turn::Wait => on_stop.hearing(&self.stop, changed).await?,
                Turn::Hold(until, reason) => {
                    let time = until.duration_since(now).unwrap_or_default();
                    self.bounded(until, now, reason)?;
                    if told.is_none_or(|told| !close(told, until)) {
                        (self.notice)(&Wait {
                            reason,
                            whose: self.whose,
                            until,
                            time,
                        });
                        told = Some(until);
                    }
                    tokio::select! {
                        biased;
                        () = self.stop.cancelled() => return Err(Error::Interrupted),
                        () = changed => {}
                        () = self.clock.sleep(time) => {}
                    }
                }
            }
        }
    }

    fn bounded(&self, until: SystemTime, now: SystemTime, reason: Reason) -> Result<(), Error> {
        let pace = self.pace();
        if pace.may_wait(until, now) {
            return Ok(());
        }
        Err(Error::WaitTooLong {
            reason,
            whose: self.whose,
            until,
            max_wait: pace.max_wait(),
        })
    }
}

impl Permit<'_> {
    /// Takes note of what an answer says.
    pub(super) fn answered(&self, status: u16, signals: &Signals) {
        let now = self.gate.clock.now();
        if status == 429 {
            tracing::debug!(?signals, "throttled");
        }
        self.gate
            .pace()
            .answered(&self.ticket, status, signals, now, fastrand::f64());
        self.gate.changed.notify_one();
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.gate.pace().done(&self.ticket);
        self.gate.changed.notify_one();
    }
}
