//! The law of `--incremental` over the wire: whatever others do, and whenever the log tells it, once it has told all an
//! incremental plan is the whole one; before that `apply` writes no more than each org allows.

use std::time::Duration;

use proptest::prelude::*;
use serde_json::Value as Json;

use aerialctl::emulator::Org;

use crate::support::{World, account, desired, org, unlinked};

const ORGS: [&str; 4] = ["a", "b", "c", "d"];

#[derive(Debug, Clone)]
enum Deal {
    /// An org has these products from now on.
    Products(usize, Vec<&'static str>),
    Inactive(usize, bool),
    Linked(usize, bool),
    Title(usize),
    Wait(u64),
    Plan,
    /// Two runs at one time, one of a part.
    Both,
    Apply,
    Waves,
    Lose,
    /// A poll is cut off.
    Cut,
}

fn deal() -> impl Strategy<Value = Deal> {
    let one = || 0..ORGS.len();
    let set = prop::sample::subsequence(vec!["sso", "mfa", "lcm", "wfl"], 0..=4);
    prop_oneof![
        6 => (one(), set).prop_map(|(org, set)| Deal::Products(org, set)),
        1 => (one(), any::<bool>()).prop_map(|(org, to)| Deal::Inactive(org, to)),
        1 => (one(), any::<bool>()).prop_map(|(org, to)| Deal::Linked(org, to)),
        1 => one().prop_map(Deal::Title),
        2 => (1..200u64).prop_map(Deal::Wait),
        4 => Just(Deal::Plan),
        1 => Just(Deal::Both),
        2 => Just(Deal::Apply),
        1 => Just(Deal::Waves),
        1 => Just(Deal::Lose),
        1 => Just(Deal::Cut),
    ]
}

fn change(world: &World, place: usize, change: impl FnOnce(&mut Org)) {
    world
        .emulator()
        .change(|state| change(&mut state.orgs[place + 1]));
}

async fn step(world: &World, deal: &Deal) {
    match deal {
        Deal::Products(place, set) => {
            let products = org("x", set).products;
            change(world, *place, |org| org.products = products);
        }
        Deal::Inactive(place, to) => {
            let status = if *to { "INACTIVE" } else { "ACTIVE" };
            change(world, *place, |org| org.status = status.to_owned());
        }
        Deal::Linked(place, to) => change(world, *place, |org| org.linked = *to),
        Deal::Title(place) => change(world, *place, |org| org.name += "x"),
        Deal::Wait(seconds) => world.clock.sleep(Duration::from_secs(*seconds)).await,
        Deal::Plan => drop(world.run("plan --incremental state").await.done()),
        Deal::Both => {
            let part = world.run("plan --incremental state --only a.okta.com");
            let (one, other) = tokio::join!(world.run("plan --incremental state"), part);
            one.done();
            other.done();
        }
        Deal::Apply => apply(world, "").await,
        Deal::Waves => apply(world, "--waves").await,
        Deal::Lose => drop(std::fs::remove_file(world.path("state"))),
        Deal::Cut => {
            world.faults("[{method: GET, path: /api/v1/logs, after: 1, times: 99, do: cut}]");
            world.run("plan --incremental state").await;
            world.faults("[]");
        }
    }
}

/// Each write is one that a whole plan has too, of the account as it is right now.
async fn apply(world: &World, how: &str) {
    let allowed = world.run("plan --format json").await.done().json();
    let allowed: Vec<&Json> = allowed["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| &step["call"])
        .collect();
    let links: Vec<&str> = allowed
        .iter()
        .filter_map(|call| call["body"]["domain"].as_str())
        .collect();
    let orgs = world.emulator().state().orgs.into_iter();
    let linked: Vec<String> = orgs
        .filter(|org| links.contains(&org.domain.as_str()))
        .map(|org| org.id)
        .collect();
    let before = world.emulator().seen().len();
    world
        .run(&format!("apply {how} --yes --incremental state"))
        .await;
    for seen in world.emulator().seen().split_off(before) {
        if !seen.changed {
            continue;
        }
        let is_it = |call: &&Json| {
            let path = call["path"].as_str().unwrap();
            // What is to be linked has its id, and what it had before, only then.
            let sent: Json = serde_json::from_str(&seen.body).unwrap();
            let same = match path.split_once("{orgId}") {
                Some((before, after)) => linked
                    .iter()
                    .any(|id| seen.path == format!("{before}{id}{after}")),
                None => seen.path == path && call["body"] == sent,
            };
            call["method"] == seen.method && same
        };
        let found = allowed.iter().any(is_it);
        assert!(found, "{seen:?} is in no whole plan: {allowed:#?}");
    }
}

fn world_of(late: u64, every: u64, ids: bool) -> (aerialctl::emulator::State, String) {
    let mut state = account(vec![
        org("a", &["sso"]),
        org("b", &["sso", "mfa"]),
        org("c", &["lcm"]),
        unlinked("d", &["wfl"]),
    ]);
    state.switches.late_event_seconds = late;
    state.switches.late_event_every = every;
    state.switches.log_org_ids = ids;
    state.switches.products_on_inactive = true;
    let entries = [("a", "w0"), ("b", "w1"), ("c", "w1")].map(|(name, wave)| {
        format!("{{domain: {name}.okta.com, products: [sso, lcm], status: active, wave: {wave}}}")
    });
    let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
    (state, format!("waves: [w0, w1]\n{}", desired(&entries)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn once_the_log_has_told_all_the_plans_are_one(
        deals in prop::collection::vec(deal(), 0..16),
        late in prop_oneof![Just(0), 1..300u64],
        every in 1..4u64,
        ids in any::<bool>(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (state, file) = world_of(late, every, ids);
            let world = World::with(state).await;
            world.file("aerial.yaml", file);
            for deal in &deals {
                step(&world, deal).await;
            }
            world.clock.sleep(Duration::from_secs(late)).await;
            let mut plan = world.run("plan --incremental state --format json").await.done().json();
            plan.as_object_mut().unwrap().remove("reading");
            let whole = world.run("plan --format json").await.done().json();
            assert_eq!(plan, whole);
            let mut shown = world.run("status --incremental state --format json").await.done().json();
            shown.as_object_mut().unwrap().remove("reading");
            let all = world.run("status --format json").await.done().json();
            assert_eq!(shown, all);
        });
    }
}
