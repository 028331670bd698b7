//! How long a write is waited for: to show, to be heard of again, to be sent again.

use std::time::{Duration, SystemTime};

use tokio_util::sync::CancellationToken;

use super::record::StepRecord;
use crate::aerial::{Error, WriteError};
pub(super) use crate::aerial::{LONGEST, LOST, SETTLE};
use crate::clock::Clock;
use crate::http::Failure as _;
use crate::http::retry::Tries;

/// Time, and the user's wish that the run ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience<'a> {
    pub(super) clock: &'a dyn Clock,
    pub(super) stop: &'a CancellationToken,
}

/// What to do after a write that has no good answer.
pub(super) enum AfterFailure {
    LookAgain(Patient),
    Report(Error),
}

/// Whether the org is looked at several times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Patient {
    /// A write may show a little later.
    Yes,
    /// Nothing is awaited.
    No,
}

impl Patient {
    /// After a write that failed like this. A refusal is an answer: nothing comes of it later.
    pub(super) fn after(error: &Error) -> Self {
        if error.may_have_had_effect(true) {
            Self::Yes
        } else {
            Self::No
        }
    }
}

impl Patience<'_> {
    /// Waits, no longer than until the run is to end.
    pub(super) async fn sleep(&self, pause: Duration) {
        tokio::select! {
            () = self.clock.sleep(pause) => {}
            () = self.stop.cancelled() => {}
        }
    }

    /// Whether the run is to end: nothing more is sent.
    pub(super) fn is_over(&self) -> bool {
        self.stop.is_cancelled()
    }

    pub(super) fn since(&self, started: SystemTime) -> Duration {
        let now = self.clock.now();
        now.duration_since(started).unwrap_or_default()
    }

    pub(super) fn has_had(&self, time: Duration, started: SystemTime) -> bool {
        self.since(started) >= time
    }

    /// Decides after a failed write; waits where that is the decision.
    pub(super) async fn after(
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
                    return AfterFailure::LookAgain(Patient::No);
                }
                error
            }
            WriteError::Failed(error) => error,
        };
        record.status = error.status().or(record.status);
        record.request_id = error
            .request_id()
            .map(str::to_owned)
            .or_else(|| record.request_id.take());
        record.sent |= error.may_have_arrived();
        if error.may_have_had_effect(is_final) {
            record.acted = true;
            record.after = None; // what was seen before it tells nothing any more
        }
        let patient = Patient::after(&error);
        if patient == Patient::Yes {
            let lost_at = *record.lost_at.get_or_insert(self.clock.now());
            if self.has_had(LONGEST, lost_at) {
                return AfterFailure::Report(error);
            }
        }
        match tries.failed(error.symptom(), fastrand::f64()) {
            Some(pause) if !self.is_over() => {
                tracing::info!(%error, ?pause, "looking what became of the write");
                self.sleep(pause).await;
                AfterFailure::LookAgain(patient)
            }
            Some(_) | None => AfterFailure::Report(error),
        }
    }
}
