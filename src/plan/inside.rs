//! What an org's baseline asks for inside of it: what has to be read, and what differs.

use std::collections::BTreeSet;

use super::change::{Change, Configure, ObjectSight};
use super::fields::{ObjectIds, differences};
use super::matching;
use super::model::{PlanOptions, Selection};
use crate::desired::baseline::{Baseline, BaselineObject};
use crate::desired::model::{Desired, DesiredOrg, StatusGoal};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::ids::{Domain, ObjectName, OrgId, OrgName, Status};
use crate::inside::{InsideObject, OrgInside, UnreadReason};
use crate::live::{LiveOrg, Snapshot};

/// An org to be looked into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InsideToRead {
    pub id: OrgId,
    pub domain: Domain,
    /// The objects to look for, each after those that it may be found through.
    pub objects: BTreeSet<ObjectName>,
}

/// The orgs whose inside a plan needs: those with a baseline that are active and stay so.
#[must_use]
pub fn to_read(desired: &Desired, live: &Snapshot, selection: &Selection) -> Vec<InsideToRead> {
    // What doesn't match is reported by the plan.
    let matching = matching::pair(desired, live, &mut Diagnostics::default());
    let pairs = matching.pairs.iter();
    let pairs = pairs.filter(|pair| selection.covers(pair.desired));
    pairs
        .filter_map(|pair| {
            let live = pair.live?;
            let baseline = applies(pair.desired, Some(live), desired)?;
            let mut objects = BTreeSet::new();
            for object in &baseline.objects {
                objects.extend(object.needs());
                objects.insert(object.name.clone());
            }
            Some(InsideToRead {
                id: live.id.clone(),
                domain: live.domain.clone(),
                objects,
            })
        })
        .collect()
}

/// The baseline that holds for an org, if one does: nobody looks into an org that is inactive or about to be.
pub(super) fn applies<'a>(
    want: &DesiredOrg,
    live: Option<&LiveOrg>,
    desired: &'a Desired,
) -> Option<&'a Baseline> {
    let leaves = matches!(
        want.status,
        Some(StatusGoal::Inactive | StatusGoal::Deleted)
    );
    let active = live.is_none_or(|live| live.status.is(Status::Active));
    let baseline = desired.baseline(want)?;
    (active && !leaves && !baseline.objects.is_empty()).then_some(baseline.as_ref())
}

/// The changes inside of a managed org.
///
/// # Errors
/// Why its inside isn't known.
pub(super) fn of_managed(
    want: &DesiredOrg,
    live: &LiveOrg,
    desired: &Desired,
    snapshot: &Snapshot,
    options: &PlanOptions,
    warnings: &mut Diagnostics,
) -> Result<Vec<(Change, Span)>, UnreadReason> {
    let Some(baseline) = applies(want, Some(live), desired) else {
        return Ok(Vec::new());
    };
    if options.unread_before.contains(&live.name()) {
        warnings.push(
            Diagnostic::warning(
                Code::BaselineUnread,
                format!(
                    "{} couldn't be looked into when the plan was reviewed: nothing is changed inside of it now",
                    live.domain
                ),
            )
            .at(want.origin.org)
            .help("plan again for a review of what is inside"),
        );
        return Ok(Vec::new());
    }
    let objects = match snapshot.insides.get(&live.id) {
        Some(OrgInside::Read(objects)) => objects,
        Some(OrgInside::Unread(reason)) => return Err(reason.clone()),
        None => return Err(UnreadReason::Failed("nobody has looked into it".to_owned())),
    };
    let known = objects.iter();
    let ids: ObjectIds = known
        .filter_map(|(name, object)| Some((name.clone(), object.id.clone()?)))
        .collect();
    let mut changes = Vec::new();
    for object in &baseline.objects {
        let there = objects.get(&object.name);
        if there.is_none() && object.system {
            return Err(UnreadReason::Lacks(object.name.clone()));
        }
        let sight = match there {
            Some(InsideObject { id, .. }) => ObjectSight::There(id.clone()),
            None => ObjectSight::Missing,
        };
        let change = change(&live.domain, object, sight, &ids, there);
        if there.is_none() || !change.fields.is_empty() {
            changes.push((Change::Configure(Box::new(change)), object.span));
        }
    }
    Ok(changes)
}

/// The changes inside of an org that can't be read before it is linked: each object may be missing.
pub(super) fn of_new(
    want: &DesiredOrg,
    desired: &Desired,
    warnings: &mut Diagnostics,
) -> Vec<(Change, Span)> {
    let Some(baseline) = applies(want, None, desired) else {
        return Vec::new();
    };
    let (OrgName::Domain(domain) | OrgName::Both(_, domain)) = &want.name else {
        warnings.push(
            Diagnostic::warning(
                Code::BaselineUnread,
                format!(
                    "the domain of {} isn't known before it is linked: its baseline is left to the next plan",
                    want.label()
                ),
            )
            .at(want.origin.org)
            .help("add its `domain`"),
        );
        return Vec::new();
    };
    let objects = baseline.objects.iter();
    objects
        .map(|object| {
            let sight = ObjectSight::Unseen {
                system: object.system,
            };
            let change = change(domain, object, sight, &ObjectIds::new(), None);
            (Change::Configure(Box::new(change)), object.span)
        })
        .collect()
}

fn change(
    domain: &Domain,
    object: &BaselineObject,
    sight: ObjectSight,
    ids: &ObjectIds,
    there: Option<&InsideObject>,
) -> Configure {
    let needs = object.needs();
    let known = ids.iter().filter(|(name, _)| needs.contains(name));
    let ids = known.map(|(name, id)| (name.clone(), id.clone())).collect();
    Configure {
        domain: domain.clone(),
        object: object.name.clone(),
        listed: object.body.clone(),
        fields: differences(&object.body, &ids, there.map(|there| &there.body)),
        sight,
        ids,
    }
}
