//! Whatever becomes of a write of `probe --org`: it is bounded, said, and put back where it is ours.

use std::sync::atomic::{AtomicUsize, Ordering};

use aerialctl::cli::Exit;
use serde_json::json;

use crate::fake_account::{Call, FakeAccount, ok, refusal};
use crate::server::{Answer, answer};
use crate::support::World;

const PROBE: &str = "probe --org a.okta.com --yes";
const SAME: &str = "products [P1 P2]";
const ALL: [&str; 4] = [
    "status ACTIVE",
    SAME,
    "products [P1 P2 P1]",
    "products [P1 P2 P999999]",
];

fn throttled(seconds: u32) -> Answer {
    answer(
        "429 Too Many Requests",
        &format!("Retry-After: {seconds}\r\n"),
        "{}",
    )
}

fn is_unknown(call: &Call) -> bool {
    call.writes("products") && call.body.to_string().contains("P999999")
}

/// Runs it where the update with an unknown product does something, and what comes after it something else.
async fn after_the_unknown(
    products: Option<&'static [&'static str]>,
    then: impl Fn() -> Answer + Send + Sync + 'static,
    next: impl Fn(usize, &Call) -> Option<Answer> + Send + Sync + 'static,
) -> (World, FakeAccount) {
    let after = AtomicUsize::new(0);
    FakeAccount::start(move |orgs, call| {
        if is_unknown(call) {
            after.store(1, Ordering::SeqCst);
            if let Some(products) = products {
                orgs[1].products = products.iter().map(|&id| id.to_owned()).collect();
            }
            return Some(then());
        }
        if after.load(Ordering::SeqCst) == 0 {
            return None;
        }
        next(after.fetch_add(1, Ordering::SeqCst), call)
    })
    .await
}

#[tokio::test]
async fn whatever_an_update_does_is_bounded_said_and_put_back() {
    let accepted = || ok(&json!([]));
    let refused = || refusal("400 Bad Request", "E0000001");
    let forbidden = |_, call: &Call| call.looks().then(|| refusal("403 Forbidden", "E0000006"));
    let broken = |_, call: &Call| {
        call.looks()
            .then(|| refusal("500 Internal Server Error", "E0000009"))
    };
    let cut = |_, call: &Call| call.looks().then_some(Answer::Closed);
    let endless = |_, call: &Call| {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n";
        call.looks().then(|| Answer::Endless(head.to_owned()))
    };
    let fine = |_, _: &Call| None;
    let taken: Option<&'static [&'static str]> = Some(&["P1", "P2", "P999999"]);
    let gone: Option<&'static [&'static str]> = Some(&[]);
    let unknown = "IS AS IT WAS ISN'T KNOWN";
    let put_back = "that was put back, and nothing more was sent";
    for (name, (world, account), said, writes) in [
        (
            "accepted",
            after_the_unknown(taken, accepted, fine).await,
            put_back,
            5,
        ),
        (
            "refused, and yet done",
            after_the_unknown(gone, refused, fine).await,
            put_back,
            5,
        ),
        (
            "lost, and yet done",
            after_the_unknown(gone, || Answer::Closed, fine).await,
            put_back,
            5,
        ),
        (
            "accepted, then 403",
            after_the_unknown(taken, accepted, forbidden).await,
            unknown,
            5,
        ),
        (
            "accepted, then 500",
            after_the_unknown(taken, accepted, broken).await,
            unknown,
            5,
        ),
        (
            "accepted, then cut",
            after_the_unknown(taken, accepted, cut).await,
            unknown,
            5,
        ),
        (
            "accepted, then 50 MB",
            after_the_unknown(taken, accepted, endless).await,
            unknown,
            5,
        ),
        (
            "turned away, then 403",
            after_the_unknown(None, || refusal("403 Forbidden", "E0000006"), forbidden).await,
            unknown,
            4,
        ),
        (
            "throttled for too long",
            after_the_unknown(None, || throttled(100_000), fine).await,
            unknown,
            4,
        ),
    ] {
        let ran = world.run(PROBE).await.expect(Exit::Failed);
        assert!(ran.err.contains(said), "{name}: {}", ran.err);
        assert!(
            ran.err.contains("it was: ") == (said == unknown),
            "{name}: {}",
            ran.err
        );
        let sent = account.writes();
        assert_eq!(sent[..4], ALL, "{name}");
        assert_eq!(sent.len(), writes, "{name}: {}", ran.err);
        assert!(
            sent[4..].iter().all(|write| write == SAME),
            "{name}: {sent:?}"
        );
        assert_eq!(account.a().products, ["P1", "P2"], "{name}");
        assert!(account.looks() < 120, "{name}: {}", account.looks());
    }
    // A wait that is short enough is waited for, and no difference is none.
    let (world, account) = after_the_unknown(None, || throttled(60), fine).await;
    world.run(PROBE).await.done();
    assert_eq!(account.writes(), ALL);
}

#[tokio::test]
async fn putting_back_is_tried_again_where_that_makes_sense() {
    let accepted = || ok(&json!([]));
    let taken: Option<&'static [&'static str]> = Some(&["P1"]);
    let failing = |times: usize, how: fn() -> Answer| {
        let failed = AtomicUsize::new(0);
        move |_, call: &Call| {
            let again = call.writes("products") && failed.fetch_add(1, Ordering::SeqCst) < times;
            again.then(how)
        }
    };
    let busy = || refusal("503 Service Unavailable", "E0000010");
    let lost = || Answer::Closed;
    let no = || refusal("403 Forbidden", "E0000006");
    for (name, (world, account), writes, back) in [
        (
            "busy twice",
            after_the_unknown(taken, accepted, failing(2, busy)).await,
            7,
            true,
        ),
        (
            "lost once",
            after_the_unknown(taken, accepted, failing(1, lost)).await,
            6,
            true,
        ),
        (
            "throttled once",
            after_the_unknown(taken, accepted, failing(1, || throttled(30))).await,
            6,
            true,
        ),
        (
            "refused",
            after_the_unknown(taken, accepted, failing(9, no)).await,
            5,
            false,
        ),
        (
            "busy for good",
            after_the_unknown(taken, accepted, failing(99, busy)).await,
            9,
            false,
        ),
    ] {
        // What became of the org is the last word, also where the answers can't be kept.
        let out = " --out nowhere/answers.yaml";
        let ran = world.run(&format!("{PROBE}{out}")).await;
        let ran = ran.expect(Exit::Failed);
        assert!(ran.err.contains("nowhere/answers.yaml"), "{}", ran.err);
        let said = if back {
            "that was put back"
        } else {
            "ISN'T AS IT WAS: a write changed it, and putting it back didn't help (it lacks P2"
        };
        assert!(ran.err.contains(said), "{name}: {}", ran.err);
        assert_eq!(account.writes().len(), writes, "{name}: {}", ran.err);
        assert_eq!(
            account.a().products.len(),
            if back { 2 } else { 1 },
            "{name}"
        );
    }
}
