//! The protocol of every step: look, judge, send at most one write at a time, see it hold.
//!
//! ```text
//!            ┌──────────────── its answer was lost ─────────────────┐
//!            ▼                                                      │
//!   look ─▶ judge ── ready ─▶ send ── confirmed ─▶ settle ─▶ applied / failed
//!             │                 └──── refused ──▶ look once more ─▶ failed, or in place
//!             └── in place / stale / forbidden: nothing is sent
//! ```
//!
//! Whatever happens to a write, the next thing is a read: it tells whether the write arrived, whether somebody else changed
//! the org, and whether there is anything left to do.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::judge::{Judge, Judgement};
use super::record::{Ending, Leftover, StepRecord};
use crate::aerial::{Error, WriteAnswer, WriteError};
use crate::clock::Clock;
use crate::http::retry::Tries;
use crate::http::{self, Failure as _};
use crate::plan::Gap;
use crate::receipt::Outcome;

/// The pauses before each look at whether a confirmed write can be read back, 7.75 s in all: whether Okta's writes take
/// effect at once isn't documented.
pub(super) const SETTLE: [Duration; 6] = [
    Duration::ZERO,
    Duration::from_millis(250),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
];

/// Why the org is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// Before a write. The plan has read the org a moment ago.
    Before,
    /// To find out what became of a write whose answer was lost.
    AfterLost,
    /// To find out what is there after a refusal.
    AfterRefusal,
    /// To see a confirmed write hold.
    Settling,
}

/// Okta's word that a write was carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Confirmed {
    /// The HTTP status, of the 2xx kind.
    pub(super) status: u16,
    /// `X-Okta-Request-Id`.
    pub(super) request_id: Option<String>,
    /// What the answer is about, where that is something else than was asked for.
    pub(super) other: Option<String>,
}

impl From<&WriteAnswer> for Confirmed {
    fn from(answer: &WriteAnswer) -> Self {
        Self {
            status: answer.status(),
            request_id: answer.request_id(),
            other: None,
        }
    }
}

/// Why a write has no good answer.
#[derive(Debug)]
pub(super) enum Unwritten {
    /// Its request has a gap.
    Gap(Gap),
    /// It failed on its way.
    Failed(WriteError),
}

/// An answer that can't be read.
impl From<Error> for Unwritten {
    fn from(error: Error) -> Self {
        Self::Failed(WriteError::Failed(error))
    }
}

/// A change that can be carried out, with what it takes to reach its org.
pub(super) trait Convergent<A>: Judge {
    /// Looks at the org.
    async fn look(&self, at: &A, why: Look, record: &StepRecord) -> Result<Self::Seen, Error>;

    /// Sends the step's one write, and takes from its answer what it tells.
    async fn send(
        &self,
        at: &A,
        seen: &Self::Seen,
        record: &mut StepRecord,
    ) -> Result<Confirmed, Unwritten>;
}

/// Time, and the user's wish that the run ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience<'a> {
    pub(super) clock: &'a dyn Clock,
    pub(super) stop: &'a CancellationToken,
}

/// What to do after a write that has no good answer.
enum AfterFailure {
    LookAgain,
    Report(Error),
}

/// Carries out one change.
pub(super) async fn drive<A, C: Convergent<A>>(
    change: &C,
    at: &A,
    patience: Patience<'_>,
    record: &mut StepRecord,
) -> Ending {
    let mut tries = Tries::default();
    loop {
        let why = if record.sent {
            Look::AfterLost
        } else {
            Look::Before
        };
        let seen = match change.look(at, why, record).await {
            Ok(seen) => seen,
            Err(error) => return record.unreadable(error),
        };
        change.note(&seen, record);
        match change.judge(&seen, None) {
            Judgement::Ready => {}
            Judgement::InPlace(left) => return record.in_place(left),
            Judgement::Forbidden(reason) => return Ending::said(Outcome::Failed, reason),
            Judgement::Stale(what) if record.sent => {
                return Ending::said(
                    Outcome::Failed,
                    format!("a write was sent, its answer was lost, and now {what}"),
                );
            }
            Judgement::Stale(what) => return Ending::said(Outcome::Stale, what),
        }
        if let Some(end) = patience.stopped(record) {
            return end;
        }
        let failure = match change.send(at, &seen, record).await {
            Ok(Confirmed {
                status,
                request_id,
                other,
            }) => {
                record.sent = true;
                record.status = Some(status);
                record.request_id = request_id;
                return match other {
                    None => settle(change, at, patience, &seen, record).await,
                    Some(other) => Ending::said(Outcome::Failed, other),
                };
            }
            Err(Unwritten::Gap(gap)) => return Ending::said(Outcome::Failed, gap.to_string()),
            Err(Unwritten::Failed(failure)) => failure,
        };
        let is_final = change.refusal_is_final();
        match patience.after(failure, is_final, &mut tries, record).await {
            AfterFailure::LookAgain => {}
            AfterFailure::Report(error) => return refused(change, at, error, record).await,
        }
    }
}

