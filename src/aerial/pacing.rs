//! How many requests may be on their way, and when the next may go: pure state.
//!
//! Okta allows each Aerial account 10 requests at a time, whoever sends them [reference/rl2-limits], and a time window
//! whose size only the headers tell [reference/rl2-monitor].

use std::time::{Duration, SystemTime};

use super::retry::backoff;
use super::signals::Signals;

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

    /// The bound on time without progress.
    #[must_use]
    pub fn max_wait(&self) -> Duration {
        self.limits.max_wait
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
}
