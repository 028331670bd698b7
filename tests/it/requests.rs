//! What commands ask the account: no more than they need, and nothing twice without need.

use crate::support::{World, account, desired, org, unlinked};

/// What one command asks, as `GET /orgs`, sorted.
async fn asked(world: &World, words: &str) -> Vec<String> {
    let before = world.emulator().seen().len();
    world.run(words).await;
    let seen = world.emulator().seen().split_off(before).into_iter();
    let state = world.emulator().state();
    let mut lines: Vec<String> = seen
        .map(|seen| {
            let mut path = seen.path;
            for org in &state.orgs {
                let name = org.domain.trim_end_matches(".okta.com");
                path = path.replace(&org.id, name);
            }
            format!("{} {path}", seen.method)
        })
        .collect();
    lines.sort();
    lines
}

async fn world() -> World {
    let mut orgs: Vec<_> = (0..250)
        .map(|n| org(&format!("org-{n}"), &["sso"]))
        .collect();
    orgs.extend([org("a", &["sso"]), org("b", &["sso"]), unlinked("new", &[])]);
    let world = World::with(account(orgs)).await;
    let entries = (0..250).map(|n| format!("{{domain: org-{n}.okta.com, products: [sso]}}"));
    let mut entries: Vec<String> = entries.collect();
    entries.extend(
        ["a", "b", "new"].map(|name| format!("{{domain: {name}.okta.com, products: [sso]}}")),
    );
    let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
    world.file("aerial.yaml", desired(&entries));
    world
}

/// The account, its products, and three pages of orgs.
const HEAD: [&str; 5] = [
    "GET /accounts",
    "GET /orgs",
    "GET /orgs",
    "GET /orgs",
    "GET /products",
];

#[tokio::test]
async fn a_part_of_the_file_costs_the_list_and_its_own_orgs() {
    let world = world().await;
    let lines = asked(&world, "plan --only a.okta.com").await;
    assert_eq!(
        lines,
        [&HEAD[..4], &["GET /orgs/a/products"], &HEAD[4..]].concat()
    );
    // Groups and templates beside it.
    let lines = asked(&world, "status --only a.okta.com").await;
    assert_eq!(lines.len(), HEAD.len() + 1 + 2, "{lines:#?}");
    let lines = asked(&world, "explain a.okta.com").await;
    assert_eq!(lines.len(), HEAD.len() + 1 + 2 + 1, "{lines:#?}");
    assert!(lines.contains(&"GET /api/v1/logs".to_owned()));
}

#[tokio::test]
async fn a_step_costs_a_look_a_write_and_a_check() {
    let world = world().await;
    let file = world.read("aerial.yaml").replace(
        "{domain: a.okta.com, products: [sso]}",
        "{domain: a.okta.com, products: [sso, mfa]}",
    );
    world.file("aerial.yaml", file);
    let planned = asked(&world, "plan").await.len();
    assert_eq!(planned, HEAD.len() + 252);
    let lines = asked(&world, "apply --yes").await;
    let of = |name: &str| -> Vec<&str> {
        let all = lines.iter().map(String::as_str);
        all.filter(|line| line.contains(name)).collect()
    };
    // One for the plan, one before the write, one after it.
    let read = "GET /orgs/a/products";
    assert_eq!(of("/a/"), [read, read, read, "PUT /orgs/a/products"]);
    // Linked and seen to be; then its products, as any org's.
    let read = "GET /orgs/new/products";
    let of_new = ["GET /orgs/new", read, read, "PUT /orgs/new/products"];
    assert_eq!(of("/new"), of_new);
    // Besides a look for what is to be linked, and the link.
    assert_eq!(lines.len(), planned + 3 + 4 + 2, "{lines:#?}");
    let lines = asked(&world, "apply --yes").await;
    assert_eq!(lines.len(), HEAD.len() + 253, "nothing to do costs a plan");
}
