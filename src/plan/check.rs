//! The independent checker: every law that a finished plan must satisfy, in other code than made it.
//!
//! It runs in every test that plans and once more before the first write. It shares no rule with `target`, `difference`
//! and `order`: it starts from the desired state and the snapshot again.

use std::collections::{BTreeMap, BTreeSet};

use super::step::{Change, Kind, Tolerance};
use super::{Plan, Step};
use crate::desired::model::{Desired, DesiredOrg, Enforce};
use crate::ids::{OrgId, ProductId, Status};
use crate::live::{LiveOrg, Snapshot};

/// Every law that the plan breaks, one sentence each; none for a plan that may run.
#[must_use]
pub fn violations(plan: &Plan, desired: &Desired, live: &Snapshot) -> Vec<String> {
    let mut broken = Vec::new();
    let orgs: BTreeMap<&OrgId, &LiveOrg> = live.orgs.iter().map(|org| (&org.id, org)).collect();
    let wanted = desired.by_name();
    sequence(plan, &mut broken);
    for step in &plan.steps {
        let mut law = |holds: bool, text: &str| {
            if !holds {
                broken.push(format!("step {} ({}): {text}", step.id, step.org.label()));
            }
        };
        let org = step.org.id().and_then(|id| orgs.get(id).copied());
        match &step.change {
            Change::Link { .. } => law(org.is_none(), "links an org that is managed already"),
            Change::AddToLinked { enable, tolerance } => {
                law(
                    org.is_none(),
                    "adds blindly to an org that could have been read",
                );
                law(!enable.is_empty(), "changes nothing");
                law(
                    enable.iter().all(|id| live.subscribed.contains_key(id)),
                    "enables a product that isn't subscribed",
                );
                law(
                    enable.is_disjoint(&desired.ignored),
                    "enables an ignored product",
                );
                if let Tolerance::Only(tolerated) = tolerance {
                    law(
                        *tolerated == desired.ignored,
                        "tolerates other products than the ignored ones",
                    );
                }
            }
            Change::Status(status) => {
                let Some(org) = org else {
                    law(false, "changes the status of an org that isn't managed");
                    continue;
                };
                law(
                    !(org.aerial_org && *status == Status::Inactive),
                    "deactivates the Aerial org",
                );
                law(
                    org.status.is(status.opposite()),
                    "changes a status that wasn't seen",
                );
            }
            Change::Products { before, after } => {
                let Some(org) = org else {
                    law(false, "changes the products of an org that isn't managed");
                    continue;
                };
                law(before != after, "changes nothing");
                law(
                    org.enabled().as_ref() == Some(before),
                    "starts from products that weren't seen",
                );
                let want = wanted.find(&org.name()).one().copied();
                products(step, before, after, want, desired, live, &mut law);
            }
        }
    }
    broken
}

fn products(
    step: &Step,
    before: &BTreeSet<ProductId>,
    after: &BTreeSet<ProductId>,
    want: Option<&DesiredOrg>,
    desired: &Desired,
    live: &Snapshot,
    law: &mut impl FnMut(bool, &str),
) {
    let Some(listed) = want.and_then(|want| want.listed()) else {
        law(false, "changes products that the file leaves alone");
        return;
    };
    for id in before.difference(after) {
        law(
            !listed.contains(id),
            "disables a product that the file lists",
        );
        law(!desired.ignored.contains(id), "disables an ignored product");
        law(
            want.is_some_and(|want| want.enforce == Enforce::Exact),
            "disables a product of an additive org",
        );
    }
    for id in after.difference(before) {
        law(
            listed.contains(id),
            "enables a product that the file doesn't list",
        );
        law(!desired.ignored.contains(id), "enables an ignored product");
        law(
            live.subscribed.contains_key(id),
            "enables a product that isn't subscribed",
        );
    }
    // The body itself, as it would be sent: no product may be missing from it that isn't listed as disabled.
    let body = step.call().body;
    let sent: BTreeSet<&str> = body
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|product| product.get("id")?.as_str())
        .collect();
    let disable = step.disable();
    law(
        before
            .iter()
            .all(|id| disable.contains(id) || sent.contains(id.as_str())),
        "sends a body that lacks a product which isn't listed as disabled",
    );
    law(
        sent.len() == after.len() && after.iter().all(|id| sent.contains(id.as_str())),
        "sends another body than it shows",
    );
}

fn sequence(plan: &Plan, broken: &mut Vec<String>) {
    let mut linked: BTreeSet<&str> = BTreeSet::new();
    let mut last_of: BTreeMap<&str, u32> = BTreeMap::new();
    let mut phase = 0;
    for (expected, step) in (1..).zip(&plan.steps) {
        let label = step.org.label();
        let mut law = |holds: bool, text: &str| {
            if !holds {
                broken.push(format!("step {} ({label}): {text}", step.id));
            }
        };
        law(step.id == expected, "isn't numbered in order");
        law(
            step.kind().phase() >= phase,
            "goes back to an earlier phase",
        );
        phase = step.kind().phase();
        if step.kind() == Kind::Link {
            law(linked.insert(label), "links an org twice");
        }
        if matches!(step.change, Change::AddToLinked { .. }) {
            law(linked.contains(label), "adds to an org that no step links");
        }
        let depends: Vec<u32> = last_of.insert(label, step.id).into_iter().collect();
        law(
            step.depends_on == depends,
            "doesn't wait for the step before it in its org",
        );
    }
}
