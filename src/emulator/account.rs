//! The account as a pure state machine: request in, answer and next state out.
//!
//! The rules are those of Okta's Aerial guide and reference; where these are silent, a switch says which reading holds.
//! Nothing here is shared with the client: a field that both spelled wrong would otherwise pass every test.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::listing;
use super::orgs;
use super::state::{Org, State};

/// A request as the rules see it.
#[derive(Debug)]
pub(super) struct Call<'a> {
    /// `GET`, `POST`, `PUT` or another method.
    pub method: &'a str,
    /// The whole path.
    pub path: &'a str,
    /// The decoded query.
    pub query: Vec<(String, String)>,
    /// The body.
    pub body: &'a [u8],
    /// `http://127.0.0.1:PORT`.
    pub origin: &'a str,
    /// Now, RFC 3339.
    pub now: &'a str,
}

impl Call<'_> {
    /// The first value of a query parameter.
    #[must_use]
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The body; `None` for 204.
    pub body: Option<Json>,
    /// `Link` headers.
    pub links: Vec<String>,
    /// Whether the account is another one now.
    pub changed: bool,
}

impl Reply {
    /// 200 with a body.
    #[must_use]
    pub(super) fn ok(body: Json) -> Self {
        Self {
            status: 200,
            body: Some(body),
            links: Vec::new(),
            changed: false,
        }
    }

    /// An error as Okta writes them; the HTTP layer adds the error id.
    #[must_use]
    pub(super) fn error(status: u16, code: &str, summary: &str, causes: &[&str]) -> Self {
        let causes: Vec<Json> = causes
            .iter()
            .map(|cause| json!({ "errorSummary": cause }))
            .collect();
        Self {
            status,
            body: Some(json!({
                "errorCode": code,
                "errorSummary": summary,
                "errorLink": code,
                "errorCauses": causes,
            })),
            links: Vec::new(),
            changed: false,
        }
    }

    pub(super) fn changed(mut self) -> Self {
        self.changed = true;
        self
    }
}

/// 400 `E0000001` about one thing.
pub(super) fn validation(about: &str, cause: &str) -> Reply {
    Reply::error(
        400,
        "E0000001",
        &format!("Api validation failed: {about}"),
        &[cause],
    )
}

/// 404 `E0000007`.
pub(super) fn not_found(what: &str) -> Reply {
    Reply::error(
        404,
        "E0000007",
        &format!("Not found: Resource not found: {what}"),
        &[],
    )
}

/// What some calls leave behind that no answer shows.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// By org id: so many reads still show these products.
    unsettled: BTreeMap<String, (u32, Vec<String>)>,
}

/// Answers one request under `/{accountId}/api/v1`; `segments` is the path after that.
pub(super) fn handle(
    state: &mut State,
    memory: &mut Memory,
    segments: &[&str],
    call: &Call<'_>,
) -> Reply {
    match (call.method, segments) {
        ("GET", ["accounts"]) => Reply::ok(account(state)),
        ("PUT", ["accounts"]) => rename(state, call),
        ("GET", ["products"]) => Reply::ok(
            state
                .products
                .iter()
                .map(|product| json!({"id": product.id, "name": product.name}))
                .collect(),
        ),
        ("GET", ["orgs"]) => {
            let orgs = state.orgs.iter().filter(|org| org.linked).collect();
            listing::page(state, call, orgs, |org| show(state, org, call.origin))
        }
        ("POST", ["orgs"]) => orgs::link(state, call),
        ("GET", ["associatedOrgs"]) => {
            let orgs = state.orgs.iter().filter(|org| org.associated).collect();
            listing::page(state, call, orgs, |org| show(state, org, call.origin))
        }
        ("GET", ["orgs", id]) => match managed(state, id) {
            Ok(index) => show_at(state, index, call),
            Err(reply) => reply,
        },
        ("PUT", ["orgs", id, "status"]) => orgs::set_status(state, id, call),
        ("GET", ["orgs", id, "products"]) => match managed(state, id) {
            Ok(index) => products_of(state, memory, index),
            Err(reply) => reply,
        },
        ("PUT", ["orgs", id, "products"]) => put_products(state, memory, id, call),
        ("POST", ["orgs", id, "deletionRequest"]) => orgs::request_deletion(state, id),
        ("GET", ["orgGroups", group, "orgs"]) => match state.groups.get(*group) {
            Some(members) => {
                let orgs = state
                    .orgs
                    .iter()
                    .filter(|org| members.contains(&org.id))
                    .collect();
                listing::page(state, call, orgs, |org| show(state, org, call.origin))
            }
            None => not_found("orgGroup"),
        },
        ("DELETE", ["orgGroups", group, "orgs"]) => orgs::leave_group(state, group, call),
        (_, ["accounts" | "products" | "orgs" | "associatedOrgs"])
        | (_, ["orgs", _])
        | (_, ["orgs", _, "status" | "products" | "deletionRequest"])
        | (_, ["orgGroups", _, "orgs"]) => Reply::error(
            405,
            "E0000022",
            "The endpoint does not support the provided HTTP method",
            &[],
        ),
        _ => Reply::error(404, "E0000008", "The requested path was not found", &[]),
    }
}

