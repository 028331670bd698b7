//! The loop: starts what may start, reports what ended.

use std::collections::BTreeMap;
use std::io;

use futures_util::StreamExt as _;
use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;

use super::schedule::{Next, Schedule};
use super::step::{self, Room};
use crate::aerial::{self, Writer};
use crate::clock::Clock;
use crate::http::pace::MAX_IN_FLIGHT;
use crate::ids::OrgId;
use crate::plan::{Plan, Step, of_plan};
use crate::receipt::{Ended, Event, Outcome, Started, StepEnded};
use tokio_util::sync::CancellationToken;

/// What came of a run.
#[derive(Debug)]
pub struct Converged {
    /// How many steps ended how.
    pub outcomes: BTreeMap<Outcome, usize>,
    /// Whether the user ended it early.
    pub interrupted: bool,
    /// Why the record of it is incomplete, if it is. No step was started after that.
    pub unrecorded: Option<io::Error>,
}

impl Converged {
    /// How many steps ended like this.
    #[must_use]
    pub fn count(&self, outcome: Outcome) -> usize {
        self.outcomes.get(&outcome).copied().unwrap_or(0)
    }

    /// Whether every step was seen to hold, with nothing left to the next plan.
    #[must_use]
    pub fn complete(&self) -> bool {
        !self.interrupted
            && self.unrecorded.is_none()
            && self.outcomes.iter().all(|(outcome, count)| match outcome {
                Outcome::Applied | Outcome::Unchanged => true,
                Outcome::Stale | Outcome::Deferred | Outcome::Failed | Outcome::Skipped => {
                    *count == 0
                }
            })
    }
}

/// Carries out a plan. `advise` says what to do about an error. Each fact goes to `record` when it has happened; when recording fails, no further step starts.
pub async fn run(
    plan: &Plan,
    writer: &Writer,
    clock: &dyn Clock,
    stop: &CancellationToken,
    advise: fn(&aerial::Error) -> Option<String>,
    mut record: impl FnMut(&Event) -> io::Result<()>,
) -> Converged {
    let room = Room {
        writer,
        clock,
        stop,
        advise,
    };
    let mut state = State {
        outcomes: BTreeMap::new(),
        linked: BTreeMap::new(),
        unrecorded: None,
    };
    state.note(
        &Event::Started(Started {
            plan: of_plan(plan),
            account: plan.account.to_string(),
            commit: plan.provenance.commit.clone(),
            steps: plan.steps.len(),
            at: clock.now(),
        }),
        &mut record,
    );
    let mut schedule = Schedule::new(&plan.steps);
    let mut running: FuturesUnordered<LocalBoxFuture<'_, (&Step, StepEnded)>> =
        FuturesUnordered::new();
    loop {
        if stop.is_cancelled() || state.unrecorded.is_some() {
            break;
        }
        if running.len() < MAX_IN_FLIGHT {
            match schedule.advance() {
                Next::Start(step) => {
                    let id = state.linked.get(step.org.label()).cloned();
                    let room = &room;
                    running.push(Box::pin(
                        async move { (step, step::run(room, step, id).await) },
                    ));
                    continue;
                }
                Next::Skip(step, reason) => {
                    schedule.ended(step, Outcome::Skipped);
                    state.ended(skipped(step, reason, clock), step, &mut record);
                    continue;
                }
                Next::Done => break,
                Next::Wait => {}
            }
        }
        let Some((step, ended)) = running.next().await else {
            break;
        };
        schedule.ended(step, ended.outcome);
        state.ended(ended, step, &mut record);
    }
    // Interrupted, or nothing can be recorded any more: what is on its way finishes, the rest isn't started.
    while let Some((step, ended)) = running.next().await {
        state.ended(ended, step, &mut record);
    }
    for step in schedule.rest() {
        let reason = "the run ended before this was started".to_owned();
        state.ended(skipped(step, reason, clock), step, &mut record);
    }
    state.note(
        &Event::Ended(Ended {
            outcomes: state.outcomes.clone(),
            interrupted: stop.is_cancelled(),
            at: clock.now(),
        }),
        &mut record,
    );
    Converged {
        outcomes: state.outcomes,
        interrupted: stop.is_cancelled(),
        unrecorded: state.unrecorded,
    }
}

struct State {
    outcomes: BTreeMap<Outcome, usize>,
    /// The ids that link steps told, by the org's label in the plan.
    linked: BTreeMap<String, OrgId>,
    unrecorded: Option<io::Error>,
}

impl State {
    fn ended(
        &mut self,
        ended: StepEnded,
        step: &Step,
        record: &mut impl FnMut(&Event) -> io::Result<()>,
    ) {
        *self.outcomes.entry(ended.outcome).or_default() += 1;
        if let Some(id) = &ended.org.id {
            self.linked.insert(step.org.label().to_owned(), id.clone());
        }
        self.note(&Event::Step(Box::new(ended)), record);
    }

    fn note(&mut self, event: &Event, record: &mut impl FnMut(&Event) -> io::Result<()>) {
        if let Err(error) = record(event)
            && self.unrecorded.is_none()
        {
            self.unrecorded = Some(error);
        }
    }
}

fn skipped(step: &Step, reason: String, clock: &dyn Clock) -> StepEnded {
    StepEnded {
        id: step.id,
        kind: step.kind(),
        org: step.org.clone(),
        outcome: Outcome::Skipped,
        status: None,
        request_id: None,
        before: None,
        after: None,
        deferred: std::collections::BTreeSet::new(),
        started_at: clock.now(),
        took: std::time::Duration::ZERO,
        error: Some(reason),
        hint: None,
    }
}
