//! Which steps may start, given how the others ended: a pure state machine.

use std::collections::BTreeMap;

use crate::plan::Step;
use crate::receipt::Outcome;

/// Steps on their way through a plan.
#[derive(Debug)]
pub struct Schedule<'a> {
    steps: &'a [Step],
    /// The first step that hasn't been given out.
    cursor: usize,
    /// The phase of each running step.
    running: BTreeMap<u32, u8>,
    ended: BTreeMap<u32, Outcome>,
    /// The first step after whose end nothing is taken away any more.
    broken_by: Option<u32>,
}

/// What to do next.
#[derive(Debug, PartialEq, Eq)]
pub enum Next<'a> {
    /// Run this step.
    Start(&'a Step),
    /// Don't run this step, and say why.
    Skip(&'a Step, String),
    /// A running step must end first.
    Wait,
    /// Every step has ended.
    Done,
}

impl<'a> Schedule<'a> {
    /// All steps of a plan, in its order.
    #[must_use]
    pub fn new(steps: &'a [Step]) -> Self {
        Self {
            steps,
            cursor: 0,
            running: BTreeMap::new(),
            ended: BTreeMap::new(),
            broken_by: None,
        }
    }

    /// The next thing to do. A phase starts when every step of the one before has ended.
    #[must_use]
    pub fn advance(&mut self) -> Next<'a> {
        let Some(step) = self.steps.get(self.cursor) else {
            return if self.running.is_empty() {
                Next::Done
            } else {
                Next::Wait
            };
        };
        let phase = step.kind().phase();
        if self.running.values().any(|running| *running < phase) {
            return Next::Wait;
        }
        self.cursor += 1;
        if let Some(reason) = self.obstacle(step) {
            return Next::Skip(step, reason);
        }
        self.running.insert(step.id, phase);
        Next::Start(step)
    }

    fn obstacle(&self, step: &Step) -> Option<String> {
        let broken = step
            .depends_on
            .iter()
            .find(|id| !self.ended.get(id).is_some_and(|outcome| outcome.holds()));
        if let Some(id) = broken {
            return Some(format!("step {id} of the same org did not succeed"));
        }
        if step.kind().only_removes()
            && let Some(id) = self.broken_by
        {
            return Some(format!(
                "nothing is taken away after a step that did not succeed (step {id})"
            ));
        }
        None
    }

    /// Takes note of how a step ended, whether it ran or was skipped.
    pub fn ended(&mut self, step: &Step, outcome: Outcome) {
        self.running.remove(&step.id);
        self.ended.insert(step.id, outcome);
        // A stale removal is one org's matter; a stale addition means that not everything is in place.
        let breaks = match outcome {
            Outcome::Failed => true,
            Outcome::Stale | Outcome::Skipped => !step.kind().only_removes(),
            Outcome::Applied | Outcome::Unchanged | Outcome::Deferred => false,
        };
        if breaks {
            self.broken_by.get_or_insert(step.id);
        }
    }

    /// The steps that nobody has started, for a run that ends early.
    pub fn rest(&mut self) -> impl Iterator<Item = &'a Step> + use<'a> {
        let rest = self.steps.get(self.cursor..).unwrap_or_default();
        self.cursor = self.steps.len();
        rest.iter()
    }
}
