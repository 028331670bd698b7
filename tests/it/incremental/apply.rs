//! `apply` with what is remembered is as safe as without.

use std::time::Duration;

use aerialctl::cli::Exit;

use super::world::{PLAN, asked, give, orgs_read, planned, read_before, same};
use crate::support::{World, desired, org};

/// A world that has been read, and whose log tells nothing for a minute.
async fn before_the_log() -> World {
    let world = read_before(vec![org("a", &["sso"]), org("b", &["sso"])]).await;
    world
        .emulator()
        .change(|state| state.switches.late_event_seconds = 60);
    world
}

/// That `apply` from what is remembered writes nothing, as without, and says why not more.
async fn refused(world: &World, words: &str, exit: Exit) {
    let ran = world.run(&format!("{words} --incremental state")).await;
    let ran = ran.expect(exit);
    assert!(
        ran.err.contains("is held against the whole account"),
        "{}",
        ran.err
    );
    assert_eq!(world.writes(), [""; 0]);
    world.run(words).await.expect(exit);
    assert_eq!(world.writes(), [""; 0]);
}

#[tokio::test]
async fn what_a_whole_plan_has_of_other_orgs_holds_up_an_addition_too() {
    let world = before_the_log().await;
    let file = desired(&[
        "{domain: a.okta.com, products: [sso, mfa]}",
        "{domain: b.okta.com, products: [sso]}",
    ]);
    give(&world, "b", &["sso", "lcm"]);
    for limit in ["protectedOrgs: [b.okta.com]", "maxDisabled: 0"] {
        let limits = format!("guardrails: {{{limit}, ");
        let file = file.replace("maxDisabled: 100, ", "");
        world.file("aerial.yaml", file.replace("guardrails: {", &limits));
        refused(&world, "apply --yes", Exit::Refused).await;
    }
    // Within the limits all is done, as by a whole plan.
    world.file("aerial.yaml", file);
    world.run("apply --yes --incremental state").await.done();
    assert_eq!(world.products("a.okta.com"), ["P000052", "P000131"]);
    assert_eq!(world.products("b.okta.com"), ["P000052"]);
    world.clock.sleep(Duration::from_secs(60)).await;
    same(&world).await;
}

#[tokio::test]
async fn a_wave_that_is_remembered_as_done_is_looked_at() {
    let world = before_the_log().await;
    let file = desired(&[
        "{domain: a.okta.com, products: [sso], wave: pilot}",
        "{domain: b.okta.com, products: [sso, mfa], wave: rest}",
    ]);
    world.file("aerial.yaml", format!("waves: [pilot, rest]\n{file}"));
    give(&world, "a", &[]);
    // The pilot can't be mended, so the rest has to wait.
    world.faults("[{method: PUT, path: /orgs/*/products, times: 1, do: {status: 403}}]");
    world
        .run("apply --waves --yes --incremental state")
        .await
        .expect(Exit::Partial);
    assert_eq!(world.products("b.okta.com"), ["P000052"]);
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
    refused(&world, "apply --yes", Exit::Refused).await;
    // With nothing to do, nothing more is read.
    world.file(
        "aerial.yaml",
        desired(&["{domain: a.okta.com, products: [sso]}"]),
    );
    let (ran, paths) = asked(&world, "apply --yes --incremental state").await;
    ran.done();
    assert_eq!(orgs_read(&paths), 0);
}