/// Reads an org until it is as a confirmed write left it.
async fn settle<A, C: Convergent<A>>(
    change: &C,
    at: &A,
    patience: Patience<'_>,
    sent: &C::Seen,
    record: &mut StepRecord,
) -> Ending {
    let mut last = Ending::said(Outcome::Failed, "");
    for pause in SETTLE {
        patience.clock.sleep(pause).await;
        last = match change.look(at, Look::Settling, record).await {
            Ok(now) => {
                change.note(&now, record);
                match change.judge(&now, Some(sent)) {
                    Judgement::InPlace(left) => return record.in_place(left),
                    Judgement::Ready | Judgement::Stale(_) | Judgement::Forbidden(_) => {
                        Ending::said(Outcome::Failed, change.falls_short(&now, sent))
                    }
                }
            }
            Err(error) => Ending {
                outcome: Outcome::Failed,
                text: Some(format!(
                    "Okta confirmed it, but the result can't be read: {error}"
                )),
                cause: Some(error),
            },
        };
        if patience.stop.is_cancelled() {
            break;
        }
    }
    last
}

/// A write was refused or given up: looks once more, so that the report says what is there. Somebody else may have done the
/// same, an earlier attempt may have arrived, or a part may have been carried out.
async fn refused<A, C: Convergent<A>>(
    change: &C,
    at: &A,
    error: Error,
    record: &mut StepRecord,
) -> Ending {
    let Ok(now) = change.look(at, Look::AfterRefusal, record).await else {
        return record.unreadable(error);
    };
    change.note(&now, record);
    match change.judge(&now, None) {
        Judgement::InPlace(Leftover { products, text }) => {
            let holds = "and yet the org is as the step wants it";
            let text = match text {
                None if record.sent => {
                    return told(record.in_place(Leftover { products, text }), &error, holds);
                }
                other => other,
            };
            record.in_place(Leftover { products, text })
        }
        Judgement::Stale(what) => Ending::failed(error).and(&format!("and now {what}")),
        Judgement::Ready | Judgement::Forbidden(_) => Ending::failed(error),
    }
}

/// An end that isn't a failure, with the error that came before it.
fn told(mut end: Ending, error: &Error, more: &str) -> Ending {
    end.text = Some(format!("{error}; {more}"));
    end
}

impl Patience<'_> {
    /// Decides after a failed write; waits where that is the decision.
    async fn after(
        &self,
        failure: WriteError,
        is_final: bool,
        tries: &mut Tries,
        record: &mut StepRecord,
    ) -> AfterFailure {
        let error = match failure {
            // The refused write had no effect.
            WriteError::TokenRenewed(error) => {
                if tries.renewed() {
                    return AfterFailure::LookAgain;
                }
                error
            }
            WriteError::Failed(error) => error,
        };
        if error.status().is_some() {
            record.status = error.status();
            record.request_id = error.request_id().map(str::to_owned);
        }
        record.sent |= error.may_have_had_effect(is_final);
        match tries.failed(error.symptom(), fastrand::f64()) {
            Some(pause) if !self.stop.is_cancelled() => {
                tracing::info!(%error, ?pause, "looking what became of the write");
                tokio::select! {
                    () = self.clock.sleep(pause) => {}
                    () = self.stop.cancelled() => {}
                }
                AfterFailure::LookAgain
            }
            Some(_) | None => AfterFailure::Report(error),
        }
    }

    /// Nothing is sent once the user wants the run to end; the record tells whether something was sent before.
    fn stopped(&self, record: &StepRecord) -> Option<Ending> {
        if !self.stop.is_cancelled() {
            None
        } else if record.sent {
            Some(Ending::said(
                Outcome::Failed,
                "a write was sent, its answer was lost, and it shows no effect so far; the run was interrupted before it was sent again",
            ))
        } else {
            Some(Ending::failed(Error::from(http::HttpError::Interrupted)))
        }
    }
}
