//! `until`, as a user sees it.

use aerialctl::cli::Exit;

use crate::gitops::repository::{branch, commit, init};
use crate::support::{HEAD, World, account, desired, org};

#[tokio::test]
async fn what_is_no_day_is_said_where_it_stands() {
    let world = World::new();
    world.file(
        "aerial.yaml",
        format!(
            "{HEAD}orgs:
  - domain: a.okta.com
    until: 2026-02-30
    products:
      - {{product: sso, until: 2026-12-31T00:00:00Z}}
      - {{product: mfa, until: 20261231}}
      - {{product: lcm, until: 31.12.2026}}
      - {{product: itp, until: }}
      - {{product: itp, untill: 2026-12-31}}
      - {{until: 2026-12-31}}
      - {{product: P000200, until: 2026-1-5}}
      - {{product: ssso, until: 2026-12-31}}
      - {{product: sso, until: 2026-13-01}}
ignoreProducts: [{{product: sso, until: 2026-12-31}}]
"
        ),
    );
    let ran = world.run("validate --format github").await;
    insta::assert_snapshot!("until-mistakes", ran.expect(Exit::Invalid).out);
}

#[tokio::test]
async fn an_end_that_does_nothing_is_warned_about() {
    let world = World::new();
    world.file(
        "aerial.yaml",
        format!(
            "{HEAD}orgs:
  - {{domain: a.okta.com, products: [workforce, {{product: sso, until: 2026-12-31}}]}}
  - {{domain: b.okta.com, products: [{{product: workforce, until: 2026-12-31}}, {{product: mfa, until: 2027-12-31}}]}}
  - {{domain: c.okta.com, status: inactive, until: 2026-12-31}}
"
        ),
    );
    let ran = world.run("validate").await.done();
    insta::assert_snapshot!("until-idle", ran.text());
    // The Aerial org has no end.
    world.file(
        "aerial.yaml",
        desired(&["{domain: acme-aerial.okta.com, until: 2026-12-31}"]),
    );
    let ran = world.run("validate").await.expect(Exit::Invalid);
    assert!(ran.err.contains("it is never deactivated"), "{}", ran.err);
}

/// The world's day is 2026-01-01.
#[tokio::test]
async fn a_trial_ends_from_warning_to_removal() {
    let mut world = World::with(account(vec![
        org("a", &["sso", "mfa"]),
        org("b", &["sso", "mfa", "lcm"]),
    ]))
    .await;
    world.vars.insert("COLUMNS".into(), "100".into());
    world.file(
        "aerial.yaml",
        desired(&[
            "{domain: a.okta.com, products: [sso, {product: mfa, until: 2025-12-31}]}",
            "{domain: b.okta.com, products: [workforce, {product: lcm, until: 2026-01-08}]}",
        ]),
    );
    let ran = world.run("plan").await.done();
    insta::assert_snapshot!("until-plan", ran.plain(&world));
    let soon = "lcm (P000139) ends with 2026-01-08 in 1 org: b.okta.com; 7 days left";
    assert!(ran.err.contains(soon), "{}", ran.err);
    assert!(ran.err.contains("as of 2026-01-01 (UTC)"), "{}", ran.err);
    for words in ["status", "explain b.okta.com"] {
        let ran = world.run(words).await.done();
        assert!(ran.err.contains(soon), "{words}: {}", ran.err);
    }
    for words in [
        "report --out -",
        "status --format html",
        "plan --format markdown",
    ] {
        let ran = world.run(words).await.done();
        assert!(ran.out.contains("7 days left"), "{words}");
    }
    let explained = world.run("explain a.okta.com").await.done().out;
    assert!(explained.contains(", until 2025-12-31"), "{explained}");
    let plan = world
        .run("plan --format json --out plan.json")
        .await
        .done()
        .json();
    assert_eq!(plan["today"], "2026-01-01");
    let ran = world.run("apply --yes --plan plan.json").await.done();
    assert!(ran.out.ends_with("Applied 1 of 1 step.\n"), "{}", ran.out);
}

#[tokio::test]
async fn preview_shows_another_end() {
    let world = World::new();
    let repository = init(&world);
    let file = desired(&[
        "{domain: a.okta.com, until: 2026-06-30, products: [{product: sso, until: 2026-12-31}, mfa]}",
        "{domain: b.okta.com, products: [{product: sso, until: 2026-12-31}]}",
    ]);
    world.file("aerial.yaml", &file);
    commit(&repository, "base");
    branch(&repository, "feature");
    let text = file
        .replace("until: 2026-06-30, ", "until: 2026-07-31, ")
        .replace(
            "2026-12-31}, mfa",
            "2027-01-31}, {product: mfa, until: 2026-02-28}",
        )
        .replace("[{product: sso, until: 2026-12-31}]", "[sso]");
    world.file("aerial.yaml", text);
    commit(&repository, "feature");
    let ran = world.run("preview --base main").await.done();
    insta::assert_snapshot!("until-preview", ran.out);
}
