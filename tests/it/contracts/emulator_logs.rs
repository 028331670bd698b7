//! The System Log of the Aerial org, as Okta documents it.

use std::time::Duration;

use serde_json::{Value as Json, json};

use super::asking::{Answer, Asking};
use crate::support::{ACCOUNT, World, account, org, unlinked};

const TOKEN: &str = "Bearer test-token";

fn here(world: &World) -> (Asking, Asking) {
    let origin = world.emulator().origin().to_owned();
    let aerial = Asking::at(format!("{origin}/{ACCOUNT}/api/v1"), TOKEN);
    (Asking::at(origin, TOKEN), aerial)
}

fn types(answer: &Answer) -> Vec<&str> {
    let events = answer.body.as_array().unwrap().iter();
    events
        .map(|one| one["eventType"].as_str().unwrap())
        .collect()
}

/// The second at which an event happened.
fn second(event: &Json) -> String {
    let at = event["published"].as_str().unwrap();
    at.chars().skip(17).take(2).collect()
}

/// Where the `Link` header says that the next page is.
fn next(answer: &Answer) -> Option<String> {
    let links = answer.headers.get_all("link").iter();
    let mut links = links.map(|link| link.to_str().unwrap());
    let link = links.find(|link| link.contains("rel=\"next\""))?;
    let url = link.split_once('<')?.1.split_once('>')?.0;
    Some(url.to_owned())
}

#[tokio::test]
async fn every_write_leaves_the_event_that_okta_documents() {
    let mut state = account(vec![org("a", &["sso"]), unlinked("new", &[])]);
    state.account.sandbox = true;
    for org in &mut state.orgs {
        org.cell = "op3".to_owned();
    }
    let id = state.orgs[1].id.clone();
    let world = World::with(state).await;
    let (log, aerial) = here(&world);
    let products = json!([{"id": "P000131"}, {"id": "P000139"}]);
    let put = aerial.put(&format!("/orgs/{id}/products"), products).await;
    let request = put.header("x-okta-request-id").to_owned();
    let status = json!({"status": "INACTIVE"});
    aerial
        .put(&format!("/orgs/{id}/status"), status.clone())
        .await;
    // What changes nothing tells nothing.
    aerial.put(&format!("/orgs/{id}/status"), status).await;
    aerial
        .post(&format!("/orgs/{id}/deletionRequest"), json!({}))
        .await;
    let link = json!({"domain": "new.okta.com", "cell": "OP3"});
    assert_eq!(aerial.post("/orgs", link).await.status, 200);
    let group = aerial.post("/orgGroups", json!({"name": "Europe"})).await;
    let group = format!("/orgGroups/{}", group.body["id"].as_str().unwrap());
    aerial.put(&group, json!({"name": "EMEA"})).await;
    let member = json!({"orgId": id});
    aerial.post(&format!("{group}/orgs"), member.clone()).await;
    aerial
        .ask("DELETE", &format!("{group}/orgs"), Some(member))
        .await;
    aerial.ask("DELETE", &group, None).await;
    let all = log.get("/api/v1/logs").await;
    assert_eq!(
        types(&all),
        [
            "account.org.product.update",
            "account.org.status.update",
            "account.org.delete.request",
            "account.org.add",
            "account.org_group.create",
            "account.org_group.update",
            "account.org_group.org.assign",
            "account.org_group.org.revoke",
            "account.org_group.delete",
        ]
    );
    let event = &all.body[0];
    for (path, expected) in [
        ("/published", "2026-01-01T00:00:00.000Z"),
        ("/actor/id", "00uabcdefg1234567890"),
        ("/actor/type", "User"),
        ("/client/ipAddress", "127.0.0.1"),
        ("/outcome/result", "SUCCESS"),
        ("/target/0/id", id.as_str()),
        ("/target/0/detailEntry/cell", "op3"),
        ("/target/0/detailEntry/domain_name", "a.okta.com"),
        ("/debugContext/debugData/products_added", "P000131, P000139"),
        ("/debugContext/debugData/products_deleted", "P000052"),
        ("/transaction/id", request.as_str()),
    ] {
        assert_eq!(
            event.pointer(path).and_then(Json::as_str),
            Some(expected),
            "{path}"
        );
    }
    assert_eq!(event["uuid"].as_str().unwrap().len(), 36);
    let status = &all.body[1]["debugContext"]["debugData"];
    assert_eq!(status["old_status"], "ACTIVE");
    assert_eq!(status["new_status"], "INACTIVE");
    let assigned = &all.body[6]["target"];
    assert_eq!(assigned[0]["detailEntry"]["org_group_name"], "EMEA");
    assert_eq!(assigned[1]["id"], id.as_str());
    // The added org has that event too, and no other.
    let added = Asking::host(&world, "new.okta.com", TOKEN)
        .get("/api/v1/logs")
        .await;
    assert_eq!(types(&added), ["account.org.add"]);
    let same = Asking::host(&world, "acme-aerial.okta.com", TOKEN);
    assert_eq!(same.get("/api/v1/logs").await.body, all.body);
}

