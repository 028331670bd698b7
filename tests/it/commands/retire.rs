//! An org's last two steps: deactivated by one run, deleted by a later one.

use aerialctl::cli::Exit;

use crate::support::{ACCOUNT, World, account, org};

const FILE: &str = "version: 1
account: {id: 0227mkkf8ulgt48bkidcd8ekqft, environment: sandbox}
guardrails: {maxDeactivated: 1, maxDeleted: 1, unmanagedOrgs: ignore}
orgs:
  - {domain: old.okta.com, status: deleted}
";

async fn world() -> World {
    let mut state = account(vec![org("old", &["sso"])]);
    state.account.sandbox = true;
    let world = World::with(state).await;
    world.file("aerial.yaml", FILE);
    std::fs::create_dir(world.path("receipts")).unwrap();
    world
}

#[tokio::test]
async fn an_org_is_deactivated_in_one_run_and_deleted_in_the_next_once() {
    let world = world().await;
    let run = "apply --yes --receipt-dir receipts --receipt receipts/r.jsonl";
    let first = world.run(run).await.done();
    assert!(first.out.contains("Plan: 1 to deactivate"), "{}", first.out);
    assert!(!world.emulator().state().orgs[1].deletion_requested);
    let second = world.run(run).await.done();
    assert!(
        second
            .out
            .contains("Can't be undone: 1 deletion (old.okta.com)."),
        "{}",
        second.out
    );
    assert!(second.out.contains("Plan: 1 to delete"), "{}", second.out);
    assert!(world.emulator().state().orgs[1].deletion_requested);
    let third = world.run(run).await.done();
    assert!(third.out.contains("No changes."), "{}", third.out);
    let writes: Vec<String> = world.writes();
    assert_eq!(writes.len(), 2, "{writes:?}");
}

/// A receipt of a run that deactivated the org, and of nothing else.
fn heard_of(world: &World, name: &str) {
    let start = format!(
        r#"{{"event":"start","version":1,"account":"0227mkkf8ulgt48bkidcd8ekqft","endpoint":"{}","steps":1}}"#,
        world.emulator().origin()
    );
    let step = r#"{"event":"step","id":1,"kind":"deactivate","org":{"id":null,"domain":"old.okta.com"},"outcome":"applied","startedAt":"2025-12-01T00:00:00.000Z"}"#;
    world.file(name, format!("{start}\n{step}\n"));
}

fn deactivated(world: &World) {
    world
        .emulator()
        .change(|state| state.orgs[1].status = "INACTIVE".into());
}

/// The run's app hasn't got the System Log's scope.
fn without_the_log(world: &World) {
    world.faults("[{path: /api/v1/logs, times: 1000, do: {status: 403}}]");
}

#[tokio::test]
async fn the_system_log_tells_of_a_request_that_no_receipt_here_tells_of() {
    let mut world = world().await;
    let elsewhere = |n: u32| format!("apply --yes --receipt-dir elsewhere-{n}");
    let first = world.run(&elsewhere(1)).await.done();
    assert!(first.out.contains("Plan: 1 to deactivate"), "{}", first.out);
    let plan = world.run("plan").await.done();
    assert!(plan.out.contains("Plan: 1 to delete"), "{}", plan.out);
    assert!(plan.err.contains("of the System Log"), "{}", plan.err);
    world.run(&elsewhere(2)).await.done();
    assert_eq!(world.writes().len(), 2);
    // On another machine.
    let state = world.path(".other-state").display().to_string();
    world.vars.insert("XDG_STATE_HOME".to_owned(), state);
    for read in [
        "plan",
        "apply --yes",
        "report --out -",
        "explain old.okta.com",
    ] {
        let again = world.run(read).await.done();
        assert!(!again.out.contains("1 to delete"), "{read}: {}", again.out);
        assert!(!again.text().contains("nothing tells"), "{read}");
    }
    let status = world.run("status").await.done();
    assert!(!status.out.contains('≠'), "{}", status.out);
    assert_eq!(world.writes().len(), 2);
    without_the_log(&world);
    let blind = world.run("plan").await.done();
    assert!(
        blind
            .out
            .contains("nothing tells whether the deletion of old.okta.com was requested already"),
        "{}",
        blind.out
    );
    assert!(
        blind.out.contains("the System Log can't be read"),
        "{}",
        blind.out
    );
}

