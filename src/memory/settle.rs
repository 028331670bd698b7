//! What of a reading is worth keeping: not what contradicts the log, which may be ahead of what the account shows.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use super::model::{AccountMemory, MemoryOwner, RememberedOrg};
use super::named::KnownNames;
use super::recall::Recall;
use crate::history::{Deed, EventResult, LogEvent};
use crate::ids::ProductId;
use crate::live::{LiveOrg, Snapshot};

/// What an event doesn't say in a way that could be compared is taken to have settled after this time.
const SETTLES: Duration = Duration::from_secs(10 * 60);

/// What is kept of a snapshot: what was known, as old as it is, and what was read now.
///
/// Of that what the log says something else of is left out, so that it is read once more the next time. `position` was given out, and `news` told, before anything was read at `at`.
#[must_use]
pub fn kept(
    owner: MemoryOwner,
    position: String,
    snapshot: &Snapshot,
    recall: Recall,
    news: &[LogEvent],
    at: SystemTime,
) -> AccountMemory {
    let names: KnownNames<'_> = snapshot.orgs.iter().collect();
    let mut told: BTreeMap<_, Vec<&LogEvent>> = BTreeMap::new();
    for event in news
        .iter()
        .filter(|event| event.result != EventResult::Failed)
    {
        for id in names.of(event).into_iter().flatten() {
            told.entry(id).or_default().push(event);
        }
    }
    let mut orgs = recall.known;
    for org in &snapshot.orgs {
        let events = told.get(&org.id).map(Vec::as_slice).unwrap_or_default();
        if org.products.is_some() && !orgs.contains_key(&org.id) && settled(org, events, at) {
            let org = org.clone();
            orgs.insert(org.id.clone(), RememberedOrg { org, at });
        }
    }
    AccountMemory {
        owner,
        position,
        orgs,
    }
}

/// Whether an org is as the newest event says about each of its products and its status.
fn settled(org: &LiveOrg, events: &[&LogEvent], at: SystemTime) -> bool {
    let mut events = events.to_vec();
    // The log's order isn't that in which things happened.
    events.sort_by_key(|event| event.at);
    let mut products: BTreeMap<&ProductId, bool> = BTreeMap::new();
    let mut status = None;
    for event in events {
        match &event.deed {
            Deed::Products { added, deleted } => {
                products.extend(added.iter().map(|id| (id, true)));
                products.extend(deleted.iter().map(|id| (id, false)));
            }
            Deed::Status { new, .. } => status = Some(new),
            Deed::DeletionRequested
            | Deed::DeletionCancelled
            | Deed::ConsentGranted
            | Deed::ConsentRevoked => {}
            Deed::Linked | Deed::Other(_) => {
                let long = at.duration_since(event.at).is_ok_and(|ago| ago >= SETTLES);
                if !long {
                    return false;
                }
            }
        }
    }
    let has = |id: &ProductId| org.products.iter().any(|all| all.contains_key(id));
    let mut products = products.into_iter();
    products.all(|(id, enabled)| has(id) == enabled)
        && status.is_none_or(|new| org.status.as_str().eq_ignore_ascii_case(new))
}