fn account(state: &State) -> Json {
    json!({"id": state.account.id, "name": state.account.name})
}

fn rename(state: &mut State, call: &Call<'_>) -> Reply {
    #[derive(Deserialize)]
    struct Body {
        name: String,
    }
    match parse::<Body>(call) {
        Ok(body) if body.name.is_empty() || body.name.chars().count() > 255 => {
            validation("name", "name: must have 1 to 255 characters.")
        }
        Ok(body) => {
            state.account.name = body.name;
            Reply::ok(account(state)).changed()
        }
        Err(reply) => reply,
    }
}

/// The body as a type, else 400: `E0000003` for no JSON, `DESERIALIZATION_FAILURE` for other JSON.
pub(super) fn parse<T: for<'de> Deserialize<'de>>(call: &Call<'_>) -> Result<T, Reply> {
    let json: Json = serde_json::from_slice(call.body).map_err(|_| {
        Reply::error(
            400,
            "E0000003",
            "The request body was not well-formed.",
            &[],
        )
    })?;
    serde_json::from_value(json).map_err(|error| {
        Reply::error(
            400,
            "DESERIALIZATION_FAILURE",
            "The request body could not be deserialized.",
            &[&error.to_string()],
        )
    })
}

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
        403 => Reply::error(
            403,
            "E0000006",
            "You do not have permission to perform the requested action",
            &[],
        ),
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

fn product_list(state: &State, ids: &[String]) -> Json {
    let name = |id: &str| {
        state
            .products
            .iter()
            .chain(&state.unsubscribed)
            .find(|product| product.id == id)
            .map(|product| product.name.clone())
    };
    ids.iter()
        .map(|id| json!({"id": id, "name": name(id)}))
        .collect()
}

fn products_of(state: &State, memory: &mut Memory, index: usize) -> Reply {
    let Some(org) = state.orgs.get(index) else {
        return not_found("Org");
    };
    if let Some((left, before)) = memory.unsettled.get_mut(&org.id)
        && *left > 0
    {
        *left -= 1;
        return Reply::ok(product_list(state, before));
    }
    Reply::ok(product_list(state, &org.products))
}

/// Replaces the whole set: what the array lacks is disabled. A name in it is ignored.
fn put_products(state: &mut State, memory: &mut Memory, id: &str, call: &Call<'_>) -> Reply {
    #[derive(Deserialize)]
    struct Wanted {
        id: String,
    }
    let index = match managed_for_write(state, id) {
        Ok(index) => index,
        Err(reply) => return reply,
    };
    let wanted = match parse::<Vec<Wanted>>(call) {
        Ok(wanted) => wanted,
        Err(reply) => return reply,
    };
    let ids: BTreeSet<String> = wanted.iter().map(|product| product.id.clone()).collect();
    let switches = state.switches.clone();
    let subscribed = |id: &String| state.products.iter().any(|product| product.id == *id);
    let Some(org) = state.orgs.get(index) else {
        return not_found("Org");
    };
    let refusal = if ids.len() < wanted.len() && !switches.duplicate_products {
        Some("A product is listed more than once.".to_owned())
    } else if ids.is_empty() && !switches.empty_products {
        Some("At least one product is required.".to_owned())
    } else if org.status == "INACTIVE" && !switches.products_on_inactive {
        Some("The org isn't active.".to_owned())
    } else if let Some(unknown) = ids.iter().find(|id| !subscribed(id)) {
        Some(format!(
            "The product {unknown} isn't subscribed or doesn't exist."
        ))
    } else {
        missing_dependency(state, &ids)
    };
    if let Some(cause) = refusal {
        let mut reply = validation("products", &cause);
        if switches.partial_updates {
            let kept: Vec<String> = ids.iter().filter(|id| subscribed(id)).cloned().collect();
            if let Some(org) = state.orgs.get_mut(index) {
                org.products = kept;
                reply = reply.changed();
            }
        }
        return reply;
    }
    let ids: Vec<String> = ids.into_iter().collect();
    let answer = product_list(state, &ids);
    if let Some(org) = state.orgs.get_mut(index) {
        let before = std::mem::replace(&mut org.products, ids);
        if switches.settle_reads > 0 {
            memory
                .unsettled
                .insert(org.id.clone(), (switches.settle_reads, before));
        }
    }
    Reply::ok(answer).changed()
}

fn missing_dependency(state: &State, ids: &BTreeSet<String>) -> Option<String> {
    ids.iter().find_map(|id| {
        let needed = state.dependencies.get(id)?;
        let missing = needed.iter().find(|needed| !ids.contains(*needed))?;
        Some(format!("The product {id} requires {missing}."))
    })
}
