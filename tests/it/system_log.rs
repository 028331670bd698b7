//! The reader of the System Log against servers that are right, wrong and hostile.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use serde_json::json;

use aerialctl::aerial::SendOptions;
use aerialctl::auth::{Credentials, ReadLog, Session};
use aerialctl::history::LogEvent;
use aerialctl::http::pace::PaceLimits;
use aerialctl::http::{self, Redactor};
use aerialctl::log::{LogReader, ReadingEnd};
use aerialctl::secret::Secret;

use crate::server::{Answer, Asked, Server, answer};
use crate::support::{World, account, new_year, org};

const DAY: Duration = Duration::from_secs(24 * 3600);

fn reader(world: &World, issuer: &str) -> LogReader {
    let options = SendOptions {
        client: http::Client::new(
            Duration::from_secs(30),
            Arc::clone(&world.clock),
            world.stop.clone(),
            Redactor::default(),
        ),
        limits: PaceLimits::default(),
        notice: Arc::new(|_| {}),
    };
    let token = Credentials::AccessToken(Secret::new("test-token"));
    let session = Session::<ReadLog>::new(token, &options.client);
    LogReader::new(http::base_url(issuer).unwrap(), &session, &options).unwrap()
}

/// An event at a number of seconds after new year.
fn event(second: u64) -> serde_json::Value {
    let at = aerialctl::clock::rfc3339(new_year() + Duration::from_secs(second));
    json!({"uuid": format!("u{second}"), "published": at, "eventType": "account.org.add"})
}

fn page(link: &str, events: &[serde_json::Value]) -> Answer {
    let link = if link.is_empty() {
        String::new()
    } else {
        format!("Link: <{link}>; rel=\"next\"\r\n")
    };
    answer("200 OK", &link, &json!(events).to_string())
}

/// Reads the day after new year, all of it: the uuids, and how it went.
async fn day(reader: &LogReader) -> (Vec<String>, Result<(ReadingEnd, usize), String>) {
    let mut uuids = Vec::new();
    let told = |event: LogEvent| {
        uuids.push(event.uuid);
        ControlFlow::Continue(())
    };
    let read = reader
        .newest_first(new_year(), new_year() + DAY, told)
        .await;
    let read = read.map(|extent| (extent.end, extent.unreadable));
    (uuids, read.map_err(|error| error.to_string()))
}

#[tokio::test]
async fn a_bounded_read_asks_for_the_newest_first_and_goes_on_to_the_end() {
    let world = World::new();
    let server = Server::start(|asked: &Asked| {
        if asked.line().contains("after=") {
            page("", &[event(1)])
        } else {
            page(
                &format!("{}/api/v1/logs?after=x", asked.origin),
                &[event(3), event(2)],
            )
        }
    })
    .await;
    let reader = reader(&world, &server.origin);
    let (uuids, read) = day(&reader).await;
    assert_eq!(uuids, ["u3", "u2", "u1"]);
    assert_eq!(read, Ok((ReadingEnd::Whole, 0)));
    let first = &server.asked()[0];
    assert_eq!(
        first.line(),
        "GET /api/v1/logs?since=2026-01-01T00%3A00%3A00.000Z&until=2026-01-02T00%3A00%3A00.000Z&sortOrder=DESCENDING&filter=eventType+sw+%22account.%22&limit=1000"
    );
    assert_eq!(first.header("authorization"), Some("Bearer test-token"));
    // Who has enough is told no more, and no further page is asked for.
    let before = server.asked().len();
    let enough = reader.newest_first(new_year(), new_year() + DAY, |_| ControlFlow::Break(()));
    assert_eq!(enough.await.unwrap().end, ReadingEnd::Enough);
    assert_eq!(server.asked().len(), before + 1);
    assert_eq!(reader.sent().writes, 0);
}

#[tokio::test]
async fn promise_6_no_link_of_the_log_leads_elsewhere() {
    let world = World::new();
    let other = Server::start(|_: &Asked| page("", &[event(1)])).await;
    for link in [
        format!("{}/api/v1/logs?after=x", other.origin),
        "https://evil.example/api/v1/logs?after=x".to_owned(),
        "//evil.example/api/v1/logs?after=x".to_owned(),
        "http://user:pass@127.0.0.1/api/v1/logs?after=x".to_owned(),
    ] {
        let server = Server::start(move |_: &Asked| page(&link, &[event(1)])).await;
        let reader = reader(&world, &server.origin);
        let (_, read) = day(&reader).await;
        assert!(read.unwrap_err().contains("where the token must not go"));
        let position = reader.position(new_year(), |_| {}).await;
        assert!(position.is_err());
    }
    assert_eq!(other.asked().len(), 0);
    // Nor to what else the same host serves.
    for path in [
        "/api/v1/users?after=x",
        "/api/v1/logs/../users?after=x",
        "/api/v1/logs/x",
    ] {
        let server = Server::start(move |asked: &Asked| {
            page(&format!("{}{path}", asked.origin), &[event(1)])
        });
        let server = server.await;
        let (_, read) = day(&reader(&world, &server.origin)).await;
        assert!(read.unwrap_err().contains("isn't one of the log"), "{path}");
        let asked = server.asked();
        assert!(
            asked
                .iter()
                .all(|one| one.line().starts_with("GET /api/v1/logs?"))
        );
    }
}

