//! `history`, and what other commands tell of it.

use std::time::Duration;

use aerialctl::cli::Exit;
use aerialctl::emulator::{LogActor, LogEntry, LogTarget};

use crate::support::{ACCOUNT, World, account, desired, org, unlinked};
use crate::tokens;

const FILE: [&str; 3] = [
    "{domain: a.okta.com, products: [workforce]}",
    "{domain: b.okta.com, products: [sso]}",
    "{domain: new.okta.com, products: [sso]}",
];

/// An account that was converged at new year, and what somebody made of it an hour later.
async fn drifted() -> World {
    let mut world = World::with(account(vec![
        org("a", &["sso"]),
        org("b", &["sso"]),
        unlinked("new", &[]),
    ]))
    .await;
    world.vars.insert("GITHUB_ACTIONS".into(), "true".into());
    world.vars.insert("GITHUB_ACTOR".into(), "octocat".into());
    world.file("aerial.yaml", desired(&FILE));
    // One after another, so that the events are in one order.
    world.run("apply --yes --concurrency 1").await.done();
    world.vars.remove("GITHUB_ACTIONS");
    world.clock.sleep(Duration::from_secs(3600)).await;
    world.emulator().change(|state| {
        state.orgs[1].products = vec!["P000052".to_owned()];
        state.orgs[2].products = vec!["P000052".to_owned(), "P000139".to_owned()];
    });
    world.clock.sleep(Duration::from_secs(60)).await;
    world
}

#[tokio::test]
async fn who_changed_what_and_by_which_run_is_told() {
    let mut world = drifted().await;
    insta::assert_snapshot!("history", world.run("history").await.done().plain(&world));
    let csv = world.run("history --format csv").await.done().plain(&world);
    insta::assert_snapshot!("history_csv", csv.replace("\r\n", "\n"));
    let markdown = world
        .run("history --format markdown --org a.okta.com")
        .await
        .done();
    insta::assert_snapshot!("history_markdown", markdown.out);
    let json = world.run("history --format json").await.done().json();
    let events = json["events"].as_array().unwrap();
    assert_eq!(events.len(), 5);
    let ours: Vec<bool> = events.iter().map(|one| one["run"].is_object()).collect();
    assert_eq!(ours, [false, false, true, true, true]);
    assert_eq!(events[4]["run"]["actor"], "octocat");
    // What the file says of the account the environment or flags can say as well.
    let text = world.read("aerial.yaml");
    std::fs::remove_file(world.path("aerial.yaml")).unwrap();
    let nothing = world.run("history").await.expect(Exit::Failed);
    let said = "give its id with --account or in AERIAL_ACCOUNT_ID";
    assert!(nothing.err.contains(said), "{}", nothing.err);
    let flags =
        format!("history --format json --account {ACCOUNT} --aerial-org acme-aerial.okta.com");
    assert_eq!(world.run(&flags).await.done().json(), json);
    world
        .vars
        .insert("AERIAL_ACCOUNT_ID".into(), ACCOUNT.into());
    let alone = world.run("history --format json").await.done().json();
    assert_eq!(alone, json);
    world
        .run("history --account 0227other")
        .await
        .expect(Exit::Refused);
    world.vars.remove("AERIAL_ACCOUNT_ID");
    world.file("aerial.yaml", text);
    // A part of it, and a part of the time.
    let b = world
        .run("history --org b.okta.com --format json")
        .await
        .done()
        .json();
    assert_eq!(b["events"].as_array().unwrap().len(), 1);
    assert_eq!(b["events"][0]["actor"]["name"], "Console Admin");
    for (range, count) in [
        ("--since 30m", 2),
        ("--until 30m", 3),
        ("--since 2026-01-01T00:30:00Z", 2),
        ("--since 2025-12-31 --until 2026-01-01T01:30:00+01:00", 3),
    ] {
        let json = world
            .run(&format!("history {range} --format json"))
            .await
            .done()
            .json();
        assert_eq!(json["events"].as_array().unwrap().len(), count, "{range}");
    }
    let nobody = world
        .run("history --org bb.okta.com")
        .await
        .expect(Exit::Usage);
    assert!(
        nobody.err.contains("did you mean b.okta.com?"),
        "{}",
        nobody.err
    );
    let nothing = world
        .run("history --since 1m --until 2m")
        .await
        .expect(Exit::Usage);
    assert!(nothing.err.contains("nothing between"), "{}", nothing.err);
    assert!(
        world
            .run("history --since 100d")
            .await
            .done()
            .err
            .contains("90 days")
    );
}

