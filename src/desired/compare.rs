//! Two desired states, org by org: what a branch changes, and which orgs that touches.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use super::account_wide::{RuleChange, changes};
use super::baseline::{Baseline, BaselineObject};
use super::model::{Desired, DesiredOrg, Enforce, ListedProduct};
use crate::diagnostic::Span;
use crate::ids::ProductId;

pub use super::entry_fact::EntryFact;

/// What differs about one org.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrgChange {
    /// What to call the org.
    pub label: String,
    /// What happens to its entry.
    pub entry: EntryChange,
    /// Products that are listed now and weren't before.
    pub enable: Vec<ListedProduct>,
    /// Products that were listed before and aren't now.
    pub disable: Vec<ListedProduct>,
    /// Everything else that differs.
    pub facts: Vec<EntryFact>,
    /// Its entry in the new state.
    pub origin: Option<Span>,
    /// Its list there, to which a plan's steps about products point.
    pub list: Option<Span>,
}

impl OrgChange {
    /// Whether nothing differs but what readers see beside the org.
    fn is_for_readers(&self) -> bool {
        let products = self.enable.iter().chain(&self.disable).count();
        let facts = || self.facts.iter().all(EntryFact::is_for_readers);
        self.entry == EntryChange::Changed && products == 0 && facts()
    }
}

/// What happens to an org's entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryChange {
    /// It is new: the org gets linked if it isn't.
    Added,
    /// It is gone: the org becomes unmanaged and is never touched.
    Removed,
    /// It is another one.
    Changed,
}

/// What a branch changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// The orgs that differ, by label.
    pub orgs: Vec<OrgChange>,
    /// What holds for the whole account and differs.
    pub account_wide: Vec<RuleChange>,
    /// Whether something differs that can change what any org gets.
    pub everywhere: bool,
}

/// Compares; `before` is `None` where there was no desired state.
#[must_use]
pub fn compare(before: Option<&Desired>, after: &Desired) -> Comparison {
    let mut result = Comparison::default();
    // A new key of the format has to say here whether a branch that changes it is told so.
    let Desired {
        account: _,  // account-wide
        defaults: _, // account-wide, and in the orgs
        orgs,
        ignored,
        guardrails: _,  // account-wide
        constraints: _, // account-wide
        baselines: _,   // account-wide, and in the orgs
        names: _,       // what the file calls a product changes nothing
        bundles: _,     // in the lists
        waves: _,       // account-wide
    } = after;
    let orgs_before = before.map_or(&[][..], |before| &before.orgs);
    let by_name = before.map(Desired::by_name).unwrap_or_default();
    let mut met: BTreeSet<&str> = BTreeSet::new();
    for org in orgs {
        let old = by_name.find(&org.name).one().copied();
        met.extend(old.map(DesiredOrg::label));
        result.orgs.extend(match old {
            Some(old) => changed_org((org, after), (old, before.unwrap_or(after))),
            None => Some(added_org(org)),
        });
    }
    let gone = orgs_before.iter().filter(|old| !met.contains(old.label()));
    result.orgs.extend(gone.map(|old| OrgChange {
        label: old.label().to_owned(),
        entry: EntryChange::Removed,
        enable: Vec::new(),
        disable: Vec::new(),
        facts: Vec::new(),
        origin: None,
        list: None,
    }));
    result.orgs.sort_by(|a, b| a.label.cmp(&b.label));
    result.account_wide = changes(before, after);
    result.everywhere = before.is_some_and(|before| before.ignored != *ignored);
    result
}

fn added_org(org: &DesiredOrg) -> OrgChange {
    OrgChange {
        label: org.label().to_owned(),
        entry: EntryChange::Added,
        enable: org.products.as_deref().unwrap_or_default().to_vec(),
        disable: Vec::new(),
        facts: born(org),
        origin: Some(org.origin.org),
        list: org.origin.products,
    }
}

/// What a new entry says beside its products.
fn born(org: &DesiredOrg) -> Vec<EntryFact> {
    let create = org.create.clone();
    let create = create.map(|new| EntryFact::Create(Some(new)));
    let consent = org.consent.clone();
    let consent = consent.map(|giver| EntryFact::Consent(Some(giver)));
    let status = org.status.map(|goal| EntryFact::Status(Some(goal)));
    // It may be linked already, and have more than is listed.
    let takes = org.create.is_none() && org.products.is_some() && org.enforce == Enforce::Exact;
    let managed = takes.then_some(EntryFact::Managed(Some(Enforce::Exact)));
    let baseline = org.baseline.as_ref();
    let inside = baseline.map(|name| EntryFact::Baseline(Some(name.to_string())));
    let until = org.until.map(|day| EntryFact::Until(Some(day)));
    let facts = [create, consent, status, until, managed, inside];
    facts.into_iter().flatten().collect()
}

