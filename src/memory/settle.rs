//! What of a reading is worth keeping: not what contradicts the log, which may be ahead of what the account shows.

use std::time::SystemTime;

use super::model::{AccountMemory, MemoryOwner, RememberedOrg};
use super::recall::Recall;
use super::told::ToldOfOrgs;
use crate::live::Snapshot;

/// What is kept of a snapshot: what was known, as old as it is, and what was read now.
///
/// Of that what doesn't show all that the log told is left out, so that it is read again until it does. `position` was given
/// out, and all that is `told` was, before anything was read at `at`.
#[must_use]
pub fn kept(
    owner: MemoryOwner,
    position: String,
    snapshot: &Snapshot,
    recall: Recall,
    told: ToldOfOrgs,
    at: SystemTime,
) -> AccountMemory {
    let mut orgs = recall.known;
    for org in &snapshot.orgs {
        if org.products.is_some() && !orgs.contains_key(&org.id) && told.shows(org, at) {
            let org = org.clone();
            orgs.insert(org.id.clone(), RememberedOrg { org, at });
        }
    }
    AccountMemory {
        owner,
        position,
        subscribed: snapshot.subscribed.keys().cloned().collect(),
        orgs,
        told,
    }
}
