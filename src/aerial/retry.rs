//! Whether to send a request again: pure, with the method in it, because a read can be repeated blindly and a write can't.

use std::time::Duration;

use super::error::Error;

/// How often a request is tried in all.
pub const MAX_ATTEMPTS: u32 = 5;

/// What kind of request failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It changes nothing.
    Read,
    /// It changes something, and may have done so before its answer was lost.
    Write,
}

/// What to do about a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Send it again after a pause.
    Retry(Duration),
    /// Read what became of it after a pause, and decide then.
    LookFirst(Duration),
    /// Report it: sending it again wouldn't help. A write may still have had an effect.
    GiveUp,
}

/// Decides after the n-th attempt (from 1) has failed; `jitter` is between 0 and 1.
#[must_use]
pub fn classify(effect: Effect, error: &Error, attempt: u32, jitter: f64) -> Verdict {
    if !transient(error) {
        return Verdict::GiveUp;
    }
    // The wait for a 429 is the pacer's, which bounds it in time rather than in attempts.
    if error.status() == Some(429) {
        return match effect {
            Effect::Read => Verdict::Retry(Duration::ZERO),
            Effect::Write => Verdict::LookFirst(Duration::ZERO),
        };
    }
    if attempt >= MAX_ATTEMPTS {
        return Verdict::GiveUp;
    }
    let pause = backoff(attempt, jitter);
    match effect {
        Effect::Read => Verdict::Retry(pause),
        Effect::Write => Verdict::LookFirst(pause),
    }
}

/// 0.5 s, 1 s, 2 s, 4 s …, each between half and the whole of it, so that many clients don't come back at once.
#[must_use]
pub fn backoff(attempt: u32, jitter: f64) -> Duration {
    let whole = Duration::from_millis(500) * 2_u32.saturating_pow(attempt.saturating_sub(1).min(7));
    whole.mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0)
}

/// Whether the same request may well succeed a little later.
fn transient(error: &Error) -> bool {
    match error {
        Error::Network { .. } | Error::Nonsense { .. } => true,
        Error::Api(error) => matches!(error.status, 429 | 500 | 502 | 503 | 504),
        // The token endpoint has been asked again as often as made sense.
        Error::Auth(_)
        | Error::WaitTooLong { .. }
        | Error::EmptyList
        | Error::OtherAccount { .. }
        | Error::Interrupted => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aerial::error::ApiError;

    fn api(status: u16) -> Error {
        Error::Api(Box::new(ApiError {
            status,
            code: String::new(),
            summary: String::new(),
            causes: Vec::new(),
            request_id: None,
            request: "PUT /x".into(),
        }))
    }

    #[test]
    fn reads_are_repeated_and_writes_are_looked_after_first() {
        let lost = Error::Network {
            request: "PUT /x".into(),
            reason: "connection reset".into(),
            unsent: false,
        };
        for error in [lost, api(500), api(502), api(503), api(504)] {
            assert!(matches!(
                classify(Effect::Read, &error, 1, 0.0),
                Verdict::Retry(_)
            ));
            assert!(matches!(
                classify(Effect::Write, &error, 1, 0.0),
                Verdict::LookFirst(_)
            ));
            assert_eq!(
                classify(Effect::Read, &error, MAX_ATTEMPTS, 0.0),
                Verdict::GiveUp
            );
            assert_eq!(
                classify(Effect::Write, &error, MAX_ATTEMPTS, 0.0),
                Verdict::GiveUp
            );
        }
    }

    #[test]
    fn a_refusal_is_never_repeated() {
        for status in [301, 400, 401, 403, 404, 405, 409, 411, 501] {
            for effect in [Effect::Read, Effect::Write] {
                assert_eq!(
                    classify(effect, &api(status), 1, 0.0),
                    Verdict::GiveUp,
                    "{status}"
                );
            }
        }
    }

    #[test]
    fn the_pause_grows_and_has_a_top() {
        assert_eq!(backoff(1, 1.0), Duration::from_millis(500));
        assert_eq!(backoff(1, 0.0), Duration::from_millis(250));
        assert_eq!(backoff(4, 1.0), Duration::from_secs(4));
        assert_eq!(backoff(60, 1.0), Duration::from_secs(64));
    }
}