#[tokio::test]
async fn what_a_console_user_does_is_told_with_their_name() {
    let mut state = account(vec![org("a", &["sso"])]);
    state.switches.log_org_ids = false;
    let world = World::with(state).await;
    let (log, _) = here(&world);
    let drift = json!({
        "org": "a.okta.com", "products": ["P000131"],
        "admin": {"alternateId": "ana@acme.example", "displayName": "Ana Doe"},
    });
    assert_eq!(
        log.post("/emulator/console", drift.clone()).await.status,
        200
    );
    let stranger = Asking::at(world.emulator().origin().to_owned(), "Bearer other");
    assert_eq!(stranger.post("/emulator/console", drift).await.status, 401);
    world
        .emulator()
        .change(|state| state.orgs[1].status = "INACTIVE".to_owned());
    let all = log.get("/api/v1/logs").await;
    assert_eq!(
        types(&all),
        ["account.org.product.update", "account.org.status.update"]
    );
    assert_eq!(all.body[0]["actor"]["alternateId"], "ana@acme.example");
    assert_eq!(all.body[1]["actor"]["displayName"], "Console Admin");
    let target = &all.body[0]["target"][0];
    assert_eq!(target["detailEntry"]["domain_name"], "a.okta.com");
    assert_ne!(target["id"], world.emulator().state().orgs[1].id.as_str());
}

#[tokio::test]
async fn polling_gives_every_event_once_and_always_a_next_page() {
    let mut state = account(vec![org("a", &[])]);
    // Each second event can be read a minute later.
    state.switches.late_event_seconds = 60;
    state.switches.late_event_every = 2;
    let world = World::with(state).await;
    let (log, _) = here(&world);
    let change = async |products: &[&str]| {
        world.clock.sleep(Duration::from_secs(1)).await;
        let body = json!({"org": "a.okta.com", "products": products});
        assert_eq!(log.post("/emulator/console", body).await.status, 200);
    };
    let empty = log
        .get("/api/v1/logs?since=2026-01-01T00:00:00Z&sortOrder=ASCENDING&limit=2")
        .await;
    assert_eq!(types(&empty), [""; 0]);
    let mut cursor = next(&empty).unwrap();
    assert!(!cursor.contains("since="), "{cursor}");
    for products in [&["P000052"][..], &[], &["P000131"], &["P000139"], &[]] {
        change(products).await;
    }
    let mut read: Vec<String> = Vec::new();
    let mut poll = async || {
        let page = log.get(&cursor).await;
        cursor = next(&page).unwrap();
        let events = page.body.as_array().unwrap();
        read.extend(events.iter().map(second));
        events.len()
    };
    assert_eq!([poll().await, poll().await, poll().await], [2, 1, 0]);
    let until = "2026-01-01T00:00:59Z";
    let within = format!("/api/v1/logs?since=2026-01-01T00:00:00Z&until={until}");
    assert_eq!(
        log.get(&within).await.body.as_array().unwrap().len(),
        3,
        "two are late"
    );
    world.clock.sleep(Duration::from_secs(60)).await;
    assert_eq!([poll().await, poll().await], [2, 0]);
    assert_eq!(
        read,
        ["01", "03", "05", "02", "04"],
        "in the order in which they could be read"
    );
    let all = log.get(&within).await;
    assert_eq!(all.body.as_array().unwrap().len(), 5);
    assert_eq!(next(&all), None);
    // Bounded pages go by when it happened, forwards and backwards, and end.
    for (order, expected) in [("ASCENDING", ["01", "02"]), ("DESCENDING", ["05", "04"])] {
        let first = log
            .get(&format!("{within}&limit=2&sortOrder={order}"))
            .await;
        let seen: Vec<String> = first.body.as_array().unwrap().iter().map(second).collect();
        assert_eq!(seen, expected);
        let second = log.get(&next(&first).unwrap()).await;
        let third = log.get(&next(&second).unwrap()).await;
        assert_eq!(third.body.as_array().unwrap().len(), 1);
        assert_eq!(next(&third), None);
    }
}

