//! The fields of an object: how what is listed differs from what is there, and both put together.
//!
//! Mappings are merged, lists are whole, `null` unsets, and what isn't listed is left as it is. What Okta adds to what it
//! was sent, to the members of a list too, is no difference; neither is the order of a list: Okta documents none that means
//! anything here. A switch or a number always has a value: `null` can't unset it, and is told apart from what differs.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use crate::desired::baseline::referred;
use crate::ids::ObjectName;
use crate::inside::InsideObject;

/// The ids of an org's objects.
pub type ObjectIds = BTreeMap<ObjectName, String>;

/// One field that is to become something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// `settings.app.url`.
    pub path: String,
    /// What is there; `None` for nothing. Ids of objects that the baseline refers to are references.
    pub before: Option<Json>,
    /// What is listed; `null` unsets.
    pub after: Json,
    /// What is there as it is, where a secret stands in it that `before` hasn't.
    pub veiled: Option<Veiled>,
}

/// A value that nobody is shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Veiled(Json);

impl std::fmt::Debug for Veiled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// What is there, and what of it may be shown.
#[derive(Clone, Copy)]
pub struct Sight<'a> {
    body: &'a Json,
    shown: &'a Json,
}

impl<'a> From<&'a InsideObject> for Sight<'a> {
    fn from(object: &'a InsideObject) -> Self {
        Self {
            body: &object.body,
            shown: object.shown(),
        }
    }
}

impl<'a> From<&'a Json> for Sight<'a> {
    fn from(body: &'a Json) -> Self {
        Self { body, shown: body }
    }
}

impl<'a> Sight<'a> {
    fn get(self, key: &str) -> Option<Self> {
        let body = self.body.get(key)?;
        let shown = self.shown.get(key).unwrap_or(&Json::Null);
        Some(Self { body, shown })
    }
}

/// What of the listed fields is otherwise in an object, in the order of the keys; `None` is an object that isn't there.
#[must_use]
pub fn differences<'a>(
    listed: &Json,
    ids: &ObjectIds,
    there: Option<impl Into<Sight<'a>>>,
) -> Vec<FieldChange> {
    let names: BTreeMap<&str, &ObjectName> =
        ids.iter().map(|(name, id)| (id.as_str(), name)).collect();
    let mut found = Vec::new();
    let there = there.map(Into::into);
    walk(String::new(), listed, there, ids, &names, &mut found);
    found
}

fn walk(
    path: String,
    listed: &Json,
    there: Option<Sight<'_>>,
    ids: &ObjectIds,
    names: &BTreeMap<&str, &ObjectName>,
    found: &mut Vec<FieldChange>,
) {
    if let (Some(fields), None) = (listed.as_object(), referred(listed)) {
        for (key, value) in fields {
            let path = match path.as_str() {
                "" => segment(key),
                path => format!("{path}.{}", segment(key)),
            };
            let there = there.and_then(|there| there.get(key));
            walk(path, value, there, ids, names, found);
        }
        return;
    }
    let there = there.filter(|there| !there.body.is_null());
    let same = match there.map(|there| there.body) {
        None => listed.is_null(),
        Some(there) if listed.is_null() => is_empty(there),
        Some(there) => covers(listed, there, ids),
    };
    if !same {
        found.push(FieldChange {
            path,
            before: there.map(|there| named(there.shown, names)),
            after: listed.clone(),
            veiled: there
                .filter(|there| there.shown != there.body)
                .map(|there| Veiled(there.body.clone())),
        });
    }
}

/// A key as a part of a path; one that could be taken for several is quoted.
pub(super) fn segment(key: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    if !key.is_empty() && key.chars().all(plain) {
        key.to_owned()
    } else {
        Json::from(key).to_string()
    }
}

/// Whether a value is as good as none.
fn is_empty(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::Array(items) => items.is_empty(),
        Json::Object(fields) => fields.is_empty(),
        Json::String(text) => text.is_empty(),
        // Okta's own value, whatever was sent.
        Json::Bool(_) | Json::Number(_) => true,
    }
}

/// The path and the value of the first switch or number that `null` is listed for, though it can't be unset.
#[must_use]
pub(super) fn unsettable(listed: &Json, there: &Json) -> Option<(String, Json)> {
    let fields = listed.as_object().filter(|_| referred(listed).is_none())?;
    fields.iter().find_map(|(key, value)| {
        let there = there.get(key)?;
        if value.is_null() && (there.is_boolean() || there.is_number()) {
            return Some((segment(key), there.clone()));
        }
        let (path, there) = unsettable(value, there)?;
        Some((format!("{}.{path}", segment(key)), there))
    })
}

