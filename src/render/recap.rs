//! What did not go as planned, at the end of a run: by cause, with what was skipped because of each.

use std::collections::BTreeMap;

use super::escape::line;
use super::provenance::place;
use crate::diagnostic::Sources;
use crate::plan::{Kind, Plan, StepId};
use crate::receipt::{Outcome, StepEnded};

/// So many orgs are named for one cause.
const NAMED: usize = 8;

/// Steps with one cause.
struct Trouble<'a> {
    outcome: Outcome,
    /// The error, without what is of one org alone.
    text: String,
    /// The first of them, whose text stands for all where it is the only one.
    steps: Vec<&'a StepEnded>,
    /// What was skipped because of them.
    skipped: BTreeMap<Kind, usize>,
}

/// The causes, the most harmful first, in lines that say what happened to how many steps, which, and what that held up. Nothing
/// where all went as planned.
#[must_use]
pub fn recap(ended: &[StepEnded], plan: &Plan, sources: &Sources) -> Vec<String> {
    let by_id: BTreeMap<StepId, &StepEnded> = ended.iter().map(|step| (step.id, step)).collect();
    let mut causes: Vec<Trouble<'_>> = Vec::new();
    let mut at: BTreeMap<(Outcome, String), usize> = BTreeMap::new();
    let mut of_step: BTreeMap<StepId, usize> = BTreeMap::new();
    for step in ended.iter().filter(|step| is_cause(step)) {
        let text = common(step);
        let index = *at.entry((step.outcome, text.clone())).or_insert_with(|| {
            causes.push(Trouble {
                outcome: step.outcome,
                text,
                steps: Vec::new(),
                skipped: BTreeMap::new(),
            });
            causes.len() - 1
        });
        of_step.insert(step.id, index);
        if let Some(cause) = causes.get_mut(index) {
            cause.steps.push(step);
        }
    }
    for step in ended.iter().filter(|step| !is_cause(step)) {
        let root = root(step, &by_id).and_then(|id| of_step.get(&id));
        if let Some(cause) = root.and_then(|index| causes.get_mut(*index)) {
            *cause.skipped.entry(step.kind).or_default() += 1;
        }
    }
    for cause in &mut causes {
        cause.steps.sort_by_key(|step| step.id);
    }
    causes.sort_by_key(|cause| {
        let held_up: usize = cause.skipped.values().sum();
        std::cmp::Reverse(held_up + cause.steps.len())
    });
    causes
        .iter()
        .flat_map(|cause| told(cause, plan, sources))
        .collect()
}

/// Whether a step is to be told of, and not because of another one.
fn is_cause(step: &StepEnded) -> bool {
    match step.outcome {
        Outcome::Applied | Outcome::Unchanged => step.error.is_some(),
        Outcome::Stale | Outcome::Deferred | Outcome::Failed => true,
        Outcome::Skipped => step.because.is_none(),
    }
}

/// The step that began it.
fn root(step: &StepEnded, by_id: &BTreeMap<StepId, &StepEnded>) -> Option<StepId> {
    let mut id = step.because?;
    // Each points to an earlier one.
    while let Some(before) = by_id.get(&id).and_then(|step| step.because) {
        if before >= id {
            break;
        }
        id = before;
    }
    Some(id)
}

/// What an error has in common with those of other orgs.
fn common(step: &StepEnded) -> String {
    let mut text = without_request_ids(step.error.as_deref().unwrap_or_default());
    let domain = step.org.domain().map(ToString::to_string);
    let id = step.org.id().map(ToString::to_string);
    for own in [domain, id].into_iter().flatten() {
        text = text.replace(&own, "(the org)");
    }
    text
}

/// Okta names each request: `… (request reqA1b2)`.
fn without_request_ids(text: &str) -> String {
    let mut parts = text.split(" (request ");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        kept.push_str(part.split_once(')').map_or("", |(_, rest)| rest));
    }
    kept
}

fn told(cause: &Trouble<'_>, plan: &Plan, sources: &Sources) -> Vec<String> {
    let count = cause.steps.len();
    let text = match cause.steps.as_slice() {
        [step] => step.error.as_deref().unwrap_or_default(),
        _ => &cause.text,
    };
    let what = match cause.outcome {
        Outcome::Applied | Outcome::Unchanged => "done, with something to know",
        Outcome::Stale => "stale",
        Outcome::Deferred => "deferred",
        Outcome::Failed => "failed",
        Outcome::Skipped => "skipped",
    };
    let mut lines = vec![line(&format!("{} {what}: {text}", plural(count, "step")))];
    for ended in cause.steps.iter().take(NAMED) {
        let place = plan
            .step(ended.id)
            .map(|step| place(sources, step.origin))
            .unwrap_or_default();
        lines.push(format!(
            "    {} {} ({place})",
            ended.kind.as_str(),
            line(&ended.about())
        ));
    }
    if count > NAMED {
        lines.push(format!("    and {} more", count - NAMED));
    }
    let skipped: usize = cause.skipped.values().sum();
    if skipped > 0 {
        let kinds: Vec<String> = cause
            .skipped
            .iter()
            .map(|(kind, count)| format!("{count} {}", kind.as_str()))
            .collect();
        let (it, were) = (
            if count == 1 { "it" } else { "them" },
            if skipped == 1 { "wasn't" } else { "weren't" },
        );
        lines.push(format!(
            "    because of {it} {} {were} tried: {}",
            plural(skipped, "step"),
            kinds.join(", ")
        ));
    }
    lines
}

fn plural(number: usize, noun: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{s}")
}

#[cfg(test)]
mod tests {
    use super::without_request_ids;

    #[test]
    fn what_names_one_request_alone_is_left_out() {
        for (text, kept) in [
            ("403 (request reqA): b (request reqC)", "403: b"),
            ("403 (request reqA", "403"),
            ("403 (requests)", "403 (requests)"),
        ] {
            assert_eq!(without_request_ids(text), kept);
        }
    }
}
