//! Org groups: read, renamed, and left by orgs as documented; the rest is a guess that a switch takes away.

use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::call::{Call, Reply, no_such_path, not_found, parse, validation};
use super::ids::okta_id;
use super::listing;
use super::log_events::Doer;
use super::managed::{managed, show};
use super::objects::no_such_method;
use super::state::{OrgGroup, State};

#[derive(Deserialize)]
struct NamedGroup {
    name: String,
    description: Option<String>,
}

/// Answers what is below `/{accountId}/api/v1/orgGroups`.
pub(super) fn org_groups(state: &mut State, segments: &[&str], call: &Call<'_>) -> Reply {
    let guesses = state.switches.org_group_guesses;
    match (call.method, segments) {
        (_, []) if !guesses => no_such_path(),
        ("DELETE", [_]) | ("POST", [_, "orgs"]) if !guesses => no_such_method(),
        ("GET", []) => Reply::ok(
            state
                .groups
                .iter()
                .map(|(id, group)| shown(state, id, group))
                .collect(),
        ),
        ("POST", []) => match named(call) {
            Ok(NamedGroup { name, description }) => {
                let id = okta_id("0cg", &format!("{name} {}", state.groups.len()));
                let group = OrgGroup {
                    name,
                    description,
                    orgs: Vec::new(),
                };
                let reply = Reply::ok(shown(state, &id, &group)).changed();
                state.tell_group("create", (&id, &group), None, &Doer::of(call));
                state.groups.insert(id, group);
                reply
            }
            Err(refusal) => refusal,
        },
        (_, []) => no_such_method(),
        (_, [id, ..]) if !state.groups.contains_key(*id) => not_found("orgGroup"),
        ("GET", [id]) => state
            .groups
            .get(*id)
            .map_or_else(no_such_path, |group| Reply::ok(shown(state, id, group))),
        ("PUT", [id]) => match named(call) {
            Ok(NamedGroup { name, description }) => {
                let mut group = state.groups.get(*id).cloned().unwrap_or_default();
                group.name = name;
                group.description = description;
                let reply = Reply::ok(shown(state, id, &group)).changed();
                state.tell_group("update", (id, &group), None, &Doer::of(call));
                state.groups.insert((*id).to_owned(), group);
                reply
            }
            Err(refusal) => refusal,
        },
        ("DELETE", [id]) => {
            if let Some(group) = state.groups.remove(*id) {
                state.tell_group("delete", (id, &group), None, &Doer::of(call));
            }
            Reply::empty(204).changed()
        }
        ("GET", [id, "orgs"]) => {
            let members = state
                .groups
                .get(*id)
                .map(|group| group.orgs.as_slice())
                .unwrap_or_default();
            let orgs = state
                .orgs
                .iter()
                .filter(|org| members.contains(&org.id))
                .collect();
            listing::page(state, call, orgs, |org| show(state, org, call.origin))
        }
        ("DELETE" | "POST", [id, "orgs"]) => change_members(state, id, call),
        (_, [_] | [_, "orgs"]) => no_such_method(),
        _ => no_such_path(),
    }
}

fn shown(state: &State, id: &str, group: &OrgGroup) -> Json {
    let mut shown = json!({"id": id, "accountId": state.account.id, "name": group.name});
    if let (Some(shown), Some(description)) = (shown.as_object_mut(), &group.description) {
        shown.insert("description".to_owned(), json!(description));
    }
    shown
}

fn named(call: &Call<'_>) -> Result<NamedGroup, Reply> {
    let body = parse::<NamedGroup>(call)?;
    if body.name.is_empty() || body.name.chars().count() > 255 {
        return Err(validation("name", "name: must have 1 to 255 characters."));
    }
    let description = body.description.as_deref().unwrap_or_default();
    if description.chars().count() > 1000 {
        return Err(validation(
            "description",
            "description: must have at most 1000 characters.",
        ));
    }
    Ok(body)
}

/// `DELETE /orgGroups/{groupId}/orgs` with `{"orgId"}` in its body, and its guessed opposite.
fn change_members(state: &mut State, group_id: &str, call: &Call<'_>) -> Reply {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Body {
        org_id: String,
    }
    let id = match parse::<Body>(call) {
        Ok(body) => body.org_id,
        Err(reply) => return reply,
    };
    if call.method == "POST"
        && let Err(refusal) = managed(state, &id)
    {
        return refusal;
    }
    let Some(group) = state.groups.get_mut(group_id) else {
        return not_found("orgGroup");
    };
    let member = group.orgs.contains(&id);
    let verb = if call.method == "POST" {
        if member {
            return Reply::empty(204);
        }
        group.orgs.push(id.clone());
        "org.assign"
    } else if member {
        group.orgs.retain(|org| *org != id);
        "org.revoke"
    } else {
        return not_found("Org");
    };
    let group = group.clone();
    state.tell_group(verb, (group_id, &group), Some(&id), &Doer::of(call));
    Reply::empty(204).changed()
}
