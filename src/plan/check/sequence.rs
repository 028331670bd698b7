//! The laws of the steps' order.

use std::collections::{BTreeMap, BTreeSet};

use super::law::{Law, Violation};
use crate::desired::model::Desired;
use crate::ids::{Domain, OrgName};
use crate::plan::change::Change;
use crate::plan::kinds::Kind;
use crate::plan::model::Plan;
use crate::plan::request::StepId;

pub(super) fn check(plan: &Plan, desired: &Desired, broken: &mut Vec<Violation>) {
    let wanted = desired.by_name();
    let mut made: BTreeSet<(Kind, &OrgName)> = BTreeSet::new();
    let mut granted: BTreeMap<&Domain, StepId> = BTreeMap::new();
    let mut last_of: BTreeMap<&OrgName, StepId> = BTreeMap::new();
    let mut phase = 0;
    for (number, step) in (1..).zip(&plan.steps) {
        let mut hold = |holds: bool, law: Law| {
            if !holds {
                broken.push(Violation::of(step, law));
            }
        };
        hold(step.id == StepId(number), Law::Numbered);
        hold(step.kind().phase() >= phase, Law::Phases);
        phase = step.kind().phase();
        for (kind, law) in [
            (Kind::Create, Law::CreatesOnce),
            (Kind::Link, Law::LinksOnce),
        ] {
            if step.kind() == kind {
                hold(made.insert((kind, &step.org)), law);
            }
        }
        if let Change::Consent(consent) = &step.change {
            let before = granted.insert(&consent.giver, step.id);
            hold(before.is_none(), Law::ConsentsOnce);
        }
        if matches!(step.change, Change::AddProducts(_)) {
            hold(made.contains(&(Kind::Link, &step.org)), Law::AddsAfterLink);
        }
        let mut before: BTreeSet<StepId> = last_of.insert(&step.org, step.id).into_iter().collect();
        if step.kind() == Kind::Link {
            let entry = wanted.find(&step.org).one();
            let giver = entry.and_then(|want| want.consent.as_ref());
            before.extend(giver.and_then(|giver| granted.get(giver)));
        }
        let waits = step.depends_on.iter().copied().eq(before);
        hold(waits, Law::Waits);
    }
}
