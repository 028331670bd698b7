//! What the headers of an answer say about limits and time [reference/rl2-monitor], read once for everybody.
//!
//! `X-Rate-Limit-Reset` is on the server's clock, so it is read against the `Date` of the same answer.

use std::time::{Duration, SystemTime};

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

/// The longest wait that is told apart from a longer one.
const FARTHEST: Duration = Duration::from_secs(365 * 24 * 3600);

/// What the headers of an answer say about limits and time.
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
    /// `Date`: the time on the server's own clock, in whole seconds.
    pub date: Option<SystemTime>,
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
        let date = headers
            .get(DATE)
            .and_then(|value| httpdate::parse_http_date(value.to_str().ok()?).ok());
        // A server may say anything: what is further off than this is as good as never, and safe to reckon with.
        let ahead = |wait: Duration| now + wait.min(FARTHEST);
        let to_local = |time: SystemTime| {
            let reference = date.unwrap_or(now);
            ahead(time.duration_since(reference).unwrap_or_default())
        };
        let reset = number("x-rate-limit-reset")
            .and_then(|seconds| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds)))
            .map(to_local);
        let retry_after = headers.get(RETRY_AFTER).and_then(|value| {
            let text = value.to_str().ok()?.trim();
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            match text.parse() {
                Ok(seconds) => Some(ahead(Duration::from_secs(seconds))),
                // More than a number can hold.
                Err(_) if digits => Some(ahead(FARTHEST)),
                Err(_) => httpdate::parse_http_date(text).ok().map(to_local),
            }
        });
        Self {
            limit: number("x-rate-limit-limit"),
            remaining: number("x-rate-limit-remaining"),
            reset,
            retry_after,
            date,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::epoch_seconds;

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000 + seconds)
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
        assert_eq!((signals.limit, signals.remaining), (Some(600), Some(0)));
        assert_eq!(signals.reset, Some(at(30)));
        headers.append("x-rate-limit-reset", "7".parse().unwrap());
        assert_eq!(
            Signals::read(&headers, at(0)).reset,
            None,
            "two values are none"
        );
    }

    #[test]
    fn retry_after_is_a_number_of_seconds_or_a_date_on_the_server_s_clock() {
        let read = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(DATE, httpdate::fmt_http_date(at(5_000)).parse().unwrap());
            headers.insert(RETRY_AFTER, value.parse().unwrap());
            Signals::read(&headers, at(0)).retry_after
        };
        assert_eq!(read(" 7 "), Some(at(7)));
        assert_eq!(read(&httpdate::fmt_http_date(at(5_009))), Some(at(9)));
        assert_eq!(read(&httpdate::fmt_http_date(at(4_000))), Some(at(0)));
        // What is no number of seconds is as good as absent: the usual pause is made.
        for odd in ["soon", "-1", "1.5", "1 2", "0x1", ""] {
            assert_eq!(read(odd), None, "{odd}");
        }
        // More than a number can hold is far off, and no reason to hurry.
        assert_eq!(read("99999999999999999999"), Some(at(0) + FARTHEST));
    }

    #[test]
    fn without_a_date_this_machine_s_clock_has_to_do() {
        let mut headers = HeaderMap::new();
        let reset = epoch_seconds(at(30));
        headers.insert("x-rate-limit-reset", reset.to_string().parse().unwrap());
        let signals = Signals::read(&headers, at(0));
        assert_eq!((signals.reset, signals.date), (Some(at(30)), None));
        headers.insert(DATE, httpdate::fmt_http_date(at(10)).parse().unwrap());
        let signals = Signals::read(&headers, at(0));
        assert_eq!((signals.reset, signals.date), (Some(at(20)), Some(at(10))));
        assert_eq!(Signals::read(&HeaderMap::new(), at(0)), Signals::default());
    }

    #[test]
    fn a_header_that_stands_twice_counts_when_it_says_the_same() {
        let mut headers = HeaderMap::new();
        for _ in 0..2 {
            headers.append("x-rate-limit-remaining", "3".parse().unwrap());
        }
        assert_eq!(Signals::read(&headers, at(0)).remaining, Some(3));
        headers.append("x-rate-limit-remaining", "4".parse().unwrap());
        assert_eq!(Signals::read(&headers, at(0)).remaining, None);
    }

    #[test]
    fn no_number_is_too_large_to_reckon_with() {
        for number in [
            "9223372036854775807",
            "18446744073709551615",
            "99999999999999999999999",
        ] {
            for name in ["x-rate-limit-reset", "retry-after"] {
                let mut headers = HeaderMap::new();
                headers.insert(DATE, httpdate::fmt_http_date(at(0)).parse().unwrap());
                headers.insert(name, number.parse().unwrap());
                let signals = Signals::read(&headers, at(0));
                for time in [signals.reset, signals.retry_after].into_iter().flatten() {
                    assert!(time <= at(0) + FARTHEST, "{name}: {number}");
                }
            }
        }
    }
}