/// What differs; `None` where nothing does.
fn changed_org(
    (org, after): (&DesiredOrg, &Desired),
    (old, desired_before): (&DesiredOrg, &Desired),
) -> Option<OrgChange> {
    let DesiredOrg {
        name,
        cell,
        cell_is_own: _, // whose cell it is matters to warnings alone
        status,
        until,
        products,
        enforce,
        baseline,
        parent,
        consent,
        create,
        new,
        wave,
        owner,
        note,
        origin,
    } = org;
    let mut facts = Vec::new();
    if old.products.is_some() != products.is_some() {
        facts.push(EntryFact::Managed(products.as_ref().map(|_| *enforce)));
    }
    if *status != old.status {
        facts.push(EntryFact::Status(*status));
    }
    if *until != old.until {
        facts.push(EntryFact::Until(*until));
    }
    facts.extend(other_ends(org, old, after));
    if *enforce != old.enforce {
        facts.push(EntryFact::Enforce(*enforce));
    }
    if *baseline != old.baseline {
        let name = baseline.as_ref().map(ToString::to_string);
        facts.push(EntryFact::Baseline(name));
    } else if let Some(name) = baseline
        && !same_inside(after.baseline(org), desired_before.baseline(old))
    {
        facts.push(EntryFact::Inside(name.to_string()));
    }
    if *cell != old.cell {
        facts.push(EntryFact::Cell(cell.clone()));
    }
    if *create != old.create {
        facts.push(EntryFact::Create(create.clone()));
    }
    if *consent != old.consent {
        facts.push(EntryFact::Consent(consent.clone()));
    }
    if *parent != old.parent && create.is_none() {
        facts.push(EntryFact::Parent(parent.clone()));
    }
    if *new != old.new {
        facts.push(EntryFact::New(*new));
    }
    if *name != old.name {
        facts.push(if org.label() == old.label() {
            EntryFact::Id(name.id().cloned())
        } else {
            EntryFact::Renamed(old.label().to_owned())
        });
    }
    if *wave != old.wave {
        let wave = wave.as_ref().map(ToString::to_string);
        facts.push(EntryFact::Wave(wave));
    }
    if *owner != old.owner {
        let owner = owner.as_ref().map(ToString::to_string);
        facts.push(EntryFact::Owner(owner));
    }
    if *note != old.note {
        facts.push(EntryFact::Note(note.clone()));
    }
    let before = old.products.as_deref().unwrap_or_default();
    // An org whose products are left alone from now on loses none.
    let listed = products.as_deref().unwrap_or(before);
    let change = OrgChange {
        label: org.label().to_owned(),
        entry: EntryChange::Changed,
        enable: without(listed, before),
        disable: without(before, listed),
        facts,
        origin: Some(origin.org),
        list: origin.products,
    };
    let same = change.enable.is_empty() && change.disable.is_empty() && change.facts.is_empty();
    (!same).then_some(change)
}

/// The products that both list, and not until the same day.
fn other_ends(org: &DesiredOrg, old: &DesiredOrg, after: &Desired) -> Vec<EntryFact> {
    let lists = [&old.products, &org.products];
    let mut listed = lists.into_iter().flatten().flatten();
    if listed.all(|product| product.until.is_none()) {
        return Vec::new();
    }
    let listed = old.products.iter().flatten();
    let before: BTreeMap<&ProductId, Option<Date>> =
        listed.map(|product| (&product.id, product.until)).collect();
    let products = org.products.iter().flatten();
    let other = products.filter(|product| {
        let before = before.get(&product.id);
        // A new one that has an end is more than that it is listed.
        before.map_or(product.until.is_some(), |before| *before != product.until)
    });
    other
        .map(|product| {
            let name = after.names.get(&product.id);
            let name = name.map_or_else(
                || product.id.to_string(),
                |name| format!("{name} ({})", product.id),
            );
            EntryFact::ProductUntil(name, product.until)
        })
        .collect()
}

/// Whether two baselines say the same, wherever they stand in their files.
fn same_inside(one: Option<&Arc<Baseline>>, other: Option<&Arc<Baseline>>) -> bool {
    let (Some(one), Some(other)) = (one, other) else {
        return one.is_none() && other.is_none();
    };
    let same = |(one, other): (&BaselineObject, &BaselineObject)| {
        (&one.name, &one.body, one.system) == (&other.name, &other.body, other.system)
    };
    Arc::ptr_eq(one, other)
        || (one.objects.len() == other.objects.len()
            && one.objects.iter().zip(&other.objects).all(same))
}

/// The products of the first list that aren't in the second; both are by id.
fn without(products: &[ListedProduct], others: &[ListedProduct]) -> Vec<ListedProduct> {
    let same = |(one, other): (&ListedProduct, &ListedProduct)| one.id == other.id;
    if products.len() == others.len() && products.iter().zip(others).all(same) {
        return Vec::new();
    }
    let is_in = |product: &&ListedProduct| {
        let place = others.binary_search_by(|other| other.id.cmp(&product.id));
        place.is_ok()
    };
    let gone = products.iter().filter(|product| !is_in(product));
    gone.cloned().collect()
}

/// The orgs of the new state that differ, also where only what holds for all orgs does.
#[must_use]
pub fn changed<'a>(before: Option<&Desired>, after: &'a Desired) -> Vec<&'a DesiredOrg> {
    let comparison = compare(before, after);
    let labels: BTreeSet<&str> = comparison
        .orgs
        .iter()
        .filter(|change| change.entry != EntryChange::Removed && !change.is_for_readers())
        .map(|change| change.label.as_str())
        .collect();
    after
        .orgs
        .iter()
        .filter(|org| comparison.everywhere || labels.contains(org.label()))
        .collect()
}
