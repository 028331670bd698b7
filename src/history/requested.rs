//! What the System Log tells of the deletions of orgs.

use super::event::{Deed, LogEvent};
use super::story::Story;
use crate::ids::{OrgIndex, OrgName, OrgSet};
use crate::plan::{DeletionTold, Deletions};

/// The search for the requests to delete some orgs, in events from the newest backwards.
///
/// Of each org the newest event that settles it counts: a request, the cancelling of one, or a change of its status, before
/// which no request for what is inactive now can have been made.
#[derive(Debug)]
pub struct DeletionSearch {
    open: Vec<OrgName>,
    settled: OrgSet,
    orgs: OrgIndex<OrgName>,
    found: Vec<(OrgName, DeletionTold)>,
}

impl DeletionSearch {
    /// A search for the deletions of `open`; `orgs` has all managed orgs by any of their names.
    #[must_use]
    pub fn of(open: Vec<OrgName>, orgs: OrgIndex<OrgName>) -> Self {
        Self {
            open,
            settled: OrgSet::default(),
            orgs,
            found: Vec::new(),
        }
    }

    /// Whether all of them are settled: older events tell nothing more.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.found.len() == self.open.len()
    }

    /// Looks at the next older event.
    pub fn see(&mut self, event: &LogEvent) {
        let told = match &event.deed {
            _ if event.failed => return,
            Deed::DeletionRequested => DeletionTold::Asked,
            Deed::DeletionCancelled | Deed::Status { .. } => DeletionTold::NotAsked,
            Deed::Products { .. }
            | Deed::Linked
            | Deed::ConsentGranted
            | Deed::ConsentRevoked
            | Deed::Other(_) => return,
        };
        let Some(about) = Story::org_of(event, &self.orgs) else {
            return;
        };
        let wanted = self.open.iter().find(|org| org.is(&about));
        if let Some(org) = wanted
            && !self.settled.contains(org)
        {
            self.settled.insert(org, ());
            self.found.push((org.clone(), told));
        }
    }

    /// Takes note of what was found.
    pub fn tell(self, deletions: &mut Deletions) {
        for (org, told) in self.found {
            deletions.note(&org, told);
        }
    }
}
