//! `/api/v1/policies`: policies of a type, in the order of their priorities; Okta's own is the last.

use serde_json::{Value as Json, json};

use super::call::{Call, Reply, forbidden, validation};
use super::host::{OrgHost, replaced, set_status, stray_reference};
use super::inside::Inside;
use super::objects::{
    Object, blank, body, flag, lifecycle, linked, no_such, no_such_method, object, over, position,
    taken, text,
};
use super::pages::{Lengths, page};
use super::places::Numbering;
use super::rules;
use super::system::{TYPES, policy_defaults};

/// The length of a page where none is asked for isn't documented.
const LENGTHS: Lengths = Lengths {
    usual: 20,
    most: 200,
};

/// Answers what is below `/api/v1/policies`.
pub(super) fn policies(
    inside: &mut Inside,
    host: &OrgHost<'_>,
    segments: &[&str],
    call: &Call<'_>,
) -> Reply {
    match (call.method, segments) {
        ("GET", []) => list(inside, host, call),
        ("POST", []) => create(inside, host, call),
        (_, []) => no_such_method(),
        (method, [id, rest @ ..]) => {
            let Some(index) = position(&inside.policies, id) else {
                return no_such(id, "Policy");
            };
            match (method, rest) {
                (_, ["rules", rest @ ..]) => rules::rules(inside, host, index, rest, call),
                ("GET", []) => inside
                    .policies
                    .get(index)
                    .map_or_else(no_such_method, |one| Reply::ok(show(host, one))),
                ("PUT", []) => replace(inside, host, index, call),
                ("DELETE", []) => {
                    let policy_type = match inside.policies.get(index) {
                        Some(policy) if !flag(policy, "system") => text(policy, "type").to_owned(),
                        _ => return forbidden(&[]),
                    };
                    of_type(inside, host, &policy_type, |all, numbering| {
                        if let Some(index) = position(all, id) {
                            numbering.remove(all, index);
                        }
                    });
                    Reply::empty(204).changed()
                }
                ("POST", ["lifecycle", verb]) => match inside.policies.get_mut(index) {
                    Some(policy) if flag(policy, "system") => forbidden(&[]),
                    policy => set_status(policy, verb, call, |_| Reply::empty(204)),
                },
                _ => no_such_method(),
            }
        }
    }
}

fn list(inside: &Inside, host: &OrgHost<'_>, call: &Call<'_>) -> Reply {
    let Some(policy_type) = call.query("type") else {
        return Reply::error(
            400,
            "E0000028",
            "The request is missing a required parameter.",
            &[],
        );
    };
    if !TYPES.contains(&policy_type) {
        return validation(
            "type",
            &format!("type: {policy_type} is no type of policies"),
        );
    }
    let mut all: Vec<&Object> = inside
        .policies
        .iter()
        .filter(|one| text(one, "type") == policy_type)
        .collect();
    if let Some(status) = call.query("status") {
        all.retain(|one| text(one, "status") == status);
    }
    if let Some(q) = call.query("q") {
        all.retain(|one| text(one, "name").starts_with(q));
    }
    if call.query("sortBy") == Some("name") {
        all.sort_by_key(|one| text(one, "name"));
    }
    page(host.state, call, &all, &LENGTHS, |one| show(host, one))
}

fn create(inside: &mut Inside, host: &OrgHost<'_>, call: &Call<'_>) -> Reply {
    let mut policy = match written(inside, None, call) {
        Ok(policy) => policy,
        Err(refusal) => return refusal,
    };
    let status = if call.query("activate") == Some("false") {
        "INACTIVE"
    } else {
        "ACTIVE"
    };
    let policy_type = text(&policy, "type").to_owned();
    // An app sign-in policy comes with a rule of Okta's.
    let rules = if policy_type == "ACCESS_POLICY" {
        let rule = over(
            &super::system::rule_defaults(&policy_type),
            &object(json!({
                "name": "Catch-all Rule", "type": "ACCESS_POLICY", "system": true, "status": "ACTIVE", "priority": 99,
            })),
        );
        json!([host.newborn(inside, "0pr", rule, call)])
    } else {
        json!([])
    };
    policy.extend(object(
        json!({"status": status, "system": false, "rules": rules}),
    ));
    let policy = host.newborn(inside, "00p", policy, call);
    let id = text(&policy, "id").to_owned();
    of_type(inside, host, &policy_type, |all, numbering| {
        numbering.add(all, policy);
    });
    shown_by_id(inside, host, &id)
}