#[tokio::test]
async fn the_log_refuses_what_okta_refuses() {
    let world = World::with(account(vec![org("a", &[])])).await;
    let (log, _) = here(&world);
    let id = world.emulator().state().orgs[1].id.clone();
    for products in [json!(["P000052"]), json!([])] {
        log.post(
            "/emulator/console",
            json!({"org": "a.okta.com", "products": products}),
        )
        .await;
    }
    let cursor = next(&log.get("/api/v1/logs?limit=1").await).unwrap();
    let after = cursor.split_once("after=").unwrap().1.to_owned();
    for (query, code) in [
        ("limit=1001", "E0000001"),
        ("limit=-1", "E0000001"),
        ("since=yesterday", "E0000001"),
        ("sortOrder=UP", "E0000001"),
        (
            "since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z",
            "E0000001",
        ),
        ("filter=published%20gt%20%222026%22", "E0000031"),
        ("filter=eventType", "E0000031"),
        ("after=made-up", "E0000029"),
        (
            &format!("after={after}&until=2026-01-01T00:00:00Z"),
            "E0000029",
        ),
        (
            &format!("after={after}&since=2026-01-01T00:00:00Z"),
            "E0000001",
        ),
    ] {
        let answer = log.get(&format!("/api/v1/logs?{query}")).await;
        assert_eq!((answer.status, answer.refusal().1), (400, code), "{query}");
    }
    for (query, count) in [
        ("limit=0".to_owned(), 0),
        ("limit=1000".to_owned(), 2),
        (format!("after={after}"), 1),
        ("filter=eventType%20sw%20%22account.org%22".to_owned(), 2),
        (format!("filter=target.id%20eq%20%22{id}%22"), 2),
        ("filter=target.id%20eq%20%2200oNobody%22".to_owned(), 0),
        ("q=p000052%20console".to_owned(), 2),
        ("q=P000777".to_owned(), 0),
        ("since=2026-01-01T00:00:00.001Z".to_owned(), 0),
        ("since=2025-12-31T19:00:00-05:00".to_owned(), 2),
    ] {
        let answer = log.get(&format!("/api/v1/logs?{query}")).await;
        assert_eq!(answer.body.as_array().map(Vec::len), Some(count), "{query}");
        assert!(
            next(&answer).is_some(),
            "{query}: without until it is a poll"
        );
    }
    assert_eq!(log.ask("DELETE", "/api/v1/logs", None).await.status, 405);
    // A bucket of its own.
    let answer = log.get("/api/v1/logs").await;
    let limit: u64 = answer.header("x-rate-limit-limit").parse().unwrap();
    let mut left: u64 = answer.header("x-rate-limit-remaining").parse().unwrap();
    assert!(left < limit && limit < 12_000);
    while left > 0 {
        let answer = log.get("/api/v1/logs?limit=0").await;
        left = answer.header("x-rate-limit-remaining").parse().unwrap();
    }
    assert_eq!(log.get("/api/v1/logs").await.refusal().0, 429);
    // Okta keeps 90 days.
    world
        .clock
        .sleep(Duration::from_secs(90 * 24 * 3600 + 1))
        .await;
    let old = log.get("/api/v1/logs?since=2025-01-01T00:00:00Z").await;
    assert_eq!(old.body, json!([]));
}
