//! A reviewed plan as an envelope: what a new plan may do at most.
//!
//! Nothing is executed from the reviewed plan. A step of the new plan is covered when the reviewed one has the same step,
//! with the same before and after. Steps that have become unnecessary are fine.

use std::collections::BTreeSet;

use super::request::StepId;
use super::wire::{PlanV1, ProductV1, StepV1};

/// Why a new plan leaves the reviewed one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Departure {
    /// The reviewed plan is about another account.
    OtherAccount {
        /// The account of the reviewed plan.
        reviewed: String,
    },
    /// The reviewed plan has a version that this program doesn't know.
    OtherVersion(u32),
    /// The reviewed plan is about an account at another server, or tokens of another issuer.
    OtherServer {
        /// Endpoint and issuer of the reviewed plan.
        reviewed: (String, Option<String>),
    },
    /// A step that the reviewed plan doesn't have, or has differently.
    Step {
        /// The new step.
        id: StepId,
        /// The step of the reviewed plan that is about the same org, if one is.
        reviewed: Option<Box<StepV1>>,
    },
}

/// Everything in the new plan that the reviewed plan doesn't cover.
#[must_use]
pub fn departures(reviewed: &PlanV1, new: &PlanV1) -> Vec<Departure> {
    if reviewed.version != new.version {
        return vec![Departure::OtherVersion(reviewed.version)];
    }
    if reviewed.account != new.account {
        return vec![Departure::OtherAccount {
            reviewed: reviewed.account.clone(),
        }];
    }
    if (&reviewed.endpoint, &reviewed.issuer) != (&new.endpoint, &new.issuer) {
        return vec![Departure::OtherServer {
            reviewed: (reviewed.endpoint.clone(), reviewed.issuer.clone()),
        }];
    }
    new.steps
        .iter()
        .filter(|step| !reviewed.steps.iter().any(|other| covers(other, step)))
        .map(|step| Departure::Step {
            id: StepId(step.id),
            reviewed: reviewed
                .steps
                .iter()
                .filter(|other| same_org(other, step))
                .max_by_key(|other| other.kind == step.kind)
                .cloned()
                .map(Box::new),
        })
        .collect()
}

fn same_org(reviewed: &StepV1, new: &StepV1) -> bool {
    match (reviewed.org.name(), new.org.name()) {
        (Some(reviewed), Some(new)) => reviewed.is(&new),
        _ => false,
    }
}

/// Whether a reviewer who agreed to one step has agreed to the other.
fn covers(reviewed: &StepV1, new: &StepV1) -> bool {
    if !same_org(reviewed, new) || reviewed.kind != new.kind {
        return false;
    }
    // The reviewed run linked the org and stopped before its products: what was reviewed is "whatever it has, and these".
    if reviewed.call.plus_existing && !new.call.plus_existing {
        return new.disable.is_empty() && ids(&new.enable).is_subset(&ids(&reviewed.enable));
    }
    let StepV1 {
        id: _,         // other steps may have become unnecessary
        phase: _,      // follows from the kind
        kind: _,       // compared above
        org: _,        // compared above
        depends_on: _, // follows from the steps of the org
        enable,
        disable,
        before,
        after,
        reversible: _, // follows from the kind
        call,
        cause: _, // the same step, whoever asked for it
    } = new;
    let sets = |set: &Option<Vec<ProductV1>>| set.as_deref().map(ids);
    ids(&reviewed.enable) == ids(enable)
        && ids(&reviewed.disable) == ids(disable)
        && sets(&reviewed.before) == sets(before)
        && sets(&reviewed.after) == sets(after)
        && reviewed.call == *call
}

fn ids(products: &[ProductV1]) -> BTreeSet<String> {
    products.iter().map(|product| product.id.clone()).collect()
}
