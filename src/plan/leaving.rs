//! The orgs that are on their way out.

use jiff::civil::Date;

use super::matching;
use super::model::Selection;
use crate::desired::model::{Desired, StatusGoal};
use crate::diagnostic::Diagnostics;
use crate::ids::{OrgName, Status};
use crate::live::Snapshot;

/// The orgs whose deletion would be asked for now, if nobody has asked for it yet: inactive ones that are to be deleted.
#[must_use]
pub(super) fn awaiting_deletion(
    desired: &Desired,
    live: &Snapshot,
    selection: &Selection,
    today: Date,
) -> Vec<OrgName> {
    // What doesn't match is reported by the plan.
    let matching = matching::pair(desired, live, &mut Diagnostics::default());
    let pairs = matching.pairs.iter();
    let pairs = pairs.filter(|pair| selection.covers(pair.desired));
    let orgs = pairs.filter_map(|pair| {
        let deleted = pair.desired.goal(today) == Some(StatusGoal::Deleted);
        let inactive = pair.live.filter(|org| org.status.is(Status::Inactive))?;
        deleted.then(|| inactive.name())
    });
    orgs.collect()
}
