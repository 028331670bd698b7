//! What a run knows of the creations of earlier ones, and what it needs before it starts one.
#![cfg(unix)]

use aerialctl::cli::Exit;

use crate::new_orgs::{PASSWORD, creations, file, set, world};
use crate::support::{ACCOUNT, World, unlinked};

const APPLY: &str = "apply --yes --token-dir tokens";

/// A receipt of a run that was killed while it created the org.
fn killed(world: &World) {
    let start = format!(
        r#"{{"event":"start","version":1,"account":"{ACCOUNT}","endpoint":"{}","steps":1}}"#,
        world.emulator().origin()
    );
    let begin = r#"{"event":"begin","id":1,"kind":"create","org":{"id":null,"domain":"acme-fr.okta.com"},"startedAt":"2026-01-01T00:00:00.000Z"}"#;
    world.file(".aerialctl/receipts/a.jsonl", format!("{start}\n{begin}\n"));
}

#[tokio::test]
async fn promise_5_a_creation_whose_answer_was_lost_is_not_sent_by_the_next_run() {
    for fault in ["{status: 504}", "{status: 500}", "html", "dropBefore"] {
        let world = world().await;
        world.faults(&format!(
            "- {{method: POST, path: /~acme.okta.com/api/v1/orgs, do: {fault}}}"
        ));
        world.run(APPLY).await.expect(Exit::Partial);
        assert_eq!(creations(&world), 1, "{fault}");
        let said = "an earlier run began to create acme-fr.okta.com and never got an answer that tells of it (receipt .aerialctl/receipts/2026";
        let plan = world.run("plan").await.done();
        let out = plan.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            out.contains("No changes, and 1 creation left out.")
                && out.contains(&format!("apply will refuse: {said}")),
            "{}",
            plan.out
        );
        for _ in 0..2 {
            let refused = world.run(APPLY).await.expect(Exit::Refused);
            assert!(
                refused.err.contains(&format!("error: {said}")),
                "{}",
                refused.err
            );
            assert!(refused.err.contains("take that receipt out of the folder"));
        }
        assert_eq!(creations(&world), 1, "{fault}");
        // Somebody has looked.
        for folder in [".aerialctl/receipts", ".state/aerialctl/begun"] {
            std::fs::remove_dir_all(world.path(folder)).unwrap();
        }
        world.run(APPLY).await.done();
        assert_eq!(creations(&world), 2, "{fault}");
    }
}

#[tokio::test]
async fn a_refused_creation_is_sent_again_and_so_is_one_that_another_account_s_receipt_has() {
    let world = world().await;
    world.faults("- {method: POST, path: /~acme.okta.com/api/v1/orgs, do: {status: 400}}");
    world.run(APPLY).await.expect(Exit::Partial);
    killed(&world);
    let receipt = world.read(".aerialctl/receipts/a.jsonl");
    let other = receipt.replace(ACCOUNT, "0227mkkf8ulgt48bkidcd8ekqfa");
    world.file(".aerialctl/receipts/a.jsonl", other);
    world.run(APPLY).await.done();
}

#[tokio::test]
async fn that_the_token_of_a_killed_run_s_org_is_lost_is_said_until_it_is_linked_and_the_wait_is_kept()
 {
    let world = world().await;
    world.emulator().change(|state| {
        state.orgs.extend([unlinked("acme-fr", &[])]);
        state.complete();
    });
    killed(&world);
    let lost = "acme-fr.okta.com is there by now, and its API token is lost: the run that began to create it never got the answer (receipt .aerialctl/receipts/a.jsonl)";
    let plan = world.run("plan").await.done();
    assert_eq!(plan.err.matches(lost).count(), 1, "{}", plan.err);
    let ran = world.run("apply --yes --new-org-wait 3s").await.done();
    assert_eq!(ran.err.matches(lost).count(), 1, "{}", ran.err);
    assert!(
        ran.err.contains("is left alone until 00:00:03 UTC"),
        "{}",
        ran.err
    );
    let took = world.clock.now().duration_since(crate::support::new_year());
    assert_eq!(took.unwrap().as_secs(), 3);
    let after = world.run("plan").await.done();
    assert!(!after.text().contains("is lost"), "{}", after.text());
    assert_eq!(creations(&world), 0);
}

#[tokio::test]
async fn without_a_credential_of_the_parent_or_the_giver_nothing_starts() {
    for consents in [false, true] {
        let mut world = world().await;
        set(&mut world, "AERIAL_ORG_ENDPOINT", "https://{domain}");
        set(&mut world, "OKTA_ORG_TOKEN_ACME_OKTA_COM", "");
        set(&mut world, PASSWORD, "first-password-0123");
        let text = if consents {
            let text = file().replace("acme-fr.okta.com\n", "acme.okta.com\n    consent: grant\n");
            text.split("    create").next().unwrap().to_owned()
        } else {
            set(&mut world, "AERIAL_ORG_ENDPOINT", "");
            file()
        };
        world.file("aerial.yaml", text);
        let lacks = "acme.okta.com: there is no credential for this org";
        let plan = world.run("plan --token-dir tokens").await.done();
        assert!(plan.err.contains(lacks), "{}", plan.err);
        let refused = world.run(APPLY).await.expect(Exit::Refused);
        assert!(refused.err.contains(lacks), "{}", refused.err);
        let writes = world.writes();
        assert!(
            writes
                .iter()
                .all(|line| line.starts_with("POST /emulator/token ")),
            "{writes:?}"
        );
    }
}