#[tokio::test]
async fn a_hostile_log_is_bounded() {
    let world = World::new();
    let said = async |server: &Server| day(&reader(&world, &server.origin)).await;
    // Pages in a circle.
    let circle = Server::start(|asked: &Asked| {
        page(
            &format!("{}/api/v1/logs?after=same", asked.origin),
            &[event(1)],
        )
    });
    let (_, read) = said(&circle.await).await;
    assert!(read.unwrap_err().contains("go round in a circle"));
    // Pages without end.
    let count = AtomicUsize::new(0);
    let endless = Server::start(move |asked: &Asked| {
        let n = count.fetch_add(1, Ordering::Relaxed);
        page(
            &format!("{}/api/v1/logs?after={n}", asked.origin),
            &[event(1)],
        )
    });
    let endless = endless.await;
    let (uuids, read) = said(&endless).await;
    assert_eq!(read, Ok((ReadingEnd::TooMuch, 0)));
    assert_eq!(uuids.len(), endless.asked().len());
    assert!(uuids.len() <= 1_000);
    // An answer without end.
    let large = Server::start(|_: &Asked| {
        Answer::Endless("HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n[".to_owned())
    });
    let (_, read) = said(&large.await).await;
    assert!(read.unwrap_err().contains("larger than"));
    // Something else than a list.
    for body in ["{}", "7", "\"x\"", "", "<html>"] {
        let server = Server::start(move |_: &Asked| answer("200 OK", "", body));
        let (_, read) = said(&server.await).await;
        assert!(read.is_err(), "{body}");
    }
    // What can't be an event is counted, whatever it is, and so is a time that wasn't asked for.
    let strange = Server::start(|_: &Asked| {
        let mut future = event(1);
        future["published"] = json!("9999-12-31T23:59:59Z");
        let mut past = event(1);
        past["published"] = json!("1999-12-31T23:59:59Z");
        let never = json!({"uuid": "u", "published": "soon", "eventType": "account.org.add"});
        page(
            "",
            &[
                json!(null),
                json!([]),
                json!({"uuid": 7}),
                never,
                future,
                past,
                event(5),
            ],
        )
    });
    let (uuids, read) = said(&strange.await).await;
    assert_eq!(uuids, ["u5"]);
    assert_eq!(read, Ok((ReadingEnd::Whole, 6)));
}

#[tokio::test]
async fn a_poll_goes_on_where_the_last_one_ended_and_misses_nothing() {
    let mut state = account(vec![org("a", &[])]);
    state.switches.late_event_seconds = 60;
    state.switches.late_event_every = 2;
    let world = World::with(state).await;
    let reader = reader(&world, world.emulator().origin());
    let now = || -> SystemTime { world.clock.now() };
    let change = async |products: &[&str]| {
        world.clock.sleep(Duration::from_secs(1)).await;
        let products: Vec<String> = products.iter().map(|id| (*id).to_owned()).collect();
        world
            .emulator()
            .change(|state| state.orgs[1].products = products);
    };
    change(&["P000052"]).await;
    let (mut position, _) = reader.position(now(), |_| {}).await.unwrap();
    for products in [&[][..], &["P000131"], &["P000139"], &[]] {
        change(products).await;
    }
    let mut told: Vec<LogEvent> = Vec::new();
    let mut poll = async || {
        let kept = aerialctl::log::LogPosition::parse(position.as_str()).unwrap();
        let before = told.len();
        let polled = reader.poll(&kept, |event| told.push(event)).await.unwrap();
        assert!(polled.caught_up);
        position = polled.position;
        told.len() - before
    };
    // Of five events the second and the fourth are late, and the first was there before.
    assert_eq!([poll().await, poll().await], [2, 0]);
    world.clock.sleep(Duration::from_secs(60)).await;
    assert_eq!([poll().await, poll().await], [2, 0]);
    let order: Vec<u64> = told
        .iter()
        .map(|event| event.at.duration_since(new_year()).unwrap().as_secs())
        .collect();
    assert_eq!(order, [3, 5, 2, 4]);
    let a = told[0].org.name().unwrap();
    assert_eq!(a.label(), "a.okta.com");
}

#[tokio::test]
async fn a_poll_without_end_is_left_with_a_position_to_go_on_from() {
    let world = World::new();
    let count = AtomicUsize::new(0);
    let server = Server::start(move |asked: &Asked| {
        let n = count.fetch_add(1, Ordering::Relaxed);
        page(
            &format!("{}/api/v1/logs?after={n}", asked.origin),
            &[event(1)],
        )
    })
    .await;
    let endless = reader(&world, &server.origin);
    let (position, _) = endless.position(new_year(), |_| {}).await.unwrap();
    let polled = endless.poll(&position, |_| {}).await.unwrap();
    assert!(!polled.caught_up);
    assert_ne!(polled.position, position);
    // A poll that names no next page isn't Okta's.
    let silent = Server::start(|_: &Asked| page("", &[])).await;
    let silent = reader(&world, &silent.origin);
    let refused = silent.position(new_year(), |_| {}).await.unwrap_err();
    assert!(refused.to_string().contains("names no next page"));
    let refused = silent.poll(&position, |_| {}).await.unwrap_err();
    assert!(refused.to_string().contains("names no next page"));
}
