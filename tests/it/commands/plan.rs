//! `plan`: what a reviewer reads and what a script reads.

use aerialctl::cli::Exit;

use crate::support::{World, account, desired, org, plain, unlinked};

async fn world() -> World {
    let mut up = org("up", &["sso"]);
    up.status = "INACTIVE".into();
    let world = World::with(account(vec![
        org("add", &["sso"]),
        org("off", &["sso"]),
        org("same", &["sso", "mfa"]),
        org("swap", &["lcm"]),
        org("unmanaged", &[]),
        unlinked("new", &[]),
        up,
    ]))
    .await;
    let file = desired(&[
        "{domain: add.okta.com, products: [workforce]}",
        "{domain: off.okta.com, status: inactive, products: []}",
        "{domain: same.okta.com, products: [workforce]}",
        "{domain: swap.okta.com, products: [sso]}",
        "{domain: new.okta.com, products: [sso, lcm]}",
        "{domain: up.okta.com, status: active}",
    ]);
    world.file(
        "aerial.yaml",
        file.replace("unmanagedOrgs: ignore", "unmanagedOrgs: warn"),
    );
    world
}

#[tokio::test]
async fn the_human_plan_reads_like_this() {
    let world = world().await;
    let ran = world.run("plan").await.done();
    insta::assert_snapshot!(plain(&ran.text(), &world));
}

#[tokio::test]
async fn the_json_plan_reads_like_this() {
    let world = world().await;
    let ran = world.run("plan --format json --out plan.json").await.done();
    assert_eq!(ran.out, world.read("plan.json"));
    insta::assert_snapshot!(ran.plain(&world));
}

#[tokio::test]
async fn the_same_account_gives_the_same_bytes() {
    let world = world().await;
    let first = world.run("plan --format json").await.done().out;
    for _ in 0..3 {
        assert_eq!(
            world
                .run("plan --format json --concurrency 1")
                .await
                .done()
                .out,
            first
        );
    }
}

#[tokio::test]
async fn the_detailed_exit_code_tells_changes_from_none() {
    let world = world().await;
    world.run("plan").await.done();
    world
        .run("plan --detailed-exitcode")
        .await
        .expect(Exit::Pending);
    world.run("apply --yes").await.done();
    let ran = world.run("plan --detailed-exitcode").await.done();
    assert_eq!(
        ran.out,
        "No changes. The account matches the desired state.\n"
    );
}

#[tokio::test]
async fn only_narrows_the_plan_and_what_is_read() {
    let world = world().await;
    let plan = world
        .run("plan --only SWAP.okta.com --format json")
        .await
        .done()
        .json();
    assert_eq!(plan["summary"]["orgsChanged"], 1);
    assert_eq!(plan["steps"][0]["org"]["domain"], "swap.okta.com");
    let products = world
        .emulator()
        .seen()
        .into_iter()
        .filter(|seen| seen.path.ends_with("/products") && seen.path.starts_with("/orgs/"));
    assert_eq!(products.count(), 1);
    let ran = world
        .run("plan --only swop.okta.com")
        .await
        .expect(Exit::Usage);
    assert!(
        ran.err.contains("did you mean swap.okta.com?"),
        "{}",
        ran.err
    );
}

#[tokio::test]
async fn products_are_read_only_where_the_file_manages_them() {
    let world = world().await;
    world.run("plan").await.done();
    let read = world
        .emulator()
        .seen()
        .into_iter()
        .filter(|seen| seen.path.starts_with("/orgs/") && seen.path.ends_with("/products"));
    // add, off, same, swap; not up (no `products`), unmanaged, new, or the Aerial org.
    assert_eq!(read.count(), 4);
}

