//! What is read, and why.

use std::time::Duration;

use serde_json::json;

use aerialctl::cli::Exit;
use aerialctl::emulator::LogEntry;

use super::world::{PLAN, asked, give, of_three, orgs_read, read_before, same};
use crate::support::{ACCOUNT, org};
use crate::tokens;

#[tokio::test]
async fn only_the_orgs_that_the_log_names_are_read() {
    let world = of_three().await;
    let (ran, paths) = asked(&world, PLAN).await;
    assert_eq!(orgs_read(&paths), 0, "{paths:?}");
    let text = ran.done().out;
    let text: Vec<&str> = text.split_whitespace().collect();
    let text = text.join(" ");
    assert!(
        text.contains("As of the System Log at 2026-01-01 01:00:00 UTC, which may tell of a change only later: the list of orgs and the products of 0 orgs are read, those of 3 orgs remembered, the oldest as of 2026-01-01 00:00:00 UTC."),
        "{text}"
    );
    give(&world, "b", &["mfa"]);
    world.emulator().change(|state| {
        state.orgs.push(org("new", &["lcm"]));
        state.complete();
    });
    world
        .emulator()
        .change(|state| state.orgs[1].name = "Other".to_owned());
    let (ran, paths) = asked(&world, PLAN).await;
    ran.done();
    // The changed one; who is called something else isn't in an event, but in the list; the new one isn't in the file.
    assert_eq!(orgs_read(&paths), 2, "{paths:?}");
    let reading = same(&world).await;
    assert_eq!(
        reading,
        json!({
            "at": "2026-01-01T01:00:00.000Z", "read": 0, "remembered": 3,
            "oldest": "2026-01-01T00:00:00.000Z", "whole": null,
        })
    );
}

/// The figures of docs/incremental.md: 50 pages, the account, its products, two polls and twelve orgs. The Aerial org is one of the 5,000.
#[tokio::test]
async fn five_thousand_orgs_of_which_twelve_changed_cost_sixty_six_requests() {
    let orgs = (1..5_000).map(|n| org(&format!("org-{n}"), &["sso"]));
    let world = read_before(orgs.collect()).await;
    for n in 1..=12 {
        give(&world, &format!("org-{}", n * 400), &["mfa"]);
    }
    let (ran, paths) = asked(&world, PLAN).await;
    assert!(ran.done().out.contains("12 to disable in 12 orgs"));
    assert_eq!(orgs_read(&paths), 12);
    assert_eq!(paths.len(), 66, "{paths:?}");
    // What was read then needn't be read again.
    let (_, paths) = asked(&world, PLAN).await;
    assert_eq!((orgs_read(&paths), paths.len()), (0, 53), "{paths:?}");
}

#[tokio::test]
async fn all_is_read_where_it_must_be() {
    let world = of_three().await;
    let whole = async |words: &str, said: &str| {
        let (ran, paths) = asked(&world, words).await;
        let ran = ran.done();
        assert_eq!(orgs_read(&paths), 3, "{}", ran.out);
        assert!(ran.out.contains(said), "{}", ran.out);
        assert_eq!(same(&world).await["remembered"], 3);
    };
    whole(
        "plan --incremental state --full-every 0",
        "that was asked for",
    )
    .await;
    world.clock.sleep(Duration::from_secs(3 * 3600)).await;
    whole(
        "plan --incremental state --full-every 3h",
        "what was kept is 3 h old",
    )
    .await;
    world.clock.sleep(Duration::from_secs(24 * 3600)).await;
    whole(PLAN, "what was kept is 24 h old").await;
    // The position is refused.
    world.faults("[{method: GET, path: /api/v1/logs, do: {status: 400}}]");
    whole(
        PLAN,
        "the System Log can't be read on from where the last run ended",
    )
    .await;
    // An event that is about nothing known.
    let now = aerialctl::clock::rfc3339(world.clock.now());
    let tell = |entry: LogEntry| {
        world.emulator().change(|state| {
            state.log.newest += 1;
            state.log.recorded += 1;
            let number = state.log.newest;
            state.log.events.push_back(LogEntry {
                number,
                uuid: format!("strange-{number}"),
                published: now.clone(),
                ..entry
            });
        });
    };
    tell(LogEntry {
        event_type: "account.org.merge".to_owned(),
        ..LogEntry::default()
    });
    let said = "the System Log has an event `account.org.merge` about no org that is known";
    let (ran, paths) = asked(&world, PLAN).await;
    assert_eq!(orgs_read(&paths), 3);
    assert!(ran.done().out.contains(said));
    // The account may not show yet whatever it was, of whichever org.
    assert_eq!(same(&world).await["read"], 3);
    world.clock.sleep(Duration::from_secs(600)).await;
    assert_eq!(same(&world).await["read"], 3);
    assert_eq!(same(&world).await["read"], 0);
    // The account's own products are others.
    world.emulator().change(|state| {
        let one = state.products.pop().unwrap();
        state.unsubscribed.push(one);
    });
    let (ran, _) = asked(&world, PLAN).await;
    let said = "the account is subscribed to other products than it was";
    assert!(ran.done().out.contains(said));
    assert_eq!(same(&world).await["read"], 3);
    world.clock.sleep(Duration::from_secs(600)).await;
    assert_eq!(same(&world).await["read"], 3);
    assert_eq!(same(&world).await["read"], 0);
    // A log that is another one by now, as an emulator's that began anew.
    world.emulator().change(|state| {
        state.log.events.clear();
        state.log.newest = 0;
    });
    whole(PLAN, "the System Log can't be read on").await;
    world
        .emulator()
        .change(|state| state.log.id = "another".to_owned());
    whole(PLAN, "the System Log can't be read on").await;
    for words in ["--full-every 31d", "--full-every x", "--full-every 1"] {
        world
            .run(&format!("{PLAN} {words}"))
            .await
            .expect(Exit::Usage);
    }
    world.run("plan --incremental -").await.expect(Exit::Usage);
    world.run("plan --full-every 1h").await.expect(Exit::Usage);
    world
        .run("plan --incremental state --since HEAD")
        .await
        .expect(Exit::Usage);
}

