//! A reviewed plan as an envelope: what a new plan may do at most.
//!
//! Nothing is executed from the reviewed plan. A step of the new plan is covered when the reviewed one has the same step,
//! with the same before and after. Steps that have become unnecessary are fine, and so are fields of an object.

use std::collections::{BTreeMap, BTreeSet};

use super::kinds::Kind;
use super::request::StepId;
use super::wire::{CallV1, ObjectV1, PlanV1, ProductV1, StepV1};
use crate::ids::{Collection, Domain, OrgId, OrgName};

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
    let reviewed = ReviewedSteps::of(&reviewed.steps);
    new.steps
        .iter()
        .filter_map(|step| {
            let same_org = reviewed.of_org(step);
            // Inside of an org that the reviewed plan links nothing could be seen.
            let unseen = same_org
                .iter()
                .any(|other| other.kind == Kind::Link.as_str());
            let covered = same_org.iter().any(|other| covers(other, step, unseen));
            let nearest = same_org
                .into_iter()
                .max_by_key(|other| other.kind == step.kind);
            (!covered).then(|| Departure::Step {
                id: StepId(step.id),
                reviewed: nearest.cloned().map(Box::new),
            })
        })
        .collect()
}

/// The steps of a reviewed plan by each name of their orgs: whoever wrote them may have known another name than is known now.
struct ReviewedSteps<'a> {
    steps: Vec<(OrgName, &'a StepV1)>,
    by_id: BTreeMap<OrgId, Vec<usize>>,
    by_domain: BTreeMap<Domain, Vec<usize>>,
}

impl<'a> ReviewedSteps<'a> {
    fn of(reviewed: &'a [StepV1]) -> Self {
        let named = reviewed.iter();
        let steps: Vec<_> = named
            .filter_map(|step| Some((step.org.name()?, step)))
            .collect();
        let mut by_id: BTreeMap<OrgId, Vec<usize>> = BTreeMap::new();
        let mut by_domain: BTreeMap<Domain, Vec<usize>> = BTreeMap::new();
        for (at, (name, _)) in steps.iter().enumerate() {
            if let Some(id) = name.id() {
                by_id.entry(id.clone()).or_default().push(at);
            }
            if let Some(domain) = name.domain() {
                by_domain.entry(domain.clone()).or_default().push(at);
            }
        }
        Self {
            steps,
            by_id,
            by_domain,
        }
    }

    /// Those about the org of a step, in their order.
    fn of_org(&self, step: &StepV1) -> Vec<&'a StepV1> {
        let Some(name) = step.org.name() else {
            return Vec::new();
        };
        let by_id = name.id().and_then(|id| self.by_id.get(id));
        let by_domain = name.domain().and_then(|domain| self.by_domain.get(domain));
        let at: BTreeSet<usize> = by_id
            .into_iter()
            .chain(by_domain)
            .flatten()
            .copied()
            .collect();
        at.into_iter()
            .filter_map(|at| self.steps.get(at))
            .filter(|(reviewed, _)| reviewed.is(&name))
            .map(|(_, step)| *step)
            .collect()
    }
}

/// Whether a reviewer who agreed to one step of an org has agreed to another of it. `unseen`: the org couldn't be read then.
fn covers(reviewed: &StepV1, new: &StepV1, unseen: bool) -> bool {
    if reviewed.kind != new.kind {
        return false;
    }
    // The reviewed run linked the org and stopped before its products: what was reviewed is "whatever it has, and these".
    if reviewed.object.is_none() && reviewed.call.plus_existing && !new.call.plus_existing {
        return new.disable.is_empty() && ids(&new.enable).is_subset(&ids(&reviewed.enable));
    }
    let StepV1 {
        id: _,         // other steps may have become unnecessary
        phase: _,      // follows from the kind
        kind: _,       // compared above
        org: _,        // it is the same
        wave: _,       // a run without waves may do all of it at once
        depends_on: _, // follows from the steps of the org
        enable,
        disable,
        before,
        after,
        reversible: _, // follows from the kind
        call,
        object,
        cause: _, // the same step, whoever asked for it
        drift: _, // nor what of it
        by: _,    // and whoever made it necessary
    } = new;
    let sets = |set: &Option<Vec<ProductV1>>| set.as_deref().map(ids);
    ids(&reviewed.enable) == ids(enable)
        && ids(&reviewed.disable) == ids(disable)
        && sets(&reviewed.before) == sets(before)
        && sets(&reviewed.after) == sets(after)
        && match (&reviewed.object, object) {
            (Some(other), Some(object)) => {
                is_same_call(&reviewed.call, call) && covers_object(other, object, unseen)
            }
            (other, object) => reviewed.call == *call && other == object,
        }
}

/// The same call about the same object: an id that was yet to be told then may be known by now.
fn is_same_call(reviewed: &CallV1, new: &CallV1) -> bool {
    let CallV1 {
        host,
        method,
        path,
        body,
        plus_existing,
    } = new;
    let told = |(reviewed, new): (&str, &str)| {
        reviewed == new || (reviewed.starts_with('{') && reviewed.ends_with('}'))
    };
    reviewed.host == *host
        && reviewed.method == *method
        && reviewed.path.split('/').count() == path.split('/').count()
        && reviewed.path.split('/').zip(path.split('/')).all(told)
        && reviewed.body == *body
        && reviewed.plus_existing == *plus_existing
}

/// The same object, and no field that wasn't in the review. What was there before counts where it was seen, but for a place in a
/// list: Okta moves others to make room.
fn covers_object(reviewed: &ObjectV1, new: &ObjectV1, unseen: bool) -> bool {
    let is_place = |path: &str| path == "priority" && PLACED.contains(&new.collection.as_str());
    reviewed.collection == new.collection
        && reviewed.name == new.name
        && new.fields.iter().all(|field| {
            let mut reviewed = reviewed.fields.iter();
            reviewed.any(|other| {
                let before = unseen || other.before == field.before || is_place(&field.path);
                other.path == field.path && other.after == field.after && before
            })
        })
}

/// The collections in whose lists Okta keeps an order.
const PLACED: [&str; 2] = [Collection::Policies.as_str(), Collection::Rules.as_str()];

fn ids(products: &[ProductV1]) -> BTreeSet<String> {
    products.iter().map(|product| product.id.clone()).collect()
}
