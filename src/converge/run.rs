//! The loop: starts what may start, reports what ended.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;
use tokio_util::sync::CancellationToken;

use super::patience::Patience;
use super::record::{Ending, StepRecord};
use super::schedule::{NewOrgs, Next, Schedule};
use super::step;
use super::waves::{self, Halt, WaveSight};
use super::writers::{OtherAccount, Writers};
use crate::aerial::{Error, Writer};
use crate::clock::Clock;
use crate::http::pace::MAX_IN_FLIGHT;
use crate::ids::{OrgId, OrgName, Wave};
use crate::org::OrgHosts;
use crate::plan::fields::ObjectIds;
use crate::plan::{Approved, Step, StepId, of_plan};
use crate::receipt::{Begun, Ended, Event, Outcome, Started, StepEnded, TouchedObject};

/// What came of a run.
#[derive(Debug)]
pub struct Converged {
    /// How many steps ended how.
    pub outcomes: BTreeMap<Outcome, usize>,
    /// Whether the user ended it early.
    pub interrupted: bool,
    /// Whether some write may have arrived.
    pub sent: bool,
    /// Why a wave was the last of the run, if one was.
    pub halted: Option<String>,
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
            && self.halted.is_none()
            && self.outcomes.keys().all(|outcome| match outcome {
                Outcome::Applied | Outcome::Unchanged => true,
                Outcome::Stale | Outcome::Deferred | Outcome::Failed | Outcome::Skipped => false,
            })
    }
}

/// When a run goes on, waits and ends.
#[derive(Debug, Clone, Copy)]
pub struct Timing<'a> {
    pub clock: &'a dyn Clock,
    /// The user's wish that it ends.
    pub stop: &'a CancellationToken,
    /// How long nothing is sent about an org that was created; other steps go on meanwhile.
    pub new_orgs: &'a NewOrgs,
}

