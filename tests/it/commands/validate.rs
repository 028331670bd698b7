//! `validate`: all errors at once, each at its place.

use aerialctl::cli::Exit;
use aerialctl::diagnostic::Code;

use crate::support::{HEAD, World, desired};

#[tokio::test]
async fn all_errors_of_both_layers_come_at_once() {
    let world = World::new();
    world.file(
        "aerial.yaml",
        "\
version: 2
account:
  id: 0227mkkf8ulgt48bkidcd8ekqft
  environment: staging
  aerialOrg: acme-aerial-admin.okta.com
products:
  sso: P000052
  mfa: 131
  P000009: P000009
bundles:
  a: [b]
  b: [c, sso]
  c: [a]
  sso: [mfa]
defaults: {cell: 7}
orgs:
  - domain: acme.okta.com
    products: [sso, lmc, workfroce]
    colour: blue
  - domain: https://acme-emea.okta.com/admin
    status: ACTIVE
  - domain: ACME.okta.com
    products:
  - id: \"../accounts\"
  - cell: ok1
  - just text
guardrails: {maxDisabled: 120%, maxLinked: -1, maxLinekd: 3, protectedOrgs: acme.okta.com}
",
    );
    let ran = world.run("validate").await.expect(Exit::Invalid);
    insta::assert_snapshot!(ran.text());
    let ran = world
        .run("validate --format github")
        .await
        .expect(Exit::Invalid);
    insta::assert_snapshot!(ran.out);
    let json = world
        .run("validate --format json")
        .await
        .expect(Exit::Invalid)
        .json();
    assert_eq!(json["valid"], false);
    assert_eq!(json["diagnostics"][0]["file"], "aerial.yaml");
}

#[tokio::test]
async fn several_files_and_folders_are_one_desired_state() {
    let world = World::new();
    world.file("aerial/account.yaml", HEAD);
    world.file(
        "aerial/emea.yml",
        "version: 1\norgs: [{domain: a.okta.com, products: [workforce]}]\n",
    );
    world.file("aerial/deep/apac.yaml", "orgs: [{domain: b.okta.com}]\n");
    world.file("aerial/.hidden.yaml", "nonsense");
    world.file("aerial/readme.md", "nonsense");
    let ran = world.run("validate").await.done();
    assert_eq!(ran.out, "3 files: valid, 2 orgs.\n");
    world.file("more.yaml", "orgs: [{domain: c.okta.com}]\n");
    let ran = world
        .run("validate -f more.yaml -f aerial -f aerial/emea.yml")
        .await
        .done();
    assert_eq!(ran.out, "4 files: valid, 3 orgs.\n");
}

#[tokio::test]
async fn one_org_in_two_places_names_both() {
    let world = World::new();
    world.file("aerial/a.yaml", desired(&["{domain: a.okta.com}"]));
    world.file(
        "aerial/b.yaml",
        "version: 1\naccount: {id: 0227other}\norgs: [{domain: A.okta.com}]\n",
    );
    let ran = world.run("validate").await.expect(Exit::Invalid);
    insta::assert_snapshot!(ran.err);
}

#[tokio::test]
async fn warnings_do_not_fail() {
    let world = World::new();
    let file = desired(&["{domain: acme.okta.com, products: [sso]}"])
        .replace("unmanagedOrgs: ignore", "protectedOrgs: [acne.okta.com]");
    world.file("aerial.yaml", format!("{file}ignoreProducts: [sso]\n"));
    let ran = world.run("validate").await.done();
    insta::assert_snapshot!(ran.text());
}

#[tokio::test]
async fn names_ids_order_and_case_give_the_same_plan() {
    let world = World::new();
    let plan = async |text: &str| {
        world.file("aerial.yaml", text);
        world.run("plan --emulator --format json").await.done().out
    };
    let a = plan(&desired(&[
        "{domain: a.okta.com, cell: OK1, products: [workforce, lcm]}",
        "{domain: b.okta.com, products: [sso]}",
    ]))
    .await;
    let b = plan(&desired(&[
        "{products: [P000052], domain: B.Okta.com}",
        "{cell: ok1, products: [lcm, mfa, P000052, sso], domain: A.OKTA.COM}",
    ]))
    .await;
    assert_eq!(a, b);
}

#[tokio::test]
async fn sarif_has_each_finding_at_its_place() {
    let world = World::new();
    world.file("my file.yaml", "version: 1\naccount: {id: x}\norgs: [{domain: a.okta.com}, {domain: A.okta.com, products: [ö]}]\n");
    let ran = world
        .run_args(&["validate", "--format", "sarif", "-f", "my file.yaml"])
        .await;
    let log = ran.expect(Exit::Invalid).json();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(run["tool"]["driver"]["name"], "aerialctl");
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 2);
    for result in results {
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "my%20file.yaml");
        assert_eq!(place["region"]["startLine"], 3);
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        assert!(rules.iter().any(|rule| rule["id"] == result["ruleId"]));
    }
    assert_eq!(
        run["tool"]["driver"]["rules"][1],
        serde_json::json!({
            "id": "unknown-product",
            "fullDescription": {"text": Code::UnknownProduct.explanation()},
            "help": {"text": Code::UnknownProduct.explanation()},
        })
    );
    assert_eq!(results[0]["relatedLocations"].as_array().unwrap().len(), 1);
    world.file("aerial.yaml", desired(&[]).replace("orgs:\n", "orgs: []\n"));
    let log = world.run("validate --format sarif").await.done().json();
    assert_eq!(log["runs"][0]["results"], serde_json::json!([]));
}

#[tokio::test]
async fn a_hundred_megabytes_are_refused_unread() {
    let world = World::new();
    let file = std::fs::File::create(world.path("aerial.yaml")).unwrap();
    file.set_len(100 * 1024 * 1024).unwrap();
    let ran = world.run("validate").await.expect(Exit::Invalid);
    assert!(
        ran.err
            .contains("aerial.yaml:1:1: the file has 104857600 bytes"),
        "{}",
        ran.err
    );
    #[cfg(unix)]
    {
        let ran = world
            .run("validate -f /dev/zero")
            .await
            .expect(Exit::Invalid);
        assert!(
            ran.err.contains("a desired state may have 67108864"),
            "{}",
            ran.err
        );
    }
}
