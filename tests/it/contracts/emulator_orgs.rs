//! An org's life as Okta's guide tells it: created, consented, linked.

use std::time::Duration;

use serde_json::{Value as Json, json};

use super::asking::Asking;
use crate::support::{ACCOUNT, World, account, org, unlinked};

const CONSENT: &str = "/api/v1/org/privacy/aerial";

fn child(subdomain: &str, name: &str) -> Json {
    json!({
        "subdomain": subdomain, "name": name, "website": "http://www.examplecorp.com", "edition": "SKU",
        "admin": {
            "profile": {"firstName": "First", "lastName": "Last", "email": "FirstLast@example.com",
                "login": "FirstLast@example.com", "mobilePhone": null},
            "credentials": {"password": {"value": "XXXX"}},
        },
    })
}

#[tokio::test]
async fn an_org_s_life() {
    let world = World::with(account(vec![org("parent", &[])])).await;
    let parent = Asking::host(&world, "parent.okta.com", "SSWS test-token");
    let nobody = Asking::host(&world, "my-child-org-1.okta.com", "");
    let resolve = "/.well-known/okta-organization";
    assert_eq!(nobody.get(resolve).await.refusal().0, 404);

    // Created: with everything that Okta's example shows.
    let made = parent
        .post("/api/v1/orgs", child("my-child-org-1", "My Child Org 1"))
        .await;
    assert_eq!(made.status, 201);
    for key in [
        "id",
        "subdomain",
        "name",
        "website",
        "status",
        "edition",
        "expiresAt",
        "created",
        "lastUpdated",
        "licensing",
        "settings",
        "token",
        "tokenType",
        "_links",
    ] {
        assert!(made.body.get(key).is_some(), "{key}");
    }
    assert_eq!(
        made.body["_links"]["organization"]["href"],
        "https://my-child-org-1.okta.com/api/v1/orgs/my-child-org-1"
    );
    assert_eq!(made.header("x-rate-limit-limit"), "10");
    assert_eq!(made.header("x-rate-limit-remaining"), "9");
    let token = made.body["token"].as_str().unwrap().to_owned();
    let own = Asking::host(&world, "my-child-org-1.okta.com", &format!("SSWS {token}"));
    let aerial = Asking::at(
        format!("{}/{ACCOUNT}/api/v1", world.emulator().origin()),
        "Bearer test-token",
    );
    let link = json!({"domain": "my-child-org-1.okta.com", "cell": "ok1"});

    // For 30 s it is resolved, and answers and links nothing.
    assert_eq!(nobody.get(resolve).await.body["id"], made.body["id"]);
    assert_eq!(own.get("/api/v1/org").await.status, 404);
    assert_eq!(aerial.post("/orgs", link.clone()).await.status, 400);
    world.clock.sleep(Duration::from_secs(30)).await;
    let settings = own.get("/api/v1/org").await;
    assert_eq!(settings.body["companyName"], "My Child Org 1");
    assert_eq!(settings.body["website"], "http://www.examplecorp.com");

    // Its consent is its parent's: read there, refused here.
    assert_eq!(own.get(CONSENT).await.body["accountId"], ACCOUNT);
    let refused = own
        .post(&format!("{CONSENT}/grant"), json!({"accountId": ACCOUNT}))
        .await;
    assert_eq!(refused.refusal(), (403, "E0000006", ""));

    // Linked: `createdDate` is when, `createdBy` is who.
    let linked = aerial.post("/orgs", link).await;
    assert_eq!(linked.status, 200);
    assert_eq!(linked.body["createdDate"], "2026-01-01T00:00:30.000Z");
    assert_eq!(linked.body["createdBy"], "00uabcdefg1234567890");
    let shown = Asking::at(world.emulator().origin().to_owned(), "")
        .get("/emulator/account")
        .await;
    assert!(
        !shown.body.to_string().contains(&token),
        "the token is seen once"
    );
}

#[tokio::test]
async fn the_org_creator_s_errors() {
    let mut state = account(vec![org("parent", &[]), org("plain", &[])]);
    state.orgs[2].org_creator = false;
    state.locked_subdomains = vec!["held".to_owned()];
    let world = World::with(state).await;
    let parent = Asking::host(&world, "parent.okta.com", "SSWS test-token");
    let exception = "Org Creator API subdomain validation exception:";
    for (subdomain, name, code, summary) in [
        (
            "parent",
            "New",
            "E0000088",
            format!("{exception} An object with this field already exists."),
        ),
        (
            "www",
            "New",
            "E0000170",
            format!("{exception} Using a reserved value. Try again with a different value."),
        ),
        (
            "held",
            "New",
            "E0000171",
            format!("{exception} The value is already in use by a different request."),
        ),
        (
            &"x".repeat(58),
            "New",
            "E0000172",
            format!("{exception} The value exceeds the max length."),
        ),
        (
            "new",
            "plain",
            "E0000089",
            "Org Creator API name validation exception.".to_owned(),
        ),
        (
            "new",
            "\u{1F600}",
            "E0000089",
            "Org Creator API name validation exception.".to_owned(),
        ),
        (
            "a b",
            "New",
            "E0000001",
            "Api validation failed: subdomain".to_owned(),
        ),
        (
            "",
            "New",
            "E0000001",
            "Api validation failed: subdomain".to_owned(),
        ),
    ] {
        let answer = parent.post("/api/v1/orgs", child(subdomain, name)).await;
        assert_eq!(answer.status, 400, "{subdomain} {name}");
        assert_eq!(answer.body["errorCode"], code);
        assert_eq!(answer.body["errorSummary"], summary.as_str());
    }
    let before = world.emulator().state().orgs.len();
    for n in 0..2 {
        assert_eq!(
            parent
                .post("/api/v1/orgs", child(&format!("n{n}"), &format!("N{n}")))
                .await
                .status,
            201
        );
    }
    // Ten in a minute, refused ones included.
    let eleventh = parent.post("/api/v1/orgs", child("late", "Late")).await;
    assert_eq!(eleventh.refusal().1, "E0000047");
    assert_eq!(eleventh.status, 429);
    assert_eq!(eleventh.header("x-rate-limit-limit"), "10");
    assert_eq!(eleventh.header("x-rate-limit-remaining"), "0");
    assert_eq!(world.emulator().state().orgs.len(), before + 2);
    world.clock.sleep(Duration::from_secs(61)).await;
    assert_eq!(
        parent
            .post("/api/v1/orgs", child("late", "Late"))
            .await
            .status,
        201
    );
    let plain = Asking::host(&world, "plain.okta.com", "SSWS test-token");
    assert_eq!(
        plain
            .post("/api/v1/orgs", child("other", "Other"))
            .await
            .refusal()
            .1,
        "E0000006"
    );
}