/// Carries out a plan, on the account with its writer and on the hosts of orgs.
///
/// Each fact goes to `record` when it has happened, with the error behind it if there is one; when recording fails, no
/// further step starts. Where the plan's waves are taken in turn, `look` sees whether one holds before another begins.
///
/// # Errors
/// When the writer is another account's than the plan; nothing has been sent then.
pub async fn run(
    approved: &Approved,
    writer: Writer,
    orgs: Arc<OrgHosts>,
    timing: Timing<'_>,
    look: impl AsyncFn(&Wave) -> WaveSight,
    mut record: impl FnMut(&Event, Option<&Error>) -> io::Result<()>,
) -> Result<Converged, OtherAccount> {
    let Timing {
        clock,
        stop,
        new_orgs,
    } = timing;
    let patience = Patience { clock, stop };
    let plan = approved.plan();
    let writers = &Writers::open(plan, writer, orgs)?;
    let mut state = RunState::default();
    state.note(
        &Event::Started(Started {
            plan: of_plan(plan),
            account: plan.account.to_string(),
            server: plan.server.clone(),
            commit: plan.provenance.commit.clone(),
            steps: plan.steps.len(),
            allowed: plan.allowances.words(),
            at: clock.now(),
        }),
        None,
        &mut record,
    );
    let legs = plan.legs();
    let mut legs = legs.iter();
    let mut halt = None;
    let mut schedule = Schedule::new(&plan.steps, new_orgs, clock.now());
    let mut running: FuturesUnordered<LocalBoxFuture<'_, (&Step, Fact)>> = FuturesUnordered::new();
    while let Some(leg) = legs.next() {
        schedule.enter(leg.steps);
        if let Some(begun) = waves::begun(leg, clock) {
            state.note(&begun, None, &mut record);
        }
        loop {
            if stop.is_cancelled() || state.unrecorded.is_some() {
                break;
            }
            let mut until = None;
            if running.len() < MAX_IN_FLIGHT {
                match schedule.advance(clock.now()) {
                    Next::Start(step) => {
                        state.note(&begun(step, clock), None, &mut record);
                        if state.unrecorded.is_some() {
                            schedule.ended(step, Outcome::Skipped, clock.now());
                            let reason = "its beginning could not be recorded".to_owned();
                            let skipped = skipped(step, None, reason, clock);
                            state.ended(skipped, step, &mut record);
                            break;
                        }
                        let told = state.linked.get(&step.org).cloned();
                        let objects = state.objects_for(step);
                        running.push(Box::pin(async move {
                            let ended =
                                step::run(approved, writers, patience, step, told, objects).await;
                            (step, ended)
                        }));
                        continue;
                    }
                    Next::Skip(step, because, reason) => {
                        schedule.ended(step, Outcome::Skipped, clock.now());
                        let skipped = skipped(step, Some(because), reason, clock);
                        state.ended(skipped, step, &mut record);
                        continue;
                    }
                    Next::Done => break,
                    Next::Wait => {}
                    Next::WaitUntil(time) => until = Some(time),
                }
            }
            let next = match until {
                None => running.next().await,
                Some(time) => {
                    let time = time.duration_since(clock.now()).unwrap_or_default();
                    let ended = async {
                        match running.next().await {
                            Some(ended) => ended,
                            None => std::future::pending().await,
                        }
                    };
                    tokio::select! {
                        biased;
                        () = stop.cancelled() => continue,
                        ended = ended => Some(ended),
                        () = clock.sleep(time) => continue,
                    }
                }
            };
            let Some((step, ended)) = next else {
                break;
            };
            schedule.ended(step, ended.0.outcome, clock.now());
            state.ended(ended, step, &mut record);
        }
        if stop.is_cancelled() || state.unrecorded.is_some() {
            break;
        }
        let more = legs.as_slice().iter().any(|leg| !leg.steps.is_empty());
        let Some((ended, halted)) = waves::ended(leg, &schedule, more, patience, &look).await
        else {
            continue;
        };
        // A look that the user broke off has seen nothing.
        if stop.is_cancelled() {
            break;
        }
        state.note(&ended, None, &mut record);
        if halted.is_some() {
            halt = halted;
            break;
        }
    }
    // Interrupted, or nothing can be recorded any more: what is on its way finishes, the rest isn't started.
    while let Some((step, ended)) = running.next().await {
        state.ended(ended, step, &mut record);
    }
    let rest = legs.flat_map(|leg| leg.steps);
    for step in schedule.rest().chain(rest) {
        let (because, reason) = halt.as_ref().map_or_else(
            || (None, "the run ended before this was started".to_owned()),
            |halt: &Halt| (halt.because, halt.reason.clone()),
        );
        state.ended(skipped(step, because, reason, clock), step, &mut record);
    }
    // Whoever gave up while the last step finished got all of it.
    let interrupted = stop.is_cancelled() && state.is_unfinished();
    state.note(
        &Event::Ended(Ended {
            outcomes: state.outcomes.clone(),
            interrupted,
            at: clock.now(),
        }),
        None,
        &mut record,
    );
    Ok(Converged {
        outcomes: state.outcomes,
        interrupted,
        sent: state.sent,
        halted: halt.map(|halt| halt.reason),
        unrecorded: state.unrecorded,
    })
}

/// How a step ended, and the error behind it.
type Fact = (StepEnded, Option<Error>);

#[derive(Default)]
struct RunState {
    outcomes: BTreeMap<Outcome, usize>,
    /// The ids that link steps told, by what the plan calls the org.
    linked: BTreeMap<OrgName, OrgId>,
    /// The ids of objects that steps told, by org.
    objects: BTreeMap<OrgName, ObjectIds>,
    sent: bool,
    unrecorded: Option<io::Error>,
}

impl RunState {
    /// Whether a step that ended so far may not be as the plan wants it.
    fn is_unfinished(&self) -> bool {
        !self.outcomes.keys().all(|outcome| outcome.holds())
    }

    /// The ids that a step takes, of those that steps told.
    fn objects_for(&self, step: &Step) -> ObjectIds {
        let told = self.objects.get(&step.org).zip(step.configure());
        let Some((told, change)) = told else {
            return ObjectIds::new();
        };
        let needs = change.needs().into_iter();
        needs
            .filter_map(|name| Some((name.clone(), told.get(&name)?.clone())))
            .collect()
    }

