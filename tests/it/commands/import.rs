//! `import`: the account as a file.

use aerialctl::cli::Exit;

use crate::support::{World, account, desired, org, unlinked};

#[tokio::test]
async fn the_file_reads_like_this_and_changes_nothing() {
    let mut off = org("off", &["mfa"]);
    off.status = "INACTIVE".into();
    off.name = "Off: # \"quoted\"\n- nasty\u{1b}[0m".into();
    let world = World::with(account(vec![
        org("a", &["sso", "lcm"]),
        off,
        unlinked("new", &["itp"]),
    ]))
    .await;
    let ran = world
        .run("import --account 0227mkkf8ulgt48bkidcd8ekqft --out aerial.yaml")
        .await
        .done();
    assert!(
        ran.err.contains("wrote aerial.yaml with 3 orgs"),
        "{}",
        ran.err
    );
    insta::assert_snapshot!(world.read("aerial.yaml"));
    let ran = world.run("plan --detailed-exitcode").await.done();
    assert_eq!(
        ran.out,
        "No changes. The account matches the desired state.\n"
    );
    assert_eq!(world.writes(), [""; 0]);
}

#[tokio::test]
async fn a_file_that_says_something_else_is_not_overwritten_unasked() {
    let world = World::with(account(vec![org("a", &["sso"])])).await;
    let before = desired(&["{domain: a.okta.com, products: [mfa]}"]);
    world.file("aerial.yaml", &before);
    let ran = world
        .run("import --out aerial.yaml")
        .await
        .expect(Exit::Refused);
    assert!(
        ran.out
            .contains("-  - {domain: a.okta.com, products: [mfa]}"),
        "{}",
        ran.out
    );
    assert_eq!(world.read("aerial.yaml"), before);
    world.run("import --out aerial.yaml --force").await.done();
    assert!(
        world.read("aerial.yaml").contains("products: [sso]"),
        "the file's own names are kept"
    );
    world.run("import --out aerial.yaml").await.done();
    world.run("import --account a/b").await.expect(Exit::Usage);
}
