//! `--since`: the orgs that a branch changes, and no others.

use proptest::prelude::*;
use serde_json::Value as Json;

use aerialctl::cli::Exit;

use super::repository::{branch, commit, init};
use crate::support::{World, account, desired, org, unlinked};

#[tokio::test]
async fn since_reads_and_plans_only_what_differs() {
    let orgs: Vec<_> = (0..1000)
        .map(|n| org(&format!("org-{n}"), &["sso"]))
        .collect();
    let world = World::with(account(orgs)).await;
    let repository = init(&world);
    let text = |changed: &str| {
        let orgs: Vec<String> = (0..1000)
            .map(|n| {
                let products = if [3, 500, 999].contains(&n) {
                    changed
                } else {
                    "sso"
                };
                format!("{{domain: org-{n}.okta.com, products: [{products}]}}")
            })
            .collect();
        let orgs: Vec<&str> = orgs.iter().map(String::as_str).collect();
        desired(&orgs)
    };
    world.file("aerial.yaml", text("sso"));
    commit(&repository, "base");
    branch(&repository, "feature");
    world.file("aerial.yaml", text("sso, mfa"));
    commit(&repository, "feature");
    let whole = world.run("plan --format json").await.done().json();
    let before = world.emulator().seen().len();
    let part = world
        .run("plan --since main --format json")
        .await
        .done()
        .json();
    let requests = world.emulator().seen().len() - before;
    assert!(requests <= 10, "{requests} requests");
    assert_eq!(part["steps"], whole["steps"]);
    assert_eq!(part["steps"].as_array().unwrap().len(), 3);
    world.run("apply --yes --since main").await.done();
    let ran = world.run("plan --since main").await.done();
    assert_eq!(
        ran.out,
        "No changes. The account matches the desired state.\n"
    );
    world.run("plan --detailed-exitcode").await.done();
    let before = world.emulator().seen().len();
    let ran = world.run("plan --since HEAD").await.done();
    assert_eq!(
        ran.out,
        "No changes. The account matches the desired state.\n"
    );
    assert!(world.emulator().seen().len() - before <= 3);
}

#[tokio::test]
async fn since_works_where_filters_do_not() {
    let mut state = account(vec![org("a", &["sso"]), unlinked("new", &[])]);
    state.switches.filters = false;
    let world = World::with(state).await;
    let repository = init(&world);
    world.file(
        "aerial.yaml",
        desired(&["{domain: a.okta.com, products: [sso]}"]),
    );
    commit(&repository, "base");
    branch(&repository, "feature");
    world.file(
        "aerial.yaml",
        desired(&[
            "{domain: a.okta.com, products: [mfa]}",
            "{domain: new.okta.com, products: [sso]}",
        ]),
    );
    let plan = world
        .run("plan --since main --format json")
        .await
        .done()
        .json();
    assert_eq!(plan["summary"]["link"], 1);
    assert_eq!(plan["summary"]["swap"], 1);
    world.run("apply --yes --since main").await.done();
    world.run("plan --detailed-exitcode").await.done();
}

/// A typo must not become a link, which can't be undone, because a run was narrowed: whether an entry looks like an org that
/// nobody lists is only seen in the whole list.
#[tokio::test]
async fn since_sees_a_lookalike_as_a_whole_plan_does() {
    let mut state = account(vec![org("a", &["sso"]), org("acme-emea", &[])]);
    state.orgs.push(unlinked("acme-emae", &[]));
    state.complete();
    let world = World::with(state).await;
    let repository = init(&world);
    let file =
        |orgs: &[&str]| desired(orgs).replace("unmanagedOrgs: ignore", "unmanagedOrgs: warn");
    let a = "{domain: a.okta.com, products: [sso]}";
    world.file("aerial.yaml", file(&[a]));
    commit(&repository, "base");
    branch(&repository, "feature");
    world.file("aerial.yaml", file(&[a, "{domain: acme-emae.okta.com}"]));
    commit(&repository, "feature");
    for words in ["apply --yes", "apply --yes --since main"] {
        let ran = world.run(words).await.expect(Exit::Refused);
        let asked = "did you mean the managed org acme-emea.okta.com, which no entry lists?";
        assert!(ran.err.contains(asked), "{words}: {}", ran.err);
    }
    assert_eq!(world.writes(), [""; 0]);
    let whole = world.run("plan --format json").await.done().json();
    let part = world
        .run("plan --since main --format json")
        .await
        .done()
        .json();
    for same in ["steps", "unmanaged", "guardrails"] {
        assert_eq!(part[same], whole[same], "{same}");
    }
}

