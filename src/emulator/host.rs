//! What the collections of an org's own API know of where they are.

use serde_json::{Value as Json, json};

use super::call::{Call, Reply, forbidden, no_such_path, validation};
use super::inside::Inside;
use super::objects::{Object, mentions, text};
use super::state::State;

/// An org's own API, while it is asked.
pub(super) struct OrgHost<'a> {
    pub(super) state: &'a State,
    pub(super) domain: &'a str,
}

impl OrgHost<'_> {
    /// Where Okta would have something of this API.
    pub(super) fn url(&self, path: &str) -> String {
        format!("https://{}/api/v1/{path}", self.domain)
    }

    /// Whether members that Okta doesn't document are refused.
    pub(super) fn strict(&self) -> bool {
        self.state.switches.refuse_unknown_members
    }

    /// A new object: what was written, with an id and dates.
    pub(super) fn newborn(
        &self,
        inside: &mut Inside,
        prefix: &str,
        mut one: Object,
        call: &Call<'_>,
    ) -> Object {
        let id = inside.next_id(prefix, self.domain);
        one.insert("id".to_owned(), json!(id));
        one.insert("created".to_owned(), json!(call.now));
        one.insert("lastUpdated".to_owned(), json!(call.now));
        one
    }
}

/// What was written in the place of an object: what writes can't reach stays.
pub(super) fn replaced(old: &Object, mut new: Object, stays: &[&str], call: &Call<'_>) -> Object {
    for member in ["id", "created"].iter().chain(stays) {
        if let Some(value) = old.get(*member) {
            new.insert((*member).to_owned(), value.clone());
        }
    }
    new.insert("lastUpdated".to_owned(), json!(call.now));
    new
}

/// Answers a `lifecycle` call: sets the status and shows the object; other verbs are no path.
pub(super) fn set_status(
    one: Option<&mut Object>,
    verb: &str,
    call: &Call<'_>,
    show: impl FnOnce(&Object) -> Reply,
) -> Reply {
    let status = match verb {
        "activate" => "ACTIVE",
        "deactivate" => "INACTIVE",
        _ => return no_such_path(),
    };
    let Some(one) = one else {
        return no_such_path();
    };
    one.insert("status".to_owned(), json!(status));
    one.insert("lastUpdated".to_owned(), json!(call.now));
    show(one).changed()
}

/// The ids of groups and zones that a body names and this org doesn't have.
pub(super) fn stray_reference(inside: &Inside, body: &Object) -> Option<Reply> {
    let stray = body.iter().find_map(|(member, value)| {
        let id = first_stray(inside, value)?;
        Some((member, id))
    });
    stray.map(|(member, id)| validation(member, &format!("{member}: Invalid id {id}")))
}

fn first_stray(inside: &Inside, value: &Json) -> Option<String> {
    match value {
        Json::String(id) if id.len() == 20 && (id.starts_with("00g") || id.starts_with("nzo")) => {
            let mut known = inside.groups.iter().chain(&inside.zones);
            let known = known.any(|one| text(one, "id") == id);
            (!known).then(|| id.clone())
        }
        Json::Array(all) => all.iter().find_map(|one| first_stray(inside, one)),
        Json::Object(all) => all.values().find_map(|one| first_stray(inside, one)),
        Json::String(_) | Json::Null | Json::Bool(_) | Json::Number(_) => None,
    }
}

/// 403 for deleting what something else refers to.
pub(super) fn in_use(inside: &Inside, id: &str, what: &str) -> Option<Reply> {
    let policies = inside
        .policies
        .iter()
        .map(|policy| Json::Object(policy.clone()));
    let threat = Json::Object(inside.threat_insight.clone());
    let used = policies.chain([threat]).any(|one| mentions(&one, id));
    used.then(|| forbidden(&[&format!("The {what} is used by a policy or a rule.")]))
}
