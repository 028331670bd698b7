//! How many requests may be on their way, and when the next may go: pure state, and a thin async shell around it.
//!
//! Okta allows each Aerial account 10 requests at a time, whoever sends them [reference/rl2-limits], and a time window
//! whose size only the headers tell [reference/rl2-monitor]. `X-Rate-Limit-Reset` is on the server's clock, so it is read
//! against the `Date` of the same answer.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use tokio::sync::Notify;

use super::error::Error;
use super::retry::backoff;
use crate::clock::{Clock, epoch_seconds};
use crate::interrupt::Interrupt;

/// Okta's limit for each account.
pub const MAX_IN_FLIGHT: usize = 10;

/// After so many answers without a concurrency refusal one more request may go at a time.
const RAISE_AFTER: u32 = 20;

/// What the user may set.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Requests in flight, 1 to 10.
    pub concurrency: usize,
    /// Percent of each rate-limit window that is left to others, 0 to 90.
    pub reserve_percent: u64,
    /// The longest time without any progress.
    pub max_wait: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            concurrency: 8,
            reserve_percent: 10,
            max_wait: Duration::from_secs(15 * 60),
        }
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
}

impl Reason {
    /// The reason as the beginning of a sentence.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reserve => {
                "the rest of this rate-limit window is left to others (--rate-reserve)"
            }
            Self::Window => "the account's rate limit is used up",
            Self::Concurrency => "the account has too many requests at a time",
            Self::Asked => "the server asks to wait",
        }
    }
}

/// What the headers of an answer say about limits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signals {
    /// `X-Rate-Limit-Limit`.
    pub limit: Option<u64>,
    /// `X-Rate-Limit-Remaining`.
    pub remaining: Option<u64>,
    /// `X-Rate-Limit-Reset`, moved to this machine's clock.
    pub reset: Option<SystemTime>,
    /// `Retry-After`, as a time on this machine's clock.
    pub retry_after: Option<SystemTime>,
}

impl Signals {
    /// Reads the headers of an answer that came just now. A header that stands twice with different values, or isn't a
    /// number, is as good as absent.
    #[must_use]
    pub fn read(headers: &HeaderMap, now: SystemTime) -> Self {
        let number = |name: &str| -> Option<u64> {
            let mut values = headers.get_all(name).iter();
            let first = values.next()?;
            if values.any(|other| other != first) {
                return None;
            }
            first.to_str().ok()?.trim().parse().ok()
        };
        let server_now = headers
            .get(DATE)
            .and_then(|value| httpdate::parse_http_date(value.to_str().ok()?).ok());
        let to_local = |time: SystemTime| match server_now {
            Some(server) => match time.duration_since(server) {
                Ok(ahead) => now.checked_add(ahead).unwrap_or(now),
                Err(_) => now,
            },
            None => time,
        };
        let reset = number("x-rate-limit-reset")
            .and_then(|seconds| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds)))
            .map(to_local);
        let retry_after = headers.get(RETRY_AFTER).and_then(|value| {
            let text = value.to_str().ok()?.trim();
            match text.parse() {
                Ok(seconds) => now.checked_add(Duration::from_secs(seconds)),
                Err(_) => httpdate::parse_http_date(text).ok().map(to_local),
            }
        });
        Self {
            limit: number("x-rate-limit-limit"),
            remaining: number("x-rate-limit-remaining"),
            reset,
            retry_after,
        }
    }
}

/// What may happen next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// A request may go; it is counted as on its way.
    Go,
    /// Nothing may go before this time.
    Hold(SystemTime, Reason),
    /// One that is on its way must come back first.
    Full,
}

/// The state of an account's limits as far as this run knows them.
#[derive(Debug)]
pub struct Pace {
    limits: Limits,
    allowed: usize,
    in_flight: usize,
    hold: Option<(SystemTime, Reason)>,
    window: Option<Window>,
    good_in_row: u32,
    throttled_in_row: u32,
    lowered_at: Option<SystemTime>,
    stuck_since: Option<SystemTime>,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    ceiling: u64,
    reset: SystemTime,
    /// Requests that may still start in it.
    left: u64,
}

