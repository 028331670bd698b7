//! What did not go as planned, at the end of a run: by cause, the worst first, with what was skipped because of each.

use std::collections::BTreeMap;

use super::escape::line;
use super::provenance::place;
use crate::diagnostic::{Sources, alike, counted};
use crate::plan::{Kind, Plan, StepId};
use crate::receipt::{Outcome, StepEnded};

/// So many orgs are named for one cause.
const NAMED: usize = 8;

/// So many of those that were held up.
const SKIPPED: usize = 3;

/// Steps with one cause.
struct Trouble<'a> {
    outcome: Outcome,
    /// The error, without what is of one org alone.
    text: String,
    /// The first of them, whose text stands for all where it is the only one.
    steps: Vec<&'a StepEnded>,
    /// What was skipped because of them.
    skipped: Vec<&'a StepEnded>,
}

/// The causes, the most harmful first, in lines that say what happened to how many steps, which, and what that held up. Nothing
/// where all went as planned.
#[must_use]
pub fn recap(
    ended: &[StepEnded],
    advice: &BTreeMap<StepId, String>,
    plan: &Plan,
    sources: &Sources,
) -> Vec<String> {
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
                skipped: Vec::new(),
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
            cause.skipped.push(step);
        }
    }
    for cause in &mut causes {
        cause.steps.sort_by_key(|step| step.id);
    }
    causes.sort_by_key(|cause| {
        let touched = cause.skipped.len() + cause.steps.len();
        (severity(cause.outcome), std::cmp::Reverse(touched))
    });
    causes
        .iter()
        .flat_map(|cause| told(cause, advice, plan, sources))
        .collect()
}

/// The worst first.
fn severity(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Failed => 0,
        Outcome::Stale => 1,
        Outcome::Skipped => 2,
        Outcome::Deferred => 3,
        Outcome::Applied | Outcome::Unchanged => 4,
    }
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
    let domain = step.org.domain().map(ToString::to_string);
    let id = step.org.id().map(ToString::to_string);
    let own = [&domain, &id].into_iter().flatten();
    alike(
        step.error.as_deref().unwrap_or_default(),
        own.map(String::as_str),
    )
}

fn told(
    cause: &Trouble<'_>,
    advice: &BTreeMap<StepId, String>,
    plan: &Plan,
    sources: &Sources,
) -> Vec<String> {
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
    let mut lines = vec![line(&format!("{} {what}: {text}", counted(count, "step")))];
    for ended in cause.steps.iter().take(NAMED) {
        let place = plan
            .step(ended.id)
            .map(|step| place(sources, step.origin))
            .unwrap_or_default();
        let request = ended.request_id.as_deref();
        // A text of one step alone has its requests in it.
        let request = request.filter(|_| count > 1);
        let request = request.map_or_else(String::new, |id| format!(", request {id}"));
        lines.push(line(&format!(
            "    {} {} ({place}{request})",
            ended.kind.as_str(),
            ended.about()
        )));
    }
    if count > NAMED {
        lines.push(format!("    and {} more", count - NAMED));
    }
    let skipped = cause.skipped.len();
    if skipped > 0 {
        let mut kinds: BTreeMap<Kind, usize> = BTreeMap::new();
        for step in &cause.skipped {
            *kinds.entry(step.kind).or_default() += 1;
        }
        let kinds = kinds
            .iter()
            .map(|(kind, count)| format!("{count} {}", kind.as_str()));
        let kinds: Vec<String> = kinds.collect();
        let (it, were) = (
            if count == 1 { "it" } else { "them" },
            if skipped == 1 { "wasn't" } else { "weren't" },
        );
        lines.push(format!(
            "    because of {it} {} {were} tried: {} ({})",
            counted(skipped, "step"),
            kinds.join(", "),
            named(&cause.skipped)
        ));
    }
    let advised = cause.steps.iter().find_map(|step| advice.get(&step.id));
    lines.extend(advised.map(|advice| line(&format!("    {advice}"))));
    lines
}

/// The first few orgs, and how many more there are.
fn named(steps: &[&StepEnded]) -> String {
    let mut orgs: Vec<&str> = steps.iter().map(|step| step.org.label()).collect();
    orgs.sort_unstable();
    orgs.dedup();
    let shown: Vec<String> = orgs.iter().take(SKIPPED).map(|org| line(org)).collect();
    match orgs.len() - shown.len() {
        0 => shown.join(", "),
        left => format!("{} and {left} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::time::{Duration, SystemTime};

    use super::*;
    use crate::ids::{Domain, OrgName};

    #[test]
    fn an_org_with_several_steps_is_named_and_counted_once() {
        let step = |(id, org): (u32, &str)| StepEnded {
            id: StepId(id),
            kind: Kind::Configure,
            org: OrgName::Domain(Domain::parse(org).unwrap()),
            outcome: Outcome::Skipped,
            sent: false,
            status: None,
            request_id: None,
            before: None,
            after: None,
            object: None,
            deferred: BTreeSet::new(),
            started_at: SystemTime::UNIX_EPOCH,
            took: Duration::ZERO,
            error: None,
            because: Some(StepId(1)),
        };
        let orgs = ["a.okta.com", "b.okta.com", "a.okta.com", "b.okta.com"];
        let steps: Vec<StepEnded> = (2..).zip(orgs).map(step).collect();
        let steps: Vec<&StepEnded> = steps.iter().collect();
        assert_eq!(named(&steps), "a.okta.com, b.okta.com");
    }
}
