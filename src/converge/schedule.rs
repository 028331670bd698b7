//! Which steps may start, given how the others ended: a pure state machine.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use crate::plan::{Kind, Nature, Step, StepId};
use crate::receipt::Outcome;

/// Steps on their way through a plan.
#[derive(Debug)]
pub(super) struct Schedule<'a> {
    steps: &'a [Step],
    /// The first step that hasn't been given out or put aside.
    cursor: usize,
    /// Steps that were put aside: nothing may be sent about a new org for a while, and the others go on.
    aside: Vec<&'a Step>,
    /// How long a new org is left alone.
    new_org_wait: Duration,
    /// When what depends on a creation may start.
    not_before: BTreeMap<StepId, SystemTime>,
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
    /// This time must come first, or a running step end.
    WaitUntil(SystemTime),
    /// Every step has ended.
    Done,
}

impl<'a> Schedule<'a> {
    /// All steps of a plan, in its order.
    #[must_use]
    pub(super) fn new(steps: &'a [Step], new_org_wait: Duration) -> Self {
        Self {
            steps,
            cursor: 0,
            aside: Vec::new(),
            new_org_wait,
            not_before: BTreeMap::new(),
            running: BTreeMap::new(),
            ended: BTreeMap::new(),
            broken_by: None,
        }
    }