#[tokio::test]
async fn consent_in_okta_s_words() {
    let mut orgs = vec![
        unlinked("own", &[]),
        unlinked("theirs", &[]),
        unlinked("classic", &[]),
        unlinked("lost", &[]),
    ];
    orgs[0].consent = false;
    orgs[1].consent = false;
    orgs[1].consents_to = Some("0200bs0617vvhv2v675mch1cukp".to_owned());
    orgs[2].aerial_feature = false;
    orgs[3].consent = false;
    orgs[3].other_account = true;
    let world = World::with(account(orgs)).await;
    let host = |name: &str| Asking::host(&world, &format!("{name}.okta.com"), "SSWS test-token");
    let ours = json!({"accountId": ACCOUNT});
    let grant = format!("{CONSENT}/grant");
    let revoke = format!("{CONSENT}/revoke");

    let own = host("own");
    let none = own.get(CONSENT).await;
    assert_eq!(
        none.body["errorSummary"],
        "Not found: Resource not found: grant (String)"
    );
    assert_eq!(none.refusal(), (404, "E0000007", ""));
    let wrong = own.post(&grant, json!({"accountId": "0200nobody"})).await;
    assert_eq!(
        wrong.refusal(),
        (400, "E0000001", "Invalid aerial account ID.")
    );
    assert_eq!(wrong.body["errorSummary"], "API validation failed: account");
    let given = own.post(&grant, ours.clone()).await;
    assert_eq!(given.body["accountId"], ACCOUNT);
    assert_eq!(given.body["grantedDate"], "2026-01-01T00:00:00.000Z");
    assert!(given.body["grantedBy"].as_str().unwrap().starts_with("00u"));
    let again = own.post(&grant, ours.clone()).await;
    assert_eq!(
        again.refusal(),
        (
            400,
            "E0000001",
            "The org already has a consent grant added to Aerial."
        )
    );
    assert_eq!(again.body["errorSummary"], "Api validation failed: account");
    assert_eq!(own.post(&revoke, ours.clone()).await.status, 200);
    assert_eq!(own.get(CONSENT).await.status, 404);

    let theirs = host("theirs");
    assert_eq!(
        theirs.get(CONSENT).await.body["accountId"],
        "0200bs0617vvhv2v675mch1cukp"
    );
    let taken = theirs.post(&grant, ours.clone()).await;
    assert_eq!(
        taken.refusal().2,
        "The org already has a consent grant added to Aerial."
    );

    for (method, path, body) in [
        ("GET", CONSENT, None),
        ("POST", &grant, Some(&ours)),
        ("POST", &revoke, Some(&ours)),
    ] {
        let answer = host("classic").ask(method, path, body.cloned()).await;
        assert_eq!(answer.refusal(), (405, "E0000022", ""), "{method} {path}");
        assert_eq!(
            answer.body["errorSummary"],
            "The endpoint does not support the provided HTTP method"
        );
    }
    let lost = host("lost").post(&grant, ours.clone()).await;
    assert_eq!(
        lost.refusal(),
        (400, "E0000001", "The org is already linked to an Account.")
    );
    world
        .emulator()
        .change(|state| state.switches.consent_date_field = "grantDate".to_owned());
    assert!(own.post(&grant, ours).await.body.get("grantDate").is_some());
}

#[tokio::test]
async fn faults_strike_org_hosts_as_well() {
    let world = World::with(account(vec![org("parent", &[])])).await;
    let parent = Asking::host(&world, "parent.okta.com", "SSWS test-token");
    let count = || world.emulator().state().orgs.len();
    let before = count();
    world.faults("[{method: POST, path: /~parent.okta.com/api/v1/orgs, do: dropBefore}]");
    assert!(
        parent
            .try_ask("POST", "/api/v1/orgs", Some(child("one", "One")))
            .await
            .is_err()
    );
    assert_eq!(count(), before);
    world.faults("[{method: POST, path: /~*/api/v1/orgs, do: dropAfter}]");
    assert!(
        parent
            .try_ask("POST", "/api/v1/orgs", Some(child("one", "One")))
            .await
            .is_err()
    );
    assert_eq!(
        count(),
        before + 1,
        "it is there, and nobody knows its token"
    );
    world.faults("[{path: /~*/api/v1/groups, do: {status: 503}}, {path: /~*/api/v1/groups, after: 1, do: {windowUsedUp: 9}}]");
    assert_eq!(parent.get("/api/v1/groups").await.status, 503);
    assert_eq!(parent.get("/api/v1/groups").await.status, 429);
    assert_eq!(parent.get("/api/v1/groups").await.status, 200);
}
