//! The orgs that the account manages: found by id, and shown as the reference shows them.

use serde_json::{Value as Json, json};

use super::call::{Call, Reply, forbidden, not_found, validation};
use super::state::{Org, State};

/// Where a managed org is in the list, else the answer for one that isn't managed.
pub(super) fn managed(state: &State, id: &str) -> Result<usize, Reply> {
    state
        .orgs
        .iter()
        .position(|org| org.linked && org.id == id)
        .ok_or_else(|| not_found(&format!("{id} (Org)")))
}

/// The same for calls whose documents list no 404: a switch says which status they have.
pub(super) fn managed_for_write(state: &State, id: &str) -> Result<usize, Reply> {
    managed(state, id).map_err(|reply| match state.switches.unknown_org {
        400 => validation("orgId", "The org isn't managed by this account."),
        403 => forbidden(&[]),
        _ => reply,
    })
}

/// An org as the reference shows it.
pub(super) fn show(state: &State, org: &Org, origin: &str) -> Json {
    let account = org.linked.then_some(&state.account.id);
    json!({
        "accountId": account,
        "name": org.name,
        "cell": org.cell,
        "domain": org.domain,
        "status": org.status,
        "aerialOrg": org.aerial_org,
        "createdDate": org.created_date,
        "createdBy": org.created_by,
        "id": org.id,
        "_links": {
            "self": {"href": format!("{origin}/{}/api/v1/orgs/{}", state.account.id, org.id)},
        },
    })
}

/// 200 with the org at an index.
pub(super) fn show_at(state: &State, index: usize, call: &Call<'_>) -> Reply {
    state.orgs.get(index).map_or_else(
        || not_found("Org"),
        |org| Reply::ok(show(state, org, call.origin)),
    )
}
