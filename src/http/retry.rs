//! Whether to try again, and after how long: one policy for whatever is sent.
//!
//! Who may try again blindly (a read) and who must look first what became of it (a write) is the caller's to know: to both,
//! the same failures are worth another try.

use std::time::Duration;

/// How often something is tried in all. With the pauses of [`backoff`] that is up to 7.5 s, enough for a restart behind a
/// load balancer; what lasts longer is for the next run.
pub const MAX_ATTEMPTS: u32 = 5;

/// How many 429s for one request are waited out, each for as long as the server asked: half an hour of Okta's windows of a
/// minute. The bound that matters is the pace's, on time without progress.
pub const MAX_THROTTLES: u32 = 30;

/// How often a refused authorization is renewed for one request.
///
/// Three things may each be news once: that the token ended (or the clock is off), that a DPoP key is wanted, and its nonce.
/// A further refusal has another reason.
pub const MAX_RENEWALS: u32 = 3;

/// A failure, as far as trying again is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Symptom {
    /// The server wants fewer requests: the pace knows when the next may go.
    Throttled,
    /// Something broke that may well work a little later: a lost answer, a server in trouble.
    Trouble,
    /// The same request would fail again.
    Final,
}

impl Symptom {
    /// What a status that is no success means: 429 throttles; 500, 502, 503 and 504 pass; nothing else does.
    #[must_use]
    pub fn of_status(status: u16) -> Self {
        match status {
            429 => Self::Throttled,
            500 | 502 | 503 | 504 => Self::Trouble,
            _ => Self::Final,
        }
    }
}

/// How often one thing was tried.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tries {
    failures: u32,
    throttles: u32,
    renewals: u32,
}

impl Tries {
    /// Takes note of a failure: the pause before the next try, or `None` when there is to be none. `jitter` is between 0
    /// and 1.
    pub fn failed(&mut self, symptom: Symptom, jitter: f64) -> Option<Duration> {
        match symptom {
            Symptom::Final => None,
            // The wait is the pace's, which bounds it in time rather than in attempts.
            Symptom::Throttled => {
                self.throttles += 1;
                (self.throttles < MAX_THROTTLES).then_some(Duration::ZERO)
            }
            Symptom::Trouble => {
                self.failures += 1;
                (self.failures < MAX_ATTEMPTS).then(|| backoff(self.failures, jitter))
            }
        }
    }

    /// Takes note that the authorization was refused and renewed; whether another try makes sense.
    pub fn renewed(&mut self) -> bool {
        self.renewals += 1;
        self.renewals <= MAX_RENEWALS
    }
}

/// 0.5 s, 1 s, 2 s, 4 s … 64 s, each between half and the whole of it, so that many clients don't come back at once.
#[must_use]
pub fn backoff(failures: u32, jitter: f64) -> Duration {
    let whole = Duration::from_millis(500) * 2_u32.pow(failures.saturating_sub(1).min(7));
    whole.mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_status_means() {
        for status in 300..600 {
            let expected = match status {
                429 => Symptom::Throttled,
                500 | 502 | 503 | 504 => Symptom::Trouble,
                _ => Symptom::Final,
            };
            assert_eq!(Symptom::of_status(status), expected, "{status}");
        }
    }

    #[test]
    fn trouble_is_ridden_out_five_times() {
        let mut tries = Tries::default();
        let pauses: Vec<Option<Duration>> = (0..6)
            .map(|_| tries.failed(Symptom::Trouble, 1.0))
            .collect();
        let ms = |ms: u64| Some(Duration::from_millis(ms));
        assert_eq!(pauses, [ms(500), ms(1000), ms(2000), ms(4000), None, None]);
    }

    #[test]
    fn a_throttled_request_waits_for_the_pace_and_counts_apart() {
        let mut tries = Tries::default();
        for n in 1..MAX_THROTTLES {
            let pause = tries.failed(Symptom::Throttled, 1.0);
            assert_eq!(pause, Some(Duration::ZERO), "{n}");
        }
        assert_eq!(
            tries.failed(Symptom::Trouble, 1.0),
            Some(Duration::from_millis(500)),
            "no failure so far"
        );
        assert_eq!(tries.failed(Symptom::Throttled, 1.0), None);
    }

    #[test]
    fn what_is_final_is_not_tried_again() {
        assert_eq!(Tries::default().failed(Symptom::Final, 1.0), None);
    }

    #[test]
    fn an_authorization_is_renewed_three_times() {
        let mut tries = Tries::default();
        let renewed: Vec<bool> = (0..5).map(|_| tries.renewed()).collect();
        assert_eq!(renewed, [true, true, true, false, false]);
        assert_eq!(
            tries.failed(Symptom::Trouble, 0.0),
            Some(Duration::from_millis(250)),
            "a renewal is no failure"
        );
    }

    #[test]
    fn the_pause_grows_and_has_a_top() {
        assert_eq!(backoff(0, 1.0), Duration::from_millis(500));
        assert_eq!(backoff(1, 1.0), Duration::from_millis(500));
        assert_eq!(backoff(1, 0.0), Duration::from_millis(250));
        assert_eq!(backoff(1, 0.5), Duration::from_millis(375));
        assert_eq!(backoff(1, -7.0), Duration::from_millis(250));
        assert_eq!(backoff(1, 7.0), Duration::from_millis(500));
        assert_eq!(backoff(2, 1.0), Duration::from_secs(1));
        assert_eq!(backoff(8, 1.0), Duration::from_secs(64));
        assert_eq!(backoff(60, 1.0), Duration::from_secs(64));
    }
}
