//! `catalog`, and what `validate` and `preview` tell by it.

use aerialctl::cli::Exit;

use crate::gitops::repository::{branch, commit, init};
use crate::support::{ACCOUNT, World, account, desired, org, unlinked};

async fn world() -> World {
    let mut nasty = org("nasty", &[]);
    nasty.domain = "acme-\u{202e}x.okta.com".into();
    let world = World::with(account(vec![
        org("acme-emea", &["sso"]),
        org("acme-apac", &["sso"]),
        unlinked("acme-new", &[]),
        nasty,
    ]))
    .await;
    world.file("aerial.yaml", desired(&["{domain: acme-emea.okta.com}"]));
    world
}

const SERVER: &str = "AERIAL_ENDPOINT";

#[tokio::test]
async fn the_catalogue_reads_like_this_and_stays_the_same_bytes() {
    let world = world().await;
    let ran = world.run("catalog --check").await.expect(Exit::Pending);
    assert!(
        ran.out.ends_with(
            "there is no aerial.catalog.json yet: the account has 5 products, 4 orgs.\n"
        )
    );
    assert!(!world.path("aerial.catalog.json").exists());
    let ran = world.run("catalog").await.done();
    insta::assert_snapshot!(format!(
        "{}---\n{}",
        ran.text(),
        world.read("aerial.catalog.json")
    ));
    let before = world.read("aerial.catalog.json");
    for words in ["catalog", "catalog --check"] {
        let ran = world.run(words).await.done();
        assert_eq!(
            ran.out,
            "aerial.catalog.json is up to date: 5 products, 4 orgs.\n"
        );
    }
    assert_eq!(world.read("aerial.catalog.json"), before);
    let schema = world.run("schema catalog").await.done().json();
    let valid = jsonschema::draft202012::new(&schema).unwrap();
    assert!(valid.is_valid(&serde_json::from_str(&before).unwrap()));
    let changed = before
        .replace("IT Products - SSO", "Old")
        .replace("acme-apac", "acme-gone");
    world.file(
        "aerial.catalog.json",
        changed.replace(
            "    {\"id\":\"P000131\",\"name\":\"IT Products - MFA\"},\n",
            "",
        ),
    );
    let ran = world.run("catalog --check").await.expect(Exit::Pending);
    insta::assert_snapshot!(ran.out);
    assert_eq!(world.writes(), [""; 0]);
}