#[tokio::test]
async fn the_same_command_again_and_again_asks_once_wherever_its_receipts_go() {
    for flags in [
        "",
        "--receipt-dir receipts",
        "--receipt-dir kept/receipts",
        "--receipt-dir receipts --receipt receipts/r.jsonl",
        "--receipt .aerialctl/receipts/r.jsonl",
    ] {
        let world = world().await;
        world.file(".aerialctl/receipts/.keep", "");
        let run = format!("apply --yes {flags}");
        for says in [
            "Plan: 1 to deactivate",
            "Plan: 1 to delete",
            "No changes.",
            "No changes.",
        ] {
            let ran = world.run(&run).await.done();
            assert!(ran.out.contains(says), "{flags}: {}", ran.out);
        }
        assert_eq!(world.writes().len(), 2, "{flags}");
        // The others know it too.
        let folder = flags.split(" --receipt ").next().unwrap();
        let folder = if folder.starts_with("--receipt ") {
            ""
        } else {
            folder
        };
        let status = world.run(&format!("status {folder}")).await.done();
        assert!(!status.out.contains('≠'), "{}", status.out);
        let explain = world.run(&format!("explain old.okta.com {folder}")).await;
        assert!(!explain.done().out.contains("to delete"), "{flags}");
        let page = world.run(&format!("report --out - {folder}")).await.done();
        assert!(!page.out.contains("1 to delete"), "{flags}");
        assert!(!page.err.contains("warning"), "{}", page.err);
    }
}

#[tokio::test]
async fn a_receipt_that_tells_nothing_of_the_org_is_no_evidence() {
    let world = world().await;
    deactivated(&world);
    without_the_log(&world);
    heard_of(&world, "receipts/a.jsonl");
    let receipt = world.read("receipts/a.jsonl");
    let here = "\"endpoint\":\"http://127.0.0.1";
    assert_eq!(receipt.matches(here).count(), 1, "{receipt}");
    let plan = "plan --receipt-dir receipts";
    assert!(
        world
            .run(plan)
            .await
            .done()
            .out
            .contains("Plan: 1 to delete")
    );
    let others = [
        receipt.replace(here, "\"endpoint\":\"emulator"),
        receipt.replace(here, "\"endpoint\":\"https://127.0.0.1"),
        receipt.replace(here, "\"x\":\""),
        receipt.replace("0227mkkf8ulgt48bkidcd8ekqft", "0227mkkf8ulgt48bkidcd8ekqfa"),
        receipt.replace("old.okta.com", "older.okta.com"),
        String::new(),
    ];
    for other in others {
        world.file("receipts/a.jsonl", &other);
        let blind = world.run(plan).await.done();
        assert!(
            blind.out.contains("apply will refuse: nothing tells whether the deletion of old.okta.com was requested already"),
            "{other}: {}",
            blind.out
        );
    }
}

#[tokio::test]
async fn without_evidence_the_rest_is_planned_and_nothing_is_applied() {
    let mut state = account(vec![org("old", &["sso"]), org("other", &[])]);
    state.account.sandbox = true;
    let world = World::with(state).await;
    let file = format!("{FILE}  - {{domain: other.okta.com, products: [P000052]}}\n");
    world.file("aerial.yaml", &file);
    deactivated(&world);
    without_the_log(&world);
    let blind = world.run("plan").await.done();
    insta::assert_snapshot!(
        blind
            .text()
            .replace(world.emulator().origin(), "https://aerial.example")
    );
    world
        .run("plan --fail-on-refusal")
        .await
        .expect(Exit::Refused);
    let json = world.run("plan --format json").await.done().json();
    assert_eq!(json["withheld"][0]["domain"], "old.okta.com");
    let markdown = world.run("plan --format markdown").await.done().out;
    assert!(markdown.contains("[!CAUTION]"), "{markdown}");
    let page = world.run("plan --format html").await.done().out;
    assert!(page.contains("nothing tells whether the deletion of old.okta.com"));
    for apply in ["apply --yes", "apply --yes --allow deletions"] {
        let refused = world.run(apply).await.expect(Exit::Refused);
        assert!(
            refused.err.contains("error: nothing tells whether the deletion of old.okta.com was requested already: the account doesn't, and no receipt of an earlier run in .aerialctl/receipts tells who made it inactive, and the System Log can't be read: "),
            "{}",
            refused.err
        );
    }
    for read in ["explain old.okta.com", "status", "report --out -"] {
        world.run(read).await.done();
    }
    assert_eq!(world.writes(), [""; 0]);
    // The others can go on without it, and so can the file.
    world.run("apply --yes --only other.okta.com").await.done();
    world.file("aerial.yaml", file.replace(", status: deleted", ""));
    world.run("plan").await.done();
}

