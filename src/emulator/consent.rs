//! `/api/v1/org/privacy/aerial`: an org's consent to be managed.

use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::call::{Call, Reply, forbidden, no_such_path, not_found, parse, validation};
use super::log_events::{Doer, OrgFacts};
use super::objects::no_such_method;
use super::ready::giver;
use super::state::{ADMIN, Org, State};

/// Answers what is below `/api/v1/org/privacy/aerial`.
pub(super) fn consent(
    state: &mut State,
    index: usize,
    segments: &[&str],
    call: &Call<'_>,
) -> Reply {
    let there = state.switches.consent_endpoints;
    if !there || state.orgs.get(index).is_some_and(|org| !org.aerial_feature) {
        return no_such_method();
    }
    match (call.method, segments) {
        ("GET", []) => match state.orgs.get(index).map(|org| giver(state, org)) {
            Some(org) if org.consent || org.consents_to.is_some() => {
                Reply::ok(grant(state, org, call))
            }
            _ => not_found("grant (String)"),
        },
        ("POST", ["grant"]) => change(state, index, true, call),
        ("POST", ["revoke"]) => change(state, index, false, call),
        (_, [] | ["grant" | "revoke"]) => no_such_method(),
        _ => no_such_path(),
    }
}

fn grant(state: &State, org: &Org, call: &Call<'_>) -> Json {
    let date = org.consent_date.as_ref().unwrap_or(&org.created_date);
    let base = format!("https://{}/api/v1/org/privacy/aerial", org.domain);
    json!({
        "accountId": org.consents_to.as_ref().unwrap_or(&state.account.id),
        "grantedBy": ADMIN,
        state.switches.consent_date_field.as_str(): date,
        "_links": {
            "self": {"href": format!("{}{}", call.origin, call.path)},
            "revoke": {"href": format!("{base}/revoke"), "hints": {"allow": ["POST"]}},
        },
    })
}

fn change(state: &mut State, index: usize, granting: bool, call: &Call<'_>) -> Reply {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Body {
        account_id: String,
    }
    let body = match parse::<Body>(call) {
        Ok(body) => body,
        Err(reply) => return reply,
    };
    let Some(org) = state.orgs.get(index) else {
        return not_found("Org");
    };
    // Okta's examples begin with capitals here, and don't where a grant is already there.
    let refused =
        |cause: &str| Reply::error(400, "E0000001", "API validation failed: account", &[cause]);
    let holder = org.consents_to.as_ref().unwrap_or(&state.account.id);
    if body.account_id != state.account.id && body.account_id != *holder {
        return refused("Invalid aerial account ID.");
    }
    if org.parent.is_some() {
        return match state.switches.child_consent {
            400 => refused("Consent is taken from the parent org."),
            405 => no_such_method(),
            _ => forbidden(&[]),
        };
    }
    if !granting && (org.linked || org.other_account) {
        return refused("The org is already linked to an Account.");
    }
    if !granting && body.account_id != *holder {
        return refused("Invalid aerial account ID.");
    }
    if granting && (org.consent || org.consents_to.is_some()) {
        return validation(
            "account",
            "The org already has a consent grant added to Aerial.",
        );
    }
    if granting && (org.linked || org.other_account) {
        return refused("The org is already linked to an Account.");
    }
    if let Some(org) = state.orgs.get_mut(index) {
        let before = OrgFacts::of(org);
        org.consent = granting;
        org.consents_to = None;
        org.consent_date = granting.then(|| call.now.to_owned());
        state.tell_org(index, &before, &Doer::of(call));
    }
    let shown = match state.orgs.get(index) {
        Some(org) if granting => grant(state, org, call),
        _ => json!({"_links": {"grant": {"href": format!("{}{}", call.origin, call.path)}}}),
    };
    Reply::ok(shown).changed()
}
