//! One step: read the org again, compare with what the plan saw, send at most one write at a time, see it hold.
//!
//! Whatever happens to a write, the next thing is a read: it tells whether the write arrived, whether somebody else changed
//! the org, and whether there is anything left to do.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use super::{orgs, products};
use crate::aerial::retry::{Effect, Verdict, classify};
use crate::aerial::{Error, WriteError, Writer};
use crate::clock::Clock;
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

/// So many 429s for one step, each after the wait that the server asked for, are enough.
const MAX_THROTTLES: u32 = 30;

/// What every step needs.
pub(super) struct Room<'a> {
    pub(super) writer: &'a Writer,
    pub(super) clock: &'a dyn Clock,
    pub(super) stop: &'a CancellationToken,
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
    pub(super) attempt: u32,
    pub(super) throttles: u32,
    pub(super) renewals: u32,
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
    pub(super) hint: Option<String>,
}

impl End {
    pub(super) fn plain(outcome: Outcome) -> Self {
        Self {
            outcome,
            error: None,
            hint: None,
        }
    }

    pub(super) fn said(outcome: Outcome, error: impl Into<String>) -> Self {
        Self {
            outcome,
            error: Some(error.into()),
            hint: None,
        }
    }

    /// An error that wasn't the user's wish is a failure.
    pub(super) fn failed(error: &Error) -> Self {
        if *error == Error::Interrupted {
            return Self::said(
                Outcome::Skipped,
                "the run was interrupted before this was sent",
            );
        }
        Self {
            outcome: Outcome::Failed,
            error: Some(error.to_string()),
            hint: error.hint(),
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
        attempt: 1,
        throttles: 0,
        renewals: 0,
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
        hint: end.hint,
    }
}

impl Room<'_> {
    /// Decides after a failed write; waits where that is the decision.
    pub(super) async fn after_failure(&self, failure: WriteError, log: &mut Log) -> AfterFailure {
        let error = match failure {
            // The refused write had no effect. One new token and one DPoP nonce are
            // enough: a further refusal has another reason.
            WriteError::TokenRenewed(_) if log.renewals < 2 => {
                log.renewals += 1;
                return AfterFailure::LookAgain;
            }
            WriteError::TokenRenewed(error) | WriteError::Failed(error) => error,
        };
        log.status = error.status();
        log.request_id = error.request_id().map(str::to_owned);
        let unsent = matches!(
            error,
            Error::Network { unsent: true, .. }
                | Error::Auth(_)
                | Error::WaitTooLong { .. }
                | Error::Interrupted
        );
        let refused = error
            .status()
            .is_some_and(|status| (400..500).contains(&status));
        log.sent |= !unsent && !refused;
        let throttled = error.status() == Some(429);
        log.throttles += u32::from(throttled);
        let verdict = classify(Effect::Write, &error, log.attempt, fastrand::f64());
        log.attempt += u32::from(!throttled);
        match verdict {
            Verdict::LookFirst(pause) | Verdict::Retry(pause)
                if log.throttles < MAX_THROTTLES && !self.stop.is_cancelled() =>
            {
                tracing::info!(%error, ?pause, "looking what became of the write");
                tokio::select! {
                    () = self.clock.sleep(pause) => {}
                    () = self.stop.cancelled() => {}
                }
                AfterFailure::LookAgain
            }
            Verdict::LookFirst(_) | Verdict::Retry(_) | Verdict::GiveUp => {
                AfterFailure::Report(error)
            }
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
            Some(End::failed(&Error::Interrupted))
        }
    }

    pub(super) async fn products(&self, id: &OrgId) -> Result<BTreeSet<ProductId>, Error> {
        let products = self.writer.reader().products(id).await?;
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
