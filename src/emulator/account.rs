//! The account as a pure state machine: request in, answer and next state out.
//!
//! The rules are those of Okta's Aerial guide and reference; where these are silent, a switch says which reading holds.
//! Nothing here is shared with the client: a field that both spelled wrong would otherwise pass every test.

use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::call::{Call, Reply, no_such_path, parse, validation};
use super::managed::{managed, show, show_at};
use super::objects::no_such_method;
use super::org_groups::org_groups;
use super::products::Memory;
use super::state::State;
use super::{listing, orgs, products};

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
            Ok(index) => products::products_of(state, memory, index),
            Err(reply) => reply,
        },
        ("PUT", ["orgs", id, "products"]) => products::put_products(state, memory, id, call),
        ("POST", ["orgs", id, "deletionRequest"]) => orgs::request_deletion(state, id, call),
        (_, ["orgGroups", rest @ ..]) => org_groups(state, rest, call),
        (_, ["accounts" | "products" | "orgs" | "associatedOrgs"])
        | (_, ["orgs", _])
        | (_, ["orgs", _, "status" | "products" | "deletionRequest"]) => no_such_method(),
        _ => no_such_path(),
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
