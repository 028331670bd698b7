//! What `--allow` lifts, where it is said, and that it isn't kept in a reviewed plan.

use aerialctl::cli::Exit;
use serde_json::json;

use crate::support::{World, account, desired, org};

async fn world() -> World {
    let world = World::with(account(vec![org("a", &["sso", "mfa", "lcm"])])).await;
    let text = desired(&["{domain: a.okta.com, products: [sso]}"]);
    world.file(
        "aerial.yaml",
        text.replace("maxDisabled: 100", "maxDisabled: 1"),
    );
    world
}

#[tokio::test]
async fn what_is_allowed_is_said_in_the_plan_its_json_and_the_receipt() {
    let world = world().await;
    let said = "Beyond the guardrails: maxDisabled 2 > 1, allowed by --allow disables.\nPlan: ";
    let plan = world.run("plan --allow disables --out plan.json").await;
    let plan = plan.done();
    assert!(plan.out.contains(said), "{}", plan.out);
    assert!(!plan.err.contains("guardrail"), "{}", plan.err);
    let kept: serde_json::Value = serde_json::from_str(&world.read("plan.json")).unwrap();
    let breach = json!({"name": "maxDisabled", "limit": 1, "actual": 2, "allow": "disables", "allowed": true});
    assert_eq!(kept["guardrails"], json!([breach]));
    let not = world.run("plan --format json").await.done().json();
    assert_eq!(not["guardrails"][0].get("allowed"), None);

    let refused = world.run("apply --yes --plan plan.json").await;
    let refused = refused.expect(Exit::Refused);
    let hint = "what was allowed when the reviewed plan was made has to be allowed again: give `apply` the same --allow";
    assert!(refused.err.contains(hint), "{}", refused.err);
    world.run("plan --out other.json").await.done();
    for other in ["apply --yes", "apply --yes --plan other.json"] {
        let refused = world.run(other).await.expect(Exit::Refused);
        assert!(!refused.err.contains(hint), "{}", refused.err);
    }

    let apply = "apply --yes --plan plan.json --allow disables=2,links --receipt r.jsonl";
    let applied = world.run(apply).await.done();
    assert!(
        applied
            .out
            .contains(&said.replace("disables.", "disables=2.")),
        "{}",
        applied.out
    );
    let receipt = world.read("r.jsonl");
    let start: serde_json::Value = serde_json::from_str(receipt.lines().next().unwrap()).unwrap();
    assert_eq!(start["allowed"], json!(["disables=2", "links"]));
}

#[tokio::test]
async fn one_that_is_allowed_is_told_beside_one_that_is_not() {
    let world = world().await;
    let text = world.read("aerial.yaml");
    let tight = text.replace(
        "maxDisabled: 1",
        "maxDisabled: 1, protectedOrgs: [a.okta.com]",
    );
    world.file("aerial.yaml", tight);
    let plan = world.run("plan --allow disables=2").await.done();
    let said = "apply will refuse: protectedOrgs 1 > 0; --allow protected=1 lifts it once; maxDisabled 2 > 1, allowed by --allow disables=2 Plan: ";
    let words: Vec<&str> = plan.out.split_whitespace().collect();
    assert!(words.join(" ").contains(said), "{}", plan.out);
}

#[tokio::test]
async fn a_number_that_was_allowed_is_the_most_where_the_file_allows_more() {
    let world = world().await;
    let text = world.read("aerial.yaml");
    world.file(
        "aerial.yaml",
        text.replace("maxDisabled: 1", "maxDisabled: 9"),
    );
    let refused = world.run("apply --yes --allow disables=1").await;
    let refused = refused.expect(Exit::Refused);
    insta::assert_snapshot!(
        refused
            .err
            .lines()
            .skip_while(|line| !line.starts_with("error"))
            .collect::<Vec<_>>()
            .join("\n")
    );
    world.run("apply --yes --allow disables=2").await.done();
}
