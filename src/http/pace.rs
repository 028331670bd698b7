//! How many requests may be on their way to a server, and when the next may go: pure state.
//!
//! Okta allows each Aerial account 10 requests at a time, whoever sends them [reference/rl2-limits], and a time window
//! whose size only the headers tell [reference/rl2-monitor].

use std::collections::VecDeque;
use std::time::{Duration, SystemTime};

use super::retry::backoff;
use super::signals::Signals;

mod limits;
pub use limits::{MAX_IN_FLIGHT, PaceLimits, Reason};

/// Answers without a concurrency refusal after which one more request may go at a time.
const RAISE_AFTER: u32 = 20;

/// How long a window is taken to last until the server says: Okta's last a minute.
const GUESS: Duration = Duration::from_secs(60);

/// How long a request that was given up counts as on its way: the server may be at work on it although nobody waits any more.
/// It doesn't say for how long. With the 30 s that were waited for it unless told otherwise, this makes the minute after which
/// gateways give up what is behind them; where less was waited for, it is what keeps the limit.
const UNANSWERED: Duration = Duration::from_secs(30);

/// Resets are whole seconds on two clocks: within this they are the same.
const CLOSE: Duration = Duration::from_secs(2);

/// What may happen next.
#[derive(Debug, PartialEq, Eq)]
pub enum Turn {
    /// A request may go; it counts as on its way until its ticket is given back.
    Go(Ticket),
    /// Nothing may go before this time, as far as is known now.
    Hold(SystemTime, Reason),
    /// One that is on its way must come back first.
    Wait,
}

/// A request on its way.
#[derive(Debug, PartialEq, Eq)]
pub struct Ticket {
    sent: SystemTime,
    /// Whether the others wait for what its answer says about the window.
    probe: bool,
}

/// The state of a server's limits as far as this run knows them.
#[derive(Debug)]
pub struct Pace {
    limits: PaceLimits,
    allowed: usize,
    in_flight: usize,
    /// Until when each request that was given up counts as on its way, earliest first.
    unanswered: VecDeque<SystemTime>,
    hold: Option<(SystemTime, Reason)>,
    window: Option<Window>,
    good_in_row: u32,
    throttled_in_row: u32,
    throttled_at: Option<SystemTime>,
    lowered_at: Option<SystemTime>,
    stuck_since: Option<SystemTime>,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    ceiling: u64,
    reset: SystemTime,
    /// Requests that may still start in it.
    left: u64,
    source: WindowSource,
}

/// Where the knowledge of a window comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WindowSource {
    /// Headers said it.
    Told,
    /// It follows one that ended, and is most likely like it: one request goes first, and its answer tells.
    Guessed,
    /// That request is on its way.
    Probed,
    /// Its answer said nothing about limits: the guess is all there is.
    Assumed,
}

impl Pace {
    /// Nothing known yet.
    #[must_use]
    pub fn new(limits: PaceLimits) -> Self {
        Self {
            allowed: limits.in_flight(),
            limits,
            in_flight: 0,
            unanswered: VecDeque::new(),
            hold: None,
            window: None,
            good_in_row: 0,
            throttled_in_row: 0,
            throttled_at: None,
            lowered_at: None,
            stuck_since: None,
        }
    }

    /// Asks for the next request's turn.
    pub fn ask(&mut self, now: SystemTime) -> Turn {
        if let Some((until, reason)) = self.hold {
            if now < until {
                return Turn::Hold(until, reason);
            }
            self.hold = None;
        }
        while self
            .unanswered
            .pop_front_if(|until| *until <= now)
            .is_some()
        {}
        if self.in_flight >= self.allowed {
            return Turn::Wait;
        }
        if let Some(until) = self.unanswered.front()
            && self.in_flight + self.unanswered.len() >= self.allowed
        {
            return Turn::Hold(*until, Reason::Unanswered);
        }
        let mut probe = false;
        if let Some(window) = &mut self.window {
            if now >= window.reset && window.source != WindowSource::Probed {
                *window = Window {
                    ceiling: window.ceiling,
                    reset: now + GUESS,
                    left: self.limits.share(window.ceiling),
                    source: WindowSource::Guessed,
                };
            }
            match window.source {
                WindowSource::Probed => return Turn::Wait,
                WindowSource::Guessed => {
                    window.source = WindowSource::Probed;
                    probe = true;
                }
                WindowSource::Told | WindowSource::Assumed if window.left == 0 => {
                    return Turn::Hold(window.reset, Reason::Reserve);
                }
                WindowSource::Told | WindowSource::Assumed => {}
            }
            window.left = window.left.saturating_sub(1);
        }
        self.in_flight += 1;
        Turn::Go(Ticket { sent: now, probe })
    }

    /// Nobody waits for a request any more, and the server may not know: it counts as on its way for a while yet. Its ticket
    /// is to be given back as well.
    pub fn unanswered(&mut self, now: SystemTime) {
        self.unanswered.push_back(now + UNANSWERED);
    }

