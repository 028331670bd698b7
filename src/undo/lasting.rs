//! What the file has to say, so that the next `apply` doesn't do again what was undone.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::back::{OrgBack, Undoing};
use crate::desired::amend::Amendment;
use crate::desired::model::{Desired, DesiredOrg, Enforce, StatusGoal};
use crate::ids::{ProductId, Status};

/// The entries that say otherwise than what was put back, and what they are to say.
#[must_use]
pub fn amendments<'a>(undoing: &Undoing, file: &'a Desired, today: Date) -> Vec<Amendment<'a>> {
    let entries = file.by_name();
    let orgs = undoing.orgs.iter();
    orgs.filter_map(|back| {
        let entry = *entries.find(&back.name).one()?;
        let products = products(back, entry, &file.ignored, today);
        let status = status(back, entry, today);
        (products.is_some() || status.is_some()).then_some(Amendment {
            entry,
            products,
            status,
        })
    })
    .collect()
}

fn products(
    back: &OrgBack,
    entry: &DesiredOrg,
    ignored: &BTreeSet<ProductId>,
    today: Date,
) -> Option<BTreeSet<ProductId>> {
    if entry.status == Some(StatusGoal::Deleted) {
        return None;
    }
    let (has, listed) = (back.products.as_ref()?, entry.listed(today)?);
    // What others did since is no matter of this run: the file says of it what it said.
    let stays = |id: &&ProductId| back.others.contains(*id) || ignored.contains(*id);
    let mut wanted: BTreeSet<ProductId> = has.iter().filter(|id| !stays(id)).cloned().collect();
    if entry.enforce == Enforce::Additive {
        wanted.retain(|id| listed.contains(id));
    }
    wanted.extend(listed.iter().filter(stays).cloned());
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
