//! An interrupted run is safe to run again, and ends in the same place with no call made twice for nothing.

use aerialctl::cli::Exit;

use crate::support::{World, account, desired, org, unlinked};

#[tokio::test]
async fn promise_5_an_apply_on_a_converged_account_sends_no_write() {
    let world = World::with(account(vec![org("a", &["sso"]), unlinked("new", &[])])).await;
    world.file(
        "aerial.yaml",
        desired(&[
            "{domain: a.okta.com, products: [mfa]}",
            "{domain: new.okta.com, products: [sso]}",
        ]),
    );
    world.run("apply --yes").await.done();
    let writes = world.writes().len();
    assert_eq!(writes, 3);
    let ran = world.run("apply").await.done();
    assert_eq!(
        ran.out,
        "No changes. The account matches the desired state.\n"
    );
    assert_eq!(world.writes().len(), writes);
}

#[tokio::test]
async fn promise_5_a_link_whose_answer_was_lost_is_not_sent_again() {
    for fault in ["dropAfter", "cut", "htmlAfter", "{statusAfter: 502}"] {
        let world = World::with(account(vec![unlinked("new", &[])])).await;
        world.file(
            "aerial.yaml",
            desired(&["{domain: new.okta.com, products: [sso]}"]),
        );
        world.faults(&format!("[{{method: POST, path: /orgs, do: {fault}}}]"));
        world.run("apply --yes --receipt r.jsonl").await.done();
        let receipt = world.read("r.jsonl");
        assert_eq!(
            receipt.matches(r#""outcome":"applied""#).count(),
            2,
            "{fault}: {receipt}"
        );
        let links = world
            .emulator()
            .seen()
            .into_iter()
            .filter(|seen| seen.method == "POST")
            .count();
        assert_eq!(links, 1, "{fault}");
        assert!(world.linked("new.okta.com"), "{fault}");
    }
}

#[tokio::test]
async fn promise_5_a_link_that_never_arrived_is_sent_again() {
    for fault in ["dropBefore", "{status: 503}", "html"] {
        let world = World::with(account(vec![unlinked("new", &[])])).await;
        world.file("aerial.yaml", desired(&["{domain: new.okta.com}"]));
        world.faults(&format!("[{{method: POST, path: /orgs, do: {fault}}}]"));
        world.run("apply --yes").await.done();
        assert!(world.linked("new.okta.com"), "{fault}");
    }
}

#[tokio::test]
async fn promise_5_a_put_whose_answer_was_lost_is_looked_after() {
    for fault in ["dropAfter", "cut", "htmlAfter", "{statusAfter: 500}"] {
        let world = World::with(account(vec![org("a", &["sso"])])).await;
        world.file(
            "aerial.yaml",
            desired(&["{domain: a.okta.com, products: [sso, mfa]}"]),
        );
        world.faults(&format!(
            "[{{method: PUT, path: /orgs/*/products, do: {fault}}}]"
        ));
        world.run("apply --yes --receipt r.jsonl").await.done();
        let receipt = world.read("r.jsonl");
        assert!(
            receipt.contains(r#""outcome":"applied""#),
            "{fault}: {receipt}"
        );
        assert_eq!(world.writes().len(), 1, "{fault}");
        assert_eq!(world.products("a.okta.com"), ["P000052", "P000131"]);
    }
}

#[tokio::test]
async fn promise_5_an_interrupted_run_ends_in_the_same_place() {
    let world = World::with(account(
        (0..30)
            .map(|n| org(&format!("org-{n}"), &["sso"]))
            .collect(),
    ))
    .await;
    let orgs: Vec<String> = (0..30)
        .map(|n| format!("{{domain: org-{n}.okta.com, products: [sso, mfa]}}"))
        .collect();
    let orgs: Vec<&str> = orgs.iter().map(String::as_str).collect();
    world.file("aerial.yaml", desired(&orgs));
    // The user gives up while the fifth write is on its way.
    let stop = world.stop.clone();
    let seen_five = async {
        loop {
            let writes = world.writes().len();
            if writes >= 5 {
                stop.cancel();
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    let (ran, ()) = tokio::join!(world.run("apply --yes --receipt r.jsonl"), seen_five);
    ran.expect(Exit::Interrupted);
    let done = world.writes().len();
    assert!((5..30).contains(&done), "{done} writes");
    let receipt = world.read("r.jsonl");
    assert!(
        receipt
            .lines()
            .last()
            .unwrap()
            .contains(r#""interrupted":true"#),
        "{receipt}"
    );
    assert_eq!(receipt.matches(r#""outcome":"applied""#).count(), done);
    assert_eq!(receipt.matches(r#""outcome":"skipped""#).count(), 30 - done);
    let mut again = world;
    again.stop = tokio_util::sync::CancellationToken::new();
    again.run("apply --yes").await.done();
    assert_eq!(again.writes().len(), 30, "no call was made twice");
    again.run("plan --detailed-exitcode").await.done();
}

#[tokio::test]
async fn promise_5_a_link_that_shows_late_is_not_sent_again() {
    let world = World::with(account(vec![unlinked("new", &[])])).await;
    world.file("aerial.yaml", desired(&["{domain: new.okta.com}"]));
    let id = world.emulator().state().orgs[1].id.clone();
    world.file(
        "aerial.yaml",
        desired(&[&format!("{{domain: new.okta.com, id: {id}}}")]),
    );
    // The answer is lost, and the org takes two more looks to show.
    world.faults(&format!(
        "[{{method: POST, path: /orgs, do: dropAfter}}, {{method: GET, path: /orgs/{id}, after: 1, times: 2, do: {{status: 404}}}}]"
    ));
    world.run("apply --yes --receipt r.jsonl").await.done();
    assert_eq!(world.writes(), ["POST /orgs 200"]);
    assert!(world.read("r.jsonl").contains(r#""outcome":"applied""#));
}

#[tokio::test]
async fn promise_5_an_interruption_after_a_lost_write_says_that_it_was_sent() {
    let world = World::with(account(vec![org("a", &["sso"])])).await;
    world.file(
        "aerial.yaml",
        desired(&["{domain: a.okta.com, products: [sso, mfa]}"]),
    );
    // The write gets a 500 without effect, and the user gives up while the run looks what became of it.
    world.faults("[{method: PUT, path: /orgs/*/products, times: 9, do: {status: 500}}]");
    let stop = world.stop.clone();
    let looked = || {
        let seen = world.emulator().seen();
        let put = seen.iter().position(|seen| seen.method == "PUT");
        put.is_some_and(|put| seen.len() > put + 1)
    };
    let seen = async {
        // A bound, so that a change of the run ends the test rather than hanging it.
        for _ in 0..1_000_000 {
            if looked() {
                break;
            }
            tokio::task::yield_now().await;
        }
        stop.cancel();
    };
    let (ran, ()) = tokio::join!(world.run("apply --yes --receipt r.jsonl"), seen);
    let ran = ran.expect(Exit::Interrupted);
    let receipt = world.read("r.jsonl");
    assert!(receipt.contains(r#""outcome":"failed""#), "{receipt}");
    assert!(
        ran.err.contains("interrupted before it was sent again"),
        "{}",
        ran.err
    );
    assert_eq!(world.writes().len(), 1);
}
