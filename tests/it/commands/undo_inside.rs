//! `undo` inside of orgs: what a run changed there is put back like anything else, and what can't be is told.

use aerialctl::cli::Exit;
use serde_json::{Value as Json, json};

use crate::configure::{inside, named, put, world};
use crate::inside_laws::as_before;
use crate::support::{World, plain};

/// Two orgs with their baseline, of which the next run changes four objects and makes one; then somebody changes a policy in `a`. With it what
/// `b` had inside.
async fn changed() -> (World, Json) {
    let world = world(&["a", "b"]).await;
    world.run("apply --yes").await.done();
    let before = inside(&world, "b");
    let file = world.read("aerial.yaml");
    let origin = "      Second: {origin: https://second.acme.example, scopes: [{type: CORS}]}\n";
    let file = file
        .replace("192.0.2.0/24", "198.51.100.0/24")
        .replace("minLength: 14", "minLength: 16")
        .replace("https://acme.example}", "https://other.example}")
        .replace("action: block", "action: audit")
        .replace(
            "    trustedOrigins:\n",
            &format!("    trustedOrigins:\n{origin}"),
        );
    world.file("aerial.yaml", file);
    world.run("apply --yes --receipt r.jsonl").await.done();
    let a = inside(&world, "a");
    let mut policy = named(&a, "policies", "Contractors")[0].clone();
    policy["settings"]["password"]["complexity"]["minLength"] = json!(5);
    let path = format!(
        "/~a.okta.com/api/v1/policies/{}",
        policy["id"].as_str().unwrap()
    );
    put(&world, &path, &policy).await;
    (world, before)
}

#[tokio::test]
async fn what_a_run_changed_inside_of_orgs_is_put_back_and_what_it_made_stays() {
    let (world, before) = changed().await;
    let writes = world.writes().len();
    let planned = world.run("undo r.jsonl --out back.json").await.done();
    assert!(planned.err.contains("0 writes"), "{}", planned.err);
    assert_eq!(world.writes().len(), writes);
    let ran = world
        .run("undo r.jsonl --plan back.json --yes --receipt u.jsonl")
        .await
        .done();
    insta::assert_snapshot!(plain(&ran.text(), &world));
    let (before, after) = as_before(&before, &inside(&world, "b"));
    assert_eq!(before, after);
    let a = inside(&world, "a");
    let policy = named(&a, "policies", "Contractors")[0];
    assert_eq!(policy["settings"]["password"]["complexity"]["minLength"], 5);
    assert_eq!(named(&a, "trustedOrigins", "Second").len(), 1);
    // There is nothing left to do, and the file still asks for it.
    let again = world.run("undo r.jsonl").await.done();
    for says in [
        "No changes.",
        "7 changes of the run are undone already.",
        "The next `apply` would do it again, unless what these list changes, or these orgs get another one:",
        "baseline standard: zones/Corporate, in 2 orgs",
    ] {
        assert!(again.out.contains(says), "{says}: {}", again.out);
    }
    let plan = world.run("plan --detailed-exitcode").await;
    plan.expect(Exit::Pending);
    // An undo is a run as any other.
    world.run("undo u.jsonl --yes").await.done();
    let b = inside(&world, "b");
    assert_eq!(b["orgSettings"]["website"], "https://other.example");
    assert_eq!(b["threatInsight"]["action"], "audit");
}

#[tokio::test]
async fn what_it_prints_for_machines_is_as_published_and_its_advice_names_it() {
    let (world, _) = changed().await;
    let schema: Json =
        serde_json::from_str(include_str!("../../../schema/undo.schema.json")).unwrap();
    let schema = jsonschema::draft202012::new(&schema).unwrap();
    let strict = world
        .read("aerial.yaml")
        .replace("maxDisabled: 100,", "maxDisabled: 100, maxConfigured: 1,");
    assert!(strict.contains("maxConfigured: 1,"), "{strict}");
    world.file("strict.yaml", strict);
    let refused = world.run("undo r.jsonl --yes -f strict.yaml").await;
    let refused = refused.expect(Exit::Refused);
    assert!(
        refused
            .err
            .contains("with `undo RECEIPT --allow configurations=2`"),
        "{}",
        refused.err
    );
    assert!(
        refused
            .out
            .contains("undo will refuse: maxConfigured 2 > 1"),
        "{}",
        refused.out
    );
    assert!(
        !refused.text().contains("apply --allow"),
        "{}",
        refused.text()
    );
    for _ in 0..2 {
        let ran = world.run("undo r.jsonl --yes --format json").await.done();
        let errors: Vec<String> = schema
            .iter_errors(&ran.json())
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert_eq!(errors, [""; 0], "{}", ran.out);
        assert_eq!(ran.json()["undo"]["baselines"][0]["baseline"], "standard");
    }
}

#[tokio::test]
async fn an_org_that_can_not_be_looked_into_holds_up_no_other() {
    let (mut world, before) = changed().await;
    world.vars.remove("OKTA_ORG_TOKEN_A_OKTA_COM");
    let ran = world.run("undo r.jsonl --yes").await.done();
    assert!(
        ran.out
            .contains("the org can't be looked into: there is no credential for this org"),
        "{}",
        ran.out
    );
    let (before, after) = as_before(&before, &inside(&world, "b"));
    assert_eq!(before, after);
    assert_eq!(
        inside(&world, "a")["orgSettings"]["website"],
        "https://other.example"
    );
}

#[tokio::test]
async fn a_receipt_of_another_version_is_refused() {
    let (world, _) = changed().await;
    let writes = world.writes().len();
    let later = world
        .read("r.jsonl")
        .replace("\"version\":1,", "\"version\":2,");
    world.file("later.jsonl", later);
    let refused = world.run("undo later.jsonl --yes").await;
    let refused = refused.expect(Exit::Refused);
    assert!(
        refused
            .err
            .contains("is of another version of this program"),
        "{}",
        refused.err
    );
    assert_eq!(world.writes().len(), writes);
}
