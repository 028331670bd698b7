//! Worlds that have been read once, and what a run asks of them.

use std::time::Duration;

use serde_json::Value as Json;

use aerialctl::emulator::Org;

use crate::support::{Ran, World, account, desired, org};

pub(super) const PLAN: &str = "plan --incremental state";

/// A world of these orgs that has been read once, an hour ago, and the file that lists them all with `sso`.
pub(super) async fn read_before(orgs: Vec<Org>) -> World {
    let entries: Vec<String> = orgs
        .iter()
        .map(|org| format!("{{domain: {}, products: [sso]}}", org.domain))
        .collect();
    let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
    let world = World::with(account(orgs)).await;
    world.file("aerial.yaml", desired(&entries));
    let first = world.run(PLAN).await.done();
    assert!(
        first.out.contains("nothing was kept of an earlier run"),
        "{}",
        first.out
    );
    world.clock.sleep(Duration::from_secs(3600)).await;
    world
}

pub(super) async fn of_three() -> World {
    read_before(vec![
        org("a", &["sso"]),
        org("b", &["sso"]),
        org("c", &["sso"]),
    ])
    .await
}

/// Somebody makes these an org's products.
pub(super) fn give(world: &World, name: &str, products: &[&str]) {
    let products = org(name, products).products;
    world.emulator().change(|state| {
        let domain = format!("{name}.okta.com");
        let org = state.orgs.iter_mut().find(|org| org.domain == domain);
        org.unwrap().products = products;
    });
}

/// What a run asks the account, and how it went.
pub(super) async fn asked(world: &World, words: &str) -> (Ran, Vec<String>) {
    let before = world.emulator().seen().len();
    let ran = world.run(words).await;
    let seen = world.emulator().seen().split_off(before);
    (ran, seen.into_iter().map(|seen| seen.path).collect())
}

/// How many of them are about an org's products.
pub(super) fn orgs_read(paths: &[String]) -> usize {
    let products = paths.iter().filter(|path| path.starts_with("/orgs/"));
    products.filter(|path| path.ends_with("/products")).count()
}

/// The plan as JSON, apart from how it was read, and that.
pub(super) async fn planned(world: &World, words: &str) -> (Json, Json) {
    let ran = world.run(&format!("{words} --format json")).await.done();
    let mut plan = ran.json();
    let reading = plan.as_object_mut().unwrap().remove("reading");
    (plan, reading.unwrap_or_default())
}

/// That a run that goes on from what was kept plans what one that reads everything plans.
pub(super) async fn same(world: &World) -> Json {
    let (plan, reading) = planned(world, PLAN).await;
    let (whole, none) = planned(world, "plan").await;
    assert_eq!(plan, whole);
    assert_eq!(none, Json::Null);
    reading
}
