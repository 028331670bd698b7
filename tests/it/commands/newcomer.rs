//! What a newcomer stumbles over, beside wrong files: a part taken for the whole, an account of yesterday, an edit that no
//! commit has.

use aerialctl::cli::Exit;

use crate::support::{HEAD, World, account, desired, org};

#[tokio::test]
async fn a_file_of_a_folder_is_told_to_be_a_part() {
    let world = World::new();
    world.file("aerial/account.yaml", HEAD);
    world.file(
        "aerial/teams/a.yaml",
        "orgs: [{domain: a.okta.com, products: [workforce]}]\n",
    );
    for command in ["validate", "plan --emulator", "validate --format json"] {
        let words = format!("{command} -f aerial/teams/a.yaml");
        let ran = world.run(&words).await.expect(Exit::Invalid);
        let text = ran.text();
        let said = text.matches("name the folder that has all of it, `--file aerial`");
        assert!(said.count() >= 2, "{text}");
        assert!(!text.contains("add `account:`"), "{text}");
    }
    // Where the folder has it as little, nothing points there.
    world.file("aerial/account.yaml", "version: 1\n");
    let ran = world.run("validate -f aerial/teams/a.yaml").await;
    assert!(ran.err.contains("add `account:`"), "{}", ran.err);
}

#[tokio::test]
async fn an_emulated_account_that_was_made_for_an_earlier_file_is_told() {
    let world = World::new();
    world.file("aerial.yaml", desired(&["{domain: a.okta.com}"]));
    let ran = world.run("plan --emulator").await.done();
    assert!(!ran.err.contains("warning"), "{}", ran.err);
    world.file(
        "aerial.yaml",
        desired(&[
            "{domain: A.okta.com}",
            "{domain: b.okta.com}",
            "{domain: c.okta.com}",
        ]),
    );
    let ran = world.run("plan --emulator").await.done();
    insta::assert_snapshot!(ran.err.split("Account").next().unwrap(), @r"
    warning: the emulated account in .aerialctl/emulator.json has no b.okta.com (and 1 more): it was made for an earlier file, or from a seed
     |
     = help: remove .aerialctl/emulator.json to start with an account that has all of the file's orgs, or make it from --emulator-seed FILE
    ");
    std::fs::remove_file(world.path(".aerialctl/emulator.json")).unwrap();
    let ran = world.run("apply --emulator --yes").await.done();
    assert!(!ran.err.contains("warning"), "{}", ran.err);
}

/// A file about another account is refused before anything good is said about it.
#[tokio::test]
async fn what_the_pin_refuses_is_not_called_valid() {
    let mut world = World::new();
    world.file("aerial.yaml", desired(&["{domain: a.okta.com}"]));
    world
        .vars
        .insert("AERIAL_ACCOUNT_ID".into(), "0227other".into());
    for format in ["human", "json", "sarif", "github"] {
        let ran = world.run(&format!("validate --format {format}")).await;
        let ran = ran.expect(Exit::Refused);
        assert_eq!(ran.out, "");
        assert!(ran.err.contains("AERIAL_ACCOUNT_ID pins 0227other"));
    }
}

/// Okta doesn't say whether it lets an inactive org have other products.
#[tokio::test]
async fn the_products_of_an_org_that_stays_inactive_come_with_a_warning() {
    let inactive = |name: &str| {
        let mut org = org(name, &["sso"]);
        org.status = "INACTIVE".into();
        org
    };
    let world = World::with(account(vec![
        inactive("off"),
        inactive("back"),
        inactive("same"),
        org("on", &["sso"]),
    ]))
    .await;
    world.file(
        "aerial.yaml",
        desired(&[
            "{domain: off.okta.com, status: inactive, products: [sso, mfa]}",
            "{domain: back.okta.com, status: active, products: [sso, mfa]}",
            "{domain: same.okta.com, products: [sso]}",
            "{domain: on.okta.com, status: inactive, products: [sso, mfa]}",
        ]),
    );
    let plan = world.run("plan --format json").await.done().json();
    assert_eq!(
        plan["warnings"],
        serde_json::json!([
            "off.okta.com is and stays inactive: Okta doesn't say whether the products of such an org can be changed, and may refuse"
        ])
    );
}

/// An org that no domain is like goes where its cell is, and the reason is said; the catalogue that is there follows.
#[tokio::test]
async fn an_org_goes_to_the_orgs_of_its_cell_and_into_the_catalogue() {
    let mut stranger = org("aaglobex", &["sso"]);
    stranger.cell = "ok9".into();
    let world = World::with(account(vec![
        org("acme-emea-1", &["sso"]),
        org("acme-emea-2", &["sso"]),
        org("acme-apac-1", &["sso"]),
        stranger,
    ]))
    .await;
    world.file("aerial/account.yaml", HEAD);
    world.file(
        "aerial/orgs/emea.yaml",
        "orgs:\n  - {domain: acme-emea-1.okta.com, cell: ok1}\n  - {domain: acme-emea-2.okta.com, cell: ok1}\n",
    );
    let apac = "orgs:\n  - {domain: acme-apac-1.okta.com, cell: ok9}\n";
    world.file("aerial/orgs/apac.yaml", apac);
    world.run("catalog").await.done();
    let known = world.read("aerial/aerial.catalog.json");
    let id = world
        .emulator()
        .state()
        .orgs
        .iter()
        .find(|org| org.domain == "aaglobex.okta.com")
        .unwrap()
        .id
        .clone();
    let line = known
        .lines()
        .find(|line| line.contains(&id))
        .unwrap()
        .to_owned();
    let stale = known.replace(&format!("{line}\n"), "");
    world.file("aerial/aerial.catalog.json", &stale);
    world.run("import --update --out -").await.done();
    assert_eq!(
        world.read("aerial/aerial.catalog.json"),
        stale,
        "--out - writes nothing"
    );
    let ran = world.run("import --update").await.done();
    let said = "added to aerial/orgs/apac.yaml: aaglobex.okta.com (orgs there are in the same cell)\nrefreshed aerial/aerial.catalog.json\n";
    assert!(ran.err.contains(said), "{}", ran.err);
    assert_eq!(world.read("aerial/aerial.catalog.json"), known);
    assert_eq!(world.run("validate").await.done().err, "");
    // With the old one the entry's id tells that the list is old.
    world.file("aerial/aerial.catalog.json", &stale);
    let ran = world.run("validate").await.done();
    assert!(
        ran.err.contains("so it may have been managed since"),
        "{}",
        ran.err
    );
    assert!(!ran.err.contains("it would be linked"), "{}", ran.err);
}
