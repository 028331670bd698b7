//! An object inside an org, made or changed through the org's own API [Okta, Management API].
//!
//! Okta's PUT replaces an object: what is sent is what is there just now with the listed fields in it.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::desired::baseline::needs;
use crate::ids::{Collection, Domain, ObjectName};
use crate::inside::{below, writable};
use crate::plan::effect::{Effect, Note, Sign};
use crate::plan::faithful;
use crate::plan::fields::{FieldChange, ObjectIds, merged};
use crate::plan::kinds::Kind;
use crate::plan::places::ListedPlace;
use crate::plan::request::{Method, OrgSlot, Request, RequestBody, Segment};

/// So much of a value is shown in a line, in characters.
const LONGEST: usize = 100;

/// Makes or changes one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Configure {
    /// The org's host.
    pub domain: Domain,
    pub object: ObjectName,
    /// All fields that the baseline lists, with references.
    pub listed: Arc<Json>,
    /// What the plan saw of it.
    pub sight: ObjectSight,
    /// What becomes something else. A priority that already is what is listed is here where an earlier step moves it.
    pub fields: Vec<FieldChange>,
    /// Where it is to stand in its list, if that is listed.
    pub place: Option<ListedPlace>,
    /// The ids that the plan saw, of the objects that it needs.
    pub ids: ObjectIds,
}

/// What a plan saw of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ObjectSight {
    /// It is there; a single object has no id.
    There(Option<String>),
    /// It isn't there.
    Missing,
    /// The org can't be read before another step. `system` is an object that will be there, and can't be made.
    Unseen { system: bool },
}

impl Configure {
    /// The objects whose ids it takes.
    #[must_use]
    pub fn needs(&self) -> BTreeSet<ObjectName> {
        needs(&self.object, &self.listed)
    }

    /// Whether it changes what is there, rather than make something.
    #[must_use]
    pub fn alters(&self) -> bool {
        match self.sight {
            ObjectSight::There(_) | ObjectSight::Unseen { system: true } => true,
            ObjectSight::Missing | ObjectSight::Unseen { system: false } => false,
        }
    }

    /// Where a number stands in the object, listed or not, that would be another one once it is written back.
    #[must_use]
    pub fn unkept(&self, there: &Json) -> Option<String> {
        let collection = self.object.collection();
        // Of the settings only what is listed is sent.
        if collection == Collection::OrgSettings {
            return None;
        }
        faithful::unkept(&merged(&writable(collection, there), &self.listed))
    }

    /// What isn't listed and is otherwise since a write, by its answer; Okta moves priorities by itself.
    #[must_use]
    pub fn beside(&self, before: &Json, answered: &Json) -> Vec<String> {
        let collection = self.object.collection();
        let before = writable(collection, before);
        let mut beside = faithful::changed(&before, &self.listed, answered);
        beside.retain(|path| path != "priority");
        beside
    }

    /// Whether the plan saw what it changes.
    #[must_use]
    pub fn alters_seen(&self) -> bool {
        matches!(self.sight, ObjectSight::There(_))
    }
}

/// The fields that say what a new object is called and what it is.
fn identity(object: &ObjectName) -> Json {
    let name = object.name();
    match object.collection() {
        Collection::OrgSettings | Collection::ThreatInsight => json!({}),
        Collection::Zones | Collection::TrustedOrigins => json!({"name": name}),
        Collection::Groups => json!({"profile": {"name": name}}),
        Collection::BookmarkApps => {
            json!({"label": name, "name": "bookmark", "signOnMode": "BOOKMARK"})
        }
        Collection::Policies => json!({"name": name, "type": object.kind()}),
        Collection::Rules => json!({"name": name, "type": rule_type(object.kind())}),
    }
}

/// A rule's type is its policy's, but for one [Okta, Policies API].
fn rule_type(policy: Option<&str>) -> &str {
    match policy {
        Some("OKTA_SIGN_ON") => "SIGN_ON",
        Some(kind) => kind,
        None => "",
    }
}

