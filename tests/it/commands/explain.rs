//! `explain`: everything about one org.

use aerialctl::cli::Exit;
use serde_json::json;

use crate::support::{ACCOUNT, World, account, desired, org, plain, unlinked};

async fn world() -> World {
    let mut world = World::with(account(vec![
        org("emea", &["sso", "lcm", "wfl"]),
        org("emae", &["sso"]),
        org("apac", &[]),
        unlinked("apca", &[]),
    ]))
    .await;
    world.vars.insert("COLUMNS".into(), "80".into());
    let file = desired(&[
        "{domain: emea.okta.com, products: [workforce]}",
        "{domain: apac.okta.com, products: [mfa], enforce: additive}",
        "{domain: apca.okta.com, products: [sso]}",
    ]);
    world.file("aerial.yaml", format!("{file}ignoreProducts: [P000200]\n"));
    world
}

#[tokio::test]
async fn an_org_is_explained_like_this() {
    let world = world().await;
    let receipt = "--receipt .aerialctl/receipts/r.jsonl";
    std::fs::create_dir_all(world.path(".aerialctl/receipts")).unwrap();
    let ran = world.run("explain emea.okta.com").await.done();
    insta::assert_snapshot!("explain-listed", plain(&ran.text(), &world));
    world.run(&format!("apply --yes {receipt}")).await.done();
    for name in ["emea", "emae", "apac"] {
        let ran = world.run(&format!("explain {name}.okta.com")).await.done();
        insta::assert_snapshot!(format!("explain-{name}"), plain(&ran.text(), &world));
    }
    let ran = world.run("explain apac.okta.com --format json").await;
    insta::assert_snapshot!("explain-json", ran.done().plain(&world));
    assert_eq!(world.writes().len(), 4, "only by apply");
}

/// Its own products alone are read, and it is found by any of its names.
#[tokio::test]
async fn any_name_of_an_org_will_do_and_no_other_org_is_read() {
    let world = world().await;
    let id = world.emulator().state().orgs[1].id.clone();
    let by_domain = world.run("explain EMEA.okta.com").await.done().out;
    assert_eq!(
        world.run(&format!("explain {id}")).await.done().out,
        by_domain
    );
    let own = format!("/orgs/{id}/products");
    let reads: Vec<String> = world
        .emulator()
        .seen()
        .into_iter()
        .map(|seen| seen.path)
        .filter(|path| path.contains("/orgs/") && path.ends_with("/products"))
        .collect();
    assert!(
        reads.len() == 2 && reads.iter().all(|path| path.ends_with(&own)),
        "{reads:?}"
    );
    let nobody = world.run("explain emea.okta.con").await.expect(Exit::Usage);
    assert!(
        nobody.err.contains("did you mean emea.okta.com?"),
        "{}",
        nobody.err
    );
}

/// Whoever wrote the receipts may have written anything, and a lot of it.
#[tokio::test]
async fn of_receipts_the_latest_are_told_and_nothing_at_length() {
    let world = world().await;
    let server = world.emulator().origin();
    let mut receipt = format!(
        r#"{{"event":"start","version":1,"account":"{ACCOUNT}","endpoint":"{server}","actor":"{}"}}"#,
        "a".repeat(100_000)
    );
    for n in 0..50 {
        let error = "e".repeat(100_000);
        let line = json!({
            "event": "step", "id": n, "kind": "enable", "outcome": "failed",
            "org": {"id": null, "domain": "emea.okta.com"},
            "startedAt": format!("2026-01-01T00:00:{n:02}Z"), "error": error,
        });
        receipt = format!("{receipt}\n{line}");
    }
    std::fs::create_dir_all(world.path(".aerialctl/receipts")).unwrap();
    world.file(".aerialctl/receipts/r.jsonl", receipt);
    let text = world.run("explain emea.okta.com").await.done().out;
    assert!(text.len() < 30_000, "{} bytes", text.len());
    let json = world
        .run("explain emea.okta.com --format json")
        .await
        .done()
        .json();
    let told = json["receipts"].as_array().unwrap();
    assert_eq!((told.len(), &json["receiptsEarlier"]), (20, &30.into()));
    assert_eq!(told[19]["at"], "2026-01-01T00:00:49Z");
    assert_eq!(told[0]["error"].as_str().unwrap().chars().count(), 301);
    assert_eq!(told[0]["actor"].as_str().unwrap().chars().count(), 301);
}

#[cfg(unix)]
#[tokio::test]
async fn receipts_are_not_read_through_a_link() {
    for link in [".aerialctl", ".aerialctl/receipts"] {
        let world = world().await;
        std::fs::create_dir_all(world.path("elsewhere/receipts")).unwrap();
        std::fs::create_dir_all(world.path(link).parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(world.path("elsewhere"), world.path(link)).unwrap();
        let ran = world
            .run("explain emea.okta.com")
            .await
            .expect(Exit::Failed);
        let says = format!("{link} is a link, which isn't followed");
        assert!(ran.err.contains(&says), "{}", ran.err);
    }
}
