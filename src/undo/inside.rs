//! What a run did inside of an org, object by object, and what of it can be put back.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::left::{InsideReason, LeftField, LeftReason};
use crate::desired::baseline::{BaselineObject, needs};
use crate::desired::bodies::can_be_set;
use crate::diagnostic::Span;
use crate::ids::{ObjectName, Shelf};
use crate::inside::{InsideObject, InsideRead, OrgInside};
use crate::plan::FieldPath;
use crate::plan::fields::{ObjectIds, differences};
use crate::receipt::{ObjectWas, PastObject, PastStep};

/// The field with an object's place in its list.
const PRIORITY: &str = "priority";

/// What stands in a receipt in place of what nobody is shown.
const VEIL: &str = "***";

/// The changed fields of one object: what each was first, and what the run left.
type Changed<'a> = BTreeMap<&'a str, (&'a Json, &'a Json)>;

/// What is put back inside of an org, and what isn't.
#[derive(Debug, Default)]
pub(super) struct InsideBack {
    pub(super) objects: Vec<BaselineObject>,
    pub(super) left: Vec<LeftReason>,
    /// Fields that are as the run found them already.
    pub(super) already: usize,
    /// Objects that have something of what they had, then.
    pub(super) undone: BTreeSet<ObjectName>,
}

/// The objects that are to be looked at: those that a run changed, and what their old values refer to.
pub(super) fn looked_at(steps: &[&PastStep]) -> BTreeSet<ObjectName> {
    let mut objects = BTreeSet::new();
    for (name, changed) in by_object(steps).0 {
        for (before, after) in changed.fields.into_values() {
            objects.extend(needs(&name, before));
            objects.extend(needs(&name, after));
        }
        objects.insert(name);
    }
    objects
}

struct ChangedObject<'a> {
    fields: Changed<'a>,
    label: &'a str,
    /// The last line of the receipt about it.
    line: u32,
}

/// The objects that a run changed, and what of it can't be put back whatever is there now.
fn by_object<'a>(
    steps: &[&'a PastStep],
) -> (BTreeMap<ObjectName, ChangedObject<'a>>, Vec<LeftReason>) {
    let mut objects: BTreeMap<ObjectName, ChangedObject<'a>> = BTreeMap::new();
    let mut left = Vec::new();
    for step in steps {
        let Some(object) = &step.object else {
            left.push(LeftReason::Unknown(step.kind));
            continue;
        };
        match (&object.name, object.was) {
            (Some(_), Some(ObjectWas::Missing)) => {
                left.push(LeftReason::Made(object.label.clone()));
            }
            (Some(name), Some(ObjectWas::There)) => {
                let changed = objects
                    .entry(name.clone())
                    .or_insert_with(|| ChangedObject {
                        fields: Changed::new(),
                        label: &object.label,
                        line: step.line,
                    });
                changed.line = step.line;
                for field in &object.fields {
                    changed
                        .fields
                        .entry(&field.path)
                        .and_modify(|(_, after)| *after = &field.after)
                        .or_insert((&field.before, &field.after));
                }
            }
            (None, _) | (_, Some(ObjectWas::Unseen) | None) => left.push(unseen(object)),
        }
    }
    for changed in objects.values_mut() {
        // A place that was taken again is the same.
        changed.fields.retain(|_, (before, after)| before != after);
    }
    objects.retain(|_, changed| !changed.fields.is_empty());
    (objects, left)
}

fn unseen(object: &PastObject) -> LeftReason {
    let fields = object.fields.iter();
    let fields = fields.map(|field| LeftField::of(&field.path, None));
    LeftReason::Inside {
        object: object.label.clone(),
        why: InsideReason::Unseen,
        fields: fields.collect(),
    }
}

/// What is put back of what these steps changed in an org, as it was just read; `at` is the place of a line of the receipt.
pub(super) fn back(
    steps: &[&PastStep],
    inside: Option<&OrgInside>,
    is_active: bool,
    at: impl Fn(u32) -> Span,
) -> InsideBack {
    let (objects, left) = by_object(steps);
    let mut back = InsideBack {
        left,
        ..InsideBack::default()
    };
    let read = match inside {
        _ if !is_active => Err(InsideReason::Inactive),
        None => Err(InsideReason::Unread("nobody has looked into it".to_owned())),
        Some(OrgInside::Unread(why)) => Err(InsideReason::Unread(why.to_string())),
        Some(OrgInside::Read(read)) => match read.double(|_| true) {
            Some(double) => Err(InsideReason::Unread(double.to_string())),
            None => Ok(read),
        },
    };
    let mut places: BTreeSet<(Shelf, u64)> = BTreeSet::new();
    for (name, changed) in &objects {
        match &read {
            Err(why) => back.leave(changed, why.clone(), &changed.fields),
            Ok(read) => match read.objects.get(name) {
                None => back.leave(changed, InsideReason::Gone, &changed.fields),
                Some(there) => back.object((name, changed), there, read, &mut places, &at),
            },
        }
    }
    back
}

