//! The order of the steps: by phase, then by domain; within an org each waits for the one before it. Where waves are taken one
//! after another, all of that within a wave.

use std::collections::{BTreeMap, BTreeSet};

use super::change::Change;
use super::consent::Givers;
use super::difference::OrgDiff;
use super::kinds::Kind;
use super::request::{OrgSlot, StepId};
use super::step::Step;
use crate::diagnostic::Span;
use crate::ids::{OrgName, Wave};

/// All changes as numbered steps.
///
/// A link waits for the consent that it takes as well. What an org of an earlier wave needs of another goes with that wave.
pub(super) fn steps(diffs: Vec<OrgDiff>, givers: &Givers, in_turn: bool) -> Vec<Step> {
    let mut needed: BTreeMap<&OrgName, Wave> = BTreeMap::new();
    for diff in &diffs {
        if let (Some(giver), Some(wave)) = (givers.get(&diff.org), &diff.wave) {
            let first = needed.entry(giver).or_insert_with(|| wave.clone());
            *first = first.clone().min(wave.clone());
        }
    }
    let mut changes: Vec<(Option<Wave>, OrgName, Change, Span)> = Vec::new();
    for diff in diffs {
        for (change, origin) in diff.changes {
            let kind = change.effect().kind();
            let early = needed.get(&diff.org);
            let early = early.filter(|_| matches!(kind, Kind::Create | Kind::Consent));
            let wave = diff.wave.iter().chain(early).min().cloned();
            changes.push((wave, diff.org.clone(), change, origin));
        }
    }
    changes.sort_by_cached_key(|(wave, org, change, _)| {
        let wave = wave.as_ref().filter(|_| in_turn).map(|wave| wave.place);
        (wave, change.effect().kind().phase(), org.clone())
    });
    let mut last_of: BTreeMap<OrgName, StepId> = BTreeMap::new();
    let mut grants: BTreeMap<OrgName, StepId> = BTreeMap::new();
    let numbered = (1..).map(StepId).zip(changes);
    numbered
        .map(|(id, (wave, org, change, origin))| {
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
                wave,
                depends_on: depends_on.into_iter().collect(),
                request: change.effect().request(slot),
                org,
                change,
                origin,
            }
        })
        .collect()
}