/// Whether what is there is as listed, what Okta adds aside.
fn covers(listed: &Json, there: &Json, ids: &ObjectIds) -> bool {
    if let Some(name) = referred(listed) {
        return ids.get(&name).map(String::as_str) == there.as_str() && there.is_string();
    }
    match (listed, there) {
        (Json::Object(fields), _) => fields.iter().all(|(key, value)| {
            let there = there.get(key).filter(|there| !there.is_null());
            match there {
                None => value.is_null(),
                Some(there) if value.is_null() => is_empty(there),
                Some(there) => covers(value, there, ids),
            }
        }),
        (Json::Array(items), Json::Array(others)) => same_members(items, others, ids),
        (Json::Number(one), Json::Number(other)) => one == other || one.as_f64() == other.as_f64(),
        (one, other) => one == other,
    }
}

/// Each member of a list has one of its own in the other, in any order.
fn same_members(listed: &[Json], there: &[Json], ids: &ObjectIds) -> bool {
    if listed.len() != there.len() {
        return false;
    }
    let mut taken_by: Vec<Option<usize>> = vec![None; there.len()];
    (0..listed.len()).all(|one| {
        let mut asked = vec![false; there.len()];
        finds_its_own(one, (listed, there, ids), &mut taken_by, &mut asked)
    })
}

/// Gives a listed member one of those that are there, though another that fits several has to take another one.
fn finds_its_own(
    one: usize,
    lists: (&[Json], &[Json], &ObjectIds),
    taken_by: &mut [Option<usize>],
    asked: &mut [bool],
) -> bool {
    let (listed, there, ids) = lists;
    let Some(item) = listed.get(one) else {
        return false;
    };
    let fitting = there.iter().enumerate();
    for (at, _) in fitting.filter(|(_, there)| covers(item, there, ids)) {
        let Some(asked_here) = asked.get_mut(at).filter(|asked| !**asked) else {
            continue;
        };
        *asked_here = true;
        let other = taken_by.get(at).copied().flatten();
        let free = other.is_none_or(|other| finds_its_own(other, lists, taken_by, asked));
        if free && let Some(place) = taken_by.get_mut(at) {
            *place = Some(one);
            return true;
        }
    }
    false
}

/// The same with references in place of ids that have a name.
fn named(value: &Json, names: &BTreeMap<&str, &ObjectName>) -> Json {
    match value {
        Json::String(text) => match names.get(text.as_str()) {
            Some(name) => serde_json::json!({"ref": name.to_string()}),
            None => value.clone(),
        },
        Json::Array(items) => items.iter().map(|item| named(item, names)).collect(),
        Json::Object(fields) => {
            let fields = fields.iter();
            Json::Object(
                fields
                    .map(|(key, field)| (key.clone(), named(field, names)))
                    .collect(),
            )
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => value.clone(),
    }
}

/// The listed fields with ids in place of references.
///
/// # Errors
/// The first object whose id isn't known.
pub(super) fn resolved(listed: &Json, ids: Option<&ObjectIds>) -> Result<Json, ObjectName> {
    if let Some(name) = referred(listed) {
        let id = ids.and_then(|ids| ids.get(&name));
        return id.map(|id| Json::from(id.as_str())).ok_or(name);
    }
    Ok(match listed {
        Json::Array(items) => {
            let items: Result<Vec<Json>, _> =
                items.iter().map(|item| resolved(item, ids)).collect();
            Json::Array(items?)
        }
        Json::Object(fields) => {
            let fields: Result<Map<String, Json>, _> = fields
                .iter()
                .map(|(key, value)| Ok((key.clone(), resolved(value, ids)?)))
                .collect();
            Json::Object(fields?)
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => listed.clone(),
    })
}

/// What is there with the listed fields in it; a field that is to be unset is left out, since Okta's PUT replaces.
pub(super) fn merged(there: &Json, listed: &Json) -> Json {
    let Some(fields) = listed.as_object() else {
        return listed.clone();
    };
    let mut all = there.as_object().cloned().unwrap_or_default();
    for (key, value) in fields {
        if value.is_null() {
            all.remove(key);
        } else {
            let old = all.get(key).unwrap_or(&Json::Null);
            all.insert(key.clone(), merged(old, value));
        }
    }
    Json::Object(all)
}

#[cfg(test)]
mod tests;
