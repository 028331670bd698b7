//! At most 10 requests in flight, whatever the flags; 8 unless told otherwise.

use aerialctl::cli::Exit;

use crate::support::{World, account, desired, org};

async fn busy() -> World {
    let mut state = account(
        (0..120)
            .map(|n| org(&format!("org-{n}"), &["sso"]))
            .collect(),
    );
    state.switches.latency_ms = 2;
    // Only on a clock that really passes do requests pile up.
    let mut world = World::new();
    world.clock = std::sync::Arc::new(aerialctl::clock::System);
    world.serve(state).await;
    let orgs: Vec<String> = (0..120)
        .map(|n| format!("{{domain: org-{n}.okta.com, products: [sso, mfa]}}"))
        .collect();
    let orgs: Vec<&str> = orgs.iter().map(String::as_str).collect();
    world.file("aerial.yaml", desired(&orgs));
    world
}

#[tokio::test]
async fn promise_8_eight_in_flight_unless_told_otherwise() {
    let world = busy().await;
    world.run("plan").await.done();
    assert_eq!(world.emulator().most_in_flight(), 8);
}

#[tokio::test]
async fn promise_8_no_flag_makes_it_more_than_ten() {
    let world = busy().await;
    world.run("apply --yes --concurrency 10").await.done();
    assert_eq!(world.emulator().most_in_flight(), 10);
    for flag in ["11", "0", "-1", "99999999999", "ten"] {
        world
            .run(&format!("plan --concurrency {flag}"))
            .await
            .expect(Exit::Usage);
    }
}

#[tokio::test]
async fn promise_8_a_tenth_of_the_window_is_left_to_others() {
    let mut state = account(
        (0..50)
            .map(|n| org(&format!("org-{n}"), &["sso"]))
            .collect(),
    );
    state.switches.rate_limit = 40;
    let world = World::with(state).await;
    let orgs: Vec<String> = (0..50)
        .map(|n| format!("{{domain: org-{n}.okta.com, products: [sso]}}"))
        .collect();
    let orgs: Vec<&str> = orgs.iter().map(String::as_str).collect();
    world.file("aerial.yaml", desired(&orgs));
    let ran = world.run("plan").await.done();
    assert!(
        ran.err.contains("is left to others (--rate-reserve)"),
        "{}",
        ran.err
    );
    let throttled = world
        .emulator()
        .seen()
        .iter()
        .filter(|seen| seen.status == 429)
        .count();
    assert_eq!(throttled, 0, "the run slows down rather than hits the wall");
}
