//! `/api/v1/org` and `/api/v1/threats/configuration`: the two that every org has one of.

use serde_json::{Value as Json, json};

use super::call::{Call, Reply, validation};
use super::host::OrgHost;
use super::inside::Inside;
use super::objects::{Object, blank, body, linked, no_such_method, only};
use super::system::SETTINGS;

/// `/api/v1/org`: `POST` changes what it is given, `PUT` replaces everything.
pub(super) fn org(inside: &mut Inside, host: &OrgHost<'_>, call: &Call<'_>) -> Reply {
    if call.method == "GET" {
        return Reply::ok(show_org(host, &inside.org_settings));
    }
    if !matches!(call.method, "POST" | "PUT") {
        return no_such_method();
    }
    let sent = match body(call) {
        Ok(sent) => sent,
        Err(refusal) => return refusal,
    };
    // What is shown may be sent back, and isn't written.
    let shown = ["subdomain", "expiresAt"];
    let members: Vec<&str> = SETTINGS.iter().chain(&shown).copied().collect();
    let mut sent = match only(&sent, &members, host.strict()) {
        Ok(sent) => sent,
        Err(refusal) => return refusal,
    };
    sent.retain(|member, _| SETTINGS.contains(&member.as_str()));
    if let Some((member, _)) = sent
        .iter()
        .find(|(_, value)| !value.is_null() && !value.is_string())
    {
        return validation(member, &format!("{member}: must be a text"));
    }
    if call.method == "PUT" {
        for member in SETTINGS {
            sent.entry(member).or_insert(Json::Null);
        }
    }
    if sent
        .get("companyName")
        .is_some_and(|name| name.as_str().is_none_or(str::is_empty))
    {
        return blank("companyName");
    }
    inside.org_settings.extend(sent);
    inside
        .org_settings
        .insert("lastUpdated".to_owned(), json!(call.now));
    Reply::ok(show_org(host, &inside.org_settings)).changed()
}

fn show_org(host: &OrgHost<'_>, settings: &Object) -> Json {
    let mut shown = settings.clone();
    let links = json!({
        "preferences": {"href": format!("https://{}/v1/org/preferences", host.domain)},
        "uploadLogo": {"href": host.url("org/logo"), "hints": {"allow": ["POST"]}},
        "oktaCommunication": {"href": host.url("org/privacy/oktaCommunication")},
        "logo": null,
        "oktaSupport": {"href": host.url("org/privacy/oktaSupport")},
        "contacts": {"href": host.url("org/contacts")},
    });
    shown.insert("_links".to_owned(), links);
    Json::Object(shown)
}

/// `/api/v1/threats/configuration`: read and, by `POST`, replaced.
pub(super) fn threats(inside: &mut Inside, host: &OrgHost<'_>, call: &Call<'_>) -> Reply {
    let url = host.url("threats/configuration");
    let show = |one: &Object| linked(one, &url, &["GET", "POST"], Json::Null);
    if call.method == "GET" {
        return Reply::ok(show(&inside.threat_insight));
    }
    if call.method != "POST" {
        return no_such_method();
    }
    let sent =
        match body(call).and_then(|sent| only(&sent, &["action", "excludeZones"], host.strict())) {
            Ok(sent) => sent,
            Err(refusal) => return refusal,
        };
    match sent.get("action").and_then(Json::as_str) {
        Some("none" | "audit" | "block") => {}
        Some(_) => {
            return validation(
                "action",
                "action: The action isn't one of none, audit, block",
            );
        }
        None => return blank("action"),
    }
    let zones = sent.get("excludeZones").cloned().unwrap_or(json!([]));
    let known = |zone: &Json| inside.zones.iter().any(|one| one.get("id") == Some(zone));
    if !zones
        .as_array()
        .is_some_and(|zones| zones.iter().all(known))
    {
        return validation("excludeZones", "excludeZones: Not the ids of network zones");
    }
    inside.threat_insight.extend(sent);
    inside
        .threat_insight
        .insert("excludeZones".to_owned(), zones);
    inside
        .threat_insight
        .insert("lastUpdated".to_owned(), json!(call.now));
    Reply::ok(show(&inside.threat_insight)).changed()
}
