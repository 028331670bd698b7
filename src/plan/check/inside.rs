//! The laws about what is inside of orgs.

use serde_json::{Value as Json, json};

use super::fields::certainly_differ;
use super::{Law, Laws};
use crate::desired::baseline::{Baseline, BaselineObject, referred};
use crate::ids::{Collection, ObjectName, Status};
use crate::inside::{InsideObject, InsideRead, OrgInside};
use crate::plan::change::{Configure, ObjectSight};
use crate::plan::fields::FieldChange;
use crate::plan::request::{Host, Method};

impl<'a> Laws<'a> {
    /// `again` where an earlier step of the plan is about the same object: that one shows what differs, and this one moves it.
    pub(super) fn configure(&mut self, change: &Configure, again: bool) {
        let baseline = self.baseline();
        let listed = baseline.and_then(|baseline| baseline.object(&change.object));
        let Some(listed) = listed else {
            return self.hold(false, Law::ConfiguresListed);
        };
        let active = self.org.is_none_or(|org| org.status.is(Status::Active));
        let reviewed = self
            .org
            .is_none_or(|org| !self.options.unread_before.contains(&org.name()));
        self.hold(active && reviewed, Law::ConfiguresActive);
        let there = self.there(&change.object);
        let seen = match &change.sight {
            ObjectSight::Unseen { system } => !self.managed && *system == listed.system,
            ObjectSight::Missing => self.read().is_some() && there.is_none(),
            ObjectSight::There(id) => there.is_some_and(|there| there.id == *id),
        };
        self.hold(seen, Law::ConfiguresSeen);
        self.hold(change.alters() || !listed.system, Law::MakesNoSystem);
        let changes = !change.fields.is_empty() || !change.alters_seen();
        self.hold(changes, Law::ChangesSomething);
        self.hold(change.listed == listed.body, Law::FieldsListed);
        if again {
            let moves = |field: &FieldChange| {
                field.path == "priority"
                    && field.before.as_ref() == Some(&field.after)
                    && at(&listed.body, "priority") == Some(&field.after)
            };
            self.hold(change.fields.iter().all(moves), Law::FieldsListed);
        } else {
            for field in &change.fields {
                self.field(field, listed, there);
            }
            self.fields_shown(change, listed, there);
        }
        self.object_address(change, there);
        self.object_body(change, listed);
    }

    /// The baseline of the step's org.
    pub(super) fn baseline(&self) -> Option<&'a Baseline> {
        let desired = self.desired;
        self.want
            .and_then(|want| desired.baseline(want))
            .map(AsRef::as_ref)
    }

    /// What was read inside of it.
    pub(super) fn read(&self) -> Option<&'a InsideRead> {
        match self.live.insides.get(&self.org?.id)? {
            OrgInside::Read(read) => Some(read),
            OrgInside::Unread(_) => None,
        }
    }

    /// What was read of one of the org's own objects.
    fn there(&self, name: &ObjectName) -> Option<&'a InsideObject> {
        self.read()?.objects.get(name)
    }

    /// Places are replayed elsewhere.
    fn fields_shown(
        &mut self,
        change: &Configure,
        listed: &BaselineObject,
        there: Option<&InsideObject>,
    ) {
        let listed = self.with_ids(&listed.body);
        let differ = certainly_differ(&listed, there.map(|there| &there.body));
        let placed = there.is_some() && change.object.shelf().is_ordered();
        let shown = |path: &String| change.fields.iter().any(|field| field.path == *path);
        let all = differ
            .iter()
            .all(|path| shown(path) || (placed && path == "priority"));
        self.hold(all, Law::FieldsShown);
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
        let now = there.and_then(|there| at(there.shown(), &field.path));
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
            let named = take_identity(&mut sent, &change.object);
            self.hold(named, Law::BodyShown);
            // What is left is what is listed.
            if listed.body.get("profile").is_none()
                && sent.get("profile") == Some(&json!({}))
                && let Some(fields) = sent.as_object_mut()
            {
                fields.remove("profile");
            }
        }
        let into = change.alters() && !partial;
        self.hold(
            sent == *listed.body && request.adds_existing() == into,
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

/// Takes out of a body what says which object it is and what kind of thing; whether all of it was there, and right. None of it can
/// be listed.
fn take_identity(body: &mut Json, object: &ObjectName) -> bool {
    let kind = object.kind().unwrap_or_default();
    let says: &[(&str, &str)] = match object.collection() {
        Collection::OrgSettings | Collection::ThreatInsight => &[],
        Collection::Zones | Collection::TrustedOrigins => &[("name", object.name())],
        Collection::Groups => &[("name", object.name())],
        Collection::BookmarkApps => &[
            ("label", object.name()),
            ("name", "bookmark"),
            ("signOnMode", "BOOKMARK"),
        ],
        Collection::Policies => &[("name", object.name()), ("type", kind)],
        // The one type whose rules are called otherwise.
        Collection::Rules if kind == "OKTA_SIGN_ON" => {
            &[("name", object.name()), ("type", "SIGN_ON")]
        }
        Collection::Rules => &[("name", object.name()), ("type", kind)],
    };
    let fields = if object.collection() == Collection::Groups {
        body.get_mut("profile")
    } else {
        Some(body)
    };
    let Some(fields) = fields.and_then(Json::as_object_mut) else {
        return false;
    };
    says.iter()
        .all(|(key, word)| fields.remove(*key) == Some(json!(word)))
}
