//! What holds of the objects inside of orgs before and after: only what is listed has changed, and nothing of one org is
//! another's.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::support::World;

/// What Okta changes by itself: dates, and the places of what others were put in front of.
const OKTAS: [&str; 3] = ["lastUpdated", "lastMembershipUpdated", "priority"];

/// The insides of all orgs, by domain; those of orgs into which nobody has looked are what every org begins with.
pub(crate) fn insides(world: &World) -> BTreeMap<String, Json> {
    let orgs = world.emulator().state().orgs.into_iter();
    let with = orgs.filter(|org| org.inside.is_some());
    with.map(|org| (org.domain, serde_json::to_value(org.inside).unwrap()))
        .collect()
}

/// Where a field that isn't listed has changed, and which objects came that nobody lists; `listed` is a baseline.
pub(crate) fn strays(before: &Json, after: &Json, listed: &Json) -> Vec<String> {
    let mut found = Vec::new();
    for single in ["orgSettings", "threatInsight"] {
        differ(
            &before[single],
            &after[single],
            listed.get(single),
            single,
            &mut found,
        );
    }
    for (key, collection) in [
        ("zones", "zones"),
        ("trustedOrigins", "trustedOrigins"),
        ("groups", "groups"),
        ("apps", "bookmarkApps"),
        ("policies", "policies"),
    ] {
        let listed = |one: &Json| {
            let of = &listed[collection];
            let of = if key == "policies" {
                &of[text(one, "type")]
            } else {
                of
            };
            of.get(name(one)).cloned()
        };
        objects(&before[key], &after[key], &listed, key, &mut found);
    }
    found
}

fn objects(
    before: &Json,
    after: &Json,
    listed: &dyn Fn(&Json) -> Option<Json>,
    at: &str,
    found: &mut Vec<String>,
) {
    let all = |list: &Json| list.as_array().cloned().unwrap_or_default();
    let by_id: BTreeMap<String, Json> = all(before)
        .into_iter()
        .map(|one| (text(&one, "id").to_owned(), one))
        .collect();
    for one in all(after) {
        let at = format!("{at}/{}", name(&one));
        let wanted = listed(&one);
        match by_id.get(text(&one, "id")) {
            None if wanted.is_none() => found.push(format!("{at} is new")),
            None => {}
            Some(before) => {
                let rules = |policy: &Json| policy["rules"].clone();
                let of_rule = |rule: &Json| wanted.as_ref()?["rules"].get(name(rule)).cloned();
                objects(
                    &rules(before),
                    &rules(&one),
                    &of_rule,
                    &format!("{at}/rules"),
                    found,
                );
                let bare = |object: &Json| {
                    let mut object = object.clone();
                    object.as_object_mut().unwrap().remove("rules");
                    object
                };
                differ(&bare(before), &bare(&one), wanted.as_ref(), &at, found);
            }
        }
    }
    if all(after).len() < by_id.len() {
        found.push(format!("{at}: something is gone"));
    }
}

/// Objects are compared member by member; of a member that is listed nothing is said, unless it has members itself.
fn differ(before: &Json, after: &Json, listed: Option<&Json>, at: &str, found: &mut Vec<String>) {
    match (before, after, listed) {
        (Json::Object(old), Json::Object(new), None | Some(Json::Object(_))) => {
            // What wasn't there is Okta's to fill in.
            for (key, was) in old.iter().filter(|(key, _)| !OKTAS.contains(&key.as_str())) {
                let is = new.get(key).unwrap_or(&Json::Null);
                let listed = listed.and_then(|listed| listed.get(key));
                differ(was, is, listed, &format!("{at}.{key}"), found);
            }
        }
        (_, _, None) if before != after => found.push(format!("{at}: {before} -> {after}")),
        _ => {}
    }
}

/// Writes to an org's own host that name something of another org.
pub(crate) fn mixed_up(world: &World) -> Vec<String> {
    let mut ids: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (domain, inside) in insides(world) {
        collect(&inside, ids.entry(domain).or_default());
    }
    let seen = world.emulator().seen();
    let writes = seen.iter().filter(|seen| seen.method != "GET");
    let mut found = Vec::new();
    for write in writes.filter(|seen| seen.path.starts_with("/~")) {
        let text = format!("{} {}", write.path, write.body);
        for (domain, ids) in &ids {
            let own = write.path.starts_with(&format!("/~{domain}/"));
            let met = ids.iter().any(|id| text.contains(id.as_str()));
            if met && !own {
                found.push(format!("{text} names something of {domain}"));
            }
        }
    }
    found
}

/// The insides of an org then and now, to be compared: without what was made since, what Okta changes by itself, and values that
/// are as good as none.
pub(crate) fn as_before(before: &Json, after: &Json) -> (Json, Json) {
    let mut ids = Vec::new();
    collect(before, &mut ids);
    (bare(before, &ids), bare(after, &ids))
}

fn bare(value: &Json, ids: &[String]) -> Json {
    let is_empty = |value: &Json| match value {
        Json::Null => true,
        Json::Array(items) => items.is_empty(),
        Json::Object(members) => members.is_empty(),
        Json::String(text) => text.is_empty(),
        Json::Bool(_) | Json::Number(_) => false,
    };
    match value {
        Json::Object(members) => {
            let members = members
                .iter()
                .filter(|(key, _)| !OKTAS.contains(&key.as_str()) && *key != "made");
            let members = members.map(|(key, member)| (key.clone(), bare(member, ids)));
            Json::Object(members.filter(|(_, member)| !is_empty(member)).collect())
        }
        Json::Array(items) => {
            let known = |item: &&Json| {
                let id = item.get("id").and_then(Json::as_str);
                id.is_none_or(|id| ids.iter().any(|known| known == id))
            };
            let mut items: Vec<Json> = items
                .iter()
                .filter(known)
                .map(|item| bare(item, ids))
                .collect();
            items.sort_by_key(|item| text(item, "id").to_owned());
            Json::Array(items)
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => value.clone(),
    }
}

fn collect(value: &Json, ids: &mut Vec<String>) {
    match value {
        Json::Object(members) => {
            ids.extend(members.get("id").and_then(Json::as_str).map(str::to_owned));
            members.values().for_each(|member| collect(member, ids));
        }
        Json::Array(items) => items.iter().for_each(|item| collect(item, ids)),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

fn text<'a>(object: &'a Json, key: &str) -> &'a str {
    object[key].as_str().unwrap_or_default()
}

/// An app's name is its kind, a group's is in its profile.
fn name(object: &Json) -> &str {
    let label = object.get("label").and_then(Json::as_str);
    let profile = object["profile"]["name"].as_str();
    label.or(profile).unwrap_or_else(|| text(object, "name"))
}
