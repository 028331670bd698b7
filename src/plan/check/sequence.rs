//! The laws of the steps' order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::law::{Law, Violation};
use crate::desired::model::{Desired, DesiredOrg};
use crate::ids::{Domain, OrgIndex, OrgName};
use crate::plan::change::Change;
use crate::plan::kinds::Kind;
use crate::plan::model::{Plan, PlanOptions};
use crate::plan::request::StepId;

pub(super) fn check(
    plan: &Plan,
    (desired, wanted): (&Desired, &OrgIndex<&DesiredOrg>),
    options: &PlanOptions,
    broken: &mut Vec<Violation>,
) {
    waves(plan, (desired, wanted), options, broken);
    let mut made: BTreeSet<(Kind, &OrgName)> = BTreeSet::new();
    let mut granted: BTreeMap<&Domain, StepId> = BTreeMap::new();
    let mut last_of: BTreeMap<&OrgName, StepId> = BTreeMap::new();
    let mut last = (0, 0);
    for (number, step) in (1..).zip(&plan.steps) {
        let mut hold = |holds: bool, law: Law| {
            if !holds {
                broken.push(Violation::of(step, law));
            }
        };
        hold(step.id == StepId(number), Law::Numbered);
        let wave = step.wave.as_ref().filter(|_| options.in_turn);
        let stage = (wave.map_or(0, |wave| wave.place), step.kind().phase());
        hold(stage.0 >= last.0, Law::Waves);
        hold(stage.0 != last.0 || stage.1 >= last.1, Law::Phases);
        last = stage;
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

/// Each step goes with the wave of its org; what an org of an earlier wave needs for its link, with that one. And a plan says
/// of its waves what it was asked.
fn waves(
    plan: &Plan,
    (desired, wanted): (&Desired, &OrgIndex<&DesiredOrg>),
    options: &PlanOptions,
    broken: &mut Vec<Violation>,
) {
    let own = |org: &OrgName| {
        let entry = wanted.find(org).one()?;
        let named = |own: &Arc<str>| desired.waves.iter().position(|wave| wave == own);
        match &entry.wave {
            Some(wave) => named(wave),
            None => desired.waves.len().checked_sub(1),
        }
    };
    let mut needed: BTreeMap<&Domain, usize> = BTreeMap::new();
    for step in plan.steps.iter().filter(|step| step.kind() == Kind::Link) {
        let entry = wanted.find(&step.org).one();
        let giver = entry.and_then(|want| want.consent.as_ref());
        if let (Some(giver), Some(place)) = (giver, own(&step.org)) {
            let first = needed.entry(giver).or_insert(place);
            *first = place.min(*first);
        }
    }
    let in_turn = options.in_turn && !desired.waves.is_empty();
    for step in &plan.steps {
        let early = if let Change::Consent(consent) = &step.change {
            needed.get(&consent.giver)
        } else if let Change::Create(create) = &step.change {
            needed.get(&create.new.domain)
        } else {
            None
        };
        let right = own(&step.org).into_iter().chain(early.copied()).min();
        let place = step.wave.as_ref().map(|wave| wave.place);
        let named = step.wave.as_ref().is_none_or(|wave| {
            let name = desired.waves.get(wave.place);
            name == Some(&wave.name)
        });
        if place != right || !named || plan.in_turn != in_turn {
            broken.push(Violation::of(step, Law::OwnWave));
        }
    }
}
