//! The outline of a plan.

use std::collections::BTreeMap;

use super::danger::Danger;
use super::group::{Beside, Line, Outline, Piece, group};
use crate::desired::DesiredOrg;
use crate::desired::model::{StatusGoal, Via};
use crate::diagnostic::{Sources, Span};
use crate::ids::{OrgIndex, OrgName, ProductId};
use crate::plan::{Cause, Kind, Plan, Sign, Step};
use crate::render::{PlanView, provenance};

impl<'a> Outline<'a> {
    /// What a plan changes.
    #[must_use]
    pub fn of_plan(view: PlanView<'a>) -> Self {
        let listed = view.desired.by_name();
        let steps = view.plan.steps.iter();
        group(steps.map(|step| change(view, &listed, step)).collect())
    }
}

fn change<'a>(view: PlanView<'a>, listed: &OrgIndex<&'a DesiredOrg>, step: &'a Step) -> Piece<'a> {
    let entry = listed.find(&step.org).one().copied();
    let drift = view.causes.cause(step) == Some(Cause::Drift);
    let (notes, asides): (Vec<_>, Vec<_>) = step
        .change
        .effect()
        .notes()
        .into_iter()
        .partition(|note| note.sign != Sign::Aside);
    let asides: Vec<String> = asides.into_iter().map(|note| note.text).collect();
    let aside = (!asides.is_empty()).then(|| asides.join("; "));
    let end = entry.and_then(|entry| {
        entry
            .until
            .filter(|_| entry.status != Some(StatusGoal::Inactive))
    });
    let mut lines: Vec<Line<'_>> = notes
        .into_iter()
        .map(|note| Line {
            sign: note.sign,
            text: match end.filter(|_| step.kind() == Kind::Deactivate) {
                None => note.text,
                Some(day) => format!("{} (until {day})", note.text),
            },
            via: None,
            aside: None,
            drift,
        })
        .collect();
    let delta = step.delta();
    let bundles = bundles(entry);
    let ended = |id: &ProductId| {
        let mut listed = entry?.products.iter().flatten();
        listed.find(|product| product.id == *id)?.until
    };
    let alone = entry.and_then(|entry| bundles_alone(entry, view.sources));
    let beside = |sign: Sign| {
        let alone = alone.clone().filter(|_| sign == Sign::Removed);
        let all: Vec<String> = aside.clone().into_iter().chain(alone).collect();
        (!all.is_empty()).then(|| all.join("; "))
    };
    for (sign, ids) in [
        (Sign::Removed, &delta.disable),
        (Sign::Added, &delta.enable),
    ] {
        lines.extend(ids.iter().map(|id| Line {
            sign,
            text: match ended(id).filter(|_| sign == Sign::Removed) {
                None => product(view.plan, id),
                Some(day) => format!("{} (until {day})", product(view.plan, id)),
            },
            via: bundles.get(id).copied().filter(|_| sign == Sign::Added),
            aside: beside(sign),
            drift: view.causes.cause_of(step, id) == Some(Cause::Drift),
        }));
    }
    let id = match &step.org {
        OrgName::Both(id, _) => Some(id.as_str()),
        OrgName::Id(_) | OrgName::Domain(_) => None,
    };
    Piece {
        danger: Danger::of(step),
        org: step.org.label(),
        id,
        place: Some(step.origin),
        beside: Beside::of(entry),
        lines,
    }
}

/// The bundles that bring products to an org.
fn bundles(entry: Option<&DesiredOrg>) -> BTreeMap<&ProductId, &Via> {
    let products = entry.and_then(|entry| entry.products.as_ref());
    let products = products.into_iter().flatten();
    products
        .filter_map(|product| Some((&product.id, product.via.as_deref()?)))
        .collect()
}

/// So many bundles are named.
const BUNDLES: usize = 3;

/// `nothing is listed but bundle workforce (aerial.yaml:25)`: where what an org has is decided, if its own entry doesn't; the place is
/// the bundle's first product.
fn bundles_alone(entry: &DesiredOrg, sources: &Sources) -> Option<String> {
    let mut all: BTreeMap<&str, Span> = BTreeMap::new();
    for product in entry.products.iter().flatten() {
        let via = product.via.as_deref()?;
        let place = all.entry(&via.bundle).or_insert(via.span);
        *place = via.span.min(*place);
    }
    if all.is_empty() || all.len() > BUNDLES {
        return None;
    }
    let s = if all.len() == 1 { "" } else { "s" };
    let named = all.into_iter();
    let named = named.map(|(name, span)| format!("{name} ({})", provenance::place(sources, span)));
    let named: Vec<String> = named.collect();
    Some(format!(
        "nothing is listed but bundle{s} {}",
        named.join(", ")
    ))
}

/// Its id and its name, if it has one.
fn product(plan: &Plan, id: &ProductId) -> String {
    match plan.name(id) {
        name if name == id.as_str() => id.to_string(),
        name => format!("{id} {name}"),
    }
}