#[tokio::test]
async fn guardrails_warn_in_a_plan_and_refuse_an_apply() {
    let world = world().await;
    let tight = world.read("aerial.yaml").replace(
        "{maxDisabled: 100, maxLinked: 100, maxDeactivated: 100, unmanagedOrgs: warn}",
        "{maxDisabled: 1, maxLinked: 0, maxDeactivated: 0, protectedOrgs: [swap.okta.com], unmanagedOrgs: fail}",
    );
    world.file("aerial.yaml", tight);
    let plan = world.run("plan --format json").await.done();
    insta::assert_snapshot!(plan.err);
    insta::assert_snapshot!(plan.json()["guardrails"]);
    let ran = world.run("apply --yes").await.expect(Exit::Refused);
    insta::assert_snapshot!(plain(&ran.err, &world));
    world
        .run("apply --yes --allow disables,links,deactivations,protected")
        .await
        .expect(Exit::Refused);
    assert_eq!(world.writes(), [""; 0]);
    let text = world
        .read("aerial.yaml")
        .replace("unmanagedOrgs: fail", "unmanagedOrgs: ignore");
    world.file("aerial.yaml", text);
    world
        .run("apply --yes --allow disables,links,deactivations")
        .await
        .expect(Exit::Refused);
    world
        .run("apply --yes --allow disables,links,deactivations,protected")
        .await
        .done();
}

#[tokio::test]
async fn guardrails_hold_when_the_file_is_silent() {
    let many: Vec<_> = (0..10)
        .map(|n| org(&format!("org-{n}"), &["sso"]))
        .collect();
    let world = World::with(account(many)).await;
    let silent = |orgs: &[&str]| {
        let text = desired(orgs);
        let line = text
            .lines()
            .find(|line| line.starts_with("guardrails"))
            .unwrap()
            .to_owned();
        text.replace(&format!("{line}\n"), "")
    };
    let none = |n: usize| format!("{{domain: org-{n}.okta.com, products: []}}");
    let kept = |n: usize| format!("{{domain: org-{n}.okta.com, products: [sso]}}");
    let orgs = |gone: usize| -> Vec<String> {
        (0..10)
            .map(|n| if n < gone { none(n) } else { kept(n) })
            .collect()
    };
    for (gone, exit) in [(4, Exit::Refused), (3, Exit::Done)] {
        let orgs = orgs(gone);
        let orgs: Vec<&str> = orgs.iter().map(String::as_str).collect();
        world.file("aerial.yaml", silent(&orgs));
        let ran = world.run("apply --yes").await.expect(exit);
        if exit == Exit::Refused {
            assert!(
                ran.err.contains(
                    "disables 4 products, the limit is 3 (30 % of the 10 enabled in the orgs that this run reads, by default)"
                ),
                "{}",
                ran.err
            );
            assert!(ran.err.contains(", and 1 more step\n"), "{}", ran.err);
        }
    }
    world.file(
        "aerial.yaml",
        silent(&["{domain: org-9.okta.com, status: inactive}"]),
    );
    world.run("apply --yes").await.expect(Exit::Refused);
}

#[tokio::test]
async fn an_unsubscribed_product_is_refused_with_the_nearest_one() {
    let world = World::with(account(vec![org("a", &[])])).await;
    world.file(
        "aerial.yaml",
        desired(&["{domain: a.okta.com, products: [sso, P000132]}"]),
    );
    let ran = world.run("plan").await.expect(Exit::Invalid);
    insta::assert_snapshot!(ran.text());
}

#[tokio::test]
async fn an_id_and_a_domain_of_different_orgs_are_refused() {
    let world = World::with(account(vec![org("a", &[]), org("b", &[])])).await;
    let state = world.emulator().state();
    let id = |n: usize| state.orgs[n].id.clone();
    world.file(
        "aerial.yaml",
        desired(&[
            &format!("{{domain: a.okta.com, id: {}}}", id(2)),
            "{domain: b.okta.com}",
        ]),
    );
    let ran = world.run("plan").await.expect(Exit::Invalid);
    assert!(ran.err.contains("belong to different orgs"), "{}", ran.err);
    world.file(
        "aerial.yaml",
        desired(&[&format!("{{id: {}}}", id(2)), "{domain: b.okta.com}"]),
    );
    let ran = world.run("plan").await.expect(Exit::Invalid);
    assert!(
        ran.err.contains("two entries are the same org"),
        "{}",
        ran.err
    );
    // An org keeps its id when it is renamed; what is meant is for a person to say.
    world.file(
        "aerial.yaml",
        desired(&[&format!(
            "{{domain: old.okta.com, id: {}, products: [sso]}}",
            id(2)
        )]),
    );
    for words in ["plan", "apply --yes"] {
        let ran = world.run(words).await.expect(Exit::Invalid);
        let said = "is b.okta.com, the file says old.okta.com";
        assert!(ran.err.contains(said), "{}", ran.err);
        let help = "if the org was renamed, write `domain: b.okta.com`; if old.okta.com is meant, correct the `id`";
        assert!(ran.err.contains(help), "{}", ran.err);
    }
    assert_eq!(world.writes(), [""; 0]);
}

