//! The order of the steps.
//!
//! ```text
//!   1 link ──▶ 2 activate ──▶ 3 enable ──▶ 4 swap ──▶ 5 disable ──▶ 6 deactivate
//!   └────────────── everything is added ──────────┘  └── then taken away ──┘
//! ```
//!
//! Steps of one phase are about different orgs, so they may run side by side. Within an org each step depends on the one
//! before it.

use std::collections::BTreeMap;

use super::difference::OrgDiff;
use super::step::{Kind, Step};
use crate::ids::OrgName;

/// The phase of each kind.
pub(super) const PHASES: [(Kind, u8); 6] = [
    (Kind::Link, 1),
    (Kind::Activate, 2),
    (Kind::Enable, 3),
    (Kind::Swap, 4),
    (Kind::Disable, 5),
    (Kind::Deactivate, 6),
];

impl Kind {
    /// The phase in which steps of this kind run, from 1.
    #[must_use]
    pub fn phase(self) -> u8 {
        PHASES
            .iter()
            .find(|(kind, _)| *kind == self)
            .map_or(0, |(_, phase)| *phase)
    }
}

/// All changes as numbered steps: by phase, then by domain.
pub(super) fn steps(diffs: Vec<OrgDiff>) -> Vec<Step> {
    let mut steps: Vec<Step> = diffs
        .into_iter()
        .flat_map(|diff| {
            let org = diff.org;
            diff.changes.into_iter().map(move |(change, origin)| Step {
                id: 0,
                org: org.clone(),
                depends_on: Vec::new(),
                change,
                origin,
                cause: None,
            })
        })
        .collect();
    steps.sort_by(|a, b| (a.kind().phase(), &a.org).cmp(&(b.kind().phase(), &b.org)));
    let mut last_of: BTreeMap<OrgName, u32> = BTreeMap::new();
    for (id, step) in (1..).zip(&mut steps) {
        step.id = id;
        step.depends_on.extend(last_of.insert(step.org.clone(), id));
    }
    steps
}