impl InsideBack {
    fn leave(&mut self, changed: &ChangedObject<'_>, why: InsideReason, fields: &Changed<'_>) {
        let fields = fields.iter();
        self.left.push(LeftReason::Inside {
            object: changed.label.to_owned(),
            why,
            fields: fields
                .map(|(path, (before, _))| LeftField::of(path, Some(before)))
                .collect(),
        });
    }

    fn object(
        &mut self,
        (name, changed): (&ObjectName, &ChangedObject<'_>),
        there: &InsideObject,
        read: &InsideRead,
        places: &mut BTreeSet<(Shelf, u64)>,
        at: impl Fn(u32) -> Span,
    ) {
        let known = read.objects.iter();
        let ids: ObjectIds = known
            .filter_map(|(name, object)| Some((name.clone(), object.id.clone()?)))
            .collect();
        let mut body = Json::Object(Map::new());
        let mut left: BTreeMap<InsideReason, Changed<'_>> = BTreeMap::new();
        for (path, (before, after)) in &changed.fields {
            let place =
                FieldPath::parse(path).filter(|place| can_be_set(name, place.keys(), before));
            let judged = match &place {
                None => Err(InsideReason::Odd),
                Some(place) => judge(name, place, (before, after), there, &ids),
            };
            let mut free = || {
                let priority = before.as_u64().filter(|_| *path == PRIORITY);
                priority.is_none_or(|priority| places.insert((name.shelf(), priority)))
            };
            match (judged, place) {
                (Ok(FieldNow::Before), _) => {
                    self.already += 1;
                    self.undone.insert(name.clone());
                }
                (Ok(FieldNow::After), Some(place)) if free() => {
                    place.put(&mut body, (*before).clone());
                }
                (Ok(FieldNow::After), _) => {
                    left.entry(InsideReason::Odd)
                        .or_default()
                        .insert(path, (before, after));
                }
                (Err(why), _) => {
                    left.entry(why).or_default().insert(path, (before, after));
                }
            }
        }
        for (why, fields) in left {
            self.leave(changed, why, &fields);
        }
        if body.as_object().is_some_and(|fields| !fields.is_empty()) {
            self.undone.insert(name.clone());
            self.objects.push(BaselineObject {
                name: name.clone(),
                body: Arc::new(body),
                system: there.system,
                span: at(changed.line),
            });
        }
    }
}

/// What a field has now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FieldNow {
    /// What it had before the run.
    Before,
    /// What the run left.
    After,
}

/// What a field has now; an error is why it isn't put back.
fn judge(
    name: &ObjectName,
    place: &FieldPath,
    (before, after): (&Json, &Json),
    there: &InsideObject,
    ids: &ObjectIds,
) -> Result<FieldNow, InsideReason> {
    let has = |value: &Json| differences(&place.body(value.clone()), ids, Some(there)).is_empty();
    let now = place.find(&there.body);
    // A switch or a number is never unset, and so never as it was without one.
    let is_set = now.is_some_and(|now| now.is_boolean() || now.is_number());
    if before.to_string().contains(VEIL) {
        return Err(InsideReason::Veiled);
    }
    if has(before) && !(before.is_null() && is_set) {
        return Ok(FieldNow::Before);
    }
    if !has(after) {
        return Err(InsideReason::Changed);
    }
    if before.is_null() && is_set {
        return Err(InsideReason::Unsettable);
    }
    let lacks = |needed: &ObjectName| *needed != *name && !ids.contains_key(needed);
    let of_policy = name.policy_of_rule();
    let needed = needs(name, before);
    match needed
        .into_iter()
        .find(|one| lacks(one) && of_policy.as_ref() != Some(one))
    {
        Some(lacking) => Err(InsideReason::Lacks(lacking.to_string())),
        None => Ok(FieldNow::After),
    }
}
