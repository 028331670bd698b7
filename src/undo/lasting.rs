//! What the file has to say, so that the next `apply` doesn't do again what was undone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use super::undoing::{OrgBack, Undoing};
use crate::desired::amend::Amendment;
use crate::desired::model::{Desired, DesiredOrg, Enforce, StatusGoal};
use crate::ids::{ObjectName, OrgName, ProductId, Status};

/// The entries that say otherwise than what was put back, and what they are to say.
#[must_use]
pub fn amendments<'a>(undoing: &Undoing, file: &'a Desired, today: Date) -> Vec<Amendment<'a>> {
    let entries = file.by_name();
    let orgs = undoing.lasting.iter();
    orgs.filter_map(|back| {
        let entry = *entries.find(&back.name).one()?;
        let products = products(back, entry, today);
        let status = status(back, entry, today);
        (products.is_some() || status.is_some()).then_some(Amendment {
            entry,
            products,
            status,
        })
    })
    .collect()
}

/// What the file, with its amendments, wants of an org besides, and the next `apply` therefore does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DriftAgain {
    pub name: OrgName,
    pub enable: BTreeSet<ProductId>,
    pub disable: BTreeSet<ProductId>,
}

/// The orgs of which the file wants other products than they have then: what others did is left alone by an undo, and not by an
/// `apply`.
#[must_use]
pub fn drift(undoing: &Undoing, file: &Desired, today: Date) -> Vec<DriftAgain> {
    let entries = file.by_name();
    let drift = undoing.lasting.iter().filter_map(|back| {
        let entry = *entries.find(&back.name).one()?;
        if !matches!(entry.goal(today), None | Some(StatusGoal::Active)) {
            return None;
        }
        let has = &back.products.as_ref()?.back;
        let wanted = products(back, entry, today).or_else(|| entry.listed(today))?;
        let of_file = |id: &&ProductId| !file.ignored.contains(*id);
        let disable = has.difference(&wanted).filter(of_file);
        let disable = disable.filter(|_| entry.enforce == Enforce::Exact);
        Some(DriftAgain {
            name: back.name.clone(),
            disable: disable.cloned().collect(),
            enable: wanted.difference(has).filter(of_file).cloned().collect(),
        })
    });
    drift
        .filter(|one| !(one.enable.is_empty() && one.disable.is_empty()))
        .collect()
}

/// A baseline of the file that asks for what was undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaselineAgain {
    pub baseline: Arc<str>,
    pub object: ObjectName,
    /// In how many orgs it was undone.
    pub orgs: usize,
}

/// The baselines that ask for what was put back inside of orgs: a baseline is of all its orgs, and what it is to say instead
/// is for its owner to say.
#[must_use]
pub fn baselines(undoing: &Undoing, file: &Desired) -> Vec<BaselineAgain> {
    let entries = file.by_name();
    let mut again: BTreeMap<(&Arc<str>, &ObjectName), usize> = BTreeMap::new();
    for back in &undoing.lasting {
        let entry = entries.find(&back.name).one();
        let named = entry.and_then(|entry| entry.baseline.as_ref());
        let Some((name, baseline)) = named.and_then(|name| file.baselines.get_key_value(name))
        else {
            continue;
        };
        let listed = back
            .objects
            .iter()
            .filter(|name| baseline.object(name).is_some());
        for object in listed {
            *again.entry((name, object)).or_default() += 1;
        }
    }
    let again = again.into_iter();
    again
        .map(|((baseline, object), orgs)| BaselineAgain {
            baseline: Arc::clone(baseline),
            object: object.clone(),
            orgs,
        })
        .collect()
}

fn products(back: &OrgBack, entry: &DesiredOrg, today: Date) -> Option<BTreeSet<ProductId>> {
    if entry.status == Some(StatusGoal::Deleted) {
        return None;
    }
    let (has, listed) = (back.products.as_ref()?, entry.listed(today)?);
    // What others did since, and what the file wants beside, is no matter of this run.
    let mut wanted: BTreeSet<ProductId> = listed.difference(&has.taken).cloned().collect();
    if entry.enforce == Enforce::Exact {
        wanted.extend(has.returned.iter().cloned());
    }
    (wanted != listed).then_some(wanted)
}

fn status(back: &OrgBack, entry: &DesiredOrg, today: Date) -> Option<StatusGoal> {
    let back = back.status?;
    let asked = entry.goal(today)?.status();
    (asked != back).then_some(match back {
        Status::Active => StatusGoal::Active,
        Status::Inactive => StatusGoal::Inactive,
    })
}