impl Pace {
    /// Nothing known yet.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            allowed: limits.concurrency.clamp(1, MAX_IN_FLIGHT),
            limits,
            in_flight: 0,
            hold: None,
            window: None,
            good_in_row: 0,
            throttled_in_row: 0,
            lowered_at: None,
            stuck_since: None,
        }
    }

    fn reserve(&self, ceiling: u64) -> u64 {
        ceiling
            .saturating_mul(self.limits.reserve_percent.min(90))
            .div_ceil(100)
    }

    /// Asks for the next request's turn.
    pub fn ask(&mut self, now: SystemTime) -> Turn {
        if let Some((until, reason)) = self.hold {
            if now < until {
                return Turn::Hold(until, reason);
            }
            self.hold = None;
        }
        if self.in_flight >= self.allowed {
            return Turn::Full;
        }
        if let Some(mut window) = self.window {
            if now >= window.reset {
                // A new window is most likely as large as the last; its first answer will tell. One request always
                // goes, else a tiny window would stop the run for good.
                window.left = window
                    .ceiling
                    .saturating_sub(self.reserve(window.ceiling))
                    .max(1);
                window.reset = now + Duration::from_secs(60);
            }
            if window.left == 0 {
                return Turn::Hold(window.reset, Reason::Reserve);
            }
            window.left -= 1;
            self.window = Some(window);
        }
        self.in_flight += 1;
        Turn::Go
    }

    /// A request came back, or was given up, without a word on limits.
    pub fn done(&mut self) {
        self.in_flight = self.in_flight.saturating_sub(1);
    }

    /// An answer came: what it says about the window counts, whatever its status.
    pub fn answered(&mut self, signals: &Signals, now: SystemTime) {
        self.throttled_in_row = 0;
        self.stuck_since = None;
        self.good_in_row += 1;
        if self.good_in_row >= RAISE_AFTER {
            self.good_in_row = 0;
            self.allowed = (self.allowed + 1).min(self.limits.concurrency.clamp(1, MAX_IN_FLIGHT));
        }
        let (Some(ceiling), Some(remaining), Some(reset)) =
            (signals.limit, signals.remaining, signals.reset)
        else {
            return;
        };
        if ceiling == 0 || reset <= now {
            return;
        }
        // Those on their way may not be in the server's count yet.
        let others = self.in_flight.saturating_sub(1) as u64;
        let left = remaining
            .saturating_sub(self.reserve(ceiling))
            .saturating_sub(others);
        let left = match self.window {
            // Resets are whole seconds on two clocks: within two seconds it is the same window.
            Some(window) if close(window.reset, reset) => left.min(window.left),
            _ => left,
        };
        self.window = Some(Window {
            ceiling,
            reset: reset + Duration::from_secs(1),
            left,
        });
    }

    /// A 429 came for a request that was sent at `sent`.
    pub fn throttled(&mut self, signals: &Signals, sent: SystemTime, now: SystemTime, jitter: f64) {
        self.throttled_in_row = self.throttled_in_row.saturating_add(1);
        self.stuck_since.get_or_insert(now);
        self.good_in_row = 0;
        let pause = now + backoff(self.throttled_in_row, jitter) * 2;
        let concurrency = signals.limit == Some(0) && signals.remaining == Some(0);
        let (until, reason) = if concurrency {
            // Answers to requests that went before the last lowering say nothing new.
            if self.lowered_at.is_none_or(|at| sent >= at) {
                self.allowed = (self.allowed / 2).max(1);
                self.lowered_at = Some(now);
            }
            // Okta calls the reset of this kind a mere suggestion: a far one isn't waited for.
            let far = now + Duration::from_secs(60);
            let until = signals
                .reset
                .map_or(pause, |reset| reset.max(pause).min(far));
            (until, Reason::Concurrency)
        } else {
            match signals.reset.filter(|reset| *reset > now) {
                Some(reset) => (reset + Duration::from_secs(1), Reason::Window),
                None => (pause, Reason::Asked),
            }
        };
        let (until, reason) = match signals.retry_after {
            Some(asked) if asked > until || !matches!(reason, Reason::Window) => {
                (asked.max(now), Reason::Asked)
            }
            _ => (until, reason),
        };
        self.hold(until, reason);
    }

    /// The server asked to wait, without a word on limits.
    pub fn asked_to_wait(&mut self, until: SystemTime, now: SystemTime) {
        self.stuck_since.get_or_insert(now);
        self.hold(until, Reason::Asked);
    }

    fn hold(&mut self, until: SystemTime, reason: Reason) {
        if self.hold.is_none_or(|(before, _)| until > before) {
            self.hold = Some((until, reason));
        }
    }

    /// Whether a wait up to this time keeps within the bound on time without progress.
    #[must_use]
    pub fn may_wait(&self, until: SystemTime, now: SystemTime) -> bool {
        let since = self.stuck_since.unwrap_or(now);
        until
            .duration_since(since)
            .is_ok_and(|wait| wait <= self.limits.max_wait)
            || until <= now
    }

    /// How many requests may be on their way just now.
    #[must_use]
    pub fn allowed(&self) -> usize {
        self.allowed
    }
}

