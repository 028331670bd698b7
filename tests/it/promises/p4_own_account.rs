//! An account with one org that a test answers for itself: answers that are odd, and writes that show late.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::server::{Answer, Asked, Server, answer};
use crate::support::{ACCOUNT, World, desired};

const ORG: &str = r#"{"id":"00oA","domain":"a.okta.com","status":"ACTIVE","aerialOrg":true}"#;
const BEFORE: &str = r#"[{"id":"P000052"}]"#;
const AFTER: &str = r#"[{"id":"P000131"},{"id":"P000052"}]"#;

/// The account; what is asked about the org's products is answered by `products`.
async fn world(products: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> (World, Server) {
    let server = Server::start(move |asked| {
        let json = |body: &str| answer("200 OK", "", body);
        let line = asked.line();
        if line.ends_with("/00oA/products") {
            products(asked)
        } else if line.ends_with("/products") {
            json(AFTER)
        } else if line.ends_with("/accounts") {
            json(&format!(r#"{{"id":"{ACCOUNT}"}}"#))
        } else {
            json(&format!("[{ORG}]"))
        }
    })
    .await;
    let mut world = World::new();
    let endpoint = server.origin.clone();
    world.vars.insert("AERIAL_ENDPOINT".into(), endpoint);
    world.vars.insert("AERIAL_ACCESS_TOKEN".into(), "t".into());
    world.file(
        "aerial.yaml",
        desired(&["{domain: a.okta.com, products: [sso, mfa]}"]),
    );
    (world, server)
}

fn puts(server: &Server) -> usize {
    let asked = server.asked();
    let puts = asked.iter().filter(|asked| asked.line().starts_with("PUT"));
    puts.count()
}

#[tokio::test]
async fn promise_4_an_answer_with_other_products_than_were_sent_is_told() {
    let odd = "Okta's answer to the write has other products than were sent; it lacks P000131";
    for (body, said) in [(BEFORE, true), (AFTER, false), ("", false)] {
        let now = Mutex::new(BEFORE);
        let (world, server) = world(move |asked| {
            let mut now = now.lock().unwrap();
            if asked.line().starts_with("PUT") {
                *now = AFTER;
                return answer("200 OK", "", body);
            }
            answer("200 OK", "", &now)
        })
        .await;
        let ran = world.run("apply --yes --receipt r.jsonl").await.done();
        assert_eq!(ran.err.contains(odd), said, "{body}: {}", ran.err);
        let receipt = world.read("r.jsonl");
        assert_eq!(receipt.contains(odd), said, "{body}: {receipt}");
        assert!(receipt.contains(r#""outcome":"applied""#), "{receipt}");
        assert_eq!(puts(&server), 1);
    }
}

#[tokio::test]
async fn promise_5_a_put_that_is_carried_out_after_its_answer_was_lost_is_not_repeated() {
    let (looks, put) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let (world, server) = world(move |asked| {
        if asked.line().starts_with("PUT") {
            put.fetch_add(1, Ordering::Relaxed);
            return Answer::Closed;
        }
        // It shows at the fourth look.
        let sent = put.load(Ordering::Relaxed) > 0;
        let late = sent && looks.fetch_add(1, Ordering::Relaxed) >= 3;
        answer("200 OK", "", if late { AFTER } else { BEFORE })
    })
    .await;
    world.run("apply --yes").await.done();
    assert_eq!(puts(&server), 1);
}