    fn ended(
        &mut self,
        (ended, error): Fact,
        step: &Step,
        record: &mut impl FnMut(&Event, Option<&Error>) -> io::Result<()>,
    ) {
        *self.outcomes.entry(ended.outcome).or_default() += 1;
        self.sent |= ended.sent;
        if let Some(id) = ended.org.id() {
            self.linked.insert(step.org.clone(), id.clone());
        }
        if let Some(TouchedObject {
            name, id: Some(id), ..
        }) = &ended.object
        {
            let of_org = self.objects.entry(step.org.clone()).or_default();
            of_org.insert(name.clone(), id.clone());
        }
        self.note(&Event::Step(Box::new(ended)), error.as_ref(), record);
    }

    fn note(
        &mut self,
        event: &Event,
        error: Option<&Error>,
        record: &mut impl FnMut(&Event, Option<&Error>) -> io::Result<()>,
    ) {
        if let Err(error) = record(event, error)
            && self.unrecorded.is_none()
        {
            self.unrecorded = Some(error);
        }
    }
}

/// Recorded before anything of the step is sent: a run that is killed leaves no write without a trace.
fn begun(step: &Step, clock: &dyn Clock) -> Event {
    Event::Begun(Begun {
        id: step.id,
        kind: step.kind(),
        org: step.org.clone(),
        at: clock.now(),
    })
}

fn skipped(step: &Step, because: Option<StepId>, reason: String, clock: &dyn Clock) -> Fact {
    let now = clock.now();
    let record = StepRecord::of(step.org.clone(), None, now);
    let ended = record.ended(step, &Ending::said(Outcome::Skipped, reason), now);
    (StepEnded { because, ..ended }, None)
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;
    use crate::plan::world::{account, desired, org, planned};

    fn ended(state: &mut RunState, outcome: Outcome, sent: bool) {
        let file = desired("", &["{domain: a.okta.com, products: [P1]}"]);
        let plan = planned(&file, &account(vec![org("a", "")]));
        let step = &plan.steps[0];
        let now = SystemTime::UNIX_EPOCH;
        let mut record = StepRecord::of(step.org.clone(), None, now);
        record.sent = sent;
        let fact = record.ended(step, &Ending::said(outcome, ""), now);
        state.ended((fact, None), step, &mut |_, _| Ok(()));
    }

    #[test]
    fn what_ended_is_counted_and_a_write_once_sent_stays_sent() {
        let mut state = RunState::default();
        for (outcome, sent, unfinished) in [
            (Outcome::Unchanged, false, false),
            (Outcome::Applied, true, false),
            (Outcome::Deferred, false, false),
            (Outcome::Unchanged, false, false),
            (Outcome::Skipped, false, true),
        ] {
            ended(&mut state, outcome, sent);
            assert_eq!(state.sent, state.outcomes.contains_key(&Outcome::Applied));
            assert_eq!(state.is_unfinished(), unfinished, "{outcome:?}");
        }
        assert_eq!(state.outcomes[&Outcome::Unchanged], 2);
        for outcome in [Outcome::Failed, Outcome::Stale] {
            let mut state = RunState::default();
            ended(&mut state, outcome, false);
            assert!(state.is_unfinished(), "{outcome:?}");
        }
    }

    #[test]
    fn the_first_reason_why_nothing_is_recorded_is_kept() {
        let mut state = RunState::default();
        let event = Event::Ended(Ended {
            outcomes: BTreeMap::new(),
            interrupted: false,
            at: SystemTime::UNIX_EPOCH,
        });
        for why in ["full", "gone"] {
            state.note(&event, None, &mut |_, _| Err(io::Error::other(why)));
        }
        assert_eq!(state.unrecorded.unwrap().to_string(), "full");
    }

    #[test]
    fn a_run_is_complete_when_all_of_it_is_applied_or_was_there() {
        let of = |outcome| Converged {
            outcomes: [(Outcome::Applied, 2), (outcome, 1)].into(),
            interrupted: false,
            sent: true,
            halted: None,
            unrecorded: None,
        };
        assert!(of(Outcome::Unchanged).complete());
        for outcome in [
            Outcome::Stale,
            Outcome::Deferred,
            Outcome::Failed,
            Outcome::Skipped,
        ] {
            assert!(!of(outcome).complete(), "{outcome:?}");
        }
        let interrupted = Converged {
            interrupted: true,
            ..of(Outcome::Unchanged)
        };
        assert!(!interrupted.complete());
        let unrecorded = Converged {
            unrecorded: Some(io::Error::other("full")),
            ..of(Outcome::Unchanged)
        };
        assert!(!unrecorded.complete());
    }
}
