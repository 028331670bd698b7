//! What earlier runs tell: what can't be understood of it isn't taken for nothing, and no folder or flag makes it forgotten.
#![cfg(unix)]

use aerialctl::cli::Exit;

use crate::new_orgs::{creations, set, world as of_creation};
use crate::support::{ACCOUNT, World, account, org};

const LEAVING: &str = "version: 1
account: {id: 0227mkkf8ulgt48bkidcd8ekqft, environment: sandbox}
guardrails: {maxDeactivated: 1, maxDeleted: 1, unmanagedOrgs: ignore}
orgs:
  - {domain: old.okta.com, status: deleted}
  - {domain: other.okta.com, products: [P000052]}
";

/// An org that one run has deactivated, in `receipts/a.jsonl`, and the log isn't there to be read.
async fn leaving() -> World {
    let mut state = account(vec![org("old", &["sso"]), org("other", &[])]);
    state.account.sandbox = true;
    let world = World::with(state).await;
    world.file("aerial.yaml", LEAVING);
    world.file("receipts/.keep", "");
    let first = "apply --yes --only old.okta.com --receipt receipts/a.jsonl";
    world.run(first).await.done();
    assert_eq!(world.writes().len(), 1);
    world.faults("[{path: /api/v1/logs, times: 1000, do: {status: 403}}]");
    world
}

#[tokio::test]
async fn a_damaged_receipt_is_no_proof_that_nothing_happened() {
    let world = leaving().await;
    let plan = "plan --receipt-dir receipts";
    let whole = world.run(plan).await.done();
    assert!(whole.out.contains("1 to delete"), "{}", whole.out);
    let receipt = world.read("receipts/a.jsonl");
    let begin = receipt.lines().nth(1).unwrap();
    let half: String = begin.chars().take(begin.len() / 2).collect();
    let cut = format!("{receipt}{half}");
    let strange = receipt.replace("\"kind\":\"deactivate\"", "\"kind\":\"renovate\"");
    let later = receipt.replace("\"version\":1", "\"version\":2");
    for (name, text) in [
        ("a.jsonl", cut),
        ("a.jsonl", strange),
        ("a.jsonl", later),
        ("b.jsonl", "\0\0\0\0".to_owned()),
        ("b.jsonl", format!("{begin}\n")),
    ] {
        world.file("receipts/a.jsonl", &receipt);
        world.file(&format!("receipts/{name}"), &text);
        let says = format!("of the receipt receipts/{name} can't be understood");
        let blind = world.run(plan).await.done();
        assert!(!blind.out.contains("to delete"), "{text}: {}", blind.out);
        assert!(blind.err.contains(&says), "{text}: {}", blind.err);
        let apply = "apply --yes --receipt-dir receipts";
        let refused = world.run(apply).await.expect(Exit::Refused);
        assert!(refused.err.contains(&says), "{text}: {}", refused.err);
        let explain = "explain old.okta.com --receipt-dir receipts";
        let explain = world.run(explain).await.done();
        assert!(explain.text().contains(&says), "{text}: {}", explain.text());
        std::fs::remove_file(world.path(&format!("receipts/{name}"))).unwrap();
    }
    assert_eq!(world.writes().len(), 1);
    // The others go on meanwhile.
    world.file("receipts/a.jsonl", "garbage");
    let other = "apply --yes --receipt-dir receipts --only other.okta.com";
    world.run(other).await.done();
    assert_eq!(world.products("other.okta.com"), ["P000052"]);
}

#[tokio::test]
async fn promise_5_a_deletion_is_asked_for_once_wherever_runs_are() {
    let mut world = leaving().await;
    let run = "apply --yes --only old.okta.com --receipt-dir";
    world.run(&format!("{run} receipts")).await.done();
    assert_eq!(world.writes().len(), 2);
    // A folder of receipts in which the org was deactivated, and nothing else.
    let first = world.read("receipts/a.jsonl");
    world.file("elsewhere/copied/a.jsonl", first);
    world.file("elsewhere/aerial.yaml", LEAVING);
    world.folder = "elsewhere";
    let again = world.run(&format!("{run} copied")).await.done();
    assert!(again.out.contains("No changes."), "{}", again.out);
    assert_eq!(world.writes().len(), 2);
}

const APPLY: &str = "apply --yes --token-dir tokens";

