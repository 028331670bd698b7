//! What of a plan is left once a part of it was carried out.

use super::ends::Terms;
use super::kinds::Kind;
use super::matching;
use super::model::{Plan, PlanOptions, Selection};
use super::planner::Draft;
use super::unfit::Subscription;
use crate::desired::model::Desired;
use crate::desired::suggest::Candidates;
use crate::diagnostic::{Diagnostics, Severity, counted};
use crate::ids::{OrgSet, ProductId, Wave};
use crate::live::Snapshot;

/// So many of what is left are named.
const NAMED: usize = 3;

/// The orgs of a run that go with a wave.
#[must_use]
pub fn of_wave(wave: &Wave, desired: &Desired, selection: &Selection) -> Selection {
    let covered = desired.orgs.iter().filter(|org| selection.covers(org));
    let orgs = covered.filter(|org| desired.wave(org).is_some_and(|own| own == *wave));
    let orgs: OrgSet = orgs.map(|org| org.name.clone()).collect();
    Selection::Only(orgs)
}

/// What is left to do about the orgs of a selection, in words; `None` where they are as a plan wants them.
///
/// A deletion is no part of it: the account doesn't show whether it was asked for, and an org that was just deactivated is
/// deleted in a later run. What the plan left out because of its limits isn't either.
#[must_use]
pub fn left(
    plan: &Plan,
    desired: &Desired,
    live: &Snapshot,
    options: &PlanOptions,
) -> Option<String> {
    let mut found = Diagnostics::default();
    let matching = matching::pair(desired, live, &mut found);
    let pairs = matching.pairs.iter();
    let pairs: Vec<_> = pairs
        .filter(|pair| options.selection.covers(pair.desired))
        .collect();
    let near = Candidates::new(live.subscribed.keys().map(ProductId::as_str));
    let entries = desired.by_name();
    let account = Subscription {
        live,
        near: &near,
        entries: &entries,
        managed: &matching.managed,
    };
    let terms = Terms {
        today: options.today,
        reviewed: options.reviewed_on,
        postponed: Some(&plan.postponed),
    };
    let draft = Draft::of(&pairs, desired, account, terms, options);
    found.extend(draft.found);
    let errors = found.iter().filter(|one| one.severity == Severity::Error);
    let errors: Vec<String> = errors.map(|one| one.message.clone()).collect();
    let steps = draft.steps.iter();
    let steps = steps.filter(|step| step.kind() != Kind::Delete);
    let steps: Vec<String> = steps
        .map(|step| format!("{} {}", step.kind().as_str(), step.subject()))
        .collect();
    let unread: Vec<&str> = draft.unread.iter().map(|one| one.org.label()).collect();
    let mut parts = Vec::new();
    if !steps.is_empty() {
        let count = counted(steps.len(), "change");
        parts.push(format!("{count} left to make ({})", some_of(&steps)));
    }
    if !unread.is_empty() {
        let count = counted(unread.len(), "org");
        parts.push(format!(
            "{count} that can't be looked into ({})",
            some_of(&unread)
        ));
    }
    if !errors.is_empty() {
        parts.push(some_of(&errors));
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

fn some_of<S: AsRef<str>>(all: &[S]) -> String {
    let shown: Vec<&str> = all.iter().take(NAMED).map(AsRef::as_ref).collect();
    match all.len() - shown.len() {
        0 => shown.join(", "),
        left => format!("{} and {left} more", shown.join(", ")),
    }
}
