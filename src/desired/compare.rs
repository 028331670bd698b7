//! Two desired states, org by org: what a branch changes, and which orgs that touches.

use std::collections::BTreeSet;

use super::account_wide::{RuleChange, changes};
use super::model::{Desired, DesiredOrg, Enforce, StatusGoal};
use crate::diagnostic::Span;
use crate::ids::ProductId;

/// What differs about one org.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrgChange {
    /// What to call the org.
    pub label: String,
    /// What happens to its entry.
    pub entry: EntryChange,
    /// Products that are listed now and weren't before.
    pub enable: BTreeSet<ProductId>,
    /// Products that were listed before and aren't now.
    pub disable: BTreeSet<ProductId>,
    /// Everything else that differs, in words.
    pub notes: Vec<String>,
    /// Its entry in the new state.
    pub origin: Option<Span>,
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
        guardrails: _, // account-wide
        names: _,      // what the file calls a product changes nothing
    } = after;
    let orgs_before = before.map_or(&[][..], |before| &before.orgs);
    let by_name = before.map(Desired::by_name).unwrap_or_default();
    let mut met: BTreeSet<&str> = BTreeSet::new();
    for org in orgs {
        let old = by_name.find(&org.name).one().copied();
        met.extend(old.map(DesiredOrg::label));
        result.orgs.extend(match old {
            Some(old) => changed_org(org, old),
            None => Some(added_org(org)),
        });
    }
    let gone = orgs_before.iter().filter(|old| !met.contains(old.label()));
    result.orgs.extend(gone.map(|old| OrgChange {
        label: old.label().to_owned(),
        entry: EntryChange::Removed,
        enable: BTreeSet::new(),
        disable: BTreeSet::new(),
        notes: Vec::new(),
        origin: None,
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
        enable: org.listed().unwrap_or_default(),
        disable: BTreeSet::new(),
        notes: org.status.map(status_note).into_iter().collect(),
        origin: Some(org.origin.org),
    }
}

/// What differs; `None` where nothing does.
fn changed_org(org: &DesiredOrg, old: &DesiredOrg) -> Option<OrgChange> {
    let DesiredOrg {
        name,
        cell,
        cell_is_own: _, // whose cell it is matters to warnings alone
        status,
        products,
        enforce,
        origin,
    } = org;
    let mut notes = Vec::new();
    match (&old.products, products) {
        (None, Some(_)) => notes.push("its products are managed from now on".to_owned()),
        (Some(_), None) => notes.push("its products are left alone from now on".to_owned()),
        (None, None) | (Some(_), Some(_)) => {}
    }
    if *status != old.status {
        let alone = || "its status is left alone from now on".to_owned();
        notes.push(status.map_or_else(alone, status_note));
    }
    if *enforce != old.enforce {
        notes.push(enforce_note(*enforce));
    }
    if *cell != old.cell {
        let cell = cell.as_ref().map_or("none", |cell| cell.as_str());
        notes.push(format!("cell {cell}"));
    }
    if *name != old.name {
        notes.push(format!("was {}", old.label()));
    }
    let before = old.listed().unwrap_or_default();
    let listed = org.listed();
    // An org whose products are left alone from now on loses none.
    let kept = listed.as_ref().unwrap_or(&before);
    let change = OrgChange {
        label: org.label().to_owned(),
        entry: EntryChange::Changed,
        enable: kept.difference(&before).cloned().collect(),
        disable: before.difference(kept).cloned().collect(),
        notes,
        origin: Some(origin.org),
    };
    let same = change.enable.is_empty() && change.disable.is_empty() && change.notes.is_empty();
    (!same).then_some(change)
}

fn status_note(status: StatusGoal) -> String {
    match status {
        StatusGoal::Active => "status active",
        StatusGoal::Inactive => "status inactive: nobody can sign in to it",
        StatusGoal::Deleted => {
            "status deleted: nobody can sign in to it, and Okta is asked to delete it"
        }
    }
    .to_owned()
}

fn enforce_note(enforce: Enforce) -> String {
    match enforce {
        Enforce::Exact => "products that aren't listed get disabled from now on (exact)",
        Enforce::Additive => "products that aren't listed are left alone from now on (additive)",
    }
    .to_owned()
}

/// The orgs of the new state that differ, also where only what holds for all orgs does.
#[must_use]
pub fn changed<'a>(before: Option<&Desired>, after: &'a Desired) -> Vec<&'a DesiredOrg> {
    let comparison = compare(before, after);
    let labels: BTreeSet<&str> = comparison
        .orgs
        .iter()
        .filter(|change| change.entry != EntryChange::Removed)
        .map(|change| change.label.as_str())
        .collect();
    after
        .orgs
        .iter()
        .filter(|org| comparison.everywhere || labels.contains(org.label()))
        .collect()
}
