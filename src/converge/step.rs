//! One step: read the org again, compare with what the plan saw, send at most one write at a time, see it hold.
//!
//! Whatever happens to a write, the next thing is a read: it tells whether the write arrived, whether somebody else changed
//! the org, and whether there is anything left to do.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use super::{orgs, products};
use crate::aerial::{Error, Reader, WriteError, Writer};
use crate::clock::Clock;
use crate::http::retry::Tries;
use crate::http::{self, Failure as _};
use crate::ids::{OrgId, ProductId};
use crate::plan::{Change, OrgRef, Step};
use crate::receipt::{Outcome, StepEnded};
use tokio_util::sync::CancellationToken;

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

/// What every step needs.
pub(super) struct Room<'a> {
    pub(super) writer: &'a Writer,
    pub(super) clock: &'a dyn Clock,
    pub(super) stop: &'a CancellationToken,
    /// What to do about an error.
    pub(super) advise: fn(&Error) -> Option<String>,
}

/// What is known about a step while it runs.
pub(super) struct Log {
    pub(super) started_at: SystemTime,
    pub(super) status: Option<u16>,
    pub(super) request_id: Option<String>,
    pub(super) before: Option<BTreeSet<ProductId>>,
    pub(super) after: Option<BTreeSet<ProductId>>,
    pub(super) deferred: BTreeSet<ProductId>,
    pub(super) org: OrgRef,
    /// Whether a write of this step may have arrived.
    pub(super) sent: bool,
    pub(super) tries: Tries,
}

impl Log {
    /// The org is as the step wants it: by a write of this step, or anyway.
    pub(super) fn in_place(&self) -> End {
        End::plain(if self.sent {
            Outcome::Applied
        } else {
            Outcome::Unchanged
        })
    }
}

/// How a step ended, in short.
pub(super) struct End {
    pub(super) outcome: Outcome,
    pub(super) error: Option<String>,
    pub(super) cause: Option<Error>,
}

impl End {
    pub(super) fn plain(outcome: Outcome) -> Self {
        Self {
            outcome,
            error: None,
            cause: None,
        }
    }

    pub(super) fn said(outcome: Outcome, error: impl Into<String>) -> Self {
        Self {
            outcome,
            error: Some(error.into()),
            cause: None,
        }
    }

    /// An error that wasn't the user's wish is a failure.
    pub(super) fn failed(error: &Error) -> Self {
        if error.is_interruption() {
            return Self::said(
                Outcome::Skipped,
                "the run was interrupted before this was sent",
            );
        }
        Self {
            outcome: Outcome::Failed,
            error: Some(error.to_string()),
            cause: Some(error.clone()),
        }
    }
}

/// What to do after a write that has no good answer.
pub(super) enum AfterFailure {
    LookAgain,
    Report(Error),
}

/// Runs one step on an org; `id` is the org's, if it is known by now.
pub(super) async fn run(room: &Room<'_>, step: &Step, id: Option<OrgId>) -> StepEnded {
    let mut log = Log {
        started_at: room.clock.now(),
        status: None,
        request_id: None,
        before: None,
        after: None,
        deferred: BTreeSet::new(),
        org: OrgRef {
            id: step.org.id.clone().or(id),
            domain: step.org.domain.clone(),
        },
        sent: false,
        tries: Tries::default(),
    };
    let end = match (&step.change, log.org.id.clone()) {
        (Change::Link { key, after, .. }, _) => orgs::link(room, step, key, after, &mut log).await,
        (Change::Status(wanted), Some(id)) => orgs::status(room, &id, *wanted, &mut log).await,
        (Change::Products { before, after }, Some(id)) => {
            products::replace(room, &id, before, after, &mut log).await
        }
        (Change::AddToLinked { enable, tolerance }, Some(id)) => {
            products::add(room, &id, enable, tolerance, &mut log).await
        }
        (Change::Status(_) | Change::Products { .. } | Change::AddToLinked { .. }, None) => {
            End::said(Outcome::Failed, "the org's id never became known")
        }
    };
    StepEnded {
        id: step.id,
        kind: step.kind(),
        org: log.org,
        outcome: end.outcome,
        status: log.status,
        request_id: log.request_id,
        before: log.before,
        after: log.after,
        deferred: log.deferred,
        started_at: log.started_at,
        took: room
            .clock
            .now()
            .duration_since(log.started_at)
            .unwrap_or_default(),
        error: end.error,
        hint: end.cause.as_ref().and_then(room.advise),
    }
}

impl Room<'_> {
    /// Decides after a failed write; waits where that is the decision.
    pub(super) async fn after_failure(&self, failure: WriteError, log: &mut Log) -> AfterFailure {
        let error = match failure {
            // The refused write had no effect.
            WriteError::TokenRenewed(error) => {
                if log.tries.renewed() {
                    return AfterFailure::LookAgain;
                }
                error
            }
            WriteError::Failed(error) => error,
        };
        log.status = error.status();
        log.request_id = error.request_id().map(str::to_owned);
        log.sent |= error.may_have_had_effect();
        match log.tries.failed(error.symptom(), fastrand::f64()) {
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

    /// What reads the org: once a write may have arrived, what became of it is read though the run is to end.
    pub(super) fn reader(&self, log: &Log) -> &Reader {
        if log.sent {
            self.writer.verifier()
        } else {
            self.writer.reader()
        }
    }

    /// Nothing is sent once the user wants the run to end; `log` tells whether something was sent before.
    pub(super) fn stopped(&self, log: &Log) -> Option<End> {
        if !self.stop.is_cancelled() {
            None
        } else if log.sent {
            Some(End::said(
                Outcome::Failed,
                "a write was sent, its answer was lost, and it shows no effect so far; the run was interrupted before it was sent again",
            ))
        } else {
            Some(End::failed(&Error::from(http::Error::Interrupted)))
        }
    }

    pub(super) async fn products(
        &self,
        id: &OrgId,
        log: &Log,
    ) -> Result<BTreeSet<ProductId>, Error> {
        let products = self.reader(log).products(id).await?;
        Ok(products.into_keys().collect())
    }
}

/// A read failed: nothing more is sent, and what was sent before may have arrived.
pub(super) fn unreadable(error: &Error, log: &Log) -> End {
    let mut end = End::failed(error);
    if log.sent {
        end.outcome = Outcome::Failed;
        end.error = Some(format!(
            "a write was sent, and what became of it can't be read: {error}"
        ));
    }
    end
}
