//! The laws about what is inside of orgs.

use serde_json::{Value as Json, json};

use super::{Law, Laws};
use crate::desired::baseline::{BaselineObject, referred};
use crate::ids::{Collection, ObjectName, Status};
use crate::inside::{InsideObject, OrgInside};
use crate::plan::change::{Configure, ObjectSight};
use crate::plan::fields::FieldChange;
use crate::plan::request::{Host, Method};

impl Laws<'_> {
    pub(super) fn configure(&mut self, change: &Configure) {
        let listed = self
            .want
            .and_then(|want| self.desired.baseline(want))
            .and_then(|baseline| baseline.object(&change.object))
            .cloned();
        let Some(listed) = listed else {
            return self.hold(false, Law::ConfiguresListed);
        };
        let active = self.org.is_none_or(|org| org.status.is(Status::Active));
        let reviewed = self
            .org
            .is_none_or(|org| !self.options.unread_before.contains(&org.name()));
        self.hold(active && reviewed, Law::ConfiguresActive);
        let there = self.there(&change.object).cloned();
        let seen = match &change.sight {
            ObjectSight::Unseen { system } => !self.managed && *system == listed.system,
            ObjectSight::Missing => self.is_read() && there.is_none(),
            ObjectSight::There(id) => there.as_ref().is_some_and(|there| there.id == *id),
        };
        self.hold(seen, Law::ConfiguresSeen);
        self.hold(change.alters() || !listed.system, Law::MakesNoSystem);
        let changes = !change.fields.is_empty() || !change.alters_seen();
        self.hold(changes, Law::ChangesSomething);
        self.hold(change.listed == listed.body, Law::FieldsListed);
        for field in &change.fields {
            self.field(field, &listed, there.as_ref());
        }
        self.object_address(change, there.as_ref());
        self.object_body(change, &listed);
    }

    /// What was read of one of the org's own objects.
    fn there(&self, name: &ObjectName) -> Option<&InsideObject> {
        match self.live.insides.get(&self.org?.id)? {
            OrgInside::Read(objects) => objects.get(name),
            OrgInside::Unread(_) => None,
        }
    }

    fn is_read(&self) -> bool {
        let inside = self.org.and_then(|org| self.live.insides.get(&org.id));
        matches!(inside, Some(OrgInside::Read(_)))
    }

    fn field(
        &mut self,
        field: &FieldChange,
        listed: &BaselineObject,
        there: Option<&InsideObject>,
    ) {
        self.hold(
            at(&listed.body, &field.path) == Some(&field.after),
            Law::FieldsListed,
        );
        let now = there.and_then(|there| at(&there.body, &field.path));
        let now = now.filter(|now| !now.is_null());
        let before = field.before.as_ref().map(|before| self.with_ids(before));
        self.hold(before.as_ref() == now, Law::FieldsSeen);
    }

    /// References as the ids that this very org has for them.
    fn with_ids(&self, value: &Json) -> Json {
        if let Some(object) = referred(value).and_then(|name| self.there(&name)) {
            return json!(object.id);
        }
        match value {
            Json::Array(items) => items.iter().map(|item| self.with_ids(item)).collect(),
            Json::Object(fields) => {
                let fields = fields.iter();
                Json::Object(
                    fields
                        .map(|(key, field)| (key.clone(), self.with_ids(field)))
                        .collect(),
                )
            }
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => value.clone(),
        }
    }

    /// To the org's own host, and to the one object of it.
    fn object_address(&mut self, change: &Configure, there: Option<&InsideObject>) {
        let domain = self.org.map(|org| &org.domain).or(self.step.org.domain());
        let request = &self.step.request;
        let host =
            matches!((request.host(), domain), (Host::Org(host), Some(domain)) if host == domain);
        self.hold(host && Some(&change.domain) == domain, Law::Address);
        let id = |placeholder: &str, object: Option<&InsideObject>| {
            let id = object.and_then(|object| object.id.clone());
            id.unwrap_or_else(|| placeholder.to_owned())
        };
        let rules = || {
            let policy = change.object.policy_of_rule();
            let policy = policy.and_then(|policy| self.there(&policy));
            format!("/api/v1/policies/{}/rules", id("{policyId}", policy))
        };
        let (list, placeholder) = match change.object.collection() {
            Collection::OrgSettings => ("/api/v1/org".to_owned(), ""),
            Collection::Zones => ("/api/v1/zones".to_owned(), "{id}"),
            Collection::ThreatInsight => ("/api/v1/threats/configuration".to_owned(), ""),
            Collection::TrustedOrigins => ("/api/v1/trustedOrigins".to_owned(), "{id}"),
            Collection::Groups => ("/api/v1/groups".to_owned(), "{id}"),
            Collection::BookmarkApps => ("/api/v1/apps".to_owned(), "{id}"),
            Collection::Policies => ("/api/v1/policies".to_owned(), "{policyId}"),
            Collection::Rules => (rules(), "{id}"),
        };
        let (method, path) = if placeholder.is_empty() || !change.alters() {
            (Method::Post, list)
        } else {
            (Method::Put, format!("{list}/{}", id(placeholder, there)))
        };
        let right = request.method() == method && request.path() == path;
        self.hold(right, Law::Address);
    }

    /// What is listed, and of a new object what it is; in what is there wherever Okta replaces that.
    fn object_body(&mut self, change: &Configure, listed: &BaselineObject) {
        let request = &self.step.request;
        let mut sent = request.body();
        let partial = change.object.collection() == Collection::OrgSettings;
        if !change.alters() {
            let named = is_named(&sent, &change.object);
            self.hold(named, Law::BodyShown);
            // What is left is what is listed.
            take_name(&mut sent, &listed.body, change.object.collection());
        }
        let into = change.alters() && !partial;
        self.hold(
            sent == listed.body && request.adds_existing() == into,
            Law::BodyShown,
        );
    }
}

/// The value at `a.b`, with keys that aren't plain in quotes.
fn at<'a>(value: &'a Json, path: &str) -> Option<&'a Json> {
    if path.is_empty() {
        return Some(value);
    }
    let fields = value.as_object()?;
    fields.iter().find_map(|(key, value)| {
        let quoted = Json::from(key.as_str()).to_string();
        let rest = path.strip_prefix(key.as_str()).filter(|rest| ends(rest));
        let rest = rest.or_else(|| path.strip_prefix(&quoted).filter(|rest| ends(rest)))?;
        at(value, rest.strip_prefix('.').unwrap_or(rest))
    })
}

fn ends(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with('.')
}

fn is_named(body: &Json, object: &ObjectName) -> bool {
    let place = match object.collection() {
        Collection::Groups => "/profile/name",
        Collection::BookmarkApps => "/label",
        Collection::OrgSettings
        | Collection::Zones
        | Collection::ThreatInsight
        | Collection::TrustedOrigins
        | Collection::Policies
        | Collection::Rules => "/name",
    };
    let name = body.pointer(place);
    name.and_then(Json::as_str) == Some(object.name())
}

/// Takes the name and the type out of a body again, unless they are listed.
fn take_name(body: &mut Json, listed: &Json, collection: Collection) {
    if let Some(fields) = body.as_object_mut() {
        for key in ["name", "label", "signOnMode", "type"] {
            if listed.get(key).is_none() {
                fields.remove(key);
            }
        }
    }
    if collection != Collection::Groups {
        return;
    }
    if let Some(profile) = body.get_mut("profile").and_then(Json::as_object_mut) {
        profile.remove("name");
        if profile.is_empty()
            && listed.get("profile").is_none()
            && let Some(fields) = body.as_object_mut()
        {
            fields.remove("profile");
        }
    }
}
