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
    insta::assert_snapshot!(plain(&ran.text(), &world));
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
        .run("apply --yes --receipt aerial.yaml/r.jsonl")
        .await
        .expect(Exit::Failed);
    assert!(
        ran.err
            .contains("the receipt aerial.yaml/r.jsonl can't be written"),
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

/// PowerShell's `>` writes UTF-16, its `Out-File` a byte order mark.
#[tokio::test]
async fn a_reviewed_plan_is_read_however_it_was_saved() {
    let world = World::with(account(vec![org("a", &["sso"])])).await;
    world.file(
        "aerial.yaml",
        desired(&["{domain: a.okta.com, products: [sso, mfa]}"]),
    );
    let plan = world.run("plan --format json").await.done().out;
    let wide = |mark: [u8; 2], unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let units = plan.encode_utf16().flat_map(unit);
        mark.into_iter().chain(units).collect()
    };
    for saved in [
        format!("\u{feff}{}", plan.replace('\n', "\r\n")).into_bytes(),
        wide([0xff, 0xfe], u16::to_le_bytes),
        wide([0xfe, 0xff], u16::to_be_bytes),
    ] {
        world.file("plan.json", saved);
        world.run("apply --yes --plan plan.json").await.done();
    }
    world.file("plan.json", b"\xff");
    let ran = world.run("apply --yes --plan plan.json").await;
    let ran = ran.expect(Exit::Failed);
    assert!(ran.err.contains("it isn't UTF-8 text"), "{}", ran.err);
    assert!(ran.err.contains("`plan --out FILE` wrote"), "{}", ran.err);
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
    insta::assert_snapshot!(plain(&ran.err, &world));
    assert_eq!(world.writes(), [""; 0]);
}

#[tokio::test]
async fn the_receipt_says_who_ran_it_and_where() {
    let mut world = world().await;
    let start = |world: &World| -> serde_json::Value {
        let text = world.read("r.jsonl");
        std::fs::remove_file(world.path("r.jsonl")).unwrap();
        serde_json::from_str(text.lines().next().unwrap()).unwrap()
    };
    world.run("apply --yes --receipt r.jsonl").await.done();
    let line = start(&world);
    assert_eq!(line["endpoint"], world.emulator().origin());
    assert_eq!(line["issuer"], world.emulator().origin());
    let nobody = serde_json::Value::Null;
    assert_eq!(
        [&line["client"], &line["actor"], &line["run"]],
        [&nobody; 3]
    );
    for (name, value) in [
        ("AERIAL_CLIENT_ID", "0oaclient"),
        ("GITHUB_ACTOR", "ana"),
        ("GITHUB_SERVER_URL", "https://github.com"),
        ("GITHUB_REPOSITORY", "acme/orgs"),
        ("GITHUB_RUN_ID", "7"),
        ("GITHUB_RUN_ATTEMPT", "2"),
    ] {
        world.vars.insert(name.into(), value.into());
    }
    world.run("apply --yes --receipt r.jsonl").await.done();
    let line = start(&world);
    assert_eq!(line["client"], nobody, "a token was given");
    assert_eq!(
        [&line["actor"], &line["run"]],
        [&nobody; 2],
        "not on a runner"
    );
    world.vars.insert("GITHUB_ACTIONS".into(), "true".into());
    world.run("apply --yes --receipt r.jsonl").await.done();
    let line = start(&world);
    assert_eq!(line["actor"], "ana");
    assert_eq!(
        line["run"],
        "https://github.com/acme/orgs/actions/runs/7/attempts/2"
    );
    let ran = world
        .run("apply --emulator --yes --receipt r.jsonl")
        .await
        .done();
    let line = start(&world);
    assert_eq!(line["endpoint"], "emulator");
    assert_eq!(line["client"], nobody);
    assert!(ran.err.contains(", emulated."), "{}", ran.err);
}

/// A receipt's folder is made like the usual one's; in the program's own folder no link is followed.
#[tokio::test]
async fn the_folder_of_a_receipt_is_made() {
    let world = World::with(account(vec![org("a", &[])])).await;
    let entry = "{domain: a.okta.com, products: [sso]}";
    world.file("aerial.yaml", desired(&[entry]));
    for place in [".aerialctl/receipts/one.jsonl", "kept/of/us/two.jsonl"] {
        world
            .run(&format!("apply --yes --receipt {place}"))
            .await
            .done();
        assert!(world.read(place).contains("\"start\""), "{place}");
    }
    assert_eq!(world.read(".aerialctl/.gitignore"), "*\n");
    #[cfg(unix)]
    {
        let receipts = world.path(".aerialctl/receipts");
        std::fs::remove_dir_all(&receipts).unwrap();
        std::os::unix::fs::symlink(world.path("kept"), receipts).unwrap();
        let linked = "apply --yes --receipt .aerialctl/receipts/one.jsonl";
        let ran = world.run(linked).await.expect(Exit::Failed);
        assert!(ran.err.contains("is a link"), "{}", ran.err);
        assert!(!world.path("kept/one.jsonl").exists());
    }
}

/// An emulator that has ended is what is wrong, not the lack of a credential that it never took.
#[tokio::test]
async fn an_emulator_that_has_ended_is_said() {
    let mut world = World::new();
    world.file("aerial.yaml", desired(&["{domain: a.okta.com}"]));
    for name in ["AERIAL_ENDPOINT", "AERIAL_ISSUER"] {
        world.vars.insert(name.into(), "http://127.0.0.1:1".into());
    }
    let ran = world.run("plan").await.expect(Exit::Failed);
    assert!(
        ran.err.contains("nothing answers at http://127.0.0.1:1"),
        "{}",
        ran.err
    );
}