fn close(a: SystemTime, b: SystemTime) -> bool {
    let (earlier, later) = if a < b { (a, b) } else { (b, a) };
    later
        .duration_since(earlier)
        .is_ok_and(|gap| gap <= Duration::from_secs(2))
}

/// Tells the user about a wait.
pub type Notice = Arc<dyn Fn(Reason, SystemTime, Duration) + Send + Sync>;

/// The pace of one account, shared by all its requests.
pub struct Pacer {
    pace: Mutex<Pace>,
    /// Whoever is first in the queue holds this while it waits, so that turns are given in the order of asking.
    turnstile: tokio::sync::Mutex<()>,
    returned: Notify,
    clock: Arc<dyn Clock>,
    interrupt: Arc<Interrupt>,
    notice: Notice,
}

/// A request's place among those on their way; given back when dropped.
#[must_use]
pub struct Permit<'a> {
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
    pub fn new(
        limits: Limits,
        clock: Arc<dyn Clock>,
        interrupt: Arc<Interrupt>,
        notice: Notice,
    ) -> Self {
        Self {
            pace: Mutex::new(Pace::new(limits)),
            turnstile: tokio::sync::Mutex::new(()),
            returned: Notify::new(),
            clock,
            interrupt,
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
    pub async fn permit(&self) -> Result<Permit<'_>, Error> {
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
                        (pace.may_wait(until, now), pace.limits.max_wait)
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
                        () = self.interrupt.raised() => return Err(Error::Interrupted),
                    }
                }
            }
        }
    }
}