#[tokio::test]
async fn a_deletion_is_not_asked_for_where_the_next_run_would_not_know_it() {
    let world = world().await;
    deactivated(&world);
    heard_of(&world, "receipts/a.jsonl");
    for (flags, says) in [
        (
            "--receipt r.jsonl",
            "the receipt r.jsonl wouldn't be among those that tell the next run so: files in receipts whose names end in .jsonl",
        ),
        (
            "--receipt receipts/r.json",
            "the receipt receipts/r.json wouldn't be among those",
        ),
        (
            "--receipt other/r.jsonl",
            "the receipt other/r.jsonl wouldn't be among those",
        ),
    ] {
        std::fs::create_dir_all(world.path("other")).unwrap();
        let refused = world
            .run(&format!("apply --yes --receipt-dir receipts {flags}"))
            .await;
        let refused = refused.expect(Exit::Refused);
        assert!(refused.err.contains(says), "{}", refused.err);
    }
    assert_eq!(world.writes(), [""; 0]);
    let same = "apply --yes --receipt-dir ./other/../receipts --receipt receipts/r.jsonl";
    world.run(same).await.done();
    assert_eq!(world.writes().len(), 1);
}

#[cfg(unix)]
#[tokio::test]
async fn a_deletion_is_not_asked_for_where_no_receipt_can_be_left() {
    let world = world().await;
    deactivated(&world);
    heard_of(&world, "receipts/a.jsonl");
    // The file that it would be is there as a folder: even root can't write it.
    world.file(
        &format!("receipts/20260101T000000000Z-{ACCOUNT}.jsonl/x"),
        "",
    );
    let refused = world.run("apply --yes --receipt-dir receipts").await;
    let refused = refused.expect(Exit::Refused);
    assert!(
        refused
            .err
            .contains("an org is to be deleted, and nothing would tell the next run so"),
        "{}",
        refused.err
    );
    assert_eq!(world.writes(), [""; 0]);
}

#[tokio::test]
async fn above_the_limit_nothing_is_deleted() {
    let world = world().await;
    deactivated(&world);
    heard_of(&world, "receipts/a.jsonl");
    world.file(
        "aerial.yaml",
        FILE.replace("maxDeleted: 1", "maxDeleted: 0"),
    );
    let refused = world.run("apply --yes --receipt-dir receipts").await;
    let refused = refused.expect(Exit::Refused);
    assert!(
        refused.err.contains("apply --allow deletions=1"),
        "{}",
        refused.err
    );
    let allowed = "apply --yes --receipt-dir receipts --allow deletions=1";
    world.run(allowed).await.done();
    assert_eq!(world.writes().len(), 1);
}

#[tokio::test]
async fn a_production_account_s_org_can_not_be_deleted() {
    let world = world().await;
    world.file("aerial.yaml", FILE.replace(", environment: sandbox", ""));
    let refused = world.run("validate").await.expect(Exit::Invalid);
    assert!(
        refused.err.contains(
            "old.okta.com can't be deleted: this account is neither the sandbox's nor a partner's"
        ),
        "{}",
        refused.err
    );
    world.file(
        "aerial.yaml",
        FILE.replace("environment: sandbox", "partner: true"),
    );
    world.run("validate").await.done();
}
