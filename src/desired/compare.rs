//! Two desired states, org by org: what a branch changes, and which orgs that touches.

use std::collections::BTreeSet;

use super::model::{Desired, DesiredOrg, Enforce};
use crate::diagnostic::Span;
use crate::ids::{ProductId, Status};

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
    /// What differs beside the orgs, in words.
    pub notes: Vec<String>,
}

/// Compares; `before` is `None` where there was no desired state.
#[must_use]
pub fn compare(before: Option<&Desired>, after: &Desired) -> Comparison {
    let mut result = Comparison::default();
    let mut met: BTreeSet<&str> = BTreeSet::new();
    let old_orgs = before.map(Desired::by_name).unwrap_or_default();
    let ignored_before = before.map(|before| &before.ignored);
    for org in &after.orgs {
        let old = old_orgs.find(&org.name).one().copied();
        met.extend(old.map(DesiredOrg::label));
        result.orgs.extend(org_change(org, old));
    }
    for old in before.iter().flat_map(|before| &before.orgs) {
        if !met.contains(old.label()) {
            result.orgs.push(OrgChange {
                label: old.label().to_owned(),
                entry: EntryChange::Removed,
                enable: BTreeSet::new(),
                disable: BTreeSet::new(),
                notes: Vec::new(),
                origin: None,
            });
        }
    }
    if let Some(before) = before {
        if before.guardrails != after.guardrails {
            result.notes.push("`guardrails` changes".to_owned());
        }
        if before.account != after.account {
            result.notes.push("`account` changes".to_owned());
        }
    }
    if ignored_before.is_some_and(|before| *before != after.ignored) {
        result.notes.push("`ignoreProducts` changes".to_owned());
    }
    result.orgs.sort_by(|a, b| a.label.cmp(&b.label));
    result
}

fn org_change(org: &DesiredOrg, old: Option<&DesiredOrg>) -> Option<OrgChange> {
    let listed = org.listed();
    let Some(old) = old else {
        return Some(OrgChange {
            label: org.label().to_owned(),
            entry: EntryChange::Added,
            enable: listed.unwrap_or_default(),
            disable: BTreeSet::new(),
            notes: org.status.map(status).into_iter().collect(),
            origin: Some(org.origin.org),
        });
    };
    let mut notes = Vec::new();
    let before = old.listed();
    match (&before, &listed) {
        (None, Some(_)) => notes.push("its products are managed from now on".to_owned()),
        (Some(_), None) => notes.push("its products are left alone from now on".to_owned()),
        (None, None) | (Some(_), Some(_)) => {}
    }
    if org.status != old.status {
        notes.push(
            org.status
                .map_or_else(|| "its status is left alone from now on".to_owned(), status),
        );
    }
    if org.enforce != old.enforce {
        notes.push(match org.enforce {
            Enforce::Exact => {
                "products that aren't listed get disabled from now on (exact)".to_owned()
            }
            Enforce::Additive => {
                "products that aren't listed are left alone from now on (additive)".to_owned()
            }
        });
    }
    if org.cell != old.cell {
        let cell = org.cell.as_ref().map_or("none", |cell| cell.as_str());
        notes.push(format!("cell {cell}"));
    }
    if org.name != old.name {
        notes.push(format!("was {}", old.label()));
    }
    let (before, listed) = (before.unwrap_or_default(), listed.unwrap_or_default());
    let change = OrgChange {
        label: org.label().to_owned(),
        entry: EntryChange::Changed,
        enable: listed.difference(&before).cloned().collect(),
        disable: if org.products.is_some() {
            before.difference(&listed).cloned().collect()
        } else {
            BTreeSet::new()
        },
        notes,
        origin: Some(org.origin.org),
    };
    let same = change.enable.is_empty() && change.disable.is_empty() && change.notes.is_empty();
    (!same).then_some(change)
}

fn status(status: Status) -> String {
    match status {
        Status::Active => "status active".to_owned(),
        Status::Inactive => "status inactive: nobody can sign in to it".to_owned(),
    }
}

/// The orgs of the new state that differ, also where only what holds for all orgs does.
#[must_use]
pub fn changed<'a>(before: Option<&Desired>, after: &'a Desired) -> Vec<&'a DesiredOrg> {
    let comparison = compare(before, after);
    let all = before.is_some_and(|before| before.ignored != after.ignored);
    let labels: BTreeSet<&str> = comparison
        .orgs
        .iter()
        .filter(|change| change.entry != EntryChange::Removed)
        .map(|change| change.label.as_str())
        .collect();
    after
        .orgs
        .iter()
        .filter(|org| all || labels.contains(org.label()))
        .collect()
}