#[tokio::test]
async fn the_aerial_org_is_never_deactivated() {
    let world = World::with(account(vec![])).await;
    world.file(
        "aerial.yaml",
        desired(&["{domain: acme-aerial.okta.com, status: inactive}"]),
    );
    world.run("plan").await.expect(Exit::Invalid);
    // Also when the file doesn't know which one it is.
    let text = desired(&["{domain: acme-aerial.okta.com, status: inactive}"]);
    world.file(
        "aerial.yaml",
        text.replace("  aerialOrg: acme-aerial.okta.com\n", ""),
    );
    let ran = world
        .run("apply --yes --allow deactivations,protected")
        .await
        .expect(Exit::Invalid);
    assert!(
        ran.err
            .contains("is the Aerial org: it is never deactivated"),
        "{}",
        ran.err
    );
    assert_eq!(world.writes(), [""; 0]);
}

#[tokio::test]
async fn every_page_is_read_however_pages_are_linked() {
    for style in ["absolute", "relative", "joined"] {
        let mut state = account((0..250).map(|n| org(&format!("org-{n}"), &[])).collect());
        state.switches.link_style = serde_json::from_value(style.into()).unwrap();
        let world = World::with(state).await;
        world.file(
            "aerial.yaml",
            desired(&["{domain: org-249.okta.com, products: []}"]),
        );
        let plan = world.run("plan --format json").await.done().json();
        assert_eq!(plan["live"]["orgs"], 251, "{style}");
    }
}

#[tokio::test]
async fn an_empty_list_is_never_taken_for_the_truth() {
    let world = World::with(account(vec![])).await;
    world.emulator().change(|state| state.orgs.clear());
    world.file("aerial.yaml", desired(&["{domain: a.okta.com}"]));
    let ran = world.run("plan").await.expect(Exit::Failed);
    assert!(
        ran.err.contains("the list of managed orgs is empty"),
        "{}",
        ran.err
    );
}

#[tokio::test]
async fn a_list_without_the_aerial_org_gets_a_warning() {
    let world = World::with(account(vec![org("a", &[])])).await;
    world
        .emulator()
        .change(|state| state.orgs[0].linked = false);
    world.file("aerial.yaml", desired(&["{domain: a.okta.com}"]));
    let ran = world.run("plan").await.done();
    assert!(ran.err.contains("lacks the Aerial org"), "{}", ran.err);
}

#[tokio::test]
async fn a_dry_run_on_the_embedded_emulator_needs_nothing_but_the_file() {
    let world = World::new();
    world.file(
        "aerial.yaml",
        desired(&[
            "{domain: a.okta.com, products: [workforce]}",
            "{id: 00oX, products: [sso]}",
        ]),
    );
    let ran = world.run("plan --emulator").await.done();
    assert!(
        ran.out.contains("Plan: 2 to link, 3 products to enable"),
        "{}",
        ran.out
    );
    world.run("apply --yes --emulator").await.done();
    let ran = world.run("plan --emulator").await.done();
    assert_eq!(
        ran.out,
        "No changes. The account matches the desired state.\n"
    );
}

#[tokio::test]
async fn two_orgs_with_one_domain_must_be_told_apart_by_id() {
    let world = World::with(account(vec![org("a", &["sso"]), org("b", &["sso"])])).await;
    world
        .emulator()
        .change(|state| state.orgs[2].domain = "a.okta.com".into());
    world.file(
        "aerial.yaml",
        desired(&["{domain: a.okta.com, products: []}"]),
    );
    let ran = world.run("plan").await.expect(Exit::Invalid);
    assert!(
        ran.err.contains("several orgs with the domain a.okta.com"),
        "{}",
        ran.err
    );
    let id = world.emulator().state().orgs[2].id.clone();
    world.file(
        "aerial.yaml",
        desired(&[&format!("{{id: {id}, products: []}}")]),
    );
    let plan = world.run("plan --format json").await.done().json();
    assert_eq!(plan["steps"][0]["org"]["id"], id);
}
