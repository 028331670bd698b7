//! `/api/v1/groups`: groups of users. Members aren't emulated.

use std::time::Duration;

use serde_json::{Value as Json, json};

use super::call::{Call, Reply, forbidden, validation};
use super::host::{OrgHost, replaced};
use super::inside::Inside;
use super::objects::{
    Object, at, blank, body, no_such, no_such_method, not_well_formed, object, only, position,
    taken, text,
};
use super::pages::{Lengths, filtered, page};

const LENGTHS: Lengths = Lengths {
    usual: 200,
    most: 10_000,
};

/// What `q` finds at most; it has no pages.
const FOUND: usize = 300;

/// Answers what is below `/api/v1/groups`.
pub(super) fn groups(
    inside: &mut Inside,
    host: &OrgHost<'_>,
    segments: &[&str],
    call: &Call<'_>,
) -> Reply {
    match (call.method, segments) {
        ("GET", []) => list(inside, host, call),
        ("POST", []) => match written(inside, host, None, call) {
            Ok(mut group) => {
                group.extend(object(json!({
                    "type": "OKTA_GROUP", "objectClass": ["okta:user_group"], "lastMembershipUpdated": call.now,
                })));
                let group = host.newborn(inside, "00g", group, call);
                let shown = show(host, &group);
                inside.groups.push(group);
                Reply::ok(shown).changed()
            }
            Err(refusal) => refusal,
        },
        (method, [id]) => {
            let Some(index) = position(&inside.groups, id) else {
                return no_such(id, "Group");
            };
            let kind = inside
                .groups
                .get(index)
                .map_or("", |group| text(group, "type"));
            match method {
                "GET" => inside
                    .groups
                    .get(index)
                    .map_or_else(no_such_method, |one| Reply::ok(show(host, one))),
                "PUT" if kind != "OKTA_GROUP" => {
                    forbidden(&["Only groups of the type OKTA_GROUP can be modified."])
                }
                "DELETE" if kind == "BUILT_IN" => {
                    forbidden(&["A built-in group can't be deleted."])
                }
                "PUT" => match written(inside, host, Some(index), call) {
                    Ok(new) => inside
                        .groups
                        .get_mut(index)
                        .map_or_else(no_such_method, |group| {
                            *group = replaced(
                                group,
                                new,
                                &["type", "objectClass", "lastMembershipUpdated"],
                                call,
                            );
                            Reply::ok(show(host, group)).changed()
                        }),
                    Err(refusal) => refusal,
                },
                "DELETE" => {
                    inside.groups.remove(index);
                    Reply::empty(204).changed()
                }
                _ => no_such_method(),
            }
        }
        _ => no_such_method(),
    }
}

fn list(inside: &Inside, host: &OrgHost<'_>, call: &Call<'_>) -> Reply {
    let all: Vec<&Object> = inside.groups.iter().collect();
    if let Some(q) = call.query("q") {
        let q = q.to_lowercase();
        let found = all
            .into_iter()
            .filter(|group| name(group).to_lowercase().starts_with(&q));
        return Reply::ok(found.take(FOUND).map(|group| show(host, group)).collect());
    }
    let dates = ["id", "type", "lastUpdated", "lastMembershipUpdated"];
    let (all, filter, attributes) = match call.query("search") {
        Some(search) => {
            let seen = seen_by_search(host, call);
            let all = all
                .into_iter()
                .filter(|group| text(group, "lastUpdated") <= seen.as_str())
                .collect();
            let mut attributes = dates.to_vec();
            attributes.extend(["created", "profile.name", "profile.description"]);
            (all, Some(search), attributes)
        }
        None => (all, call.query("filter"), dates.to_vec()),
    };
    match filtered(all, filter, &attributes) {
        Ok(all) => page(host.state, call, &all, &LENGTHS, |one| show(host, one)),
        Err(refusal) => refusal,
    }
}

/// Until when `search` sees what happened: it lags behind where a switch says so.
fn seen_by_search(host: &OrgHost<'_>, call: &Call<'_>) -> String {
    let lag = Duration::from_secs(host.state.switches.search_lag_seconds);
    let now: Option<jiff::Timestamp> = call.now.parse().ok();
    let seen = now.and_then(|now| now.checked_sub(lag).ok());
    seen.map_or_else(|| call.now.to_owned(), |seen| format!("{seen:.3}"))
}

fn name(group: &Object) -> &str {
    at(group, "profile.name")
        .and_then(Json::as_str)
        .unwrap_or_default()
}

fn show(host: &OrgHost<'_>, group: &Object) -> Json {
    let url = host.url(&format!("groups/{}", text(group, "id")));
    let logo = |size: &str| {
        json!({"name": size, "type": "image/png",
            "href": format!("https://{}/img/logos/groups/okta-{size}.png", host.domain)})
    };
    let mut shown = group.clone();
    let links = json!({
        "logo": [logo("medium"), logo("large")],
        "users": {"href": format!("{url}/users")},
        "apps": {"href": format!("{url}/apps")},
    });
    shown.insert("_links".to_owned(), links);
    Json::Object(shown)
}

/// A group's profile, whole: a description that isn't sent is none.
fn written(
    inside: &Inside,
    host: &OrgHost<'_>,
    index: Option<usize>,
    call: &Call<'_>,
) -> Result<Object, Reply> {
    let sent = only(&body(call)?, &["profile"], host.strict())?;
    let profile = match sent.get("profile") {
        Some(Json::Object(profile)) => profile,
        Some(_) => return Err(not_well_formed()),
        None => return Err(blank("profile")),
    };
    let Some(wanted) = profile
        .get("name")
        .and_then(Json::as_str)
        .filter(|name| !name.is_empty())
    else {
        return Err(blank("name"));
    };
    if wanted.chars().count() > 255 {
        return Err(validation("name", "name: The field is too long"));
    }
    let mut others = inside
        .groups
        .iter()
        .enumerate()
        .filter(|(place, _)| Some(*place) != index);
    if others.any(|(_, other)| name(other) == wanted && text(other, "type") != "APP_GROUP") {
        return Err(taken("name"));
    }
    let mut profile = profile.clone();
    profile.entry("description").or_insert(Json::Null);
    Ok(object(json!({"profile": profile})))
}
