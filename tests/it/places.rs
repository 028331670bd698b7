//! Policies and rules in the places that a baseline gives them, beside others that nobody lists.

use aerialctl::emulator::Switches;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::support::{World, account, desired, org};

/// An org `a` with these policies, each `TYPE NAME PRIORITY` and a body, that is to have these, by type and name.
async fn world(policies: &[Json], listed: &Json) -> World {
    let mut one = org("a", &[]);
    one.api_tokens = vec!["token-of-org-a".to_owned()];
    one.inside = serde_json::from_value(json!({"policies": policies})).unwrap();
    let mut world = World::with(account(vec![one])).await;
    let variable = "OKTA_ORG_TOKEN_A_OKTA_COM".to_owned();
    world.vars.insert(variable, "token-of-org-a".to_owned());
    let file = desired(&["{domain: a.okta.com, baseline: any}"]);
    world.file(
        "aerial.yaml",
        format!("{file}baselines: {{any: {{policies: {listed}}}}}\n"),
    );
    world
}

fn policy(kind: &str, name: &str, priority: u64, min: u64) -> Json {
    json!({"type": kind, "name": name, "priority": priority,
        "settings": {"password": {"complexity": {"minLength": min}}}})
}

fn wanted(priority: u64, min: u64) -> Json {
    json!({"priority": priority, "settings": {"password": {"complexity": {"minLength": min}}}})
}

/// `NAME PRIORITY` of the policies of a type, in order.
fn order(world: &World, kind: &str) -> Vec<String> {
    let state = world.emulator().state();
    let org = state.orgs.iter().find(|org| org.domain == "a.okta.com");
    let inside = org.unwrap().inside.as_ref().unwrap();
    let policies = inside.policies.iter();
    policies
        .filter(|one| one["type"] == kind && one["system"] == false)
        .map(|one| format!("{} {}", one["name"].as_str().unwrap(), one["priority"]))
        .collect()
}

async fn converges(world: &World) {
    world.run("apply --yes").await.done();
    world.run("plan --detailed-exitcode").await.done();
}

#[tokio::test]
async fn a_policy_that_another_moves_is_changed_all_the_same() {
    let listed = json!({"PASSWORD": {"A": wanted(1, 10), "B": wanted(2, 12)}});
    for there in [
        vec![policy("PASSWORD", "B", 1, 4)],
        vec![policy("PASSWORD", "X", 1, 8), policy("PASSWORD", "B", 2, 4)],
    ] {
        let world = world(&there, &listed).await;
        converges(&world).await;
        assert_eq!(order(&world, "PASSWORD")[..2], ["A 1", "B 2"]);
    }
}

#[tokio::test]
async fn a_policy_that_another_moves_out_of_its_place_gets_it_back() {
    let there = [
        policy("PASSWORD", "X", 1, 8),
        policy("PASSWORD", "B", 2, 12),
        policy("PASSWORD", "A", 3, 10),
    ];
    let listed = json!({"PASSWORD": {"A": wanted(1, 10), "B": wanted(2, 12)}});
    let world = world(&there, &listed).await;
    converges(&world).await;
    assert_eq!(order(&world, "PASSWORD"), ["A 1", "B 2", "X 3"]);
}

#[tokio::test]
async fn a_place_beyond_the_end_is_the_end() {
    let listed = json!({"PASSWORD": {"A": wanted(2, 10)}});
    let world = world(&[], &listed).await;
    converges(&world).await;
    assert_eq!(order(&world, "PASSWORD"), ["A 1"]);
}

/// Whether each of five is there, with which number; is otherwise than listed; is listed, with which number.
type Drawn = [(Option<u64>, bool, Option<Option<u64>>); 5];

const NAMES: [&str; 5] = ["A", "B", "C", "D", "E"];

/// What is there and what is to be there: policies of a type, or rules of a policy.
fn split(drawn: &Drawn, first: u64) -> (Vec<Json>, serde_json::Map<String, Json>) {
    let (mut there, mut listed): (Vec<Json>, _) = (Vec::new(), serde_json::Map::new());
    let taken = |all: &[Json], number: u64| all.iter().any(|one| one["priority"] == number);
    for (name, (number, differs, wish)) in NAMES.into_iter().zip(drawn) {
        if let Some(number) = number.filter(|number| !taken(&there, *number)) {
            let words = if *differs { "old" } else { "new" };
            there.push(json!({"name": name, "priority": number, "description": words}));
        }
        let Some(wish) = wish else { continue };
        let mut body = json!({"description": "new"});
        let wish = wish.map(|wish| wish + first);
        let listed_so_far: Vec<Json> = listed.values().cloned().collect();
        if let Some(wish) = wish.filter(|wish| !taken(&listed_so_far, *wish)) {
            body["priority"] = json!(wish);
        }
        listed.insert(name.to_owned(), body);
    }
    (there, listed)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn any_places_are_reached_in_one_run(
        passwords in prop::array::uniform5((prop::option::of(0u64..7), any::<bool>(), prop::option::of(prop::option::of(0u64..7)))),
        rules in prop::array::uniform5((prop::option::of(0u64..7), any::<bool>(), prop::option::of(prop::option::of(0u64..7)))),
        own_place_counts in any::<bool>(),
    ) {
        let (mut policies, listed) = split(&passwords, 1);
        for one in &mut policies {
            one["type"] = json!("PASSWORD");
        }
        let (rules, listed_rules) = split(&rules, 0);
        policies.push(json!({"type": "ACCESS_POLICY", "name": "Apps", "rules": rules}));
        let listed = json!({"PASSWORD": listed, "ACCESS_POLICY": {"Apps": {"rules": listed_rules}}});
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = world(&policies, &listed).await;
            world.emulator().change(|state| {
                state.switches = Switches { own_place_counts, ..Switches::default() };
            });
            converges(&world).await;
            let writes = world.writes().len();
            world.run("apply --yes").await.done();
            assert_eq!(world.writes().len(), writes);
        });
    }
}
