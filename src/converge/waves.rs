//! Between two waves: whether what was carried out holds.

use std::sync::Arc;

use super::patience::{LONGEST, Patience, SETTLE};
use super::schedule::Schedule;
use crate::clock::Clock;
use crate::ids::{OrgName, Wave};
use crate::plan::{Leg, StepId};
use crate::receipt::{Event, Outcome, WaveBegun, WaveEnded};

/// So many orgs are named.
const NAMED: usize = 3;

/// What a new look at the orgs of a wave shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WaveSight {
    /// Nothing is left to do about them.
    Holds,
    /// What is left, in words.
    Left(String),
    /// Why that isn't known.
    Unknown(String),
}

/// A wave that doesn't hold: nothing of a later one is started.
#[derive(Debug)]
pub(super) struct Halt {
    /// The step that is to blame, if one is.
    pub(super) because: Option<StepId>,
    pub(super) reason: String,
}

/// A wave begins, where it has something to do.
pub(super) fn begun(leg: &Leg<'_>, clock: &dyn Clock) -> Option<Event> {
    let planned = leg.wave.filter(|_| !leg.steps.is_empty())?;
    Some(Event::WaveBegun(WaveBegun {
        wave: Arc::clone(&planned.wave.name),
        steps: leg.steps.len(),
        at: clock.now(),
    }))
}

/// How a wave ended whose steps all have; `None` where there is nothing to say of it: the plan saw it as the file wants it.
///
/// `more`: something comes after it, for which its orgs are looked at again. After the last one each step has been seen to
/// hold, and nothing waits for more.
pub(super) async fn ended(
    leg: &Leg<'_>,
    schedule: &Schedule<'_>,
    more: bool,
    patience: Patience<'_>,
    look: &impl AsyncFn(&Wave) -> WaveSight,
) -> Option<(Event, Option<Halt>)> {
    let planned = leg.wave?;
    let (mut because, mut looked) = (None, false);
    let why = if let Some((step, outcome)) = schedule.unsettled() {
        because = Some(step);
        Some(trouble(step, outcome))
    } else if !planned.unread.is_empty() {
        Some(format!("{} can't be looked into", some_of(&planned.unread)))
    } else if leg.steps.is_empty() {
        return None;
    } else if more {
        looked = true;
        match again(&planned.wave, patience, look).await {
            WaveSight::Holds => None,
            WaveSight::Left(what) => Some(format!("read again, its orgs have {what}")),
            WaveSight::Unknown(why) => Some(format!("its orgs can't be read again: {why}")),
        }
    } else {
        None
    };
    let name = &planned.wave.name;
    let halt = why.as_ref().map(|why| Halt {
        because,
        reason: format!("the wave {name} does not hold: {why}"),
    });
    let ended = Event::WaveEnded(WaveEnded {
        wave: Arc::clone(name),
        looked,
        why,
        at: patience.clock.now(),
    });
    Some((ended, halt))
}

fn trouble(step: StepId, outcome: Outcome) -> String {
    let what = match outcome {
        Outcome::Failed => "failed",
        Outcome::Stale => "is stale",
        Outcome::Deferred => "left something to the next plan",
        Outcome::Skipped => "was skipped",
        Outcome::Applied | Outcome::Unchanged => "holds",
    };
    format!("step {step} {what}")
}

/// Looks until nothing is left to do, as long as any step waits for its write to show: a list may be behind what was
/// confirmed.
async fn again(
    wave: &Wave,
    patience: Patience<'_>,
    look: &impl AsyncFn(&Wave) -> WaveSight,
) -> WaveSight {
    let started = patience.clock.now();
    let mut pauses = SETTLE.iter();
    loop {
        if let Some(pause) = pauses.next() {
            patience.sleep(*pause).await;
        }
        let sight = look(wave).await;
        let ends = pauses.len() == 0 || patience.is_over() || patience.has_had(LONGEST, started);
        if ends || !matches!(sight, WaveSight::Left(_)) {
            return sight;
        }
    }
}

fn some_of(orgs: &[OrgName]) -> String {
    let shown: Vec<&str> = orgs.iter().take(NAMED).map(OrgName::label).collect();
    match orgs.len() - shown.len() {
        0 => shown.join(", "),
        left => format!("{} and {left} more", shown.join(", ")),
    }
}
