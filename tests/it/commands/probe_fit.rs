//! Which orgs `probe --org` writes to: one that is who it was, and none that anybody protects.

use std::sync::atomic::{AtomicUsize, Ordering};

use aerialctl::cli::Exit;
use serde_json::json;

use crate::fake_account::{Call, FakeAccount, FakeOrg, fake_org, ok, once};
use crate::support::{HEAD, desired};

const PROBE: &str = "probe --org a.okta.com --yes";

/// Each look sees who the org is.
#[tokio::test]
async fn promise_1_an_org_that_is_another_gets_no_write() {
    let other = |_: &mut FakeOrg, call: &Call| {
        let at_org = !call.path.ends_with("/products");
        at_org.then(|| ok(&fake_org("b", &[]).shown()))
    };
    let aerial = |org: &mut FakeOrg, _: &Call| {
        org.aerial = Some(true);
        None
    };
    let renamed = |org: &mut FakeOrg, _: &Call| {
        org.domain = "c.okta.com".to_owned();
        None
    };
    let list = |_: &mut FakeOrg, _: &Call| {
        let a = FakeOrg {
            id: fake_org("b", &[]).id,
            ..fake_org("a", &[])
        };
        Some(ok(&json!([a.shown()])))
    };
    let lists = |call: &Call| call.method == "GET" && call.path == "/orgs";
    let looks = |call: &Call| call.looks() && !call.path.ends_with("/products");
    for (name, (world, account)) in [
        (
            "another answers",
            FakeAccount::start(once(looks, other)).await,
        ),
        (
            "it is the Aerial org",
            FakeAccount::start(once(looks, aerial)).await,
        ),
        (
            "it is renamed",
            FakeAccount::start(once(looks, renamed)).await,
        ),
        (
            "the list says another's id",
            FakeAccount::start(move |orgs, call| {
                lists(call).then(|| list(&mut orgs[1], call)).flatten()
            })
            .await,
        ),
    ] {
        let ran = world.run(PROBE).await.expect(Exit::Refused);
        assert_eq!(account.writes(), [""; 0], "{name}: {}", ran.err);
        assert!(
            ran.err.contains("nothing was sent to it"),
            "{name}: {}",
            ran.err
        );
    }
    // In the middle: what is there by then is left alone.
    for late in ["aerial", "other"] {
        let written = AtomicUsize::new(0);
        let (world, account) = FakeAccount::start(move |orgs, call| {
            written.fetch_add(usize::from(call.writes("status")), Ordering::SeqCst);
            let now = written.load(Ordering::SeqCst) > 0 && looks(call);
            match late {
                "aerial" if now => aerial(&mut orgs[1], call),
                "other" if now => other(&mut orgs[1], call),
                _ => None,
            }
        })
        .await;
        let ran = world.run(PROBE).await.expect(Exit::Failed);
        assert_eq!(account.writes(), ["status ACTIVE"], "{}", ran.err);
    }
}

#[tokio::test]
async fn promise_1_no_write_to_what_the_file_names_by_any_name() {
    let id = fake_org("a", &[]).id;
    let entry = format!("{{id: {id}, domain: old-a.okta.com}}");
    let renamed = desired(&[&entry]);
    let protect = |file: &str, name: &str| {
        let with = format!("guardrails: {{protectedOrgs: [{name}], ");
        file.replace("guardrails: {", &with)
    };
    let aerial = |file: &str, name: &str| {
        file.replace(
            "aerialOrg: acme-aerial.okta.com",
            &format!("aerialOrg: {name}"),
        )
    };
    let plain = desired(&["{domain: a.okta.com}"]);
    for (file, why) in [
        (
            protect(&plain, "A.okta.com"),
            "is one of guardrails.protectedOrgs",
        ),
        (protect(&plain, &id), "is one of guardrails.protectedOrgs"),
        (
            protect(&renamed, "old-a.okta.com"),
            "is one of guardrails.protectedOrgs",
        ),
        (aerial(&plain, "a.okta.com"), "is the Aerial org"),
        (aerial(&renamed, "old-a.okta.com"), "is the Aerial org"),
    ] {
        let (world, account) = FakeAccount::start(|_, _| None).await;
        // The server doesn't say which is the Aerial org.
        account.change(|orgs| orgs.iter_mut().for_each(|org| org.aerial = None));
        world.file("aerial.yaml", &file);
        let ran = world.run(PROBE).await.expect(Exit::Refused);
        assert!(ran.err.contains(why), "{file}\n{}", ran.err);
        assert_eq!(account.writes(), [""; 0]);
    }
    // Who issues the tokens is the Aerial org.
    let (mut world, account) = FakeAccount::start(|_, _| None).await;
    account.change(|orgs| orgs.iter_mut().for_each(|org| org.aerial = None));
    let without = HEAD.replace("  aerialOrg: acme-aerial.okta.com\n", "");
    world.file("aerial.yaml", without + "orgs: [{domain: a.okta.com}]\n");
    let issuer = "https://a.okta.com".to_owned();
    world.vars.insert("AERIAL_ISSUER".to_owned(), issuer);
    let ran = world.run(PROBE).await.expect(Exit::Refused);
    assert!(ran.err.contains("is the Aerial org"), "{}", ran.err);
    assert_eq!(account.writes(), [""; 0]);
}

#[tokio::test]
async fn a_domain_of_two_orgs_is_nobody_s() {
    let (world, account) = FakeAccount::start(|_, _| None).await;
    account.change(|orgs| orgs[2].domain = "a.okta.com".to_owned());
    let ran = world.run(PROBE).await.expect(Exit::Refused);
    assert!(ran.err.contains("isn't one org"), "{}", ran.err);
    assert_eq!(account.writes(), [""; 0]);
}
