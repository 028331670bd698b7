//! Which steps may start, given how the others ended: a pure state machine.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use crate::ids::OrgIndex;
use crate::plan::{Kind, Nature, Step, StepId};
use crate::receipt::Outcome;

/// How orgs are treated that were created a moment ago.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewOrgs {
    /// How long each is left alone after its creation.
    pub wait: Duration,
    /// When earlier runs created those that this plan links.
    pub born: OrgIndex<SystemTime>,
}

/// Steps on their way through a plan.
#[derive(Debug)]
pub(super) struct Schedule<'a> {
    steps: &'a [Step],
    /// The first step that hasn't been given out or put aside.
    cursor: usize,
    /// Steps that were put aside: nothing may be sent about a new org for a while, and the others go on.
    aside: BTreeMap<StepId, Aside<'a>>,
    /// Those of them that no other step holds up any more.
    ripe: BTreeSet<StepId>,
    /// The steps that were put aside because of one that hasn't ended.
    held_by: BTreeMap<StepId, Vec<StepId>>,
    /// How long a new org is left alone.
    new_org_wait: Duration,
    /// When what depends on a creation, or is about an org that an earlier run created, may start.
    not_before: BTreeMap<StepId, SystemTime>,
    /// The phase of each running step.
    running: BTreeMap<StepId, u8>,
    ended: BTreeMap<StepId, Outcome>,
    /// The first step of the plan because of which nothing is taken away any more.
    broken_by: Option<StepId>,
}

/// A step that was put aside.
#[derive(Debug)]
struct Aside<'a> {
    step: &'a Step,
    /// How many steps have to end before it.
    held: usize,
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
    pub(super) fn new(steps: &'a [Step], new_orgs: &NewOrgs, now: SystemTime) -> Self {
        let young = steps.iter().filter_map(|step| {
            let born = new_orgs.born.find(&step.org).one()?;
            // Whatever a receipt says of the time, nobody waits for longer than for an org of this run.
            let until = (*born).min(now).checked_add(new_orgs.wait)?;
            Some((step.id, until))
        });
        Self {
            steps,
            cursor: 0,
            aside: BTreeMap::new(),
            ripe: BTreeSet::new(),
            held_by: BTreeMap::new(),
            new_org_wait: new_orgs.wait,
            not_before: young.collect(),
            running: BTreeMap::new(),
            ended: BTreeMap::new(),
            broken_by: None,
        }
    }

    /// Goes on with the steps of another leg, of which none starts before this. What those of the leg before did is known.
    pub(super) fn enter(&mut self, steps: &'a [Step]) {
        self.steps = steps;
        self.cursor = 0;
        self.broken_by = None;
    }

    /// The step because of which this leg isn't as the plan wants it, if one is: what was skipped has another to blame.
    pub(super) fn unsettled(&self) -> Option<(StepId, Outcome)> {
        let ended = self.steps.iter().filter_map(|step| {
            let outcome = self.ended.get(&step.id)?;
            let settled = matches!(outcome, Outcome::Applied | Outcome::Unchanged);
            (!settled).then_some((step.id, *outcome))
        });
        ended.min_by_key(|(id, outcome)| (*outcome == Outcome::Skipped, *id))
    }

    /// The next thing to do. A phase starts when every step of the one before has ended or was put aside; nothing is taken
    /// away before all of those have ended as well.
    #[must_use]
    pub(super) fn advance(&mut self, now: SystemTime) -> Next<'a> {
        let ripe = self.ripe.iter().filter_map(|id| self.aside.get(id));
        let mut ripe = ripe.map(|aside| aside.step);
        if let Some(step) = ripe.find(|step| self.left_alone_until(step, now).is_none()) {
            self.aside.remove(&step.id);
            self.ripe.remove(&step.id);
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
            if self.put_aside(step, now) {
                continue;
            }
            return self.go(step);
        }
        let ripe = self.ripe.iter().filter_map(|id| self.aside.get(id));
        let times = ripe.filter_map(|aside| self.left_alone_until(aside.step, now));
        match times.min() {
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

    /// When something may be sent about the new org that a step is about; `None` for now.
    fn left_alone_until(&self, step: &Step, now: SystemTime) -> Option<SystemTime> {
        let times = step.depends_on.iter().chain([&step.id]);
        let time = times.filter_map(|id| self.not_before.get(id)).max();
        time.filter(|until| **until > now).copied()
    }

    /// Puts a step aside if a new org that it is about has to be left alone, or another step that was put aside, or runs after
    /// all, has to end first.
    fn put_aside(&mut self, step: &'a Step, now: SystemTime) -> bool {
        let mut held = 0;
        for id in &step.depends_on {
            if self.aside.contains_key(id) || self.running.contains_key(id) {
                self.held_by.entry(*id).or_default().push(step.id);
                held += 1;
            }
        }
        let aside = held > 0 || self.left_alone_until(step, now).is_some();
        if aside {
            self.aside.insert(step.id, Aside { step, held });
        }
        if aside && held == 0 {
            self.ripe.insert(step.id);
        }
        aside
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
        for id in self.held_by.remove(&step.id).into_iter().flatten() {
            let Some(aside) = self.aside.get_mut(&id) else {
                continue;
            };
            aside.held -= 1;
            if aside.held == 0 {
                self.ripe.insert(id);
            }
        }
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
        let aside = std::mem::take(&mut self.aside).into_values();
        self.ripe.clear();
        aside.map(|aside| aside.step).chain(rest)
    }
}
