//! An org's last two steps: deactivated by one run, deleted by a later one.

use aerialctl::cli::Exit;

use crate::support::{World, account, org};

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

#[tokio::test]
async fn a_receipt_of_the_same_account_elsewhere_is_no_evidence() {
    let world = world().await;
    world
        .emulator()
        .change(|state| state.orgs[1].status = "INACTIVE".into());
    let run = "apply --yes --receipt-dir receipts --receipt receipts/r.jsonl";
    world.run(run).await.done();
    let receipt = world.read("receipts/r.jsonl");
    let here = "\"endpoint\":\"http://127.0.0.1";
    assert_eq!(receipt.matches(here).count(), 1, "{receipt}");
    let plan = "plan --receipt-dir receipts";
    let plans = async || world.run(plan).await.done().out;
    assert!(plans().await.contains("No changes."));
    for elsewhere in [
        "\"endpoint\":\"emulator",
        "\"endpoint\":\"https://127.0.0.1",
        "\"x\":\"",
    ] {
        world.file("receipts/r.jsonl", receipt.replace(here, elsewhere));
        assert!(plans().await.contains("Plan: 1 to delete"), "{elsewhere}");
    }
}

#[tokio::test]
async fn without_evidence_and_above_the_limit_nothing_is_deleted() {
    let world = world().await;
    world
        .emulator()
        .change(|state| state.orgs[1].status = "INACTIVE".into());
    let blind = world.run("plan").await.expect(Exit::Invalid);
    insta::assert_snapshot!(blind.err);
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
