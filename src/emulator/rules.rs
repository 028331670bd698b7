//! `/api/v1/policies/{policyId}/rules`: the rules of a policy, in the order of their priorities.

use serde_json::{Value as Json, json};

use super::call::{Call, Reply, forbidden, validation};
use super::host::{OrgHost, replaced, set_status, stray_reference};
use super::inside::Inside;
use super::objects::{
    Object, at, blank, body, flag, lifecycle, linked, no_such, no_such_method, object, over,
    position, read_only, taken, text,
};
use super::places::Numbering;
use super::system::{rule_defaults, rule_type};

/// The types whose policies have one rule, Okta's.
const ONE_RULE: [&str; 4] = [
    "PROFILE_ENROLLMENT",
    "POST_AUTH_SESSION",
    "CLIENT_UPDATE",
    "IDENTITY_CLAIM_SOURCING",
];

/// The types whose default rule can't be changed.
const FIXED: [&str; 2] = ["IDP_DISCOVERY", "MFA_ENROLL"];

/// A policy's rules, while they are asked for or changed.
struct Rules<'a> {
    host: &'a OrgHost<'a>,
    policy: String,
    policy_type: String,
    all: Vec<Object>,
}

/// Answers what is below `/api/v1/policies/{policyId}/rules`.
pub(super) fn rules(
    inside: &mut Inside,
    host: &OrgHost<'_>,
    policy: usize,
    segments: &[&str],
    call: &Call<'_>,
) -> Reply {
    let Some(owner) = inside.policies.get(policy) else {
        return no_such_method();
    };
    let all = owner.get("rules").cloned().unwrap_or(json!([]));
    let mut these = Rules {
        host,
        policy: text(owner, "id").to_owned(),
        policy_type: text(owner, "type").to_owned(),
        all: serde_json::from_value(all).unwrap_or_default(),
    };
    let reply = these.answer(inside, segments, call);
    if reply.changed
        && let Some(owner) = inside.policies.get_mut(policy)
    {
        owner.insert("rules".to_owned(), json!(these.all));
    }
    reply
}

impl Rules<'_> {
    fn answer(&mut self, inside: &mut Inside, segments: &[&str], call: &Call<'_>) -> Reply {
        match (call.method, segments) {
            // No paging is documented for rules.
            ("GET", []) => Reply::ok(self.all.iter().map(|rule| self.show(rule)).collect()),
            ("POST", []) => self.create(inside, call),
            (_, []) => no_such_method(),
            (method, [id, rest @ ..]) => {
                let Some(index) = position(&self.all, id) else {
                    return no_such(id, "PolicyRule");
                };
                match (method, rest) {
                    ("GET", []) => self.shown(id),
                    ("PUT", []) => self.replace(inside, index, call),
                    ("DELETE", []) => {
                        if self.all.get(index).is_none_or(|rule| flag(rule, "system")) {
                            return forbidden(&[]);
                        }
                        self.numbering().remove(&mut self.all, index);
                        Reply::empty(204).changed()
                    }
                    ("POST", ["lifecycle", verb]) => match self.all.get_mut(index) {
                        Some(rule) if flag(rule, "system") => forbidden(&[]),
                        rule => set_status(rule, verb, call, |_| Reply::empty(204)),
                    },
                    _ => no_such_method(),
                }
            }
        }
    }

    fn show(&self, rule: &Object) -> Json {
        let url = self.host.url(&format!(
            "policies/{}/rules/{}",
            self.policy,
            text(rule, "id")
        ));
        if flag(rule, "system") {
            linked(rule, &url, &["GET", "PUT"], Json::Null)
        } else {
            linked(rule, &url, &["GET", "PUT", "DELETE"], lifecycle(rule, &url))
        }
    }

    fn shown(&self, id: &str) -> Reply {
        let rule = self.all.iter().find(|rule| text(rule, "id") == id);
        rule.map_or_else(no_such_method, |rule| Reply::ok(self.show(rule)))
    }

    fn create(&mut self, inside: &mut Inside, call: &Call<'_>) -> Reply {
        if ONE_RULE.contains(&self.policy_type.as_str()) {
            return validation(
                "type",
                &format!("type: {} policies have one rule", self.policy_type),
            );
        }
        let mut rule = match self.written(inside, None, call) {
            Ok(rule) => rule,
            Err(refusal) => return refusal,
        };
        let status = if call.query("activate") == Some("false") {
            "INACTIVE"
        } else {
            "ACTIVE"
        };
        rule.extend(object(json!({"status": status, "system": false})));
        let rule = self.host.newborn(inside, "0pr", rule, call);
        let id = text(&rule, "id").to_owned();
        self.numbering().add(&mut self.all, rule);
        self.shown(&id).changed()
    }

    fn replace(&mut self, inside: &Inside, index: usize, call: &Call<'_>) -> Reply {
        let mut new = match self.written(inside, Some(index), call) {
            Ok(new) => new,
            Err(refusal) => return refusal,
        };
        let Some(old) = self.all.get(index).cloned() else {
            return no_such_method();
        };
        if flag(&old, "system") && FIXED.contains(&self.policy_type.as_str()) {
            return read_only("rule");
        }
        let cookie = "actions.signon.session.usePersistentCookie";
        if flag(&old, "system")
            && at(&old, cookie).is_some()
            && at(&old, cookie) != at(&new, cookie)
        {
            return read_only("usePersistentCookie");
        }
        if self.host.state.switches.keep_priority && !new.contains_key("priority") {
            new.extend(
                old.get("priority")
                    .map(|place| ("priority".to_owned(), place.clone())),
            );
        }
        let new = replaced(&old, new, &["type", "status", "system"], call);
        let id = text(&new, "id").to_owned();
        self.numbering().replace(&mut self.all, index, new);
        self.shown(&id).changed()
    }

    fn numbering(&self) -> Numbering {
        let own_counts = self.host.state.switches.own_place_counts;
        Numbering::of(&self.policy_type, own_counts)
    }

    /// A rule, whole.
    fn written(
        &self,
        inside: &Inside,
        index: Option<usize>,
        call: &Call<'_>,
    ) -> Result<Object, Reply> {
        let mut sent = body(call)?;
        let kind = rule_type(&self.policy_type);
        if !matches!(text(&sent, "type"), "") && text(&sent, "type") != kind {
            return Err(validation(
                "type",
                &format!("type: The rules of this policy are of the type {kind}"),
            ));
        }
        let name = text(&sent, "name");
        if name.is_empty() {
            return Err(blank("name"));
        }
        let mut others = self
            .all
            .iter()
            .enumerate()
            .filter(|(place, _)| Some(*place) != index);
        if others.any(|(_, other)| text(other, "name") == name) {
            return Err(taken("name"));
        }
        if let Some(refusal) = stray_reference(inside, &sent) {
            return Err(refusal);
        }
        for member in [
            "id",
            "created",
            "lastUpdated",
            "status",
            "system",
            "_links",
            "_embedded",
        ] {
            sent.remove(member);
        }
        let mut defaults = rule_defaults(&self.policy_type);
        defaults.insert("type".to_owned(), json!(kind));
        Ok(over(&defaults, &sent))
    }
}
