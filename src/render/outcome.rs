//! What came of a run's steps, for the person who started it.

use super::escape::line;
use crate::diagnostic::{Sources, counted};
use crate::plan::Step;
use crate::receipt::{Outcome, StepEnded, WaveBegun, WaveEnded};

/// One step of so many on one line, with the place that asked for it where it did not go as planned.
#[must_use]
pub fn step(ended: &StepEnded, of: usize, step: Option<&Step>, sources: &Sources) -> String {
    let width = of.to_string().len();
    let mut text = format!(
        "{:<9}  {:>width$}  {} {}",
        ended.outcome.as_str(),
        ended.id,
        ended.kind.as_str(),
        line(&ended.about())
    );
    if let Some(error) = &ended.error {
        text = format!("{text}: {}", line(error));
    }
    if !matches!(ended.outcome, Outcome::Applied | Outcome::Unchanged)
        && let Some(step) = step
    {
        let place = sources.place(step.origin).to_string();
        text = format!("{text} ({})", line(&place));
    }
    text
}

/// A wave begins.
#[must_use]
pub fn wave_begun(wave: &WaveBegun) -> String {
    format!(
        "Wave {}: {}.",
        line(&wave.wave),
        counted(wave.steps, "step")
    )
}

/// How a wave ended.
#[must_use]
pub fn wave_ended(wave: &WaveEnded) -> String {
    let name = line(&wave.wave);
    match &wave.why {
        Some(why) => format!("the wave {name} does not hold: {}", line(why)),
        None if wave.looked => format!("Wave {name} holds: read again, nothing is left to do."),
        None => format!("Wave {name} holds."),
    }
}

/// The last line of a run: `Applied 9 of 12 steps; 1 failed, 2 skipped.`
#[must_use]
pub fn summary(count: impl Fn(Outcome) -> usize) -> String {
    let total: usize = Outcome::ALL.iter().map(|outcome| count(*outcome)).sum();
    let applied = count(Outcome::Applied);
    let rest: Vec<String> = Outcome::ALL
        .iter()
        .filter(|outcome| **outcome != Outcome::Applied && count(**outcome) > 0)
        .map(|outcome| format!("{} {}", count(*outcome), outcome.as_str()))
        .collect();
    let steps = counted(total, "step");
    if rest.is_empty() {
        format!("Applied {applied} of {steps}.")
    } else {
        format!("Applied {applied} of {steps}; {}.", rest.join(", "))
    }
}
