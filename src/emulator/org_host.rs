//! The APIs of an org's own host: resolving it, consent, creating a child.

use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::call::{Call, Reply, forbidden, no_such_path, not_found, parse, validation};
use super::state::{Org, State, org_id};

/// Whether Okta answers this to anybody.
pub(super) fn is_public(segments: &[&str]) -> bool {
    segments.first() == Some(&".well-known")
}

/// The APIs of an org's own host, served under `/~{domain}`: resolving, consent, creating a child.
pub(super) fn on_org_host(
    state: &mut State,
    domain: &str,
    segments: &[&str],
    call: &Call<'_>,
) -> Reply {
    let domain = domain.to_lowercase();
    let Some(index) = state.orgs.iter().position(|org| org.domain == domain) else {
        return not_found("Org");
    };
    match (call.method, segments) {
        ("GET", [".well-known", "okta-organization"]) => state.orgs.get(index).map_or_else(
            || not_found("Org"),
            |org| {
                Reply::ok(json!({
                    "id": org.id,
                    "_links": {"organization": {"href": format!("https://{domain}")}},
                    "pipeline": "idx",
                }))
            },
        ),
        ("GET", ["api", "v1", "org", "privacy", "aerial"]) => match state.orgs.get(index) {
            Some(org) if consents(state, org) => Reply::ok(grant(state, call)),
            _ => not_found("grant (String)"),
        },
        (
            "POST",
            [
                "api",
                "v1",
                "org",
                "privacy",
                "aerial",
                action @ ("grant" | "revoke"),
            ],
        ) => consent(state, index, *action == "grant", call),
        ("POST", ["api", "v1", "orgs"]) => create_child(state, &domain, call),
        _ => no_such_path(),
    }
}

fn grant(state: &State, call: &Call<'_>) -> Json {
    json!({
        "accountId": state.account.id,
        "grantedBy": "00uabcdefg1234567890",
        "grantedDate": call.now,
        "_links": {
            "self": {"href": format!("{}{}", call.origin, call.path)},
        },
    })
}

fn consent(state: &mut State, index: usize, granting: bool, call: &Call<'_>) -> Reply {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Body {
        account_id: String,
    }
    let body = match parse::<Body>(call) {
        Ok(body) => body,
        Err(reply) => return reply,
    };
    if body.account_id != state.account.id {
        return validation("account", "Invalid aerial account ID.");
    }
    let Some(org) = state.orgs.get_mut(index) else {
        return not_found("Org");
    };
    if org.parent.is_some() {
        return forbidden(&[]);
    }
    if granting && org.consent {
        return validation(
            "account",
            "The org already has a consent grant added to Aerial.",
        );
    }
    if !granting && (org.linked || org.other_account) {
        return validation("account", "The org is already linked to an Account.");
    }
    org.consent = granting;
    let body = if granting {
        grant(state, call)
    } else {
        json!({"_links": {"grant": {"href": format!("{}{}", call.origin, call.path)}}})
    };
    Reply::ok(body).changed()
}

/// The Org Creator API: 201, with the child's administrator token that nobody sees again.
fn create_child(state: &mut State, parent: &str, call: &Call<'_>) -> Reply {
    #[derive(Deserialize)]
    struct Body {
        subdomain: String,
        name: String,
        edition: String,
        admin: Json,
    }
    let body = match parse::<Body>(call) {
        Ok(body) => body,
        Err(reply) => return reply,
    };
    if body.edition != "SKU" {
        return validation("edition", "edition: must be SKU.");
    }
    if !(1..=57).contains(&body.subdomain.len()) {
        return Reply::error(400, "E0000172", "The subdomain is too long.", &[]);
    }
    if !(1..=100).contains(&body.name.chars().count()) || !body.admin.is_object() {
        return validation("org", "name and admin are required.");
    }
    let suffix = parent.split_once('.').map_or("okta.com", |(_, rest)| rest);
    let domain = format!("{}.{suffix}", body.subdomain.to_lowercase());
    if state.orgs.iter().any(|org| org.domain == domain) {
        return Reply::error(
            400,
            "E0000088",
            "An object with this field already exists.",
            &[],
        );
    }
    let cell = state
        .orgs
        .iter()
        .find(|org| org.domain == parent)
        .map_or_else(|| "ok1".to_owned(), |org| org.cell.clone());
    let id = org_id(&domain);
    let answer = json!({
        "id": id, "subdomain": body.subdomain, "name": body.name, "status": "ACTIVE", "edition": "SKU",
        "created": call.now, "lastUpdated": call.now,
        "token": "emulated-token", "tokenType": "SSWS",
        "_links": {"organization": {"href": format!("https://{domain}/api/v1/orgs/{}", body.subdomain)}},
    });
    state.orgs.push(Org {
        domain,
        id,
        name: body.name,
        cell,
        status: "ACTIVE".to_owned(),
        aerial_org: false,
        linked: false,
        associated: true,
        consent: false,
        other_account: false,
        parent: Some(parent.to_owned()),
        products: Vec::new(),
        created_date: call.now.to_owned(),
        deletion_requested: false,
    });
    Reply {
        status: 201,
        ..Reply::ok(answer).changed()
    }
}

/// A child's consent is its parent's.
pub(super) fn consents(state: &State, org: &Org) -> bool {
    org.parent
        .as_ref()
        .and_then(|parent| state.orgs.iter().find(|other| other.domain == *parent))
        .map_or(org.consent, |parent| parent.consent)
}