fn replace(inside: &mut Inside, host: &OrgHost<'_>, index: usize, call: &Call<'_>) -> Reply {
    let mut new = match written(inside, Some(index), call) {
        Ok(new) => new,
        Err(refusal) => return refusal,
    };
    let Some(old) = inside.policies.get(index).cloned() else {
        return no_such_method();
    };
    let (id, policy_type) = (text(&old, "id").to_owned(), text(&old, "type").to_owned());
    if host.state.switches.keep_priority && !new.contains_key("priority") {
        new.extend(
            old.get("priority")
                .map(|place| ("priority".to_owned(), place.clone())),
        );
    }
    let new = replaced(&old, new, &["type", "status", "system", "rules"], call);
    of_type(inside, host, &policy_type, |all, numbering| {
        if let Some(index) = position(all, &id) {
            numbering.replace(all, index, new);
        }
    });
    shown_by_id(inside, host, &id)
}

fn shown_by_id(inside: &Inside, host: &OrgHost<'_>, id: &str) -> Reply {
    let policy = inside.policies.iter().find(|one| text(one, "id") == id);
    policy.map_or_else(no_such_method, |one| Reply::ok(show(host, one)).changed())
}

/// Changes the policies of a type, which are numbered by themselves.
fn of_type(
    inside: &mut Inside,
    host: &OrgHost<'_>,
    policy_type: &str,
    change: impl FnOnce(&mut Vec<Object>, Numbering),
) {
    let (mut these, mut rest): (Vec<Object>, Vec<Object>) = std::mem::take(&mut inside.policies)
        .into_iter()
        .partition(|policy| text(policy, "type") == policy_type);
    let own_counts = host.state.switches.own_place_counts;
    change(&mut these, Numbering::of(policy_type, own_counts));
    rest.extend(these);
    inside.policies = rest;
}

fn show(host: &OrgHost<'_>, policy: &Object) -> Json {
    let url = host.url(&format!("policies/{}", text(policy, "id")));
    let mut links =
        json!({"rules": {"href": format!("{url}/rules"), "hints": {"allow": ["POST", "GET"]}}});
    let mut allow = vec!["GET", "PUT"];
    if !flag(policy, "system") {
        allow.push("DELETE");
        if let (Some(links), Json::Object(more)) = (links.as_object_mut(), lifecycle(policy, &url))
        {
            links.extend(more);
        }
    }
    let mut shown = policy.clone();
    shown.remove("rules");
    linked(&shown, &url, &allow, links)
}

/// A policy, whole. Its conditions and settings are Okta's to know: whatever is sent is kept.
fn written(inside: &Inside, index: Option<usize>, call: &Call<'_>) -> Result<Object, Reply> {
    let mut sent = body(call)?;
    let old = index.and_then(|index| inside.policies.get(index));
    let policy_type = text(&sent, "type").to_owned();
    if !TYPES.contains(&policy_type.as_str()) {
        return Err(if policy_type.is_empty() {
            blank("type")
        } else {
            validation("type", "type: No type of policies")
        });
    }
    if old.is_some_and(|old| text(old, "type") != policy_type) {
        return Err(validation(
            "type",
            "type: The type of a policy can't be changed",
        ));
    }
    let name = text(&sent, "name");
    if name.is_empty() {
        return Err(blank("name"));
    }
    let mut others = inside
        .policies
        .iter()
        .enumerate()
        .filter(|(place, _)| Some(*place) != index);
    if others.any(|(_, other)| text(other, "type") == policy_type && text(other, "name") == name) {
        return Err(taken("name"));
    }
    if sent
        .get("priority")
        .is_some_and(|priority| !priority.is_null() && priority.as_u64().is_none())
    {
        return Err(validation("priority", "priority: Not a number"));
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
        "rules",
        "_links",
        "_embedded",
    ] {
        sent.remove(member);
    }
    let mut defaults = policy_defaults(&policy_type);
    defaults.insert("type".to_owned(), json!(policy_type));
    Ok(over(&defaults, &sent))
}
