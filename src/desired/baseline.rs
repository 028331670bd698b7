//! What an org is to have inside: Okta objects by name, with their fields as Okta's own JSON.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value as Json;

use crate::diagnostic::Span;
use crate::ids::{Collection, ObjectName};

/// What every org that names it has inside.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    /// Its objects, each after those that it may refer to; policies and rules by type, then priority, those without one
    /// first: what becomes the last of its list moves nothing that way.
    pub objects: Vec<BaselineObject>,
}

/// One object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaselineObject {
    pub name: ObjectName,
    /// The fields that are listed, without the name and without a policy's rules. A field that isn't is left as it is, one
    /// that is `null` is to be unset.
    pub body: Arc<Json>,
    /// Whether it is one of Okta's own, such as a default policy: it can be changed, and can't be made.
    pub system: bool,
    /// Where it stands.
    pub span: Span,
}

impl Baseline {
    /// A baseline of these objects, in whatever order they come.
    #[must_use]
    pub fn of(mut objects: Vec<BaselineObject>) -> Self {
        objects.sort_by_cached_key(|one| {
            let kind = one.name.kind().unwrap_or_default().to_owned();
            let policy = one.name.policy_of_rule();
            let rank = one.body.get("priority").and_then(Json::as_i64);
            (one.name.collection(), kind, policy, rank, one.name.clone())
        });
        Self { objects }
    }

    /// The objects that stand in one list of Okta's, list by list.
    pub fn lists(&self) -> impl Iterator<Item = &[BaselineObject]> {
        let same =
            |one: &BaselineObject, other: &BaselineObject| one.name.shelf() == other.name.shelf();
        self.objects.chunk_by(same)
    }

    /// An object by its name.
    #[must_use]
    pub fn object(&self, name: &ObjectName) -> Option<&BaselineObject> {
        self.objects.iter().find(|object| object.name == *name)
    }
}

impl BaselineObject {
    /// The objects that have to be there before it: those that its body refers to, and a rule's policy.
    #[must_use]
    pub fn needs(&self) -> BTreeSet<ObjectName> {
        needs(&self.name, &self.body)
    }
}

/// What has to be there before an object with a body: what the body refers to, and a rule's policy.
#[must_use]
pub fn needs(name: &ObjectName, body: &Json) -> BTreeSet<ObjectName> {
    let mut needs: BTreeSet<ObjectName> = name.policy_of_rule().into_iter().collect();
    collect(body, &mut needs);
    needs
}

/// The object that `{"ref": "zones/Corporate"}` stands for; `None` for any other value.
#[must_use]
pub fn referred(value: &Json) -> Option<ObjectName> {
    let object = value.as_object()?;
    let text = object.get("ref").filter(|_| object.len() == 1)?;
    ObjectName::referred(text.as_str()?)
}

fn collect(value: &Json, needs: &mut BTreeSet<ObjectName>) {
    if let Some(name) = referred(value) {
        needs.insert(name);
        return;
    }
    match value {
        Json::Array(items) => items.iter().for_each(|item| collect(item, needs)),
        Json::Object(fields) => fields.values().for_each(|field| collect(field, needs)),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

/// Whether there are gaps between the priorities of policies and rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gaps {
    /// There are none, and the first is 1.
    Closed,
    /// Okta keeps them, and the first is 0.
    Kept,
    /// Okta doesn't say.
    Unknown,
}

/// What Okta does about gaps among the policies of a type and their rules [Okta, Policy and rule prioritization].
#[must_use]
pub fn gaps(policy_type: &str) -> Gaps {
    match policy_type {
        "IDP_DISCOVERY" | "MFA_ENROLL" | "OKTA_SIGN_ON" | "PASSWORD" => Gaps::Closed,
        "ACCESS_POLICY"
        | "DEVICE_SIGNAL_COLLECTION"
        | "ENTITY_RISK"
        | "POST_AUTH_SESSION"
        | "PROFILE_ENROLLMENT" => Gaps::Kept,
        _ => Gaps::Unknown,
    }
}

/// Zones that every org has and nobody can make [Okta, Network Zones API].
const SYSTEM_ZONES: [&str; 4] = [
    "BlockedIpZone",
    "DefaultEnhancedDynamicZone",
    "DefaultExemptIpZone",
    "LegacyIpZone",
];

/// The policies that every org has from Okta, and what the last rule of each is called [Okta, Policies API].
const SYSTEM_POLICIES: [(&str, &str, &str); 5] = [
    ("IDP_DISCOVERY", "Idp Discovery Policy", "Default Rule"),
    ("MFA_ENROLL", "Default Policy", "Default Rule"),
    ("OKTA_SIGN_ON", "Default Policy", "Default Rule"),
    ("PASSWORD", "Default Policy", "Default Rule"),
    ("PROFILE_ENROLLMENT", "Default Policy", "Catch-all Rule"),
];

/// Whether every org has an object of this name from Okta, whatever a file says of it.
#[must_use]
pub fn is_always_there(name: &ObjectName) -> bool {
    match name.collection() {
        Collection::OrgSettings | Collection::ThreatInsight => true,
        Collection::Zones => SYSTEM_ZONES.contains(&name.name()),
        Collection::Groups => name.is_everyone(),
        Collection::TrustedOrigins | Collection::BookmarkApps => false,
        Collection::Policies | Collection::Rules => {
            let is = |(kind, policy, rule): &(&str, &str, &str)| {
                let policy = ObjectName::policy(kind, policy);
                *name == policy
                    || (name.name() == *rule
                        && name.policy_of_rule().is_some_and(|of| of == policy))
            };
            SYSTEM_POLICIES.iter().any(is)
        }
    }
}
