//! The order of the steps: by phase, then by domain; within an org each waits for the one before it.

use std::collections::{BTreeMap, BTreeSet};

use super::change::Change;
use super::consent::Givers;
use super::difference::OrgDiff;
use super::kinds::Kind;
use super::request::{OrgSlot, StepId};
use super::step::Step;
use crate::diagnostic::Span;
use crate::ids::OrgName;

/// All changes as numbered steps.
///
/// A link waits for the consent that it takes as well.
pub(super) fn steps(diffs: Vec<OrgDiff>, givers: &Givers) -> Vec<Step> {
    let mut changes: Vec<(u8, OrgName, Change, Span)> = Vec::new();
    for diff in diffs {
        for (change, origin) in diff.changes {
            let phase = change.effect().kind().phase();
            changes.push((phase, diff.org.clone(), change, origin));
        }
    }
    changes.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    let mut last_of: BTreeMap<OrgName, StepId> = BTreeMap::new();
    let mut grants: BTreeMap<OrgName, StepId> = BTreeMap::new();
    let numbered = (1..).map(StepId).zip(changes);
    numbered
        .map(|(id, (_, org, change, origin))| {
            let before = last_of.insert(org.clone(), id);
            let slot = match org.id() {
                Some(id) => OrgSlot::Known(id.clone()),
                // A step on an org without an id waits for the one that tells it.
                None => OrgSlot::ToldBy(before.unwrap_or(id)),
            };
            let kind = change.effect().kind();
            if kind == Kind::Consent {
                grants.insert(org.clone(), id);
            }
            let giver = givers.get(&org).filter(|_| kind == Kind::Link);
            let grant = giver.and_then(|giver| grants.get(giver)).copied();
            let depends_on: BTreeSet<StepId> = before.into_iter().chain(grant).collect();
            Step {
                id,
                depends_on: depends_on.into_iter().collect(),
                request: change.effect().request(slot),
                org,
                change,
                origin,
            }
        })
        .collect()
}
