//! Templates of request conditions, at a base of their own: `/{accountId}/governance/api/v1`.

use serde_json::{Map, Value as Json, json};

use super::call::{Call, Reply, no_such_path, not_found, validation};
use super::log_events::Doer;
use super::objects::{Object, body, no_such_method, object};
use super::pages::filtered;
use super::state::{ConditionTemplate, State};

/// Answers what is below `/{accountId}/governance/api/v1`.
pub(super) fn governance(state: &mut State, segments: &[&str], call: &Call<'_>) -> Reply {
    let ["request-condition-templates", segments @ ..] = segments else {
        return no_such_path();
    };
    match (call.method, segments) {
        ("GET", []) => {
            let all: Vec<Object> = state
                .templates
                .iter()
                .map(|one| object(show(one)))
                .collect();
            match filtered(all.iter().collect(), call.query("filter"), &["applyStatus"]) {
                Ok(all) => Reply::ok(all.into_iter().cloned().map(Json::Object).collect()),
                Err(refusal) => refusal,
            }
        }
        (_, []) => no_such_method(),
        (method, [id]) => {
            let Some(index) = state.templates.iter().position(|one| one.id == *id) else {
                return not_found(&format!("{id} (RequestConditionTemplate)"));
            };
            match (method, state.templates.get_mut(index)) {
                ("GET", Some(one)) => Reply::ok(show(one)),
                ("PATCH", Some(one)) => {
                    let reply = patch(one, call);
                    if reply.changed {
                        let one = one.clone();
                        state.tell_template("update", &one, &Doer::of(call));
                    }
                    reply
                }
                ("DELETE", Some(_)) => {
                    let one = state.templates.remove(index);
                    state.tell_template("delete", &one, &Doer::of(call));
                    Reply::empty(204).changed()
                }
                _ => no_such_method(),
            }
        }
        _ => no_such_path(),
    }
}

fn show(one: &ConditionTemplate) -> Json {
    json!({
        "id": one.id, "resources": one.resources, "applyStatus": one.apply_status,
        "requestCondition": one.request_condition,
    })
}

/// RFC 7386: what isn't sent stays, `null` removes, objects are merged, lists are whole.
fn patch(one: &mut ConditionTemplate, call: &Call<'_>) -> Reply {
    let sent = match body(call) {
        Ok(sent) => sent,
        Err(refusal) => return refusal,
    };
    match sent.get("resources") {
        Some(Json::Array(resources)) => one.resources.clone_from(resources),
        Some(Json::Null) => one.resources.clear(),
        Some(_) => return validation("resources", "resources: must be a list"),
        None => {}
    }
    match sent.get("requestCondition") {
        Some(Json::Object(changes)) => merge(&mut one.request_condition, changes),
        Some(Json::Null) => one.request_condition.clear(),
        Some(_) => return validation("requestCondition", "requestCondition: must be an object"),
        None => {}
    }
    Reply::ok(show(one)).changed()
}

fn merge(below: &mut Map<String, Json>, above: &Map<String, Json>) {
    for (member, value) in above {
        match (below.get_mut(member), value) {
            (_, Json::Null) => {
                below.remove(member);
            }
            (Some(Json::Object(below)), Json::Object(above)) => merge(below, above),
            (_, value) => {
                below.insert(member.clone(), value.clone());
            }
        }
    }
}