    /// A request is no longer on its way: it was answered or given up.
    pub fn done(&mut self, ticket: &Ticket) {
        self.in_flight = self.in_flight.saturating_sub(1);
        // A probe that brought no knowledge is followed by another one.
        if let Some(window) = &mut self.window
            && ticket.probe
            && window.source == WindowSource::Probed
        {
            window.source = WindowSource::Guessed;
        }
    }

    /// An answer came: what it says about limits counts, whatever its status. `jitter` is between 0 and 1.
    pub fn answered(
        &mut self,
        ticket: &Ticket,
        status: u16,
        signals: &Signals,
        now: SystemTime,
        jitter: f64,
    ) {
        if status == 429 {
            self.throttled(ticket, signals, now, jitter);
            return;
        }
        self.learn(ticket, signals, now);
        if status < 500 {
            self.progress();
        } else if let Some(until) = signals.retry_after {
            // Maintenance may say how long it lasts.
            self.stuck_since.get_or_insert(now);
            self.hold(until, Reason::Asked);
        }
    }

    fn progress(&mut self) {
        self.throttled_in_row = 0;
        self.stuck_since = None;
        self.good_in_row += 1;
        if self.good_in_row >= RAISE_AFTER {
            self.good_in_row = 0;
            self.allowed = (self.allowed + 1).min(self.limits.in_flight());
        }
    }

    fn learn(&mut self, ticket: &Ticket, signals: &Signals, now: SystemTime) {
        let ceiling = signals.limit.filter(|ceiling| *ceiling > 0);
        let (Some(ceiling), Some(remaining), Some(reset)) =
            (ceiling, signals.remaining, signals.reset)
        else {
            if let Some(window) = &mut self.window
                && ticket.probe
                && window.source == WindowSource::Probed
            {
                window.source = WindowSource::Assumed;
            }
            return;
        };
        // An answer of a window that is over says nothing about the next.
        if reset <= now {
            return;
        }
        // Those on their way may not be in the server's count yet.
        let others = u64::try_from(self.in_flight.saturating_sub(1)).unwrap_or(u64::MAX);
        let mut told = Window {
            ceiling,
            reset: reset + Duration::from_secs(1),
            left: remaining
                .saturating_sub(self.limits.reserve(ceiling))
                .saturating_sub(others),
            source: WindowSource::Told,
        };
        if let Some(window) = self
            .window
            .filter(|window| window.source == WindowSource::Told && close(window.reset, told.reset))
        {
            told.left = told.left.min(window.left);
            told.reset = told.reset.min(window.reset);
        }
        self.window = Some(told);
    }

    fn throttled(&mut self, ticket: &Ticket, signals: &Signals, now: SystemTime, jitter: f64) {
        // Answers to requests that went before the last refusal say nothing new: many refused at once are one.
        if self.throttled_at.is_none_or(|at| ticket.sent >= at) {
            self.throttled_in_row = self.throttled_in_row.saturating_add(1);
            self.throttled_at = Some(now);
        }
        self.stuck_since.get_or_insert(now);
        self.good_in_row = 0;
        let pause = now + backoff(self.throttled_in_row, jitter) * 2;
        let concurrency = signals.limit == Some(0) && signals.remaining == Some(0);
        let (until, reason) = if concurrency {
            if self.lowered_at.is_none_or(|at| ticket.sent >= at) {
                self.allowed = (self.allowed / 2).max(1);
                self.lowered_at = Some(now);
            }
            // Okta calls the reset of this kind a mere suggestion: a far one isn't waited for.
            let far = now + GUESS;
            let until = signals
                .reset
                .map_or(pause, |reset| reset.max(pause).min(far));
            (until, Reason::Concurrency)
        } else {
            match signals.reset.filter(|reset| *reset > now) {
                Some(reset) => (self.used_up(signals.limit, reset), Reason::Window),
                None => (pause, Reason::Asked),
            }
        };
        let (until, reason) = match signals.retry_after {
            Some(asked) if asked > until || !matches!(reason, Reason::Window) => {
                // A server may ask for no wait at all, again and again.
                (asked.max(pause), Reason::Asked)
            }
            _ => (until, reason),
        };
        self.hold(until, reason);
    }

    /// The window is used up until its reset; when the next one surely has begun.
    fn used_up(&mut self, limit: Option<u64>, reset: SystemTime) -> SystemTime {
        let over = reset + Duration::from_secs(1);
        if let Some(ceiling) = limit {
            self.window = Some(Window {
                ceiling,
                reset: over,
                left: 0,
                source: WindowSource::Told,
            });
        }
        over
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

/// Whether two resets are the same but for the rounding of clocks.
#[must_use]
pub fn close(a: SystemTime, b: SystemTime) -> bool {
    let gap = a.duration_since(b).or_else(|_| b.duration_since(a));
    gap.is_ok_and(|gap| gap <= CLOSE)
}

#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod windows;