#[tokio::test]
async fn a_poll_that_is_cut_off_loses_nothing() {
    let world = of_three().await;
    give(&world, "b", &["mfa"]);
    let kept = world.read("state");
    for fault in [
        "cut",
        "dropBefore",
        "html",
        "{status: 503}",
        "{status: 403}",
    ] {
        world.faults(&format!(
            "[{{method: GET, path: /api/v1/logs, times: 99, do: {fault}}}]"
        ));
        let ran = world.run(PLAN).await.expect(Exit::Failed);
        assert_eq!(ran.out, "", "{fault}");
        assert_eq!(world.read("state"), kept, "{fault}");
    }
    // So with an org that can't be read.
    world.faults("[{method: GET, path: /orgs/*/products, times: 99, do: {status: 403}}]");
    world.run(PLAN).await.expect(Exit::Failed);
    assert_eq!(world.read("state"), kept);
    world.faults("[]");
    assert_eq!(same(&world).await["read"], 1);
}

/// The account shows a change after its log has told it, here after four reads of that org.
#[tokio::test]
async fn an_org_that_lags_behind_the_log_is_read_until_it_shows() {
    let world = of_three().await;
    world
        .emulator()
        .change(|state| state.switches.settle_reads = 4);
    let id = world.emulator().state().orgs[2].id.clone();
    let answer = reqwest::Client::new()
        .put(format!(
            "{}/{ACCOUNT}/api/v1/orgs/{id}/products",
            world.emulator().origin()
        ))
        .bearer_auth("test-token")
        .json(&json!([{"id": "P000052"}, {"id": "P000131"}]))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200, "{:?}", answer.text().await);
    for _ in 0..4 {
        let (ran, paths) = asked(&world, PLAN).await;
        assert!(!ran.done().out.contains("1 product to disable"));
        assert_eq!(orgs_read(&paths), 1);
    }
    let (ran, _) = asked(&world, PLAN).await;
    let ran = ran.done();
    assert!(ran.out.contains("1 product to disable"), "{}", ran.out);
    assert_eq!(same(&world).await["read"], 0);
}

#[tokio::test]
async fn without_the_scope_it_is_said_which_to_grant() {
    let key = &tokens::keys()[0];
    let world = tokens::world(key, false).await;
    for command in [
        PLAN,
        "status --incremental state",
        "apply --yes --incremental state",
    ] {
        let ran = world.run(command).await.expect(Exit::Failed);
        assert!(ran.err.contains("must grant okta.logs.read"), "{}", ran.err);
        assert_eq!(ran.out, "");
    }
}

#[tokio::test]
async fn status_and_report_say_how_old_their_parts_are() {
    let world = of_three().await;
    give(&world, "b", &["mfa"]);
    let (ran, paths) = asked(&world, "status --incremental state").await;
    // The Aerial org, which no plan needs, and the changed one.
    assert_eq!(orgs_read(&paths), 2);
    let text = ran.done().out.replace('\n', " ");
    assert!(
        text.contains("the products of 2 orgs are read, those of 2 orgs remembered"),
        "{text}"
    );
    let json = world
        .run("status --incremental state --format json")
        .await
        .done()
        .json();
    assert_eq!(json["reading"]["remembered"], 4);
    let csv = world
        .run("status --incremental state --format csv")
        .await
        .done();
    assert!(csv.err.contains("As of the System Log at"), "{}", csv.err);
    world
        .run("report --incremental state --out page.html")
        .await
        .done();
    assert!(world.read("page.html").contains("As of the System Log at"));
    for format in ["markdown", "github", "html"] {
        let ran = world.run(&format!("{PLAN} --format {format}")).await.done();
        assert!(ran.out.contains("System Log at"), "{}", ran.out);
    }
}
