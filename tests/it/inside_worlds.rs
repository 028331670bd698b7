//! Any baseline on any orgs: one apply, then nothing is left to do, and nothing that isn't listed is another than before.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::support::{World, account, desired, org};

/// What an object is in a baseline, and what it is in an org before; 0 is not at all.
type Pick = [u8; 4];

const COLLECTIONS: [&str; 4] = ["zones", "groups", "trustedOrigins", "bookmarkApps"];

/// A body that lists one or two fields, some of them to be unset.
fn listed(at: usize, pick: u8) -> Option<Json> {
    let text = format!("text {pick}");
    Some(match (COLLECTIONS[at], pick) {
        (_, 0) => return None,
        ("zones", _) => {
            json!({"type": "IP", "gateways": [{"type": "CIDR", "value": format!("192.0.2.{pick}/32")}]})
        }
        ("groups", 1) => json!({"profile": {"description": null}}),
        ("groups", _) => json!({"profile": {"description": text}}),
        ("trustedOrigins", _) => {
            json!({"origin": format!("https://p{pick}.example"), "scopes": [{"type": "CORS"}]})
        }
        _ => json!({"settings": {"app": {"url": format!("https://h{pick}.example")}}}),
    })
}

/// The same thing in an org, with a field that no baseline lists.
fn there(at: usize, pick: u8, n: usize) -> Option<Json> {
    let mut body = listed(at, pick)?;
    match COLLECTIONS[at] {
        "groups" => {
            body["profile"]["name"] = json!("Thing");
            body["profile"]["unlisted"] = json!(n);
        }
        "bookmarkApps" => {
            body["label"] = json!("Thing");
            body["visibility"] = json!({"autoLaunch": true});
        }
        "zones" => {
            body["name"] = json!("Thing");
            body["proxies"] = json!([{"type": "CIDR", "value": format!("198.51.100.{n}/32")}]);
        }
        _ => body["name"] = json!("Thing"),
    }
    Some(body)
}

fn unlisted(inside: &Json) -> Json {
    let of = |collection: &str, pointer: &str| {
        let all = inside[collection].as_array().cloned().unwrap_or_default();
        let named = |one: &Json| {
            one["name"] == "Thing" || one["label"] == "Thing" || one["profile"]["name"] == "Thing"
        };
        all.iter()
            .find(|one| named(one))
            .and_then(|one| one.pointer(pointer).cloned())
    };
    json!([
        of("zones", "/proxies"),
        of("groups", "/profile/unlisted"),
        of("apps", "/visibility/autoLaunch")
    ])
}

async fn world(baseline: Pick, orgs: &[Pick]) -> World {
    let orgs: Vec<_> = orgs
        .iter()
        .enumerate()
        .map(|(n, pick)| {
            let mut one = org(&format!("o{n}"), &[]);
            one.api_tokens = vec![format!("token-number-{n}")];
            let mut inside = json!({});
            for (at, pick) in pick.iter().enumerate() {
                if let Some(body) = there(at, *pick, n + 1) {
                    let key = if at == 3 { "apps" } else { COLLECTIONS[at] };
                    inside[key] = json!([body]);
                }
            }
            one.inside = serde_json::from_value(inside).unwrap();
            one
        })
        .collect();
    let mut entries = Vec::new();
    for n in 0..orgs.len() {
        entries.push(format!("{{domain: o{n}.okta.com, baseline: any}}"));
    }
    let mut world = World::with(account(orgs)).await;
    for n in 0..entries.len() {
        let variable = format!("OKTA_ORG_TOKEN_O{n}_OKTA_COM");
        world.vars.insert(variable, format!("token-number-{n}"));
    }
    let mut any = json!({});
    for (at, pick) in baseline.iter().enumerate() {
        if let Some(body) = listed(at, *pick) {
            any[COLLECTIONS[at]] = json!({"Thing": body});
        }
    }
    let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
    let file = desired(&entries);
    world.file("aerial.yaml", format!("{file}baselines: {{any: {any}}}\n"));
    world
}

fn insides(world: &World) -> Vec<Json> {
    let state = world.emulator().state();
    let orgs = state.orgs.iter().filter(|org| org.domain.starts_with('o'));
    orgs.map(|org| serde_json::to_value(&org.inside).unwrap())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn one_apply_converges_and_leaves_the_rest(
        baseline in prop::array::uniform4(0u8..4),
        orgs in prop::collection::vec(prop::array::uniform4(0u8..4), 1..4),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = world(baseline, &orgs).await;
            let before: Vec<Json> = insides(&world).iter().map(unlisted).collect();
            world.run("apply --yes").await.done();
            world.run("plan --detailed-exitcode").await.done();
            let after = insides(&world);
            for (before, after) in before.iter().zip(&after) {
                for (before, after) in before.as_array().unwrap().iter().zip(unlisted(after).as_array().unwrap()) {
                    // What was there is what it was; what is new is Okta's.
                    prop_assert!(before.is_null() || before == after, "{} {}", before, after);
                }
            }
            let writes = world.writes().len();
            world.run("apply --yes").await.done();
            prop_assert_eq!(world.writes().len(), writes);
            Ok(())
        })?;
    }
}
