//! `apply`: asking, receipts, what is shown while it runs.

use aerialctl::cli::{Exit, Terminal};

use crate::support::{World, account, desired, org, plain, unlinked};

async fn world() -> World {
    let world = World::with(account(vec![
        org("a", &["sso", "lcm"]),
        unlinked("new", &[]),
    ]))
    .await;
    world.file(
        "aerial.yaml",
        desired(&[
            "{domain: a.okta.com, products: [workforce]}",
            "{domain: new.okta.com, products: [sso]}",
        ]),
    );
    world
}

#[tokio::test]
async fn the_output_and_the_receipt_read_like_this() {
    let world = world().await;
    let ran = world.run("apply --yes --receipt r.jsonl").await.done();
    insta::assert_snapshot!(ran.text());
    insta::assert_snapshot!(plain(&world.read("r.jsonl"), &world));
}

#[tokio::test]
async fn without_a_terminal_it_wants_to_be_told() {
    let world = world().await;
    let ran = world.run("apply").await.expect(Exit::Refused);
    assert!(ran.err.contains("add --yes"), "{}", ran.err);
    assert!(
        ran.out.contains("Plan: 1 to link"),
        "the plan is shown all the same"
    );
    assert_eq!(world.writes(), [""; 0]);
}

#[tokio::test]
async fn on_a_terminal_it_asks_and_only_yes_goes_on() {
    let mut world = world().await;
    world.terminal = Terminal {
        stdin: true,
        stderr: true,
        ..world.terminal
    };
    for answer in ["", "no\n", "y\n", "YES please\n"] {
        world.stdin = answer.to_owned();
        let ran = world.run("apply").await.expect(Exit::Refused);
        assert!(ran.err.contains("Apply this plan?"), "{}", ran.err);
        assert_eq!(world.writes(), [""; 0]);
    }
    world.stdin = "yes\n".to_owned();
    world.run("apply").await.done();
}

#[tokio::test]
async fn a_receipt_that_can_not_be_written_stops_the_run_before_it_starts() {
    let world = world().await;
    let ran = world
        .run("apply --yes --receipt no/such/folder/r.jsonl")
        .await
        .expect(Exit::Failed);
    assert!(
        ran.err
            .contains("the receipt no/such/folder/r.jsonl can't be written"),
        "{}",
        ran.err
    );
    assert_eq!(world.writes(), [""; 0]);
}

#[tokio::test]
async fn a_receipt_keeps_the_runs_before() {
    let world = world().await;
    world.run("apply --yes --receipt r.jsonl").await.done();
    world.run("apply --yes --receipt r.jsonl").await.done();
    let receipt = world.read("r.jsonl");
    assert_eq!(receipt.matches(r#""event":"start""#).count(), 2);
    assert_eq!(receipt.matches(r#""event":"end""#).count(), 2);
}

#[tokio::test]
async fn the_result_as_json_has_the_plan_and_every_step() {
    let world = world().await;
    let result = world.run("apply --yes --format json").await.done().json();
    assert_eq!(result["exit"], 0);
    assert_eq!(result["steps"].as_array().unwrap().len(), 3);
    assert_eq!(result["plan"]["summary"]["link"], 1);
}

#[tokio::test]
async fn problems_are_annotations_on_the_line_that_asked_under_github_actions() {
    let mut world = world().await;
    world.vars.insert("GITHUB_ACTIONS".into(), "true".into());
    world.faults("[{method: PUT, path: /orgs/*/products, times: 99, do: {status: 403}}]");
    let ran = world.run("apply --yes").await.expect(Exit::Partial);
    assert!(
        ran.err
            .contains("::error file=aerial.yaml,line=11,col=28::failed"),
        "{}",
        ran.err
    );
}

#[tokio::test]
async fn the_client_works_under_each_reading_of_what_okta_does_not_document() {
    for switches in [
        "{linkedAgain: 200}",
        "{linkedAgain: 409}",
        "{unknownOrg: 400}",
        "{unknownOrg: 403}",
        "{cellRequired: false}",
        "{partialUpdates: true}",
        "{emptyProducts: false}",
        "{duplicateProducts: true}",
        "{productsOnInactive: true}",
        "{settleReads: 3}",
        "{linkStyle: joined}",
        "{filters: false}",
        "{rateLimit: 0}",
        "{rateLimit: 20}",
        "{errorBodies: false}",
    ] {
        let world = world().await;
        world
            .emulator()
            .change(|state| state.switches = serde_yaml::from_str(switches).unwrap());
        world.run("apply --yes").await.done();
        world.run("plan --detailed-exitcode").await.done();
    }
}

#[tokio::test]
async fn two_people_at_once_do_no_harm() {
    let world = world().await;
    // The other one links the org between our look and our call.
    world.faults("[{method: POST, path: /orgs, do: {link: {org: new.okta.com}}}]");
    world.run("apply --yes").await.done();
    world.run("plan --detailed-exitcode").await.done();
}

#[tokio::test]
async fn a_departure_from_the_reviewed_plan_is_shown_like_this() {
    let world = world().await;
    world.run("plan --out plan.json").await.done();
    world.file(
        "aerial.yaml",
        desired(&[
            "{domain: a.okta.com, products: [workforce, itp]}",
            "{domain: new.okta.com, products: [sso], status: active}",
            "{domain: acme-aerial.okta.com, products: [sso]}",
        ]),
    );
    let ran = world
        .run("apply --yes --plan plan.json")
        .await
        .expect(Exit::Refused);
    insta::assert_snapshot!(ran.err);
    assert_eq!(world.writes(), [""; 0]);
}