impl Permit<'_> {
    /// Takes note of an answer's headers.
    pub fn answered(&self, status: u16, headers: &HeaderMap) {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000 + seconds)
    }

    fn pace(concurrency: usize) -> Pace {
        Pace::new(Limits {
            concurrency,
            ..Limits::default()
        })
    }

    fn window(limit: u64, remaining: u64, reset: u64) -> Signals {
        Signals {
            limit: Some(limit),
            remaining: Some(remaining),
            reset: Some(at(reset)),
            retry_after: None,
        }
    }

    #[test]
    fn promise_8_never_more_than_10_go_at_once_whatever_the_flags() {
        for concurrency in [0, 1, 8, 10, 11, 1000] {
            let mut pace = pace(concurrency);
            let gone = (0..50).filter(|_| pace.ask(at(0)) == Turn::Go).count();
            assert_eq!(gone, concurrency.clamp(1, 10));
        }
        assert_eq!(Limits::default().concurrency, 8);
    }

    #[test]
    fn promise_8_a_tenth_of_each_window_is_left_to_others() {
        let mut pace = pace(1);
        assert_eq!(pace.ask(at(0)), Turn::Go);
        pace.answered(&window(100, 14, 30), at(0));
        pace.done();
        // 14 remain, 10 of them are others'.
        for _ in 0..4 {
            assert_eq!(pace.ask(at(1)), Turn::Go);
            pace.done();
        }
        assert_eq!(pace.ask(at(1)), Turn::Hold(at(31), Reason::Reserve));
        assert_eq!(pace.ask(at(31)), Turn::Go);
    }

    #[test]
    fn a_window_smaller_than_its_reserve_still_lets_one_pass() {
        let mut pace = pace(8);
        assert_eq!(pace.ask(at(0)), Turn::Go);
        pace.answered(&window(1, 0, 10), at(0));
        pace.done();
        assert!(matches!(pace.ask(at(1)), Turn::Hold(_, Reason::Reserve)));
        assert_eq!(pace.ask(at(12)), Turn::Go);
        assert!(matches!(pace.ask(at(12)), Turn::Hold(_, Reason::Reserve)));
    }

    #[test]
    fn after_a_window_429_nothing_goes_before_its_reset() {
        let mut pace = pace(8);
        assert_eq!(pace.ask(at(0)), Turn::Go);
        pace.throttled(&window(600, 0, 42), at(0), at(1), 0.0);
        pace.done();
        assert_eq!(pace.ask(at(42)), Turn::Hold(at(43), Reason::Window));
        assert_eq!(pace.ask(at(43)), Turn::Go);
    }

    #[test]
    fn after_a_concurrency_429_fewer_go_at_a_time_and_more_again_later() {
        let mut pace = pace(8);
        assert_eq!(pace.ask(at(0)), Turn::Go);
        for _ in 0..3 {
            // Three answers to requests of the same moment lower it once.
            pace.throttled(&window(0, 0, 2), at(0), at(1), 0.0);
        }
        assert_eq!(pace.allowed(), 4);
        pace.throttled(&window(0, 0, 5), at(4), at(4), 0.0);
        assert_eq!(pace.allowed(), 2);
        for _ in 0..RAISE_AFTER * 20 {
            pace.answered(&Signals::default(), at(60));
        }
        assert_eq!(pace.allowed(), 8);
    }

    #[test]
    fn retry_after_is_honoured() {
        let mut pace = pace(8);
        let signals = Signals {
            retry_after: Some(at(9)),
            ..Signals::default()
        };
        pace.throttled(&signals, at(0), at(0), 0.0);
        assert_eq!(pace.ask(at(8)), Turn::Hold(at(9), Reason::Asked));
        pace.asked_to_wait(at(20), at(8));
        assert_eq!(pace.ask(at(9)), Turn::Hold(at(20), Reason::Asked));
    }

    #[test]
    fn the_bound_is_on_time_without_progress() {
        let mut pace = pace(8);
        let minutes = |m: u64| at(m * 60);
        assert!(pace.may_wait(minutes(15), minutes(0)));
        assert!(!pace.may_wait(minutes(16), minutes(0)));
        pace.throttled(&Signals::default(), minutes(0), minutes(0), 0.0);
        assert!(!pace.may_wait(minutes(16), minutes(10)));
        pace.answered(&Signals::default(), minutes(10));
        assert!(pace.may_wait(minutes(16), minutes(10)));
    }

    #[test]
    fn the_reset_is_read_on_the_server_s_clock() {
        let mut headers = HeaderMap::new();
        let server = at(5_000);
        headers.insert(DATE, httpdate::fmt_http_date(server).parse().unwrap());
        let reset = epoch_seconds(server) + 30;
        headers.insert("x-rate-limit-reset", reset.to_string().parse().unwrap());
        headers.insert("x-rate-limit-limit", "600".parse().unwrap());
        headers.insert("x-rate-limit-remaining", "0".parse().unwrap());
        let signals = Signals::read(&headers, at(0));
        assert_eq!(signals, window(600, 0, 30));
        headers.append("x-rate-limit-reset", "7".parse().unwrap());
        assert_eq!(
            Signals::read(&headers, at(0)).reset,
            None,
            "two values are none"
        );
    }
}
