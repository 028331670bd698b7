//! What orgs have inside, as a branch changes it: whose rule it is, and how much of it is shown.

use super::repository::{branch, commit, init};
use crate::support::{World, account, desired, org};

const BASELINES: &str = "baselines:
  standard:
    groups: {Contractors: {profile: {description: People of our partners}}, Gone: {}}
    zones: {Corporate: {type: IP, gateways: [{type: CIDR, value: 192.0.2.0/24}]}}
";

#[tokio::test]
async fn a_reviewer_sees_each_field_of_a_baseline_first() {
    let world = World::with(account(vec![org("a", &[]), org("b", &[])])).await;
    let repository = init(&world);
    let base = desired(&[
        "{domain: a.okta.com, baseline: standard}",
        "{domain: b.okta.com, baseline: standard}",
        "{domain: c.okta.com}",
    ]) + BASELINES;
    world.file("aerial.yaml", &base);
    commit(&repository, "base");
    branch(&repository, "feature");
    world.file(
        "aerial.yaml",
        base.replace("192.0.2.0/24", "198.51.100.0/24")
            .replace(
                ", Gone: {}}",
                ", New: {}}\n    orgSettings: {website: https://acme.example}",
            )
            .replace("c.okta.com", "c.okta.com, baseline: standard"),
    );
    commit(&repository, "feature");
    let mut texts = String::new();
    for format in ["human", "markdown", "json"] {
        let ran = world
            .run(&format!("preview --base main --format {format}"))
            .await
            .done();
        texts = format!("{texts}# {format}\n{}\n", ran.out);
    }
    insta::assert_snapshot!(texts);
}

/// A branch that changes a guardrail can't hide that behind a thousand fields.
#[tokio::test]
async fn many_fields_are_counted_after_everything_else() {
    let world = World::with(account(vec![org("a", &[])])).await;
    let repository = init(&world);
    let base = desired(&["{domain: a.okta.com}"]);
    world.file("aerial.yaml", &base);
    commit(&repository, "base");
    branch(&repository, "feature");
    let groups: Vec<String> = (0..1_000).map(|n| format!("G{n}: {{}}")).collect();
    let baseline = format!(
        "baselines: {{many: {{groups: {{{}}}}}}}\n",
        groups.join(", ")
    );
    let more = base.replace("maxLinked: 100", "maxLinked: 500") + &baseline;
    world.file("aerial.yaml", more);
    commit(&repository, "feature");
    let ran = world
        .run("preview --base main --format json")
        .await
        .done()
        .json();
    let changes = ran["accountWide"].as_array().unwrap();
    assert_eq!(changes.len(), 202);
    assert_eq!(changes[0]["key"], "guardrails.maxLinked");
    assert_eq!(changes[201]["key"], "baselines: and 800 more fields");
}

#[tokio::test]
async fn one_name_in_two_files_is_an_error_that_names_both() {
    let world = World::new();
    world.file("aerial/account.yaml", desired(&[]) + BASELINES);
    world.file("aerial/shared.yaml", BASELINES);
    world.file("aerial/other.yaml", BASELINES.replace("standard", "other"));
    let ran = world.run("validate").await;
    assert_eq!(ran.exit.code(), 3);
    assert_eq!(ran.err.matches("two files have").count(), 1, "{}", ran.err);
    for part in [
        "two files have `baselines.standard`",
        "account.yaml:",
        "shared.yaml:",
    ] {
        assert!(ran.err.contains(part), "{part}: {}", ran.err);
    }
}

/// What a branch no longer lists is still to be looked for: else the base's own plan wouldn't have what drifted.
#[tokio::test]
async fn drift_is_told_from_change_though_the_branch_drops_an_object() {
    let mut one = org("a", &[]);
    one.api_tokens = vec!["token-of-org-a".to_owned()];
    let mut world = World::with(account(vec![one])).await;
    let variable = "OKTA_ORG_TOKEN_A_OKTA_COM".to_owned();
    world.vars.insert(variable, "token-of-org-a".to_owned());
    let repository = init(&world);
    let dropped = "\n    policies: {PASSWORD: {Default Policy: {system: true, description: x}}}\n";
    let base =
        desired(&["{domain: a.okta.com, baseline: standard}"]) + BASELINES.trim_end() + dropped;
    world.file("aerial.yaml", &base);
    commit(&repository, "base");
    branch(&repository, "feature");
    world.file("aerial.yaml", base.replace(dropped, "\n"));
    commit(&repository, "feature");
    let plan = world.run("plan --base main --format json").await.done();
    let plan = plan.json();
    let steps = plan["steps"].as_array().unwrap();
    assert_eq!(steps.len(), 3, "{plan:#}");
    assert!(
        steps.iter().all(|step| step["cause"] == "drift"),
        "{plan:#}"
    );
    let alone = world.run("plan --format json").await.done().json();
    assert_eq!(
        plan["live"], alone["live"],
        "what was read for the base is none of it"
    );
}

#[tokio::test]
async fn import_keeps_what_orgs_have_inside() {
    let world = World::with(account(vec![org("a", &[]), org("b", &[])])).await;
    let file = desired(&[
        "{domain: a.okta.com, products: []}",
        "{domain: b.okta.com, baseline: none, products: []}",
    ])
    .replace("{cell: ok1}", "{cell: ok1, baseline: standard}")
        + BASELINES;
    world.file("aerial.yaml", &file);
    world.run("import --out aerial.yaml --force").await.done();
    let kept = world.read("aerial.yaml");
    assert!(kept.contains(BASELINES), "{kept}");
    assert_eq!(kept.matches("baseline: none").count(), 1, "{kept}");
}
