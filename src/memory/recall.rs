//! What of a memory still holds: a pure function of the memory, the list as it is now, and what the log has told since.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::heard::LogNews;
use super::model::{AccountMemory, RememberedOrg};
use super::whole::WholeReason;
use crate::ids::OrgId;
use crate::live::{LiveOrg, Snapshot, Survey};

/// What still holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recall {
    /// Orgs whose products are known, also those that nobody asks for now.
    pub known: BTreeMap<OrgId, RememberedOrg>,
}

/// Decides what of a memory holds: an org that is listed as it was then, and that no event named since.
///
/// `listed` is the list as it is now, `heard` everything that the log has told since the memory's position.
///
/// # Errors
/// When what was heard is reason for it, as an event about no org that is known is, and when what would be used is as old as `at_most`.
pub fn recall(
    memory: &AccountMemory,
    listed: &Snapshot,
    survey: &Survey,
    heard: &LogNews,
    (now, at_most): (SystemTime, Duration),
) -> Result<Recall, WholeReason> {
    if let Some(why) = &heard.whole {
        return Err(why.clone());
    }
    let mut known = BTreeMap::new();
    for org in &listed.orgs {
        let Some(before) = memory.orgs.get(&org.id) else {
            continue;
        };
        if heard.named.contains(&org.id) || !same_listing(&before.org, org) {
            continue;
        }
        let age = before.age(now).ok_or(WholeReason::Ahead)?;
        if age < at_most {
            known.insert(org.id.clone(), before.clone());
        } else if survey.wants_products(org) {
            return Err(if at_most.is_zero() {
                WholeReason::Asked
            } else {
                WholeReason::Old(age)
            });
        }
    }
    Ok(Recall { known })
}

impl Recall {
    /// The orgs whose products are wanted and not known.
    #[must_use]
    pub fn to_read(&self, listed: &Snapshot, survey: &Survey) -> Vec<OrgId> {
        let orgs = listed.orgs.iter();
        let wanted = orgs.filter(|org| survey.wants_products(org));
        wanted
            .filter(|org| !self.known.contains_key(&org.id))
            .map(|org| org.id.clone())
            .collect()
    }

    /// Fills in the products that are wanted and known. A product has the name that the account has for it now.
    pub fn fill(&self, listed: &mut Snapshot, survey: &Survey) {
        let Snapshot {
            orgs, subscribed, ..
        } = listed;
        for org in orgs.iter_mut().filter(|org| survey.wants_products(org)) {
            let known = self.known.get(&org.id);
            let Some(mut products) = known.and_then(|one| one.org.products.clone()) else {
                continue;
            };
            let renamed =
                |(id, name): (&_, &String)| subscribed.get(id).is_some_and(|now| now != name);
            if products.iter().any(renamed) {
                let products = Arc::make_mut(&mut products);
                for (id, name) in products {
                    if let Some(now) = subscribed.get(id) {
                        name.clone_from(now);
                    }
                }
            }
            org.products = Some(products);
        }
    }
}

/// Whether an org is listed as it was.
fn same_listing(before: &LiveOrg, now: &LiveOrg) -> bool {
    let LiveOrg {
        id,
        domain,
        display_name,
        cell,
        status,
        aerial_org,
        products: _,
    } = before;
    *id == now.id
        && *domain == now.domain
        && *display_name == now.display_name
        && *cell == now.cell
        && *status == now.status
        && *aerial_org == now.aerial_org
}
