//! `owner`, `note` and keys that begin with `x-`.

use aerialctl::cli::Exit;

use crate::support::{HEAD, World, account, desired, org};

const ORGS: [&str; 4] = [
    "{domain: a.okta.com, owner: emea, note: \"payroll, see the runbook\", products: [sso]}",
    "{domain: b.okta.com, owner: emea, products: [sso]}",
    "{domain: c.okta.com, owner: us, products: [sso, mfa]}",
    "{domain: d.okta.com, products: [sso, mfa]}",
];

async fn world() -> World {
    let mut world = World::with(account(vec![
        org("a", &["sso", "lcm"]),
        org("b", &["sso", "mfa"]),
        org("c", &["sso"]),
        org("d", &["sso"]),
    ]))
    .await;
    world.vars.insert("COLUMNS".into(), "80".into());
    world.file("aerial.yaml", desired(&ORGS));
    world
}

#[tokio::test]
async fn owner_and_note_stand_beside_the_org() {
    let world = world().await;
    insta::assert_snapshot!("owners-plan", world.run("plan").await.done().out);
    let markdown = world.run("plan --format markdown").await.done().out;
    let (_, changes) = markdown.split_once("\n\n").unwrap();
    insta::assert_snapshot!("owners-markdown", changes);
    insta::assert_snapshot!("owners-status", world.run("status").await.done().out);
    let explained = world.run("explain a.okta.com").await.done().out;
    assert!(
        explained.contains("  owner     emea\n  note      payroll, see the runbook\n"),
        "{explained}"
    );
    let page = world.run("report --out -").await.done().out;
    for said in [
        "<th scope=\"col\">Owner",
        "<td>emea</td>",
        "\"payroll, see the runbook\"",
    ] {
        assert!(page.contains(said), "{said}");
    }
    let json = world.run("status --format json").await.done().json();
    assert_eq!(json["orgs"][0]["note"], "payroll, see the runbook");
    assert_eq!(json["orgs"][0]["owner"], "emea");
}

#[tokio::test]
async fn an_owner_narrows_a_run() {
    let world = world().await;
    let steps = |words: &str| {
        let words = format!("plan --format json {words}");
        let world = &world;
        async move {
            let plan = world.run(&words).await.done().json();
            let steps = plan["steps"].as_array().unwrap().iter();
            let orgs = steps.map(|step| step["org"]["domain"].as_str().unwrap().to_owned());
            orgs.collect::<Vec<_>>().join(" ")
        }
    };
    assert_eq!(steps("--owner emea").await, "a.okta.com b.okta.com");
    assert_eq!(
        steps("--owner emea --owner us").await,
        "c.okta.com a.okta.com b.okta.com"
    );
    assert_eq!(steps("--owner emea --only a.okta.com").await, "a.okta.com");
    let csv = world.run("status --format csv --owner us").await.done().out;
    assert_eq!(csv.lines().count(), 2);
    let applied = world.run("apply --yes --owner us").await.done().out;
    assert!(applied.ends_with("Applied 1 of 1 step.\n"), "{applied}");
    for (words, message, help) in [
        (
            "plan --owner emee",
            "--owner emee: no org",
            "did you mean `emea`?",
        ),
        (
            "apply --owner nobody",
            "--owner nobody: no org",
            "the owners are emea, us",
        ),
        (
            "status --owner emee",
            "--owner emee: no org",
            "did you mean `emea`?",
        ),
        (
            "report --out - --owner us --only a.okta.com",
            "--owner us: none of the orgs",
            "leave one of the two flags out",
        ),
        (
            "status --owner us --only a.okta.com",
            "--owner us: none of the orgs",
            "leave one of the two flags out",
        ),
    ] {
        let ran = world.run(words).await.expect(Exit::Usage);
        assert!(
            ran.err.contains(message) && ran.err.contains(help),
            "{words}: {}",
            ran.err
        );
    }
}

#[tokio::test]
async fn what_is_for_readers_alone_changes_no_digest() {
    let world = world().await;
    let digest = || async {
        let plan = world.run("plan --format json").await.done().json();
        plan["desired"]["digest"].as_str().unwrap().to_owned()
    };
    let before = digest().await;
    let text = world.read("aerial.yaml");
    let text = text
        .replace("owner: emea", "owner: everybody, x-ticket: IAM-7")
        .replace("see the runbook", "see the wiki")
        .replace("version: 1", "x-any: [{deep: null}]\nversion: 1");
    world.file("aerial.yaml", text);
    assert_eq!(digest().await, before);
}

#[tokio::test]
async fn keys_that_begin_with_x_are_ignored_where_the_format_says_so() {
    let world = World::new();
    let all = HEAD
        .replace("account:\n", "account:\n  x-a: {}\n")
        .replace("defaults: {", "defaults: {x-a: null, ")
        .replace("guardrails: {", "guardrails: {x-a: 1, ");
    world.file(
        "aerial.yaml",
        format!(
            "{all}x-common: &common {{cell: ok1, products: [sso]}}
baselines: {{standard: {{x-a: [], groups: {{Staff: {{}}}}}}}}
orgs:
  - {{<<: *common, domain: a.okta.com, x-a: 1}}
  - domain: acme-fr.okta.com
    create:
      x-a: 1
      parent: acme.okta.com
      name: Acme France
      admin: {{firstName: A, lastName: B, email: a@b.example, login: a, passwordFrom: AERIAL_ADMIN_PASSWORD_ACME_FR}}
"
        ),
    );
    let ran = world.run("validate").await.done();
    assert_eq!(ran.err, "");
    for (place, text) in [
        ("products", "products: {x-a: 1}"),
        ("bundles", "bundles: {x-a: 1}"),
        ("baselines", "baselines: {x-a: 1}"),
        ("groups", "baselines: {s: {groups: {x-a: 1}}}"),
        ("policies", "baselines: {s: {policies: {x-a: 1}}}"),
        (
            "a policy's rules",
            "baselines: {s: {policies: {PASSWORD: {P: {rules: {x-a: 1}}}}}}",
        ),
        (
            "admin",
            "orgs: [{domain: acme-fr.okta.com, create: {parent: acme.okta.com, name: F, admin: {x-a: 1, firstName: A, lastName: B, email: a@b.example, login: a, passwordFrom: AERIAL_ADMIN_PASSWORD_ACME_FR}}}]",
        ),
    ] {
        let orgs = if text.starts_with("orgs") {
            ""
        } else {
            "\norgs: []"
        };
        world.file(
            "aerial.yaml",
            format!("version: 1\naccount: {{id: 0227a}}\ndefaults: {{cell: ok1}}\n{text}{orgs}\n"),
        );
        let ran = world.run("validate").await;
        assert_eq!(ran.exit, Exit::Invalid, "{place}: {}", ran.err);
    }
}
