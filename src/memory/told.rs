//! What the log said of orgs within a day: it may be ahead of what the account shows.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use crate::history::{Deed, EventResult, LogEvent};
use crate::ids::{OrgId, ProductId};
use crate::live::LiveOrg;

/// After this time the account shows what happened, where the event doesn't say it in a way that could be compared.
const SETTLES: Duration = Duration::from_secs(10 * 60);

/// After this time an org is taken to be as it is read, whatever the log said.
const LAPSES: Duration = Duration::from_secs(24 * 3600);

/// What the log said within a day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToldOfOrgs {
    pub(super) orgs: BTreeMap<OrgId, OrgTold>,
    /// When the newest thing happened of which it isn't known what org it is about.
    pub(super) anybody: Option<SystemTime>,
}

/// What it said of an org, and when that happened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct OrgTold {
    /// Whether it has these products.
    pub(super) products: BTreeMap<ProductId, (bool, SystemTime)>,
    pub(super) status: Option<(String, SystemTime)>,
    /// The newest thing that can't be compared.
    pub(super) other: Option<SystemTime>,
}

impl ToldOfOrgs {
    pub(super) fn of_anybody(&mut self, at: SystemTime) {
        self.anybody = self.anybody.max(Some(at));
    }

    /// Whether an org that was read at a time has all that was said of it.
    pub(super) fn shows(&self, org: &LiveOrg, at: SystemTime) -> bool {
        let told = self.orgs.get(&org.id);
        is_over(self.anybody, at, SETTLES) && told.is_none_or(|told| told.shows(org, at))
    }

    pub(super) fn forget(&mut self, at: SystemTime) {
        for org in self.orgs.values_mut() {
            org.forget(at);
        }
        self.orgs.retain(|_, org| *org != OrgTold::default());
        self.anybody = self.anybody.filter(|_| !is_over(self.anybody, at, SETTLES));
    }
}

impl OrgTold {
    pub(super) fn take(&mut self, event: &LogEvent, when: SystemTime) {
        let failed = event.result == EventResult::Failed;
        match &event.deed {
            Deed::Products { added, deleted }
                if !(failed || added.is_empty() && deleted.is_empty()) =>
            {
                let added = added.iter().map(|id| (id, true));
                for (id, has) in added.chain(deleted.iter().map(|id| (id, false))) {
                    let newest = self.products.entry(id.clone()).or_insert((has, when));
                    if newest.1 <= when {
                        *newest = (has, when);
                    }
                }
            }
            Deed::Status { new, .. } if !failed && !new.is_empty() => {
                if self.status.as_ref().is_none_or(|newest| newest.1 <= when) {
                    self.status = Some((new.clone(), when));
                }
            }
            Deed::DeletionRequested
            | Deed::DeletionCancelled
            | Deed::ConsentGranted
            | Deed::ConsentRevoked => {}
            // What failed may have been done in part.
            Deed::Products { .. } | Deed::Status { .. } | Deed::Linked | Deed::Other(_) => {
                self.other = self.other.max(Some(when));
            }
        }
    }

    fn shows(&self, org: &LiveOrg, at: SystemTime) -> bool {
        let has = |id: &ProductId| org.products.iter().any(|all| all.contains_key(id));
        let mut products = self.products.iter();
        products.all(|(id, (enabled, _))| has(id) == *enabled)
            && (self.status.iter()).all(|(new, _)| org.status.as_str().eq_ignore_ascii_case(new))
            && is_over(self.other, at, SETTLES)
    }

    fn forget(&mut self, at: SystemTime) {
        let lapsed = |when: SystemTime| is_over(Some(when), at, LAPSES);
        self.products.retain(|_, (_, when)| !lapsed(*when));
        self.status = self.status.take().filter(|(_, when)| !lapsed(*when));
        self.other = self.other.filter(|_| !is_over(self.other, at, SETTLES));
    }
}

/// Whether so long has passed since something happened, if it did.
fn is_over(when: Option<SystemTime>, at: SystemTime, time: Duration) -> bool {
    when.is_none_or(|when| at.duration_since(when).is_ok_and(|ago| ago >= time))
}
