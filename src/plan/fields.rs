//! The fields of an object: how what is listed differs from what is there, and both put together.
//!
//! Mappings are merged, lists are whole, `null` unsets, and what isn't listed is left as it is. What Okta adds to what it
//! was sent, to the members of a list too, is no difference; neither is the order of a list, which Okta doesn't keep.

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

fn is_empty(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::Array(items) => items.is_empty(),
        Json::Object(fields) => fields.is_empty(),
        Json::String(text) => text.is_empty(),
        Json::Bool(_) | Json::Number(_) => false,
    }
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

/// Each member of a list has one of the other, in any order; those that say most look first.
fn same_members(listed: &[Json], there: &[Json], ids: &ObjectIds) -> bool {
    if listed.len() != there.len() {
        return false;
    }
    let mut listed: Vec<&Json> = listed.iter().collect();
    listed.sort_by_cached_key(|item| std::cmp::Reverse(item.to_string().len()));
    let mut left: Vec<&Json> = there.iter().collect();
    listed.into_iter().all(|item| {
        let at = left.iter().position(|there| covers(item, there, ids));
        at.map(|at| left.remove(at)).is_some()
    })
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
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ids::Collection;

    fn ids() -> ObjectIds {
        let zone = ObjectName::named(Collection::Zones, "A");
        [(zone, "nzo1".to_owned())].into()
    }

    fn paths(listed: &Json, there: &Json) -> Vec<String> {
        let found = differences(listed, &ids(), Some(there));
        found.into_iter().map(|one| one.path).collect()
    }

    #[test]
    fn what_is_not_listed_and_what_okta_adds_is_no_difference() {
        let listed = json!({"a": 1, "b": {"c": [{"type": "CORS"}], "d": {}}, "gone": null});
        let there = json!({
            "id": "x", "a": 1.0, "created": "now", "_links": {},
            "b": {"c": [{"type": "CORS", "allowed": []}], "more": 2}, "gone": []
        });
        assert_eq!(paths(&listed, &there), [""; 0]);
    }

    #[test]
    fn each_field_that_differs_is_told_with_its_path() {
        let listed = json!({"a": 2, "b": {"c.d": "x", "e": null}, "list": [1, 2]});
        let there = json!({"a": 1, "b": {"c.d": "y", "e": 5}, "list": [1, 2, 3]});
        assert_eq!(paths(&listed, &there), ["a", "b.\"c.d\"", "b.e", "list"]);
        assert_eq!(paths(&listed, &json!({})), ["a", "b.\"c.d\"", "list"]);
        let found = differences(&json!({"a": {"b": 1}}), &ids(), Some(&json!({"a": "text"})));
        assert_eq!(
            found,
            [FieldChange {
                path: "a.b".to_owned(),
                before: None,
                after: json!(1),
                veiled: None,
            }]
        );
    }

    #[test]
    fn the_order_of_a_list_is_okta_s_but_its_members_are_not() {
        let listed = json!({"l": [{"a": 1}, {"a": 1, "b": 2}]});
        assert_eq!(
            paths(&listed, &json!({"l": [{"a": 1, "b": 2}, {"a": 1, "c": 0}]})),
            [""; 0]
        );
        assert_eq!(
            paths(&listed, &json!({"l": [{"a": 1, "b": 3}, {"a": 1}]})),
            ["l"]
        );
        assert_eq!(
            paths(&json!({"l": ["x", "x"]}), &json!({"l": ["x", "y"]})),
            ["l"]
        );
    }

    #[test]
    fn what_is_veiled_is_not_shown_and_still_compared() {
        let seen = |secret: &str| {
            let body = json!({"a": {"url": format!("x {secret}")}, "b": 1});
            let veiled = Some(json!({"a": {"url": "x ***"}, "b": 1}));
            let object = InsideObject {
                veiled,
                ..InsideObject::of(Collection::BookmarkApps, body)
            };
            differences(&json!({"a": {"url": "y"}, "b": 2}), &ids(), Some(&object))
        };
        let found = seen("first");
        assert_eq!(found[0].before, Some(json!("x ***")));
        assert_eq!(found[1].veiled, None);
        assert!(!format!("{found:?}").contains("first"));
        assert_eq!(found, seen("first"));
        assert_ne!(
            found,
            seen("second"),
            "another value, though it looks the same"
        );
        let same = InsideObject {
            veiled: Some(json!({"a": "***"})),
            ..InsideObject::of(Collection::BookmarkApps, json!({"a": "first"}))
        };
        assert_eq!(differences(&json!({"a": "first"}), &ids(), Some(&same)), []);
    }

    #[test]
    fn a_reference_is_the_org_s_own_id() {
        let listed = json!({"zones": [{"ref": "zones/A"}]});
        assert_eq!(paths(&listed, &json!({"zones": ["nzo1"]})), [""; 0]);
        let other = json!({"zones": ["nzo2", "nzo1"]});
        let found = differences(&listed, &ids(), Some(&other));
        assert_eq!(found[0].before, Some(json!(["nzo2", {"ref": "zones/A"}])));
        let unknown = json!([{"ref": "zones/B"}]);
        assert_eq!(
            resolved(&unknown, Some(&ids())),
            Err(ObjectName::named(Collection::Zones, "B"))
        );
        assert_eq!(
            resolved(&listed, Some(&ids())).unwrap(),
            json!({"zones": ["nzo1"]})
        );
        assert!(!covers(&json!({"ref": "zones/B"}), &Json::Null, &ids()));
    }

    #[test]
    fn a_merge_keeps_what_is_not_listed() {
        let there = json!({"a": 1, "b": {"c": 1, "d": [1, 2]}, "e": 1, "f": "text"});
        let listed = json!({"b": {"d": [3], "n": null}, "e": null, "f": {"g": null, "h": 1}});
        assert_eq!(
            merged(&there, &listed),
            json!({"a": 1, "b": {"c": 1, "d": [3]}, "f": {"h": 1}})
        );
    }
}