    /// The next thing to do. A phase starts when every step of the one before has ended or was put aside; nothing is taken
    /// away before all of those have ended as well.
    #[must_use]
    pub(super) fn advance(&mut self, now: SystemTime) -> Next<'a> {
        let ripe = self
            .aside
            .iter()
            .position(|step| self.held(step, now).is_none());
        if let Some(at) = ripe {
            let step = self.aside.remove(at);
            return self.go(step);
        }
        while let Some(step) = self.steps.get(self.cursor) {
            let phase = step.kind().phase();
            let earlier = self.running.values().any(|running| *running < phase);
            let takes = step.kind().row().nature == Nature::Takes;
            if earlier || (takes && !self.aside.is_empty()) {
                break;
            }
            self.cursor += 1;
            if self.held(step, now).is_some() {
                self.aside.push(step);
                continue;
            }
            return self.go(step);
        }
        let times = self.aside.iter().filter_map(|step| self.held(step, now));
        match times.flatten().min() {
            Some(until) => Next::WaitUntil(until),
            None if self.running.is_empty() && self.aside.is_empty() => Next::Done,
            None => Next::Wait,
        }
    }

    fn go(&mut self, step: &'a Step) -> Next<'a> {
        if let Some((because, reason)) = self.obstacle(step) {
            return Next::Skip(step, because, reason);
        }
        self.running.insert(step.id, step.kind().phase());
        Next::Start(step)
    }

    /// Whether a step is to be put aside: a new org that it is about has to be left alone until a time, or another step that
    /// was put aside, or runs after all, has to end first.
    fn held(&self, step: &Step, now: SystemTime) -> Option<Option<SystemTime>> {
        let times = step.depends_on.iter();
        let time = times.filter_map(|id| self.not_before.get(id)).max();
        if let Some(until) = time.filter(|until| **until > now) {
            return Some(Some(*until));
        }
        let unended = |id: &StepId| {
            let aside = self.aside.iter().any(|one| one.id == *id);
            aside || self.running.contains_key(id)
        };
        step.depends_on.iter().any(unended).then_some(None)
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
    pub(super) fn ended(&mut self, step: &Step, outcome: Outcome, now: SystemTime) {
        self.running.remove(&step.id);
        if step.kind() == Kind::Create && outcome.holds() {
            self.not_before.insert(step.id, now + self.new_org_wait);
        }
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
        std::mem::take(&mut self.aside).into_iter().chain(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::world::{account, desired, inactive, inside, org, planned};

    const WAIT: Duration = Duration::from_secs(30);

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

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
        let mut schedule = Schedule::new(steps, WAIT);
        let mut started = Vec::new();
        loop {
            match schedule.advance(at(0)) {
                Next::Start(step) => {
                    started.push(step.id.0);
                    schedule.ended(step, outcome(step.id.0), at(0));
                }
                Next::Skip(step, _, _) => schedule.ended(step, Outcome::Skipped, at(0)),
                Next::Done => return started,
                Next::Wait | Next::WaitUntil(_) => {
                    panic!("nothing runs, so nothing is to be waited for")
                }
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
        let mut schedule = Schedule::new(&steps, WAIT);
        let Next::Start(activate) = schedule.advance(at(0)) else {
            panic!("the first step starts");
        };
        assert_eq!(schedule.advance(at(0)), Next::Wait);
        schedule.ended(activate, Outcome::Applied, at(0));
        // Steps of one phase run side by side.
        assert!(matches!(schedule.advance(at(0)), Next::Start(step) if step.id == StepId(2)));
        assert!(matches!(schedule.advance(at(0)), Next::Start(step) if step.id == StepId(3)));
        assert_eq!(schedule.advance(at(0)), Next::Wait);
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
        let mut schedule = Schedule::new(&steps, WAIT);
        let start = |schedule: &mut Schedule<'_>| {
            let Next::Start(step) = schedule.advance(at(0)) else {
                panic!("a step starts");
            };
            step.id.0
        };
        assert_eq!((start(&mut schedule), start(&mut schedule)), (1, 3));
        assert_eq!(schedule.advance(at(0)), Next::Wait);
        schedule.ended(&steps[2], Outcome::Applied, at(0));
        assert_eq!(start(&mut schedule), 4);
        schedule.ended(&steps[0], Outcome::Failed, at(0));
        // The rest of its org isn't tried; removals of other orgs are.
        assert!(
            matches!(schedule.advance(at(0)), Next::Skip(step, StepId(1), _) if step.id == StepId(2))
        );
        schedule.ended(&steps[1], Outcome::Skipped, at(0));
        assert_eq!(schedule.advance(at(0)), Next::Wait);
        let rest: Vec<u32> = schedule.rest().map(|step| step.id.0).collect();
        assert_eq!(rest, [5]);
    }

    /// A new org, another that is linked, a third that gains and a fourth that loses something.
    fn with_a_new_org() -> Vec<Step> {
        let admin = "{firstName: Ana, lastName: Doe, email: a@b.example, login: ana, passwordFrom: AERIAL_ADMIN_PASSWORD_NEW}";
        let new = format!(
            "{{domain: new.okta.com, products: [P1], create: {{parent: d.okta.com, name: New, admin: {admin}}}}}"
        );
        let desired = desired(
            "",
            &[
                &new,
                "{domain: other.okta.com}",
                "{domain: c.okta.com, products: [P1]}",
                "{domain: d.okta.com, products: []}",
            ],
        );
        let mut live = account(vec![org("c", ""), org("d", "P1")]);
        let domain = desired.orgs[2].name.domain().unwrap().clone();
        live.resolved.insert(domain, false);
        let steps = planned(&desired, &live).steps;
        let words: Vec<&str> = steps.iter().map(|step| step.kind().as_str()).collect();
        assert_eq!(
            words,
            ["create", "link", "link", "enable", "enable", "disable"]
        );
        steps
    }

    #[test]
    fn a_new_org_is_left_alone_for_a_while_and_the_others_go_on() {
        let steps = with_a_new_org();
        let mut schedule = Schedule::new(&steps, WAIT);
        let mut run = |now: u64, started: &mut Vec<(u64, u32)>| loop {
            match schedule.advance(at(now)) {
                Next::Start(step) => {
                    started.push((now, step.id.0));
                    schedule.ended(step, Outcome::Applied, at(now));
                }
                Next::Skip(..) => panic!("nothing failed"),
                end @ (Next::Wait | Next::WaitUntil(_) | Next::Done) => return end,
            }
        };
        let mut started = Vec::new();
        assert_eq!(run(100, &mut started), Next::WaitUntil(at(130)));
        assert_eq!(run(129, &mut started), Next::WaitUntil(at(130)));
        assert_eq!(run(130, &mut started), Next::Done);
        // The link of the new org and what depends on it wait; nothing is taken away before they have ended.
        assert_eq!(
            started,
            [(100, 1), (100, 3), (100, 4), (130, 2), (130, 5), (130, 6)]
        );
    }

    #[test]
    fn what_was_put_aside_is_skipped_like_anything_else() {
        let steps = with_a_new_org();
        let started = started(&steps, |id| {
            if id == 1 {
                Outcome::Failed
            } else {
                Outcome::Applied
            }
        });
        assert_eq!(started, [1, 3, 4]);
        let mut schedule = Schedule::new(&steps, WAIT);
        let Next::Start(create) = schedule.advance(at(0)) else {
            panic!("the first step starts");
        };
        schedule.ended(create, Outcome::Applied, at(0));
        while let Next::Start(step) = schedule.advance(at(0)) {
            schedule.ended(step, Outcome::Applied, at(0));
        }
        let rest: Vec<u32> = schedule.rest().map(|step| step.id.0).collect();
        assert_eq!(rest, [2, 5, 6]);
    }
}