/// It lies beside the file that is about the account, and in a folder that is.
#[tokio::test]
async fn the_catalogue_lies_beside_the_file() {
    let world = world().await;
    let text = world.read("aerial.yaml");
    world.file("accounts/prod.yaml", &text);
    world.file("accounts/shared.yaml", "bundles: {everybody: [P000052]}\n");
    world.file("fleet/account.yaml", &text);
    for (files, place) in [
        ("--file accounts/prod.yaml", "accounts/prod.catalog.json"),
        ("--file ./accounts/prod.yaml", "accounts/prod.catalog.json"),
        (
            "--file accounts/shared.yaml --file accounts/prod.yaml",
            "accounts/prod.catalog.json",
        ),
        ("--file fleet", "fleet/aerial.catalog.json"),
        ("--file fleet/", "fleet/aerial.catalog.json"),
    ] {
        let ran = world.run(&format!("catalog {files}")).await.done();
        assert!(world.path(place).exists(), "{}", ran.text());
        let wrong = world.read(place).replace("0227mkkf8", "0227other");
        world.file(place, wrong);
        let ran = world.run(&format!("validate {files}")).await;
        let ran = ran.expect(Exit::Invalid);
        assert!(ran.err.contains(place), "{}", ran.err);
        std::fs::remove_file(world.path(place)).unwrap();
        world.run(&format!("validate {files}")).await.done();
    }
    let mut world = world;
    // Where no file has `account`, it is the environment's, and nothing lies beside other files than the named ones.
    let bare = "version: 1\norgs: [{domain: acme-emea.okta.com}]\n";
    world
        .vars
        .insert("AERIAL_ACCOUNT_ID".into(), ACCOUNT.into());
    world.file("accounts/prod.yaml", bare);
    std::fs::create_dir(world.path("aerial")).unwrap();
    let words = "catalog --file accounts/prod.yaml";
    let ran = world.run(words).await.done();
    assert!(
        ran.out.contains("wrote accounts/prod.catalog.json"),
        "{}",
        ran.out
    );
    std::fs::remove_file(world.path("accounts/prod.catalog.json")).unwrap();
    let words = "catalog --file accounts/shared.yaml --file accounts/prod.yaml";
    let ran = world.run(words).await.expect(Exit::Usage);
    assert!(
        ran.err.contains("none of them has `account`"),
        "{}",
        ran.err
    );
    for place in ["aerial", "accounts", "."] {
        let place = format!("{place}/aerial.catalog.json");
        assert!(!world.path(&place).exists(), "{place}");
    }
    // One that is there already says which is meant.
    world.file("accounts/prod.catalog.json", "");
    let ran = world.run(words).await.done();
    assert!(
        ran.out.contains("wrote accounts/prod.catalog.json"),
        "{}",
        ran.out
    );
    std::fs::remove_dir(world.path("aerial")).unwrap();
    world.stdin = text;
    let ran = world.run("catalog --file -").await.expect(Exit::Usage);
    assert!(ran.err.contains("no place beside it"), "{}", ran.err);
    world.run("validate --file -").await.done();
    world.run("catalog --at HEAD").await.expect(Exit::Usage);
}

#[tokio::test]
async fn what_the_account_would_refuse_is_found_without_it() {
    let mut world = world().await;
    world.run("catalog").await.done();
    let file = desired(&[
        "{domain: acme-emea.okta.com, products: [workforce, gone]}",
        "{domain: acme-apca.okta.com}",
        "{domain: somebody.okta.com}",
        "{domain: acme-new.okta.com, new: true}",
        "{domain: acme-dead.okta.com, status: deleted}",
        "{id: 00okMwjjl596gz1dvBg4, domain: acme-elsewhere.okta.com}",
    ])
    .replace("{sso: P000052,", "{sso: P000053, gone: P777777,")
    .replace("aerialOrg:", "partner: true\n  aerialOrg:");
    world.file("aerial.yaml", file);
    world
        .vars
        .insert(SERVER.into(), "http://127.0.0.1:1".into());
    let ran = world.run("validate").await.expect(Exit::Invalid);
    insta::assert_snapshot!(ran.text());
    let json = world
        .run("validate --format json")
        .await
        .expect(Exit::Invalid);
    assert!(json.out.contains("unsubscribed-product"), "{}", json.out);
    assert!(json.out.contains("unknown-org"), "{}", json.out);
    world
        .run("validate --format sarif")
        .await
        .expect(Exit::Invalid);
    // Nothing of it comes from anywhere else.
    std::fs::remove_file(world.path("aerial.catalog.json")).unwrap();
    world.run("validate").await.done();
}

