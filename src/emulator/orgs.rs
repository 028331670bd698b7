//! The calls that change what an org is: linking, status, deletion.

use serde::Deserialize;
use serde_json::json;

use super::call::{Call, Reply, forbidden, not_found, parse, validation};
use super::log_events::{Doer, OrgFacts};
use super::managed::{managed_for_write, show_at};
use super::ready::{consents, is_ready};
use super::state::State;

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
    if !org.associated || !is_ready(state, org, call.now) {
        return validation("org", "The org isn't associated with your contracts.");
    }
    if org.other_account {
        return validation("org", "The org is already linked to another Account.");
    }
    if !consents(state, org) {
        return forbidden(&["The org has no consent grant for this account."]);
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
        let before = OrgFacts::of(org);
        org.linked = true;
        call.now.clone_into(&mut org.created_date);
        call.actor.clone_into(&mut org.created_by);
        state.tell_org(index, &before, &Doer::of(call));
    }
    show_at(state, index, call).changed()
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
        let before = OrgFacts::of(org);
        changed = org.status != word;
        word.clone_into(&mut org.status);
        state.tell_org(index, &before, &Doer::of(call));
    }
    let reply = show_at(state, index, call);
    if changed { reply.changed() } else { reply }
}

/// `POST /orgs/{orgId}/deletionRequest`: inactive orgs only, sandbox only.
pub(super) fn request_deletion(state: &mut State, id: &str, call: &Call<'_>) -> Reply {
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
    let before = OrgFacts::of(org);
    org.deletion_requested = true;
    state.tell_org(index, &before, &Doer::of(call));
    Reply::ok(json!({})).changed()
}
