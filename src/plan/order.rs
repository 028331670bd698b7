//! The order of the steps: by phase, then by domain; within an org each waits for the one before it.

use std::collections::BTreeMap;

use super::difference::OrgDiff;
use super::request::StepId;
use super::step::Step;
use crate::ids::OrgName;

/// All changes as numbered steps.
pub(super) fn steps(diffs: Vec<OrgDiff>) -> Vec<Step> {
    let mut steps: Vec<Step> = diffs
        .into_iter()
        .flat_map(|diff| {
            let org = diff.org;
            diff.changes.into_iter().map(move |(change, origin)| Step {
                id: StepId(0),
                org: org.clone(),
                depends_on: Vec::new(),
                change,
                origin,
            })
        })
        .collect();
    steps.sort_by(|a, b| (a.kind().phase(), &a.org).cmp(&(b.kind().phase(), &b.org)));
    let mut last_of: BTreeMap<OrgName, StepId> = BTreeMap::new();
    for (number, step) in (1..).zip(&mut steps) {
        step.id = StepId(number);
        step.depends_on
            .extend(last_of.insert(step.org.clone(), step.id));
    }
    steps
}
