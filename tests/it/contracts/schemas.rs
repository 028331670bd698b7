//! Outputs against the published schemas.

use serde_json::Value as Json;

use crate::support::{World, account, desired, org, unlinked};

fn validator(text: &str) -> jsonschema::Validator {
    let schema: Json = serde_json::from_str(text).unwrap();
    assert!(
        jsonschema::meta::is_valid(&schema),
        "the schema is no schema"
    );
    jsonschema::draft202012::new(&schema).unwrap()
}

#[track_caller]
fn valid(validator: &jsonschema::Validator, value: &Json) {
    let errors: Vec<String> = validator
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert_eq!(errors, [""; 0], "{value:#}");
}

#[tokio::test]
async fn plans_and_receipts_match_their_schemas() {
    let world = World::with(account(vec![
        org("a", &["sso", "lcm"]),
        org("off", &["sso"]),
        org("unmanaged", &[]),
        unlinked("new", &["lcm"]),
    ]))
    .await;
    let file = desired(&[
        "{domain: a.okta.com, products: [workforce]}",
        "{domain: off.okta.com, status: inactive, products: []}",
        "{domain: new.okta.com, products: [sso]}",
        "{id: 00oUnknown, products: []}",
    ]);
    world.file(
        "aerial.yaml",
        file.replace("maxLinked: 100", "maxLinked: 1"),
    );
    let plan = world.run("plan --format json").await.done().json();
    assert_eq!(plan["guardrails"][0]["name"], "maxLinked");
    valid(
        &validator(include_str!("../../../schema/plan.schema.json")),
        &plan,
    );
    let by = world.run("plan --who --format json").await.done().json();
    valid(
        &validator(include_str!("../../../schema/plan.schema.json")),
        &by,
    );
    world
        .run("apply --yes --allow links --receipt r.jsonl")
        .await;
    let receipt = validator(include_str!("../../../schema/receipt.schema.json"));
    let lines: Vec<Json> = world
        .read("r.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(lines.len() > 6);
    world
        .emulator()
        .change(|state| state.orgs[1].products.clear());
    let told = world
        .run("history --format json --receipt-dir .")
        .await
        .done()
        .json();
    assert!(told["events"].as_array().unwrap().len() > 3, "{told}");
    valid(
        &validator(include_str!("../../../schema/history.schema.json")),
        &told,
    );
    for line in &lines {
        valid(&receipt, line);
    }
}

#[tokio::test]
async fn answers_of_probe_match_their_schema() {
    let schema = validator(include_str!("../../../schema/probe.schema.json"));
    let mut world = World::with(account(vec![org("a", &["sso"])])).await;
    world.file("aerial.yaml", desired(&["{domain: a.okta.com}"]));
    let token = ("OKTA_ORG_TOKEN_A_OKTA_COM".into(), "test-token".into());
    world.vars.extend([token]);
    for words in ["probe", "probe --org a.okta.com --yes --shorten-ids"] {
        let told = world.run(&format!("{words} --format json")).await;
        valid(&schema, &told.done().json());
    }
    // An account that is no account, but for its id.
    world.faults("[{method: GET, path: /orgs, times: 3, do: {status: 502}}, {method: GET, path: /orgGroups, do: dropAfter}, {method: GET, path: /associatedOrgs, do: html}]");
    valid(
        &schema,
        &world.run("probe --format json").await.done().json(),
    );
    let printed = world.run("schema probe").await.done();
    assert_eq!(
        printed.out,
        include_str!("../../../schema/probe.schema.json")
    );
}

#[test]
fn every_key_of_the_file_is_explained() {
    fn walk(schema: &Json, path: &str, missing: &mut Vec<String>) {
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let path = format!("{path}/{name}");
            let explained = property.get("description").is_some() || property.get("$ref").is_some();
            if !explained {
                missing.push(path.clone());
            }
            walk(property, &path, missing);
        }
    }
    let schema: Json = serde_json::from_str(aerialctl::desired::schema::TEXT).unwrap();
    let mut missing = Vec::new();
    walk(&schema, "", &mut missing);
    for (name, def) in schema["$defs"].as_object().unwrap() {
        walk(def, name, &mut missing);
    }
    assert_eq!(missing, [""; 0]);
}