/// A body over another: of a field in both, the upper one.
fn over(upper: &Json, lower: &Json) -> Json {
    let (Some(upper), Some(lower)) = (upper.as_object(), lower.as_object()) else {
        return upper.clone();
    };
    let mut all = lower.clone();
    for (key, value) in upper {
        let below = all.get(key).unwrap_or(&Json::Null);
        all.insert(key.clone(), over(value, below));
    }
    Json::Object(all)
}

impl Effect for Configure {
    fn kind(&self) -> Kind {
        Kind::Configure
    }

    fn request(&self, _: OrgSlot) -> Request {
        let object = &self.object;
        let collection = object.collection();
        let words = ["api", "v1"].iter().chain(below(collection));
        let mut path: Vec<Segment> = words.map(|word| Segment::Word(word)).collect();
        if let Some(policy) = object.policy_of_rule() {
            let id = self.ids.get(&policy).cloned();
            path.push(Segment::Object(policy, id));
            path.push(Segment::Word("rules"));
        }
        let to = |method, path, body| {
            Request::to_org(self.kind(), self.domain.clone(), method, path, body)
        };
        if collection == Collection::OrgSettings {
            // Its POST changes the listed fields alone.
            let body = RequestBody::Listed {
                listed: Arc::clone(&self.listed),
                nulls: true,
            };
            return to(Method::Post, path, body);
        }
        if !self.alters() {
            let body = RequestBody::Listed {
                listed: Arc::new(over(&self.listed, &identity(object))),
                nulls: false,
            };
            return to(Method::Post, path, body);
        }
        let method = if collection.is_single() {
            Method::Post
        } else {
            let id = match &self.sight {
                ObjectSight::There(id) => id.clone(),
                ObjectSight::Missing | ObjectSight::Unseen { .. } => None,
            };
            path.push(Segment::Object(object.clone(), id));
            Method::Put
        };
        let body = RequestBody::IntoObject {
            collection,
            listed: Arc::clone(&self.listed),
        };
        to(method, path, body)
    }

    fn notes(&self) -> Vec<Note> {
        let object = &self.object;
        if !self.alters() {
            let fields = self.fields.iter();
            let fields: Vec<String> = fields
                .map(|field| format!("{} {}", field.path, shown(Some(&field.after))))
                .collect();
            let fields = if fields.is_empty() {
                String::new()
            } else {
                format!(": {}", fields.join(", "))
            };
            return vec![Note {
                sign: Sign::Added,
                text: format!("{object}{fields}"),
            }];
        }
        if self.fields.is_empty() {
            return vec![Note {
                sign: Sign::Changed,
                text: format!("{object}: nothing of its own, it is looked up for what needs it"),
            }];
        }
        let fields = self.fields.iter();
        fields
            .map(
                |FieldChange {
                     path,
                     before,
                     after,
                     veiled: _, // nobody is shown it
                 }| Note {
                    sign: Sign::Changed,
                    text: match self.sight {
                        ObjectSight::Unseen { .. } => {
                            format!("{object} {path}: not seen yet → {}", shown(Some(after)))
                        }
                        ObjectSight::There(_) | ObjectSight::Missing
                            if before.as_ref() == Some(after) =>
                        {
                            let after = shown(Some(after));
                            format!("{object} {path}: {after} again, after other steps")
                        }
                        ObjectSight::There(_) | ObjectSight::Missing => format!(
                            "{object} {path}: {} → {}",
                            shown(before.as_ref()),
                            shown(Some(after))
                        ),
                    },
                },
            )
            .collect()
    }
}

/// A value as JSON, as much of it as fits; references as what they name.
fn shown(value: Option<&Json>) -> String {
    let Some(value) = value.filter(|value| !value.is_null()) else {
        return "nothing".to_owned();
    };
    let text = value.to_string();
    if text.chars().count() <= LONGEST {
        return text;
    }
    text.chars().take(LONGEST).chain(['…']).collect()
}
