//! Time as an argument: what the time is, and waiting.

mod timer;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, SystemTime};

use jiff::civil::Date;
use jiff::tz::Offset;

use self::timer::Timer;

/// A wait that has begun.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Where time comes from.
pub trait Clock: Send + Sync + fmt::Debug {
    /// The time of day.
    fn now(&self) -> SystemTime;
    /// Waits.
    fn sleep(&self, duration: Duration) -> Sleep;
    /// Waits, and no millisecond longer than said: for what is measured.
    fn sleep_exactly(&self, duration: Duration) -> Sleep {
        self.sleep(duration)
    }
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct System;

impl Clock for System {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        Box::pin(tokio::time::sleep(duration))
    }

    fn sleep_exactly(&self, duration: Duration) -> Sleep {
        // The runtime counts whole milliseconds, and rounds up.
        static TIMER: OnceLock<Option<Timer>> = OnceLock::new();
        match TIMER.get_or_init(Timer::start) {
            Some(timer) => {
                let ended = timer.wait(duration);
                Box::pin(async move { ended.await.unwrap_or_default() })
            }
            None => self.sleep(duration),
        }
    }
}

/// A clock for tests: waiting moves it and takes no time.
#[derive(Debug)]
pub struct Manual {
    now: Mutex<SystemTime>,
    slept: Mutex<Vec<Duration>>,
}

impl Manual {
    /// A clock that starts at a time of day.
    #[must_use]
    pub fn at(start: SystemTime) -> Self {
        Self {
            now: Mutex::new(start),
            slept: Mutex::default(),
        }
    }

    /// Every wait so far, in order.
    #[must_use]
    pub fn slept(&self) -> Vec<Duration> {
        self.slept
            .lock()
            .map(|slept| slept.clone())
            .unwrap_or_default()
    }
}

impl Clock for Manual {
    fn now(&self) -> SystemTime {
        self.now.lock().map_or(SystemTime::UNIX_EPOCH, |now| *now)
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        if let Ok(mut now) = self.now.lock() {
            *now += duration;
        }
        if let Ok(mut slept) = self.slept.lock() {
            slept.push(duration);
        }
        Box::pin(tokio::task::yield_now())
    }
}

/// Seconds since 1970, as rate-limit headers and tokens count them.
#[must_use]
pub fn epoch_seconds(time: SystemTime) -> i64 {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_secs()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_secs()).map_or(i64::MIN, |s| -s),
    }
}

/// A time of day as RFC 3339 in UTC with milliseconds: `2023-12-08T20:15:18.000Z`.
#[must_use]
pub fn rfc3339(time: SystemTime) -> String {
    jiff::Timestamp::try_from(time).map_or_else(|_| "?".to_owned(), |at| format!("{at:.3}"))
}

/// The day in UTC.
#[must_use]
pub fn today(time: SystemTime) -> Date {
    let at = jiff::Timestamp::try_from(time).unwrap_or_default();
    Offset::UTC.to_datetime(at).date()
}

/// The time of day that an RFC 3339 text says, in whatever zone; `None` where it says none, or one before 1970.
#[must_use]
pub fn parsed(text: &str) -> Option<SystemTime> {
    let at: jiff::Timestamp = text.trim().parse().ok()?;
    let since = u64::try_from(at.as_millisecond()).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(since))
}

/// Day and time in UTC: `2023-12-08 20:15:18 UTC`.
#[must_use]
pub fn day_and_time(time: SystemTime) -> String {
    let text = rfc3339(time);
    let day = text.get(..10).unwrap_or(&text);
    format!("{day} {}", time_of_day(time))
}

/// The time of day alone, in UTC: `20:15:18 UTC`.
#[must_use]
pub fn time_of_day(time: SystemTime) -> String {
    let text = rfc3339(time);
    text.get(11..19)
        .map_or_else(|| text.clone(), |time| format!("{time} UTC"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_like_okta_s() {
        let at = SystemTime::UNIX_EPOCH + Duration::from_millis(1_702_066_518_000);
        assert_eq!(rfc3339(at), "2023-12-08T20:15:18.000Z");
        assert_eq!(time_of_day(at), "20:15:18 UTC");
        assert_eq!(day_and_time(at), "2023-12-08 20:15:18 UTC");
        assert_eq!(epoch_seconds(at), 1_702_066_518);
        assert_eq!(parsed("2023-12-08T20:15:18.000Z"), Some(at));
        assert_eq!(parsed("2023-12-08T15:15:18-05:00"), Some(at));
        for nothing in [
            "",
            "yesterday",
            "2023-12-08",
            "1969-12-31T23:59:59Z",
            "99999-01-01T00:00:00Z",
        ] {
            assert_eq!(parsed(nothing), None, "{nothing}");
        }
    }
}
