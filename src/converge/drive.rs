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
//! the org, and whether there is anything left to do. After a lost answer it is several, until something shows.

use super::judge::{Judge, Judgement, Since};
use super::patience::{AfterFailure, LONGEST, LOST, Patience, Patient, SETTLE};
use super::record::{Ending, StepRecord};
use crate::aerial::{Error, WriteAnswer, WriteError};
use crate::http;
use crate::http::retry::Tries;
use crate::plan::Gap;
use crate::receipt::Outcome;

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
    /// What the answer is about, where that is something else than was asked for: the step ends with it.
    pub(super) other: Option<String>,
    /// What is odd about the answer, though the org itself has the last word.
    pub(super) aside: Option<String>,
}

impl From<&WriteAnswer> for Confirmed {
    fn from(answer: &WriteAnswer) -> Self {
        Self {
            status: answer.status(),
            request_id: answer.request_id(),
            other: None,
            aside: None,
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

/// Carries out one change.
pub(super) async fn drive<A, C: Convergent<A>>(
    change: &C,
    at: &A,
    patience: Patience<'_>,
    record: &mut StepRecord,
) -> Ending {
    let mut tries = Tries::default();
    let mut before: Option<C::Seen> = None;
    let mut patient = Patient::No;
    loop {
        let why = match before {
            Some(_) => Look::AfterLost,
            None => Look::Before,
        };
        let since = before.as_ref().map_or(Since::Nothing, Since::Unclear);
        let found = look(change, at, patience, (why, patient), since, record).await;
        let (seen, judgement) = match found {
            Ok(found) => found,
            Err(error) => return record.unreadable(error),
        };
        match judgement {
            Judgement::Ready if record.acted && !change.is_repeatable() => {
                return Ending::said(
                    Outcome::Failed,
                    "a write was sent, and its answer was lost: nothing shows whether it was heard, so it isn't sent again",
                );
            }
            Judgement::Ready => {}
            Judgement::InPlace(left) => return record.in_place(left),
            Judgement::Forbidden(reason) => return Ending::said(Outcome::Failed, reason),
            Judgement::Stale(what) if record.acted => {
                return Ending::said(
                    Outcome::Failed,
                    format!("a write was sent, its answer was lost, and now {what}"),
                );
            }
            Judgement::Stale(what) => return Ending::said(Outcome::Stale, what),
        }
        if patience.is_over() {
            return record.failed(Error::from(http::HttpError::Interrupted));
        }
        let failure = match change.send(at, &seen, record).await {
            Ok(Confirmed {
                status,
                request_id,
                other,
                aside,
            }) => {
                (record.sent, record.acted) = (true, true);
                record.aside = aside;
                record.status = Some(status);
                record.request_id = request_id;
                let before = before.unwrap_or(seen);
                return match other {
                    None => settle(change, at, patience, &before, record).await,
                    Some(other) => Ending::said(Outcome::Failed, other),
                };
            }
            Err(Unwritten::Gap(gap)) => return Ending::said(Outcome::Failed, gap.to_string()),
            Err(Unwritten::Failed(failure)) => failure,
        };
        let is_final = change.refusal_is_final();
        let after = patience.after(failure, is_final, &mut tries, record).await;
        if record.acted {
            before.get_or_insert(seen);
        }
        match after {
            AfterFailure::LookAgain(next) => patient = next,
            AfterFailure::Report(error) => {
                let since = before.as_ref().map_or(Since::Nothing, Since::Unclear);
                return refused(change, at, patience, error, since, record).await;
            }
        }
    }
}

/// Looks at the org and judges it: several times, where a write of this step may show a little later.
async fn look<A, C: Convergent<A>>(
    change: &C,
    at: &A,
    patience: Patience<'_>,
    (why, patient): (Look, Patient),
    since: Since<'_, C::Seen>,
    record: &mut StepRecord,
) -> Result<(C::Seen, Judgement), Error> {
    let started = patience.clock.now();
    let patient = patient == Patient::Yes && change.shows();
    let mut pauses = LOST.into_iter().take(if patient { LOST.len() } else { 1 });
    loop {
        patience.sleep(pauses.next().unwrap_or_default()).await;
        let seen = change.look(at, why, record).await?;
        change.note(&seen, record);
        let judgement = change.judge(&seen, since);
        let enough = pauses.len() == 0 || patience.is_over() || patience.has_had(LONGEST, started);
        if judgement != Judgement::Ready || enough {
            return Ok((seen, judgement));
        }
    }
}

/// Reads an org until it is as a confirmed write left it.
async fn settle<A, C: Convergent<A>>(
    change: &C,
    at: &A,
    patience: Patience<'_>,
    before: &C::Seen,
    record: &mut StepRecord,
) -> Ending {
    let started = patience.clock.now();
    let mut pauses = SETTLE.into_iter();
    loop {
        let pause = pauses.next();
        patience.sleep(pause.unwrap_or_default()).await;
        let short = match change.look(at, Look::Settling, record).await {
            Ok(now) => {
                change.note(&now, record);
                match change.judge(&now, Since::Confirmed(before)) {
                    Judgement::InPlace(left) => return record.in_place(left),
                    Judgement::Ready | Judgement::Stale(_) | Judgement::Forbidden(_) => {
                        Ending::said(Outcome::Failed, change.falls_short(&now, before))
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
        if patience.is_over() {
            return short.and("the run was interrupted before it showed");
        }
        if pauses.len() == 0 {
            return short;
        }
        if patience.has_had(LONGEST, started) {
            let spent = patience.since(started).as_secs();
            return short.and(&format!("looking took {spent} s, so it ends here"));
        }
    }
}

/// A write was refused or given up: looks once more, so that the report says what is there. Somebody else may have done the
/// same, an earlier attempt may have arrived, or a part may have been carried out.
async fn refused<A, C: Convergent<A>>(
    change: &C,
    at: &A,
    patience: Patience<'_>,
    error: Error,
    since: Since<'_, C::Seen>,
    record: &mut StepRecord,
) -> Ending {
    let why = (Look::AfterRefusal, Patient::after(&error));
    let judgement = match look(change, at, patience, why, since, record).await {
        Ok((_, judgement)) => judgement,
        Err(unread) if unread.is_interruption() && !record.acted => return record.failed(error),
        Err(unread) => {
            let more = format!("and what is there now can't be read: {unread}");
            return record.failed(error).and(&more);
        }
    };
    match judgement {
        Judgement::InPlace(left) => {
            let held = record.in_place(left);
            if held.text.is_none() && record.acted {
                return Ending {
                    text: Some(format!("{error}; and yet the org is as the step wants it")),
                    ..held
                };
            }
            held
        }
        Judgement::Stale(what) => record.failed(error).and(&format!("and now {what}")),
        Judgement::Ready | Judgement::Forbidden(_) => record.failed(error),
    }
}
