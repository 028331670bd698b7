//! The Org Creator API: `POST /api/v1/orgs` on the parent's host.

use serde_json::{Value as Json, json};

use super::call::{Call, Reply, forbidden, validation};
use super::ids::{okta_id, scrambled};
use super::objects::{Object, at, blank, body, text};
use super::state::{Org, State, org_id};

/// The longest subdomain.
const SUBDOMAIN: usize = 57;

/// 201, with the token of the child's administrator that nobody sees again.
pub(super) fn create_child(state: &mut State, parent: &str, call: &Call<'_>) -> Reply {
    let sent = match body(call) {
        Ok(sent) => sent,
        Err(refusal) => return refusal,
    };
    let Some(owner) = state.orgs.iter().find(|org| org.domain == parent) else {
        return super::call::not_found("Org");
    };
    if !owner.org_creator {
        return forbidden(&[]);
    }
    let cell = owner.cell.clone();
    let suffix = parent.split_once('.').map_or("okta.com", |(_, rest)| rest);
    let subdomain = text(&sent, "subdomain").to_lowercase();
    let domain = format!("{subdomain}.{suffix}");
    if let Some(refusal) = missing(&sent).or_else(|| bad_subdomain(state, &subdomain, &domain)) {
        return refusal;
    }
    let name = text(&sent, "name").to_owned();
    let taken = state.orgs.iter().any(|org| org.name == name);
    if taken || name.chars().count() > 100 || name.chars().any(|c| c.len_utf8() > 3) {
        return Reply::error(
            400,
            "E0000089",
            "Org Creator API name validation exception.",
            &[],
        );
    }
    let id = org_id(&domain);
    let token = format!(
        "00{}",
        scrambled(&format!("{domain} {} {}", call.now, fastrand::u64(..)), 32)
    );
    let website = sent.get("website").cloned().unwrap_or(Json::Null);
    let answer = answer(&sent, &domain, &id, &token, call);
    let mut org = Org {
        id,
        name,
        cell,
        consent: false,
        parent: Some(parent.to_owned()),
        created_date: call.now.to_owned(),
        made_at: Some(call.now.to_owned()),
        api_tokens: vec![token],
        ..Org::named(&domain)
    };
    let mut inside = org.contents();
    inside.org_settings.insert("website".to_owned(), website);
    org.inside = Some(Box::new(inside));
    state.orgs.push(org);
    Reply {
        status: 201,
        ..Reply::ok(answer).changed()
    }
}

/// The first member that must be there and isn't, or isn't what it should be.
fn missing(sent: &Object) -> Option<Reply> {
    for member in ["subdomain", "name", "edition"] {
        if text(sent, member).is_empty() {
            return Some(blank(member));
        }
    }
    if text(sent, "edition") != "SKU" {
        return Some(validation("edition", "edition: must be SKU."));
    }
    if !sent.get("admin").is_some_and(Json::is_object) {
        return Some(blank("admin"));
    }
    for (member, least, most) in [
        ("firstName", 1, 50),
        ("lastName", 1, 50),
        ("email", 5, 100),
        ("login", 1, 100),
    ] {
        let value = at(sent, &format!("admin.profile.{member}"))
            .and_then(Json::as_str)
            .unwrap_or_default();
        if value.is_empty() {
            return Some(blank(member));
        }
        let length = value.chars().count();
        if length < least || length > most || (member == "email" && !value.contains('@')) {
            return Some(validation(
                member,
                &format!("{member}: The field is not valid"),
            ));
        }
    }
    None
}

fn bad_subdomain(state: &State, subdomain: &str, domain: &str) -> Option<Reply> {
    let refused = |code: &str, why: &str| {
        let summary = format!("Org Creator API subdomain validation exception: {why}");
        Some(Reply::error(400, code, &summary, &[]))
    };
    let label = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let is = |all: &[String]| all.iter().any(|one| one.eq_ignore_ascii_case(subdomain));
    if subdomain.chars().count() > SUBDOMAIN {
        refused("E0000172", "The value exceeds the max length.")
    } else if !subdomain.chars().all(label) {
        Some(validation("subdomain", "subdomain: The field is not valid"))
    } else if is(&state.reserved_subdomains) {
        refused(
            "E0000170",
            "Using a reserved value. Try again with a different value.",
        )
    } else if is(&state.locked_subdomains) {
        refused(
            "E0000171",
            "The value is already in use by a different request.",
        )
    } else if state.orgs.iter().any(|org| org.domain == domain) {
        refused("E0000088", "An object with this field already exists.")
    } else {
        None
    }
}

fn answer(sent: &Object, domain: &str, id: &str, token: &str, call: &Call<'_>) -> Json {
    let subdomain = text(sent, "subdomain");
    let url = format!("https://{domain}/api/v1");
    let administrator = okta_id("00u", domain);
    json!({
        "id": id, "subdomain": subdomain, "name": text(sent, "name"), "website": sent.get("website"),
        "status": "ACTIVE", "edition": "SKU", "expiresAt": null, "created": call.now, "lastUpdated": call.now,
        "licensing": {"apps": []},
        "settings": {
            "app": {"errorRedirectUrl": null, "interstitialUrl": null, "interstitialMinWaitTime": 1200},
            "userAccount": {"attributes": {"secondaryEmail": true, "secondaryImage": true}},
            "portal": {"errorRedirectUrl": null, "signOutUrl": null},
            "logs": {"level": "INFO"},
        },
        "token": token, "tokenType": "SSWS",
        "_links": {
            "administrator": {"href": format!("{url}/users/{administrator}")},
            "uploadLogo": {"href": format!("{url}/org/logo")},
            "organization": {"href": format!("{url}/orgs/{subdomain}")},
            "contacts": {"href": format!("{url}/orgs/{subdomain}/contacts")},
            "policy": {"href": format!("{url}/orgs/{subdomain}/policy")},
        },
    })
}
