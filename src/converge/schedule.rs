//! Which steps may start, given how the others ended: a pure state machine.

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::{Nature, Step, StepId};
use crate::receipt::Outcome;

/// Steps on their way through a plan.
#[derive(Debug)]
pub(super) struct Schedule<'a> {
    steps: &'a [Step],
    /// The first step that hasn't been given out; of those after it, the ones that have been are in `given`.
    cursor: usize,
    given: BTreeSet<StepId>,
    /// The phase of each running step.
    running: BTreeMap<StepId, u8>,
    ended: BTreeMap<StepId, Outcome>,
    /// The first step of the plan because of which nothing is taken away any more.
    broken_by: Option<StepId>,
}

/// What to do next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next<'a> {
    /// Run this step.
    Start(&'a Step),
    /// Don't run this step, because of another one, and say why.
    Skip(&'a Step, StepId, String),
    /// A running step must end first.
    Wait,
    /// Every step has ended.
    Done,
}

impl<'a> Schedule<'a> {
    /// All steps of a plan, in its order.
    #[must_use]
    pub(super) fn new(steps: &'a [Step]) -> Self {
        Self {
            steps,
            cursor: 0,
            given: BTreeSet::new(),
            running: BTreeMap::new(),
            ended: BTreeMap::new(),
            broken_by: None,
        }
    }

    /// The next thing to do. A phase starts when every step of the one before has ended.
    #[must_use]
    pub(super) fn advance(&mut self) -> Next<'a> {
        let Some(first) = self.steps.get(self.cursor) else {
            return if self.running.is_empty() {
                Next::Done
            } else {
                Next::Wait
            };
        };
        let phase = first.kind().phase();
        if self.running.values().any(|running| *running < phase) {
            return Next::Wait;
        }
        let Some(step) = self.next_of(phase) else {
            return Next::Wait;
        };
        self.give(step);
        if let Some((because, reason)) = self.obstacle(step) {
            return Next::Skip(step, because, reason);
        }
        self.running.insert(step.id, phase);
        Next::Start(step)
    }

    /// The first step of a phase that waits for none that is still to end: inside of an org one object comes after another,
    /// while other orgs go on.
    fn next_of(&self, phase: u8) -> Option<&'a Step> {
        let rest = self.steps.get(self.cursor..).unwrap_or_default();
        let of_phase = rest.iter().take_while(|step| step.kind().phase() == phase);
        let mut left = of_phase.filter(|step| !self.given.contains(&step.id));
        left.find(|step| {
            let mut before = step.depends_on.iter();
            before.all(|id| self.ended.contains_key(id))
        })
    }

    fn give(&mut self, step: &Step) {
        self.given.insert(step.id);
        while let Some(first) = self.steps.get(self.cursor)
            && self.given.remove(&first.id)
        {
            self.cursor += 1;
        }
    }

    fn obstacle(&self, step: &Step) -> Option<(StepId, String)> {
        let broken = step
            .depends_on
            .iter()
            .find(|id| !self.ended.get(id).is_some_and(|outcome| outcome.holds()));
        if let Some(id) = broken {
            return Some((*id, format!("step {id} of the same org did not succeed")));
        }
        if step.kind().row().nature == Nature::Takes
            && let Some(id) = self.broken_by
        {
            let reason =
                format!("nothing is taken away after a step that did not succeed (step {id})");
            return Some((id, reason));
        }
        None
    }

    /// Takes note of how a step ended, whether it ran or was skipped.
    pub(super) fn ended(&mut self, step: &Step, outcome: Outcome) {
        self.running.remove(&step.id);
        self.ended.insert(step.id, outcome);
        let nature = step.kind().row().nature;
        // A stale removal is one org's matter; a stale addition means that not everything is in place.
        let breaks = match outcome {
            Outcome::Failed => nature != Nature::Configures,
            Outcome::Stale | Outcome::Skipped => {
                matches!(nature, Nature::Adds | Nature::Replaces)
            }
            Outcome::Applied | Outcome::Unchanged | Outcome::Deferred => false,
        };
        if breaks {
            let first = self.broken_by.map_or(step.id, |before| before.min(step.id));
            self.broken_by = Some(first);
        }
    }

    /// The steps that nobody has started, for a run that ends early.
    pub(super) fn rest(&mut self) -> impl Iterator<Item = &'a Step> + use<'a> {
        let rest = self.steps.get(self.cursor..).unwrap_or_default();
        self.cursor = self.steps.len();
        let given = std::mem::take(&mut self.given);
        rest.iter().filter(move |step| !given.contains(&step.id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Kind;
    use crate::plan::world::{account, desired, inactive, inside, org, planned};

    fn steps() -> Vec<Step> {
        let desired = desired(
            "guardrails: {maxDeactivated: 1}",
            &[
                "{domain: a.okta.com, status: active, products: [P1]}",
                "{domain: b.okta.com, products: [P1]}",
                "{domain: c.okta.com, products: [P2]}",
                "{domain: d.okta.com, products: []}",
                "{domain: e.okta.com, products: []}",
                "{domain: f.okta.com, status: inactive}",
            ],
        );
        let steps = planned(
            &desired,
            &account(vec![
                inactive("a", ""),
                org("b", ""),
                org("c", "P1"),
                org("d", "P1"),
                org("e", "P1"),
                org("f", ""),
            ]),
        )
        .steps;
        let kinds: Vec<Kind> = steps.iter().map(Step::kind).collect();
        use Kind::{Activate, Deactivate, Disable, Enable, Swap};
        assert_eq!(
            kinds,
            [Activate, Enable, Enable, Swap, Disable, Disable, Deactivate]
        );
        steps
    }

    /// Runs all steps, one at a time, ending each as `outcome` says; the ids of those that were started.
    fn started(steps: &[Step], outcome: impl Fn(u32) -> Outcome) -> Vec<u32> {
        let mut schedule = Schedule::new(steps);
        let mut started = Vec::new();
        loop {
            match schedule.advance() {
                Next::Start(step) => {
                    started.push(step.id.0);
                    schedule.ended(step, outcome(step.id.0));
                }
                Next::Skip(step, _, _) => schedule.ended(step, Outcome::Skipped),
                Next::Done => return started,
                Next::Wait => panic!("nothing runs, so nothing is to be waited for"),
            }
        }
    }

    #[test]
    fn promise_3_what_starts_after_which_end() {
        let after = |step: u32, outcome: Outcome| {
            started(&steps(), |id| {
                if id == step {
                    outcome
                } else {
                    Outcome::Applied
                }
            })
        };
        let all = vec![1, 2, 3, 4, 5, 6, 7];
        for fine in [Outcome::Applied, Outcome::Unchanged, Outcome::Deferred] {
            assert_eq!(after(1, fine), all);
        }
        for broken in [Outcome::Failed, Outcome::Stale] {
            // The rest of its org is skipped, other orgs' additions go on, removals stop.
            assert_eq!(after(1, broken), [1, 3, 4], "{broken:?}");
            assert_eq!(after(3, broken), [1, 2, 3, 4], "{broken:?}");
            assert_eq!(after(4, broken), [1, 2, 3, 4], "{broken:?}");
        }
        assert_eq!(after(5, Outcome::Failed), [1, 2, 3, 4, 5]);
        assert_eq!(after(5, Outcome::Stale), all, "one org's matter");
    }

    #[test]
    fn promise_3_a_phase_waits_for_the_one_before() {
        let steps = steps();
        let mut schedule = Schedule::new(&steps);
        let Next::Start(activate) = schedule.advance() else {
            panic!("the first step starts");
        };
        assert_eq!(schedule.advance(), Next::Wait);
        schedule.ended(activate, Outcome::Applied);
        // Steps of one phase run side by side.
        assert!(matches!(schedule.advance(), Next::Start(step) if step.id == StepId(2)));
        assert!(matches!(schedule.advance(), Next::Start(step) if step.id == StepId(3)));
        assert_eq!(schedule.advance(), Next::Wait);
        let rest: Vec<u32> = schedule.rest().map(|step| step.id.0).collect();
        assert_eq!(rest, [4, 5, 6, 7]);
    }

    #[test]
    fn promise_3_inside_of_an_org_one_object_comes_after_another_and_others_go_on() {
        let desired = desired(
            "baselines: {standard: {zones: {A: {}}, groups: {G: {}}}}",
            &[
                "{domain: a.okta.com, baseline: standard}",
                "{domain: b.okta.com, baseline: standard}",
                "{domain: c.okta.com, products: []}",
            ],
        );
        let mut live = account(vec![org("a", ""), org("b", ""), org("c", "P1")]);
        live.insides = [inside("a", &[]), inside("b", &[])].into();
        let steps = planned(&desired, &live).steps;
        let mut schedule = Schedule::new(&steps);
        let start = |schedule: &mut Schedule<'_>| {
            let Next::Start(step) = schedule.advance() else {
                panic!("a step starts");
            };
            step.id.0
        };
        assert_eq!((start(&mut schedule), start(&mut schedule)), (1, 3));
        assert_eq!(schedule.advance(), Next::Wait);
        schedule.ended(&steps[2], Outcome::Applied);
        assert_eq!(start(&mut schedule), 4);
        schedule.ended(&steps[0], Outcome::Failed);
        // The rest of its org isn't tried; removals of other orgs are.
        assert!(
            matches!(schedule.advance(), Next::Skip(step, StepId(1), _) if step.id == StepId(2))
        );
        schedule.ended(&steps[1], Outcome::Skipped);
        assert_eq!(schedule.advance(), Next::Wait);
        let rest: Vec<u32> = schedule.rest().map(|step| step.id.0).collect();
        assert_eq!(rest, [5]);
    }
}
