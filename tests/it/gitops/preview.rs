//! `preview`: what a branch changes.

use aerialctl::cli::Exit;

use super::repository::{branch, commit, init};
use crate::support::{World, desired};

#[tokio::test]
async fn preview_shows_what_a_branch_changes_without_network_or_credentials() {
    let world = World::new();
    let repository = init(&world);
    let base = desired(&[
        "{domain: a.okta.com, products: [sso]}",
        "{domain: b.okta.com, products: [workforce]}",
        "{domain: gone.okta.com, products: [sso]}",
        "{domain: same.okta.com, products: [lcm]}",
    ]);
    world.file("aerial.yaml", &base);
    commit(&repository, "base");
    branch(&repository, "feature");
    // A change to a bundle is a change to each org that uses it.
    let text = base
        .replace("workforce: [sso, mfa]", "workforce: [sso, lcm]")
        .replace(
            "  - {domain: gone.okta.com, products: [sso]}\n",
            "  - {domain: new.okta.com, products: [sso], status: inactive}\n",
        )
        .replace(
            "{domain: a.okta.com, products: [sso]}",
            "{domain: a.okta.com, products: [sso], enforce: additive}",
        );
    world.file("aerial.yaml", text);
    commit(&repository, "feature");
    // main moves on: that isn't this branch's doing.
    repository.set_head("refs/heads/main").unwrap();
    repository
        .checkout_head(Some(git2::build::CheckoutBuilder::new().force()))
        .unwrap();
    world.file(
        "aerial.yaml",
        base.replace(
            "same.okta.com, products: [lcm]",
            "same.okta.com, products: [mfa]",
        ),
    );
    commit(&repository, "main moves on");
    repository.set_head("refs/heads/feature").unwrap();
    repository
        .checkout_head(Some(git2::build::CheckoutBuilder::new().force()))
        .unwrap();
    let ran = world.run("preview --base main").await.done();
    insta::assert_snapshot!(ran.text());
    let markdown = world
        .run("preview --base main --format markdown")
        .await
        .done();
    insta::assert_snapshot!(markdown.out);
    let json = world
        .run("preview --base main --format json")
        .await
        .done()
        .json();
    let orgs: Vec<&str> = json["orgs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|org| org["org"].as_str().unwrap())
        .collect();
    assert_eq!(
        orgs,
        ["a.okta.com", "b.okta.com", "gone.okta.com", "new.okta.com"]
    );
    let edited = world.read("aerial.yaml").replace("enforce: additive", "");
    let committed = world.read("aerial.yaml");
    world.file("aerial.yaml", edited);
    let ran = world.run("preview --base main").await.done();
    assert_eq!(
        ran.err,
        "edits that no commit has yet are compared as well\n"
    );
    world.file("aerial.yaml", committed);
    let ran = world.run("preview --base HEAD").await.done();
    assert_eq!(ran.err, "");
    assert_eq!(
        ran.out,
        "This branch changes nothing in the desired state.\n"
    );
    let ran = world
        .run("preview --base nowhere")
        .await
        .expect(Exit::Failed);
    insta::assert_snapshot!(ran.err, @r"
    error: there is no revision `nowhere` in this repository
     |
     = help: write a branch, tag or commit; fetch it first if it is another repository's
    ");
}

#[tokio::test]
async fn preview_knows_an_org_by_its_id_and_else_by_its_domain() {
    let world = World::new();
    let repository = init(&world);
    world.file(
        "aerial.yaml",
        desired(&[
            "{domain: named.okta.com, products: [sso]}",
            "{domain: old.okta.com, id: 00oRenamed, products: [sso]}",
            "{domain: other.okta.com, id: 00oOne, products: [sso]}",
            "{id: 00oBare, products: [sso]}",
        ]),
    );
    commit(&repository, "base");
    branch(&repository, "feature");
    world.file(
        "aerial.yaml",
        desired(&[
            "{domain: named.okta.com, id: 00oNamed, products: [sso]}",
            "{domain: new.okta.com, id: 00oRenamed, products: [sso]}",
            "{domain: other.okta.com, id: 00oTwo, products: [sso]}",
            "{domain: bare.okta.com, id: 00oBare, products: [sso]}",
        ]),
    );
    commit(&repository, "feature");
    let ran = world
        .run("preview --base main --format json")
        .await
        .done()
        .json();
    let orgs: Vec<String> = ran["orgs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|org| format!("{} {} {}", org["change"], org["org"], org["notes"]))
        .collect();
    insta::assert_snapshot!(orgs.join("\n"));
}

#[tokio::test]
async fn a_branch_that_adds_the_file_is_compared_with_nothing() {
    let world = World::new();
    let repository = init(&world);
    world.file("readme.md", "hello");
    commit(&repository, "base");
    branch(&repository, "feature");
    world.file(
        "aerial.yaml",
        desired(&["{domain: a.okta.com, products: [sso]}"]),
    );
    commit(&repository, "feature");
    let ran = world.run("preview --base main").await.done();
    insta::assert_snapshot!(ran.out, @r"
    Caution: This branch changes what holds for the whole account
    ! defaults.cell: ok1 is new
    ! guardrails.maxDeactivated: 100, was 0
    ! guardrails.maxDisabled: 100, was 30% of 10 or more
    ! guardrails.maxLinked: 100, was 10
    ! guardrails.unmanagedOrgs: ignore, was warn

    Can't be undone
      a.okta.com   aerial.yaml:10
        ! new in the file: if it isn't linked yet, it gets linked

    Removals
      a.okta.com   aerial.yaml:10
        ~ its products are managed from now on: what it has and isn't listed gets disabled

    Additions
      a.okta.com   aerial.yaml:10
        + P000052 sso

    This branch: 1 org added, 0 removed from the file, 0 changed; 1 product listed, 0 no longer listed.
    ");
}
