//! An org's products: what `GET` shows and `PUT` replaces.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::call::{Call, Reply, not_found, parse, validation};
use super::log_events::{Doer, OrgFacts};
use super::managed::managed_for_write;
use super::needs::missing;
use super::state::State;

/// What a change of products leaves behind that no answer shows.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// By org id: how many reads still show the products from before the change, and these.
    unsettled: BTreeMap<String, (u32, Vec<String>)>,
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

/// `GET /orgs/{orgId}/products`: for a while after a change what was there before, where a switch says so.
pub(super) fn products_of(state: &State, memory: &mut Memory, index: usize) -> Reply {
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
pub(super) fn put_products(
    state: &mut State,
    memory: &mut Memory,
    id: &str,
    call: &Call<'_>,
) -> Reply {
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
                let before = OrgFacts::of(org);
                org.products = kept;
                reply = reply.changed();
                state.tell_org(index, &before, &Doer::of(call));
            }
        }
        return reply;
    }
    let ids: Vec<String> = ids.into_iter().collect();
    let answer = product_list(state, &ids);
    if let Some(org) = state.orgs.get_mut(index) {
        let facts = OrgFacts::of(org);
        let before = std::mem::replace(&mut org.products, ids);
        if switches.settle_reads > 0 {
            memory
                .unsettled
                .insert(org.id.clone(), (switches.settle_reads, before));
        }
        state.tell_org(index, &facts, &Doer::of(call));
    }
    Reply::ok(answer).changed()
}

fn missing_dependency(state: &State, ids: &BTreeSet<String>) -> Option<String> {
    let (id, lacking) = missing(&state.dependencies, |id| ids.contains(id))?;
    Some(format!("The product {id} requires {lacking}."))
}