#[tokio::test]
async fn a_catalogue_that_can_not_be_used_is_said_with_its_place() {
    let world = world().await;
    world.run("catalog").await.done();
    let good = world.read("aerial.catalog.json");
    for (text, said) in [
        (
            good.replace("0227mkkf8", "0227other"),
            "the catalogue of the account 0227otherulgt48bkidcd8ekqft",
        ),
        (
            good.replace("\"orgs\": [", "\"orgs\": [canary"),
            "aerial.catalog.json:12:",
        ),
        ("[".repeat(100_000), "aerial.catalog.json:1:"),
        (String::new(), "it ends too early"),
        ("SECRET=canary".to_owned(), "it isn't valid JSON"),
    ] {
        world.file("aerial.catalog.json", &text);
        let ran = world.run("validate").await.expect(Exit::Invalid);
        assert!(ran.err.contains(said), "{said}: {}", ran.err);
        assert!(ran.err.contains("invalid-catalogue") || ran.err.contains("aerialctl catalog"));
        assert!(
            !text.starts_with("SECRET") || !ran.text().contains("canary"),
            "{}",
            ran.text()
        );
        // What the account says goes before it.
        world.run("plan").await.done();
    }
    world.file("aerial.catalog.json", " ".repeat(65 * 1024 * 1024));
    let ran = world.run("validate").await.expect(Exit::Invalid);
    assert!(ran.err.contains("may have 67108864"), "{}", ran.err);
    std::fs::remove_file(world.path("aerial.catalog.json")).unwrap();
    std::fs::create_dir(world.path("aerial.catalog.json")).unwrap();
    world.run("validate").await.expect(Exit::Failed);
    std::fs::remove_dir(world.path("aerial.catalog.json")).unwrap();
    world.file("aerial.catalog.json", "SECRET=canary");
    let ran = world.run("catalog").await.done();
    assert!(ran.err.contains("was no catalogue"), "{}", ran.err);
    assert_eq!(world.read("aerial.catalog.json"), good);
}

/// By the rules for the files themselves: as a revision has it, and through no link that leads out.
#[tokio::test]
async fn the_catalogue_is_read_as_the_files_are() {
    let world = world().await;
    let repository = init(&world);
    world.run("catalog").await.done();
    commit(&repository, "base");
    branch(&repository, "feature");
    let wrong = desired(&["{domain: acme-emea.okta.com, products: [P777777]}"]);
    world.file("aerial.yaml", wrong);
    commit(&repository, "feature");
    let good = world.read("aerial.catalog.json");
    std::fs::remove_file(world.path("aerial.catalog.json")).unwrap();
    world.run("validate").await.done();
    let ran = world.run("validate --at HEAD").await.expect(Exit::Invalid);
    assert!(ran.err.contains("P777777"), "{}", ran.err);
    world.run("validate --at main").await.done();
    let ran = world
        .run("preview --base main --at HEAD")
        .await
        .expect(Exit::Invalid);
    assert!(ran.err.contains("P777777 isn't among"), "{}", ran.err);
    assert!(ran.out.contains("P777777"), "it is shown: {}", ran.out);
    world.run("preview --base main").await.done();
    // Of several places the one where the revision has it.
    let several = "catalog --check --at HEAD --file a.yaml --file b.yaml";
    let one = desired(&["{domain: acme-emea.okta.com}"]);
    world.file("a.yaml", &one);
    world.file("b.yaml", "version: 1\norgs: [{domain: acme-apac.okta.com}]\naccount: {id: 0227mkkf8ulgt48bkidcd8ekqft}\n");
    world.file("b.catalog.json", &good);
    commit(&repository, "two files");
    std::fs::remove_file(world.path("b.catalog.json")).unwrap();
    world.file("a.catalog.json", "{}");
    let ran = world.run(several).await.done();
    assert!(
        ran.out.contains("b.catalog.json is up to date"),
        "{}",
        ran.text()
    );
    std::fs::remove_file(world.path("a.catalog.json")).unwrap();
    #[cfg(unix)]
    {
        let elsewhere = tempfile::tempdir().unwrap();
        std::fs::write(elsewhere.path().join("x"), &good).unwrap();
        let link = world.path("aerial.catalog.json");
        std::os::unix::fs::symlink(elsewhere.path().join("x"), &link).unwrap();
        let ran = world.run("validate").await.expect(Exit::Failed);
        assert!(
            ran.err.contains("leads out of the repository"),
            "{}",
            ran.err
        );
        std::fs::remove_file(&link).unwrap();
        world.file("inside.json", &good);
        std::os::unix::fs::symlink("inside.json", &link).unwrap();
        world.run("validate").await.expect(Exit::Invalid);
    }
}
