//! The async shell around [`Pace`]: requests ask for their turn and wait for it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::error::HttpError;
use super::pace::{Pace, PaceLimits, Reason, Ticket, Turn, close};
use super::signals::Signals;
use super::stop::OnStop;
use crate::clock::Clock;

/// A wait that the user should know about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    pub reason: Reason,
    /// Whose limit it is: `the account`.
    pub whose: &'static str,
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
    pub(super) async fn permit(&self, on_stop: OnStop) -> Result<Permit<'_>, HttpError> {
        let _first = on_stop.hearing(&self.stop, self.turnstile.lock()).await?;
        let mut told: Option<SystemTime> = None;
        loop {
            // Made before asking, so that no change after that is missed.
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
                        () = self.stop.cancelled() => return Err(HttpError::Interrupted),
                        () = changed => {}
                        () = self.clock.sleep(time) => {}
                    }
                }
            }
        }
    }

    fn bounded(&self, until: SystemTime, now: SystemTime, reason: Reason) -> Result<(), HttpError> {
        let pace = self.pace();
        if pace.may_wait(until, now) {
            return Ok(());
        }
        Err(HttpError::WaitTooLong {
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
        self.gate.changed.notify_waiters();
    }

    /// Gives the place back only after a while: nobody waits for the answer any more, and the server may be at work on it.
    pub(super) fn unanswered(&self) {
        let now = self.gate.clock.now();
        self.gate.pace().unanswered(now);
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.gate.pace().done(&self.ticket);
        self.gate.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::{join_all, poll_immediate};

    use super::*;
    use crate::http::fixtures::{Frozen, at};

    struct Scene {
        gate: Gate,
        clock: Arc<Frozen>,
        stop: CancellationToken,
        told: Arc<Mutex<Vec<Wait>>>,
    }

    fn scene(limits: PaceLimits) -> Scene {
        let clock = Frozen::new();
        let stop = CancellationToken::new();
        let told = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&told);
        let notice: Notice = Arc::new(move |wait| kept.lock().unwrap().push(wait.clone()));
        let clock_too: Arc<dyn Clock> = Arc::<Frozen>::clone(&clock);
        let gate = Gate::new(limits, "the account", notice, clock_too, stop.clone());
        Scene {
            gate,
            clock,
            stop,
            told,
        }
    }

    fn one_at_a_time() -> Scene {
        scene(PaceLimits {
            concurrency: 1,
            ..PaceLimits::default()
        })
    }

    fn window(limit: u64, remaining: u64, reset: u64) -> Signals {
        Signals {
            limit: Some(limit),
            remaining: Some(remaining),
            reset: Some(at(reset)),
            ..Signals::default()
        }
    }

    /// A permit that can be had at once.
    async fn now(gate: &Gate) -> Permit<'_> {
        let permit = poll_immediate(gate.permit(OnStop::Leave)).await;
        permit.unwrap().unwrap()
    }

    #[tokio::test]
    async fn whoever_waits_is_woken_by_better_knowledge() {
        let scene = scene(PaceLimits::default());
        let first = now(&scene.gate).await;
        first.answered(200, &window(4, 1, 3));
        drop(first);
        // The next window is guessed to last a minute, and its first answer doesn't say.
        scene.clock.set(at(4));
        let probe = now(&scene.gate).await;
        probe.answered(200, &Signals::default());
        let second = now(&scene.gate).await;
        let third = now(&scene.gate).await;
        let mut waiter = Box::pin(scene.gate.permit(OnStop::Leave));
        assert!(poll_immediate(&mut waiter).await.is_none());
        assert_eq!(scene.clock.sleeps(), [Duration::from_secs(60)]);
        // A later one says that the window is larger: the waiter goes, though its sleep never ends.
        second.answered(200, &window(100, 90, 50));
        assert!(poll_immediate(&mut waiter).await.unwrap().is_ok());
        drop((probe, third));
    }

    #[tokio::test]
    async fn the_others_wait_for_the_probe_and_not_for_a_time() {
        let scene = scene(PaceLimits::default());
        let first = now(&scene.gate).await;
        first.answered(200, &window(4, 1, 3));
        drop(first);
        scene.clock.set(at(4));
        let probe = now(&scene.gate).await;
        let mut waiter = Box::pin(scene.gate.permit(OnStop::Leave));
        assert!(poll_immediate(&mut waiter).await.is_none());
        probe.answered(200, &window(4, 3, 7));
        let second = poll_immediate(&mut waiter).await.unwrap().unwrap();
        drop(probe);
        let third = now(&scene.gate).await;
        let mut waiter = Box::pin(scene.gate.permit(OnStop::Leave));
        assert!(poll_immediate(&mut waiter).await.is_none());
        let four = Duration::from_secs(4);
        assert_eq!(scene.clock.sleeps(), [four], "not a minute");
        assert_eq!(
            scene.told.lock().unwrap().as_slice(),
            [Wait {
                reason: Reason::Reserve,
                whose: "the account",
                until: at(8),
                time: four,
            }]
        );
        drop((second, third));
    }

    #[tokio::test]
    async fn turns_are_given_in_the_order_of_asking() {
        let scene = one_at_a_time();
        let mut permit = Some(now(&scene.gate).await);
        let mut waiters: Vec<_> = (0..3)
            .map(|_| Box::pin(scene.gate.permit(OnStop::Leave)))
            .collect();
        for waiter in &mut waiters {
            assert!(poll_immediate(waiter).await.is_none());
        }
        while !waiters.is_empty() {
            drop(permit.take());
            // Those behind are asked first, and get nothing.
            for waiter in waiters.iter_mut().skip(1).rev() {
                assert!(poll_immediate(waiter).await.is_none());
            }
            let first = waiters.remove(0);
            permit = Some(poll_immediate(first).await.unwrap().unwrap());
        }
    }

    #[tokio::test]
    async fn promise_8_never_more_than_ten_hold_a_permit() {
        let scene = scene(PaceLimits {
            concurrency: 99,
            ..PaceLimits::default()
        });
        let holding = Mutex::new((0, 0));
        join_all((0..100).map(|_| async {
            let permit = scene.gate.permit(OnStop::Leave).await.unwrap();
            {
                let mut holding = holding.lock().unwrap();
                holding.0 += 1;
                holding.1 = holding.0.max(holding.1);
            }
            tokio::task::yield_now().await;
            holding.lock().unwrap().0 -= 1;
            drop(permit);
        }))
        .await;
        assert_eq!(*holding.lock().unwrap(), (0, 10));
    }

    #[tokio::test]
    async fn no_wait_outlasts_the_wish_to_stop() {
        let scene = scene(PaceLimits::default());
        let first = now(&scene.gate).await;
        first.answered(429, &window(600, 0, 60));
        drop(first);
        let mut holding = Box::pin(scene.gate.permit(OnStop::Leave));
        let mut behind = Box::pin(scene.gate.permit(OnStop::Leave));
        assert!(poll_immediate(&mut holding).await.is_none());
        assert!(poll_immediate(&mut behind).await.is_none());
        scene.stop.cancel();
        for waiter in [behind, holding] {
            let left = poll_immediate(waiter).await.unwrap();
            assert_eq!(left.err(), Some(HttpError::Interrupted));
        }
        // A rate limit isn't waited for even by what must be finished.
        let left = poll_immediate(scene.gate.permit(OnStop::Finish)).await;
        assert_eq!(left.unwrap().err(), Some(HttpError::Interrupted));
    }

    #[tokio::test]
    async fn what_must_be_finished_waits_for_its_turn() {
        let scene = one_at_a_time();
        let first = now(&scene.gate).await;
        let mut leaving = Box::pin(scene.gate.permit(OnStop::Leave));
        let mut finishing = Box::pin(scene.gate.permit(OnStop::Finish));
        assert!(poll_immediate(&mut leaving).await.is_none());
        assert!(poll_immediate(&mut finishing).await.is_none());
        scene.stop.cancel();
        assert!(poll_immediate(&mut finishing).await.is_none());
        let left = poll_immediate(&mut leaving).await.unwrap();
        assert_eq!(left.err(), Some(HttpError::Interrupted));
        drop(leaving);
        assert!(poll_immediate(&mut finishing).await.is_none());
        drop(first);
        assert!(poll_immediate(&mut finishing).await.unwrap().is_ok());
    }

    #[tokio::test]
    async fn a_wait_that_is_too_long_is_an_error_and_no_notice() {
        let scene = scene(PaceLimits::default());
        let first = now(&scene.gate).await;
        first.answered(429, &window(600, 0, 901));
        drop(first);
        let error = scene.gate.permit(OnStop::Leave).await.err().unwrap();
        assert_eq!(
            error.to_string(),
            "the account's rate limit is used up: nothing may be sent before 1970-01-12 14:01:42 UTC, longer than allowed (900 s)"
        );
        assert!(error.is_unsent());
        assert!(scene.told.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn the_user_is_told_once_of_a_wait_and_again_when_it_becomes_another() {
        let scene = scene(PaceLimits::default());
        let permits = [now(&scene.gate).await, now(&scene.gate).await];
        permits[0].answered(429, &window(600, 0, 30));
        let mut waiter = Box::pin(scene.gate.permit(OnStop::Leave));
        for (reset, told) in [(30, 1), (32, 1), (35, 2)] {
            permits[1].answered(429, &window(600, 0, reset));
            assert!(poll_immediate(&mut waiter).await.is_none());
            assert_eq!(scene.told.lock().unwrap().len(), told, "{reset}");
        }
    }
}
