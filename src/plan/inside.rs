//! What an org's baseline asks for inside of it: what has to be read, and what differs.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use serde_json::Map;

use super::change::{Change, Configure, ObjectSight};
use super::fields::{FieldChange, ObjectIds, differences, unsettable};
use super::matching;
use super::model::{PlanOptions, Selection};
use super::places::{ListedPlace, Wish, listed_priority, writes};
use crate::desired::baseline::{Baseline, BaselineObject, Gaps, gaps};
use crate::desired::model::{Desired, DesiredOrg, StatusGoal};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span, Warnings};
use crate::ids::{Domain, ObjectName, OrgId, OrgName, Status};
use crate::inside::{InsideObject, InsideRead, OrgInside, UnreadReason};
use crate::live::{LiveOrg, Snapshot};

/// The field with an object's place in its list.
const PRIORITY: &str = "priority";

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
pub fn to_read(
    desired: &Desired,
    live: &Snapshot,
    selection: &Selection,
    today: Date,
) -> Vec<InsideToRead> {
    // What doesn't match is reported by the plan.
    let matching = matching::pair(desired, live, &mut Diagnostics::default());
    let pairs = matching.pairs.iter();
    let pairs = pairs.filter(|pair| selection.covers(pair.desired));
    pairs
        .filter_map(|pair| {
            let live = pair.live?;
            let baseline = applies(pair.desired, Some(live), desired, today)?;
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

/// The same where the base revision's own plan is made from the same reading: what either of the two looks for.
#[must_use]
pub fn to_read_with(own: &[InsideToRead], base: Vec<InsideToRead>) -> Vec<InsideToRead> {
    let mut both: BTreeMap<OrgId, InsideToRead> = BTreeMap::new();
    for org in own.iter().cloned().chain(base) {
        match both.entry(org.id.clone()) {
            Entry::Vacant(place) => {
                place.insert(org);
            }
            Entry::Occupied(mut place) => place.get_mut().objects.extend(org.objects),
        }
    }
    both.into_values().collect()
}

/// The part of what was read that would have been read for these alone.
#[must_use]
pub fn read_for(
    own: &[InsideToRead],
    read: &BTreeMap<OrgId, OrgInside>,
) -> BTreeMap<OrgId, OrgInside> {
    let part = |org: &InsideToRead| {
        let inside = match read.get(&org.id)? {
            OrgInside::Read(read) => OrgInside::Read(read.within(&org.objects)),
            OrgInside::Unread(reason) => OrgInside::Unread(reason.clone()),
        };
        Some((org.id.clone(), inside))
    };
    own.iter().filter_map(part).collect()
}

/// The baseline that holds for an org, if one does: nobody looks into an org that is inactive or about to be.
pub(super) fn applies<'a>(
    want: &DesiredOrg,
    live: Option<&LiveOrg>,
    desired: &'a Desired,
    today: Date,
) -> Option<&'a Baseline> {
    let leaves = matches!(
        want.goal(today),
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
    (found, warnings): (&mut Diagnostics, &mut Warnings),
) -> Result<Vec<(Change, Span)>, UnreadReason> {
    let Some(baseline) = applies(want, Some(live), desired, options.today) else {
        return Ok(Vec::new());
    };
    if was_unread(want, live, desired, options) {
        warnings.push_of(
            live.domain.as_str(),
            "couldn't be looked into when the plan was reviewed: nothing is changed inside of them now",
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
    let read = match snapshot.insides.get(&live.id) {
        Some(OrgInside::Read(read)) => read,
        Some(OrgInside::Unread(reason)) => return Err(reason.clone()),
        None => return Err(UnreadReason::Failed("nobody has looked into it".to_owned())),
    };
    let needed = |name: &ObjectName| {
        let mut objects = baseline.objects.iter();
        objects.any(|object| object.name == *name || object.needs().contains(name))
    };
    if let Some(double) = read.double(needed) {
        return Err(double);
    }
    for object in &baseline.objects {
        let there = read.objects.get(&object.name);
        let Some((path, value)) = there.and_then(|there| unsettable(&object.body, &there.body))
        else {
            continue;
        };
        let name = &object.name;
        found.push(
            Diagnostic::error(
                Code::InvalidBaseline,
                format!("`{path}` of {name} is {value} in {}, and a switch or a number can't be unset: Okta puts one of its own there", live.domain),
            )
            .at(object.span)
            .help("write the value that it is to have, or remove the field"),
        );
    }
    let known = read.objects.iter();
    let ids: ObjectIds = known
        .filter_map(|(name, object)| Some((name.clone(), object.id.clone()?)))
        .collect();
    let mut changes = Vec::new();
    for of_list in baseline.lists() {
        changes.extend(of_one_list(of_list, &live.domain, read, &ids)?);
    }
    for (change, span) in &changes {
        let Change::Configure(change) = change else {
            continue;
        };
        let there = read.objects.get(&change.object);
        if let Some(path) = there.and_then(|there| change.unkept(&there.body)) {
            warnings.push(unkept(&live.domain, &change.object, &path).at(*span));
        }
    }
    Ok(changes)
}

/// The changes of what stands in one list, in the order in which they are to be made.
fn of_one_list(
    objects: &[BaselineObject],
    domain: &Domain,
    read: &InsideRead,
    ids: &ObjectIds,
) -> Result<Vec<(Change, Span)>, UnreadReason> {
    let mut drafts = Vec::new();
    for object in objects {
        let there = read.objects.get(&object.name);
        if there.is_none() && object.system {
            return Err(UnreadReason::Lacks(object.name.clone()));
        }
        let sight = match there {
            Some(InsideObject { id, .. }) => ObjectSight::There(id.clone()),
            None => ObjectSight::Missing,
        };
        let place = place(object, objects);
        let mut draft = change(domain, object, sight, ids, there, place);
        if there.is_some_and(|there| draft.place.is_some() || there.system) {
            draft.fields.retain(|field| field.path != PRIORITY);
        }
        // Okta's own stand where Okta has them.
        draft.place = draft
            .place
            .filter(|_| there.is_none_or(|there| !there.system));
        drafts.push((draft, object.span));
    }
    let shelf = objects.first().map(|object| object.name.shelf());
    let Some(shelf) = shelf.filter(|shelf| shelf.is_ordered()) else {
        drafts.retain(|(draft, _)| !draft.alters() || !draft.fields.is_empty());
        return Ok(drafts
            .into_iter()
            .map(|(draft, span)| (Change::Configure(Box::new(draft)), span))
            .collect());
    };
    let wishes: Vec<Wish<'_>> = drafts
        .iter()
        .map(|(draft, _)| Wish {
            name: draft.object.name(),
            place: draft.place.clone(),
            there: draft.alters(),
            differs: !draft.fields.is_empty(),
        })
        .collect();
    let list = read.places.get(&shelf).map(Vec::as_slice);
    let writes = writes(&shelf, list.unwrap_or_default(), &wishes).into_iter();
    let changes = writes.filter_map(|write| {
        let (draft, span) = drafts.get(write.wish)?;
        let mut change = draft.clone();
        if write.again {
            change.fields.clear();
        }
        if write.moves && change.alters() {
            let there = read.objects.get(&change.object);
            let now = there.and_then(|there| there.body.get(PRIORITY)).cloned();
            let after = change.listed.get(PRIORITY)?.clone();
            let before = if write.again {
                Some(after.clone())
            } else {
                now
            };
            let fields = change.fields.iter();
            let at = fields.take_while(|field| *field.path < *PRIORITY).count();
            change.fields.insert(
                at,
                FieldChange {
                    path: PRIORITY.to_owned(),
                    before: before.filter(|before| !before.is_null()),
                    after,
                    veiled: None,
                },
            );
        }
        Some((Change::Configure(Box::new(change)), *span))
    });
    Ok(changes.collect())
}

/// Where an object is to stand among those of its list that are listed.
fn place(object: &BaselineObject, list: &[BaselineObject]) -> Option<ListedPlace> {
    let ordered = object.name.shelf().is_ordered();
    let priority = listed_priority(&object.body).filter(|_| ordered)?;
    let behind = list
        .iter()
        .filter(|other| listed_priority(&other.body).is_some_and(|other| other > priority));
    let kind = object.name.kind().unwrap_or_default();
    Some(ListedPlace {
        gaps: gaps(kind) == Gaps::Kept,
        priority,
        behind: behind.map(|other| other.name.name().to_owned()).collect(),
    })
}

fn unkept(domain: &Domain, object: &ObjectName, path: &str) -> Diagnostic {
    let message = format!(
        "{domain}: {object} has a number in {path} that can't be written back as it is, so `apply` leaves it alone"
    );
    Diagnostic::warning(Code::Notice, message).help("change the object in Okta's Admin Console")
}

/// Whether the reviewed plan couldn't look into an org that has a baseline: nobody has reviewed what is inside.
pub(super) fn was_unread(
    want: &DesiredOrg,
    live: &LiveOrg,
    desired: &Desired,
    options: &PlanOptions,
) -> bool {
    applies(want, Some(live), desired, options.today).is_some()
        && options.unread_before.contains(&live.name())
}

/// The changes inside of an org that can't be read before it is linked: each object may be missing.
pub(super) fn of_new(
    want: &DesiredOrg,
    desired: &Desired,
    today: Date,
    warnings: &mut Warnings,
) -> Vec<(Change, Span)> {
    let Some(baseline) = applies(want, None, desired, today) else {
        return Vec::new();
    };
    let (OrgName::Domain(domain) | OrgName::Both(_, domain)) = &want.name else {
        warnings.push_of(
            want.label(),
            "have no domain that is known before they are linked: their baselines are left to the next plan",
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
    let needed: BTreeSet<ObjectName> = baseline
        .objects
        .iter()
        .flat_map(BaselineObject::needs)
        .collect();
    let lists = baseline.lists();
    lists
        .flat_map(|list| list.iter().map(move |object| (object, place(object, list))))
        // Where nothing of it is listed, there is nothing to do but to look up its id.
        .filter(|(object, _)| {
            let lists_nothing = object.body.as_object().is_none_or(Map::is_empty);
            !object.system || !lists_nothing || needed.contains(&object.name)
        })
        .map(|(object, place)| {
            let sight = ObjectSight::Unseen {
                system: object.system,
            };
            let change = change(domain, object, sight, &ObjectIds::new(), None, place);
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
    place: Option<ListedPlace>,
) -> Configure {
    let needs = object.needs().into_iter();
    let ids = needs.filter_map(|name| Some((name.clone(), ids.get(&name)?.clone())));
    let ids = ids.collect();
    Configure {
        domain: domain.clone(),
        object: object.name.clone(),
        listed: Arc::clone(&object.body),
        fields: differences(&object.body, &ids, there),
        place,
        sight,
        ids,
    }
}