/// A12: two orgs of the account have one domain: neither way of reading may pick one.
#[tokio::test]
async fn since_refuses_two_orgs_with_one_domain_as_a_whole_plan_does() {
    let mut state = account(vec![org("a", &["sso"]), org("b", &["sso"])]);
    let mut twin = org("a", &["sso", "mfa", "lcm"]);
    twin.id = "00oTwin".to_owned();
    state.orgs.push(twin);
    state.complete();
    let world = World::with(state).await;
    let repository = init(&world);
    world.file(
        "aerial.yaml",
        desired(&["{domain: a.okta.com, products: [sso]}"]),
    );
    commit(&repository, "base");
    branch(&repository, "feature");
    world.file(
        "aerial.yaml",
        desired(&["{domain: a.okta.com, products: [mfa]}"]),
    );
    commit(&repository, "feature");
    for words in ["plan", "plan --since main", "apply --yes --since main"] {
        let ran = world.run(words).await.expect(Exit::Invalid);
        assert!(ran.err.contains("several orgs"), "{words}: {}", ran.err);
    }
    assert_eq!(world.writes(), [""; 0]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// The steps of a plan for what a branch changes are the whole plan's steps for these orgs.
    #[test]
    fn since_and_a_whole_plan_agree(
        orgs in prop::collection::vec((prop::collection::vec(any::<bool>(), 4), any::<bool>(), prop::collection::vec(any::<bool>(), 4), prop::collection::vec(any::<bool>(), 4), any::<bool>()), 1..6),
        filters in any::<bool>(),
    ) {
        let names = ["sso", "mfa", "lcm", "itp"];
        let words = |set: &[bool]| -> Vec<&str> { names.iter().zip(set).filter(|(_, on)| **on).map(|(name, _)| *name).collect() };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let live = orgs.iter().enumerate().map(|(n, (has, linked, ..))| {
                let name = format!("org-{n}");
                if *linked { org(&name, &words(has)) } else { unlinked(&name, &words(has)) }
            });
            let mut state = account(live.collect());
            state.switches.filters = filters;
            let world = World::with(state).await;
            let repository = init(&world);
            let text = |head: bool| {
                let entries: Vec<String> = orgs.iter().enumerate().map(|(n, (_, _, base, new, inactive))| {
                    let set = if head { new } else { base };
                    let status = if head && *inactive { ", status: inactive" } else { "" };
                    format!("{{domain: org-{n}.okta.com, products: [{}]{status}}}", words(set).join(", "))
                }).collect();
                let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
                desired(&entries)
            };
            world.file("aerial.yaml", text(false));
            commit(&repository, "base");
            branch(&repository, "feature");
            world.file("aerial.yaml", text(true));
            commit(&repository, "feature");
            let changed: Vec<String> = orgs.iter().enumerate()
                .filter(|(_, (_, _, base, new, inactive))| base != new || *inactive)
                .map(|(n, _)| format!("org-{n}.okta.com"))
                .collect();
            let bare = |plan: &Json| -> Vec<Json> {
                let steps = plan["steps"].as_array().unwrap().iter();
                let mine = steps.filter(|step| changed.iter().any(|org| step["org"]["domain"] == **org));
                mine.map(|step| {
                    let mut step = step.clone();
                    for key in ["id", "dependsOn"] {
                        step.as_object_mut().unwrap().remove(key);
                    }
                    step
                }).collect()
            };
            let whole = world.run("plan --format json").await.done().json();
            let part = world.run("plan --since main --format json").await.done().json();
            assert_eq!(bare(&whole), bare(&part));
            assert_eq!(part["steps"].as_array().unwrap().len(), bare(&part).len(), "and no others");
        });
    }
}