#[tokio::test]
async fn what_can_not_be_matched_is_said() {
    let world = drifted().await;
    // Elsewhere there are no receipts, and an event of an org that isn't there.
    let told = world.run("history --receipt-dir .").await.done();
    assert!(
        told.out.contains("and no receipt here tells of it"),
        "{}",
        told.out
    );
    assert!(
        told.out
            .ends_with("5 events, 0 by runs whose receipts are here.\n"),
        "{}",
        told.out
    );
    world.emulator().change(|state| {
        state.log.events.clear();
        state.log.events.push_back(LogEntry {
            number: 1_000,
            uuid: "u1".to_owned(),
            published: "2026-01-01T00:00:30.000Z".to_owned(),
            event_type: "account.org.novelty".to_owned(),
            actor: LogActor::default(),
            targets: vec![LogTarget {
                id: "00oElsewhere".to_owned(),
                ..LogTarget::default()
            }],
            ..LogEntry::default()
        });
    });
    let told = world.run("history").await.done();
    insta::assert_snapshot!("history_unmatched", told.plain(&world));
    let json = world.run("history --format json").await.done().json();
    assert_eq!(json["receiptsWithoutEvent"].as_array().unwrap().len(), 3);
    assert_eq!(json["events"][0]["managed"], false);
}

#[tokio::test]
async fn plan_who_says_who_made_each_difference() {
    let world = drifted().await;
    let plan = world.run("plan --who").await.done();
    insta::assert_snapshot!("plan_who", plan.plain(&world));
    let json = world
        .run("plan --who --format json --out p.json")
        .await
        .done()
        .json();
    let by = &json["steps"][0]["by"][0];
    assert_eq!(by["actor"], "Console Admin (console.admin@example.com)");
    assert_eq!(by["via"], "console");
    assert_eq!(by["at"], "2026-01-01T01:00:00.000Z");
    assert_eq!(by.as_object().unwrap().len(), 4);
    // It is the same plan.
    let mut without = json.clone();
    for step in without["steps"].as_array_mut().unwrap() {
        step.as_object_mut().unwrap().remove("by");
    }
    assert_eq!(world.run("plan --format json").await.done().json(), without);
    world.run("apply --yes --plan p.json").await.done();
    // Nobody is known where the log doesn't tell.
    world.emulator().change(|state| {
        state.orgs[1].products.clear();
    });
    world.emulator().change(|state| state.log.events.clear());
    let json = world.run("plan --who --format json").await.done().json();
    assert_eq!(json["steps"][0]["by"], serde_json::json!([]));
    let text = world.run("plan --who").await.done().out;
    assert!(
        text.contains("unknown: no event that was read tells of it"),
        "{text}"
    );
    // One read of the log, whatever the number of orgs.
    let read = |world: &World| {
        let seen = world.emulator().seen();
        seen.iter()
            .filter(|seen| seen.path == "/api/v1/logs")
            .count()
    };
    let before = read(&world);
    world.run("plan --who").await.done();
    assert_eq!(read(&world), before + 1);
    world.run("plan").await.done();
    assert_eq!(read(&world), before + 1);
}

#[tokio::test]
async fn without_the_scope_it_is_said_which_to_grant() {
    let key = &tokens::keys()[0];
    let world = tokens::world(key, false).await;
    for command in ["history", "plan --who"] {
        let ran = world.run(command).await.expect(Exit::Failed);
        assert!(ran.err.contains("must grant okta.logs.read"), "{}", ran.err);
        assert_eq!(ran.out, "");
    }
    let explained = world.run("explain org-1.okta.com").await.done();
    assert!(
        explained.err.contains("who changed this org isn't told"),
        "{}",
        explained.err
    );
    assert!(
        explained.err.contains("must grant okta.logs.read"),
        "{}",
        explained.err
    );
    assert!(!explained.out.contains("System Log"), "{}", explained.out);
    let doctor = world.run("doctor").await.done();
    assert!(doctor.out.contains("missing  system log"), "{}", doctor.out);
    // A given token that doesn't have it.
    let mut world = drifted().await;
    world.faults("[{method: GET, path: /api/v1/logs, times: 9, do: {status: 403}}]");
    let ran = world.run("history").await.expect(Exit::Failed);
    assert!(ran.err.contains("must grant okta.logs.read"), "{}", ran.err);
    world.vars.remove("AERIAL_ISSUER");
    world.file(
        "aerial.yaml",
        desired(&FILE).replace("  aerialOrg: acme-aerial.okta.com\n", ""),
    );
    let ran = world.run("history").await.expect(Exit::Failed);
    assert!(ran.err.contains("AERIAL_ISSUER"), "{}", ran.err);
}

#[tokio::test]
async fn explain_tells_what_happened_to_that_org() {
    let world = drifted().await;
    let told = world.run("explain b.okta.com").await.done();
    let log = told.out.split("System Log\n").nth(1).unwrap();
    let log = log.split("\n\n").next().unwrap();
    insta::assert_snapshot!("explain_log", log);
    let json = world
        .run("explain b.okta.com --format json")
        .await
        .done()
        .json();
    assert_eq!(json["log"].as_array().unwrap().len(), 1);
}