#[tokio::test]
async fn promise_5_a_creation_is_sent_once_wherever_runs_are_and_wherever_their_receipts_go() {
    for first in ["", "--receipt r.jsonl", "--receipt-dir kept"] {
        let mut world = of_creation().await;
        world.faults("- {method: POST, path: /~acme.okta.com/api/v1/orgs, do: dropBefore}");
        world
            .run(&format!("{APPLY} {first}"))
            .await
            .expect(Exit::Partial);
        world.file("elsewhere/aerial.yaml", world.read("aerial.yaml"));
        for (folder, flags) in [
            (".", ""),
            (".", "--receipt r.jsonl"),
            (".", "--receipt-dir other"),
            ("elsewhere", ""),
        ] {
            world.folder = folder;
            let refused = world.run(&format!("{APPLY} {flags}")).await;
            let refused = refused.expect(Exit::Refused);
            let says = "an earlier run began to create acme-fr.okta.com and never got an answer that tells of it (receipt ";
            assert!(refused.err.contains(says), "{}", refused.err);
            for dry in ["plan", "explain acme-fr.okta.com", "report --out -"] {
                let dry = world.run(dry).await;
                assert!(
                    dry.text().contains("creat") && dry.text().contains(says),
                    "{}",
                    dry.text()
                );
            }
        }
        assert_eq!(creations(&world), 1, "{first}");
        // Somebody has looked, and takes away what is named.
        world.folder = ".";
        let refused = world.run(APPLY).await.expect(Exit::Refused);
        let (_, named) = refused.err.split_once("(receipt ").unwrap();
        let (named, _) = named.split_once(')').unwrap();
        for receipt in named.split(" and ") {
            std::fs::remove_file(world.path(receipt)).unwrap();
        }
        world.run(APPLY).await.done();
        assert_eq!(creations(&world), 2, "{first}");
    }
}

/// Who puts something else in a receipt's place takes away what it told.
#[tokio::test]
async fn what_stands_in_a_receipt_s_place_is_not_passed_over() {
    let world = leaving().await;
    let place = world.path("receipts/b.jsonl");
    world.file("elsewhere.jsonl", world.read("receipts/a.jsonl"));
    std::os::unix::fs::symlink(world.path("elsewhere.jsonl"), &place).unwrap();
    let says = "receipts/b.jsonl has the name of a receipt and isn't a file";
    for of in ["a link", "a folder"] {
        let apply = "apply --yes --receipt-dir receipts";
        let refused = world.run(apply).await.expect(Exit::Refused);
        assert!(refused.err.contains(says), "{of}: {}", refused.err);
        std::fs::remove_file(&place).ok();
        std::fs::create_dir_all(&place).unwrap();
    }
    assert_eq!(world.writes().len(), 1);
}

#[tokio::test]
async fn a_damaged_receipt_holds_up_a_creation() {
    let world = of_creation().await;
    world.file(".aerialctl/receipts/a.jsonl", "{\"event\":\"sta");
    let refused = world.run(APPLY).await.expect(Exit::Refused);
    let says = "nothing tells whether an earlier run has created acme-fr.okta.com: line 1 of the receipt .aerialctl/receipts/a.jsonl can't be understood";
    assert!(refused.err.contains(says), "{}", refused.err);
    let explain = world.run("explain acme-fr.okta.com").await;
    assert!(explain.text().contains(says), "{}", explain.text());
    assert_eq!(creations(&world), 0);
}

#[tokio::test]
async fn without_a_place_of_the_machine_s_a_creation_needs_a_receipt_where_the_next_run_looks() {
    let mut world = of_creation().await;
    set(&mut world, "XDG_STATE_HOME", "");
    let refused = world.run(&format!("{APPLY} --receipt r.jsonl")).await;
    let refused = refused.expect(Exit::Refused);
    let says = "an org is to be created or deleted, and nothing would tell the next run so";
    assert!(refused.err.contains(says), "{}", refused.err);
    assert_eq!(creations(&world), 0);
    let ran = world.run(APPLY).await.done();
    let says = format!(
        "what this run creates or deletes is recorded in .aerialctl/receipts/20260101T000000000Z-{ACCOUNT}.jsonl alone: neither XDG_STATE_HOME nor HOME says where to look"
    );
    assert!(ran.err.contains(&says), "{}", ran.err);
}
