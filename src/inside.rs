//! What was read inside of an org: the objects that its baseline is about, by name.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::ids::{Collection, ObjectName, Shelf};

/// What is known of an org's inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrgInside {
    /// What was looked for.
    Read(InsideRead),
    /// Nothing, and why: nothing of it is changed.
    Unread(UnreadReason),
}

/// What was found of what was looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InsideRead {
    /// What was looked for and isn't here isn't in the org.
    pub objects: BTreeMap<ObjectName, InsideObject>,
    /// What is there twice, with both ids.
    pub doubles: BTreeMap<ObjectName, [String; 2]>,
    /// All that stands in the lists that Okta keeps in an order, of each that was looked into.
    pub places: BTreeMap<Shelf, Vec<Ranked>>,
}

impl InsideRead {
    /// Why nothing can be changed where one of these is there twice.
    #[must_use]
    pub fn double(&self, mut of: impl FnMut(&ObjectName) -> bool) -> Option<UnreadReason> {
        let (name, ids) = self.doubles.iter().find(|(name, _)| of(name))?;
        let (name, ids) = (name.clone(), ids.clone());
        Some(UnreadReason::Double { name, ids })
    }

    /// The part of it that would have been found had these alone been looked for.
    #[must_use]
    pub fn within(&self, names: &BTreeSet<ObjectName>) -> Self {
        let mut part = self.clone();
        part.objects.retain(|name, _| names.contains(name));
        part.doubles.retain(|name, _| names.contains(name));
        let shelves: BTreeSet<Shelf> = names.iter().map(ObjectName::shelf).collect();
        part.places.retain(|shelf, _| shelves.contains(shelf));
        part
    }
}

/// A policy or a rule among the others of its list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranked {
    pub name: String,
    /// Whether it comes from Okta, which has it behind all others.
    pub system: bool,
    /// Okta's number for its place: the lowest goes first.
    pub priority: Option<u64>,
}

impl Ranked {
    /// One of a list, from Okta's answer.
    #[must_use]
    pub fn of(body: &Json) -> Self {
        let name = body.get("name").and_then(Json::as_str);
        Self {
            name: name.unwrap_or_default().to_owned(),
            system: body.get("system") == Some(&Json::Bool(true)),
            priority: body.get("priority").and_then(Json::as_u64),
        }
    }
}

/// Why an org's inside isn't known; reads as the end of a sentence about the org.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnreadReason {
    /// Its own API refuses, fails, or can't be asked.
    #[error("{0}")]
    Failed(String),
    /// Two objects have one name: which of them is meant, nobody can say.
    #[error("it has {name} twice: {}", .ids.join(" and "))]
    Double { name: ObjectName, ids: [String; 2] },
    /// Something that can't be made isn't there.
    #[error("it lacks {0}, which comes from Okta and can't be made")]
    Lacks(ObjectName),
    /// It couldn't be looked into when the plan was reviewed, so nobody has reviewed what is inside.
    #[error("it couldn't be looked into when the plan was reviewed")]
    Unreviewed,
}

/// An object as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InsideObject {
    /// Its id; an org's single objects have none that matters.
    pub id: Option<String>,
    /// Whether it comes from Okta.
    pub system: bool,
    /// All of it, as Okta answered: what is compared, and what is sent back.
    pub body: Json,
    /// The same without the run's secrets, where one stands in it: what may be shown.
    pub veiled: Option<Json>,
}

impl InsideObject {
    /// An object from Okta's answer.
    #[must_use]
    pub fn of(collection: Collection, body: Json) -> Self {
        let id = body.get("id").and_then(Json::as_str);
        Self {
            id: id.filter(|_| !collection.is_single()).map(str::to_owned),
            system: body.get("system") == Some(&Json::Bool(true))
                || body.get("type").and_then(Json::as_str) == Some("BUILT_IN"),
            body,
            veiled: None,
        }
    }

    /// What of it may be shown.
    #[must_use]
    pub fn shown(&self) -> &Json {
        self.veiled.as_ref().unwrap_or(&self.body)
    }
}

/// The path of a collection below `/api/v1` on an org's own host; a policy's rules are below the policy
/// [Okta, Management API].
#[must_use]
pub const fn below(collection: Collection) -> &'static [&'static str] {
    match collection {
        Collection::OrgSettings => &["org"],
        Collection::Zones => &["zones"],
        Collection::ThreatInsight => &["threats", "configuration"],
        Collection::TrustedOrigins => &["trustedOrigins"],
        Collection::Groups => &["groups"],
        Collection::BookmarkApps => &["apps"],
        Collection::Policies | Collection::Rules => &["policies"],
    }
}

