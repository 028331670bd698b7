//! The orgs of which a plan has to know what the account doesn't tell.

use jiff::civil::Date;

use super::leaving::awaiting_deletion;
use super::model::Selection;
use super::survey::unborn;
use crate::desired::model::Desired;
use crate::ids::OrgName;
use crate::live::Snapshot;

/// The orgs of which a plan has to know it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EvidenceWanted {
    /// Inactive orgs that are to be deleted.
    pub leaving: Vec<OrgName>,
    /// Orgs that would be created, if they aren't there.
    pub unborn: Vec<OrgName>,
}

impl EvidenceWanted {
    /// What the plans of these desired states need.
    #[must_use]
    pub fn of<'a>(
        desired: impl IntoIterator<Item = &'a Desired>,
        live: &Snapshot,
        selection: &Selection,
        today: Date,
    ) -> Self {
        let mut wanted = Self::default();
        for desired in desired {
            wanted
                .leaving
                .extend(awaiting_deletion(desired, live, selection, today));
            let unborn = unborn(desired, selection, live).into_iter();
            wanted.unborn.extend(unborn.map(OrgName::Domain));
        }
        for orgs in [&mut wanted.leaving, &mut wanted.unborn] {
            orgs.sort();
            orgs.dedup();
        }
        wanted
    }
}
