//! The calls that change what an org is: linking, status, deletion, groups, and the APIs of the org's own host.

use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::account::{Call, Reply, managed_for_write, not_found, parse, show_at, validation};
use super::state::{Org, State, org_id};

/// `POST /orgs`: consent first, associated orgs only, one account for each org, no way back.
pub(super) fn link(state: &mut State, call: &Call<'_>) -> Reply {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Body {
        org_id: Option<String>,
        domain: Option<String>,
        cell: Option<String>,
    }
    let body = match parse::<Body>(call) {
        Ok(body) => body,
        Err(reply) => return reply,
    };
    let found = match (&body.org_id, &body.domain) {
        (Some(id), None) => state.orgs.iter().position(|org| org.id == *id),
        (None, Some(domain)) => {
            let domain = domain.to_lowercase();
            state.orgs.iter().position(|org| org.domain == domain)
        }
        (Some(_), Some(_)) | (None, None) => {
            return validation("org", "Exactly one of orgId and domain is required.");
        }
    };
    let Some((index, org)) = found.and_then(|index| Some((index, state.orgs.get(index)?))) else {
        return validation("org", "The org isn't associated with your contracts.");
    };
    if org.linked {
        return match state.switches.linked_again {
            200 => show_at(state, index, call),
            409 => Reply::error(
                409,
                "E0000195",
                "Api validation failed due to conflict: org",
                &["The org is already linked to an Account."],
            ),
            _ => validation("org", "The org is already linked to an Account."),
        };
    }
    if !org.associated {
        return validation("org", "The org isn't associated with your contracts.");
    }
    if org.other_account {
        return validation("org", "The org is already linked to another Account.");
    }
    if !consents(state, org) {
        return Reply::error(
            403,
            "E0000006",
            "You do not have permission to perform the requested action",
            &["The org has no consent grant for this account."],
        );
    }
    match body.cell.map(|cell| cell.to_lowercase()) {
        None if state.switches.cell_required => {
            return validation("cell", "cell: The field cannot be left blank");
        }
        Some(cell) if cell != org.cell => {
            return validation("cell", "The org isn't in this cell.");
        }
        _ => {}
    }
    if state.account.sandbox && org.cell != "op3" {
        return validation("cell", "Only orgs in OP3 cells can be linked here.");
    }
    if let Some(org) = state.orgs.get_mut(index) {
        org.linked = true;
    }
    show_at(state, index, call).changed()
}

/// A child's consent is its parent's.
fn consents(state: &State, org: &Org) -> bool {
    org.parent
        .as_ref()
        .and_then(|parent| state.orgs.iter().find(|other| other.domain == *parent))
        .map_or(org.consent, |parent| parent.consent)
}

/// `PUT /orgs/{orgId}/status`: upper case only; never INACTIVE for the Aerial org or an org with children.
pub(super) fn set_status(state: &mut State, id: &str, call: &Call<'_>) -> Reply {
    #[derive(Deserialize)]
    enum Status {
        #[serde(rename = "ACTIVE")]
        Active,
        #[serde(rename = "INACTIVE")]
        Inactive,
    }
    #[derive(Deserialize)]
    struct Body {
        status: Status,
    }
    let index = match managed_for_write(state, id) {
        Ok(index) => index,
        Err(reply) => return reply,
    };
    let status = match parse::<Body>(call) {
        Ok(body) => body.status,
        Err(reply) => return reply,
    };
    let Some(org) = state.orgs.get(index) else {
        return not_found("Org");
    };
    if matches!(status, Status::Inactive) {
        if org.aerial_org {
            return validation("status", "The Aerial org can't be deactivated.");
        }
        let domain = Some(org.domain.clone());
        if state.orgs.iter().any(|other| other.parent == domain) {
            return validation("status", "A parent org can't be deactivated.");
        }
    }
    let word = match status {
        Status::Active => "ACTIVE",
        Status::Inactive => "INACTIVE",
    };
    let mut changed = false;
    if let Some(org) = state.orgs.get_mut(index) {
        changed = org.status != word;
        word.clone_into(&mut org.status);
    }
    let reply = show_at(state, index, call);
    if changed { reply.changed() } else { reply }
}

/// `POST /orgs/{orgId}/deletionRequest`: inactive orgs only, sandbox only.
pub(super) fn request_deletion(state: &mut State, id: &str) -> Reply {
    let index = match managed_for_write(state, id) {
        Ok(index) => index,
        Err(reply) => return reply,
    };
    let sandbox = state.account.sandbox;
    let Some(org) = state.orgs.get_mut(index) else {
        return not_found("Org");
    };
    if !sandbox {
        return validation("org", "Orgs can be deleted in the sandbox only.");
    }
    if org.status != "INACTIVE" {
        return validation("org", "Only an inactive org can be deleted.");
    }
    if org.deletion_requested {
        return validation("org", "The deletion was requested already.");
    }
    org.deletion_requested = true;
    Reply::ok(json!({})).changed()
}

/// `DELETE /orgGroups/{groupId}/orgs` with `{"orgId"}` in its body.
pub(super) fn leave_group(state: &mut State, group: &str, call: &Call<'_>) -> Reply {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Body {
        org_id: String,
    }
    let body = match parse::<Body>(call) {
        Ok(body) => body,
        Err(reply) => return reply,
    };
    let Some(members) = state.groups.get_mut(group) else {
        return not_found("orgGroup");
    };
    if !members.contains(&body.org_id) {
        return not_found("Org");
    }
    members.retain(|id| *id != body.org_id);
    Reply {
        status: 204,
        body: None,
        links: Vec::new(),
        changed: true,
    }
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
        _ => Reply::error(404, "E0000008", "The requested path was not found", &[]),
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
        return Reply::error(
            403,
            "E0000006",
            "You do not have permission to perform the requested action",
            &[],
        );
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
        body: Some(answer),
        links: Vec::new(),
        changed: true,
    }
}
