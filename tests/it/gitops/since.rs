//! `--since`: the orgs that a branch changes, and no others.

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
