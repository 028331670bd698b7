//! A reviewed plan as an envelope: what a new plan may do at most.
//!
//! Nothing is executed from the reviewed plan. A step of the new plan is covered when the reviewed one has the same step,
//! with the same before and after. Steps that have become unnecessary are fine.

use super::wire::{PlanV1, StepV1};

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
    /// A step that the reviewed plan doesn't have, or has differently.
    Step {
        /// The id of the new step.
        id: u32,
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
    new.steps
        .iter()
        .filter(|step| !reviewed.steps.iter().any(|other| covers(other, step)))
        .map(|step| Departure::Step {
            id: step.id,
            reviewed: reviewed
                .steps
                .iter()
                .filter(|other| same_org(other, step))
                .max_by_key(|other| (other.kind == step.kind, other.phase == step.phase))
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
    let ids = |products: &[super::wire::ProductV1]| -> Vec<String> {
        products.iter().map(|product| product.id.clone()).collect()
    };
    let optional = |products: &Option<Vec<super::wire::ProductV1>>| products.as_deref().map(ids);
    // The reviewed run linked the org and stopped before its products: what was reviewed is "whatever it has, and these".
    if reviewed.call.plus_existing && !new.call.plus_existing {
        let agreed = ids(&reviewed.enable);
        return new.disable.is_empty() && ids(&new.enable).iter().all(|id| agreed.contains(id));
    }
    let StepV1 {
        id: _,         // other steps may have become unnecessary
        phase: _,      // follows from the kind
        kind: _,       // compared above
        org,           // an id where the other has another one is another org
        depends_on: _, // follows from the steps of the org
        enable,
        disable,
        before,
        after,
        reversible: _, // follows from the kind
        call,
        cause: _, // the same step, whoever asked for it
    } = new;
    let same_id = reviewed.org.id.is_none() || reviewed.org.id == org.id;
    same_id
        && ids(&reviewed.enable) == ids(enable)
        && ids(&reviewed.disable) == ids(disable)
        && optional(&reviewed.before) == optional(before)
        && optional(&reviewed.after) == optional(after)
        && reviewed.call == *call
}