/// What Okta's scopes call a collection [Okta, OAuth 2.0 scopes: `okta.groups.read`, `okta.networkZones.manage`].
#[must_use]
pub const fn in_scopes(collection: Collection) -> &'static str {
    match collection {
        Collection::OrgSettings => "orgs",
        Collection::Zones => "networkZones",
        Collection::ThreatInsight => "threatInsights",
        Collection::TrustedOrigins => "trustedOrigins",
        Collection::Groups => "groups",
        Collection::BookmarkApps => "apps",
        Collection::Policies | Collection::Rules => "policies",
    }
}

/// Whether an answer of a collection is about the object of this name.
#[must_use]
pub fn is_called(body: &Json, name: &ObjectName) -> bool {
    let text = |key: &str| body.get(key).and_then(Json::as_str);
    match name.collection() {
        Collection::OrgSettings | Collection::ThreatInsight => true,
        Collection::Zones | Collection::TrustedOrigins | Collection::Rules => {
            text("name") == Some(name.name())
        }
        Collection::Groups => {
            let profile = body.get("profile").and_then(|profile| profile.get("name"));
            let kind = if name.is_everyone() {
                "BUILT_IN"
            } else {
                "OKTA_GROUP"
            };
            text("type") == Some(kind) && profile.and_then(Json::as_str) == Some(name.name())
        }
        Collection::BookmarkApps => {
            text("name") == Some("bookmark") && text("label") == Some(name.name())
        }
        Collection::Policies => text("name") == Some(name.name()) && text("type") == name.kind(),
    }
}

/// What Okta gives an object, and takes from nobody [Okta, Management API: read-only members].
const READ_ONLY: [&str; 11] = [
    "_embedded",
    "_links",
    "created",
    "createdBy",
    "id",
    "lastMembershipUpdated",
    "lastUpdated",
    "lastUpdatedBy",
    "objectClass",
    "orn",
    "system",
];

/// What of an object may be sent back to it: a group is its profile alone.
#[must_use]
pub fn writable(collection: Collection, body: &Json) -> Json {
    let mut fields = body.as_object().cloned().unwrap_or_default();
    if collection == Collection::Groups {
        fields.retain(|key, _| key == "profile");
    }
    fields.retain(|key, _| !READ_ONLY.contains(&key.as_str()));
    Json::Object(fields)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_object_is_known_by_its_name_and_by_what_it_is() {
        let group = ObjectName::named(Collection::Groups, "A");
        let own = json!({"type": "OKTA_GROUP", "profile": {"name": "A"}});
        let others = json!({"type": "APP_GROUP", "profile": {"name": "A"}});
        assert!(is_called(&own, &group) && !is_called(&others, &group));
        let app = ObjectName::named(Collection::BookmarkApps, "A");
        assert!(is_called(&json!({"name": "bookmark", "label": "A"}), &app));
        assert!(!is_called(&json!({"name": "saml", "label": "A"}), &app));
        let policy = ObjectName::policy("PASSWORD", "A");
        assert!(is_called(
            &json!({"name": "A", "type": "PASSWORD"}),
            &policy
        ));
        assert!(!is_called(
            &json!({"name": "A", "type": "MFA_ENROLL"}),
            &policy
        ));
        assert!(!is_called(
            &json!({"name": "a"}),
            &ObjectName::named(Collection::Zones, "A")
        ));
    }

    #[test]
    fn what_okta_gives_is_not_sent_back() {
        let body = json!({"id": "x", "_links": {}, "type": "OKTA_GROUP", "profile": {"id": 1}});
        assert_eq!(
            writable(Collection::Groups, &body),
            json!({"profile": {"id": 1}})
        );
        let zone = json!({"type": "OKTA_GROUP", "profile": {"id": 1}});
        assert_eq!(writable(Collection::Zones, &body), zone);
    }

    #[test]
    fn a_double_is_told_with_both_ids() {
        let reason = UnreadReason::Double {
            name: ObjectName::named(Collection::Zones, "A"),
            ids: ["nzo1".to_owned(), "nzo2".to_owned()],
        };
        assert_eq!(reason.to_string(), "it has zones/A twice: nzo1 and nzo2");
    }
}
