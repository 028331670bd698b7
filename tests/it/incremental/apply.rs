//! `apply` with what is remembered is as safe as without.

use std::time::Duration;

use aerialctl::cli::Exit;

use super::world::{PLAN, asked, give, orgs_read, planned, read_before, same};
use crate::support::{World, desired, org, unlinked};

/// A world in which `b` has lost what the file lists, and the log doesn't tell so for a minute.
async fn before_the_log() -> World {
    let world = read_before(vec![
        org("a", &["sso"]),
        org("b", &["sso"]),
        unlinked("c", &[]),
    ])
    .await;
    world
        .emulator()
        .change(|state| state.switches.late_event_seconds = 60);
    world
}

#[tokio::test]
async fn before_the_log_has_told_all_a_step_is_stale_at_worst() {
    let world = before_the_log().await;
    world.file(
        "aerial.yaml",
        desired(&[
            "{domain: a.okta.com, products: [sso, mfa]}",
            "{domain: b.okta.com, products: [sso, mfa]}",
        ]),
    );
    give(&world, "b", &["sso", "lcm"]);
    let ran = world
        .run("apply --yes --incremental state")
        .await
        .expect(Exit::Partial);
    assert!(ran.out.contains("1 stale"), "{}", ran.out);
    assert_eq!(world.products("a.okta.com"), ["P000052", "P000131"]);
    assert_eq!(world.products("b.okta.com"), ["P000052", "P000139"]);
    world.clock.sleep(Duration::from_secs(60)).await;
    same(&world).await;
}

#[tokio::test]
async fn what_takes_away_is_held_against_the_whole_account() {
    let world = before_the_log().await;
    let file = desired(&[
        "{domain: a.okta.com, products: []}",
        "{domain: b.okta.com, products: []}",
    ]);
    world.file(
        "aerial.yaml",
        file.replace("maxDisabled: 100", "maxDisabled: 2"),
    );
    give(&world, "b", &["sso", "lcm"]);
    // By what is remembered two products go; in truth it is three.
    let (plan, _) = planned(&world, PLAN).await;
    assert_eq!(plan["summary"]["productsDisabled"], 2);
    let ran = world
        .run("apply --yes --incremental state")
        .await
        .expect(Exit::Refused);
    assert!(
        ran.err.contains("is held against the whole account"),
        "{}",
        ran.err
    );
    assert_eq!(world.writes(), [""; 0]);
    // With nothing to do, nothing more is read.
    world.file(
        "aerial.yaml",
        desired(&["{domain: a.okta.com, products: [sso]}"]),
    );
    let (ran, paths) = asked(&world, "apply --yes --incremental state").await;
    ran.done();
    assert_eq!(orgs_read(&paths), 0);
}
