//! The collections of an org's own API: settings, zones, threat insight, trusted origins, groups.

use serde_json::{Value as Json, json};

use super::asking::{Answer, Asking};
use crate::support::{World, account, org};

async fn world() -> World {
    World::with(account(vec![org("a", &[]), org("b", &[])])).await
}

fn of(world: &World, domain: &str) -> Asking {
    Asking::host(world, domain, "SSWS test-token")
}

fn names(answer: &Answer, pointer: &str) -> Vec<String> {
    let all = answer.body.as_array().unwrap();
    all.iter()
        .map(|one| one.pointer(pointer).unwrap().as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn settings_are_changed_by_post_and_replaced_by_put() {
    let world = world().await;
    let a = of(&world, "a.okta.com");
    let org = a.get("/api/v1/org").await.body;
    assert_eq!(
        (&org["subdomain"], &org["companyName"], &org["status"]),
        (&json!("a"), &json!("a"), &json!("ACTIVE"))
    );
    assert!(org["_links"]["contacts"]["href"].is_string());
    let some = json!({"website": "www.okta.com", "city": "San Fransico", "id": "00oIgnored"});
    let changed = a.post("/api/v1/org", some).await.body;
    assert_eq!(
        (&changed["website"], &changed["companyName"], &changed["id"]),
        (&json!("www.okta.com"), &json!("a"), &org["id"])
    );
    let replaced = a
        .put(
            "/api/v1/org",
            json!({"companyName": "okta", "website": "www.okta.com"}),
        )
        .await
        .body;
    assert_eq!(replaced["city"], Json::Null, "what isn't sent is gone");
    assert_eq!(
        a.put("/api/v1/org", json!({})).await.refusal().1,
        "E0000001"
    );
    assert_eq!(
        a.ask("DELETE", "/api/v1/org", None).await.refusal(),
        (405, "E0000022", "")
    );
    assert_eq!(
        a.post("/api/v1/org", json!([])).await.refusal().1,
        "E0000003"
    );
}

#[tokio::test]
async fn zones_as_documented() {
    let world = world().await;
    let a = of(&world, "a.okta.com");
    let system = a.get("/api/v1/zones").await;
    assert_eq!(
        names(&system, "/name"),
        [
            "LegacyIpZone",
            "BlockedIpZone",
            "DefaultEnhancedDynamicZone"
        ]
    );
    assert!(
        system
            .body
            .as_array()
            .unwrap()
            .iter()
            .all(|zone| zone["system"] == json!(true))
    );
    let sent = json!({"type": "IP", "name": "newNetworkZone", "gateways": [{"type": "CIDR", "value": "1.2.3.4/24"}]});
    let made = a.post("/api/v1/zones", sent.clone()).await;
    assert_eq!(made.status, 200);
    assert_eq!(made.body["usage"], "POLICY");
    assert_eq!(made.body["proxies"], Json::Null);
    assert_eq!(made.body["created"], "2026-01-01T00:00:00.000Z");
    let id = made.body["id"].as_str().unwrap().to_owned();
    assert!(id.starts_with("nzo") && id.len() == 20);
    let path = format!("/api/v1/zones/{id}");
    assert_eq!(
        made.body["_links"]["deactivate"]["href"],
        format!("https://a.okta.com{path}/lifecycle/deactivate")
    );
    assert_eq!(
        a.post("/api/v1/zones", sent).await.refusal().2,
        "name: An object with this field already exists in the current organization"
    );
    for (wrong, cause) in [
        (json!({"name": "x"}), "type: The field cannot be left blank"),
        (
            json!({"type": "IP"}),
            "name: The field cannot be left blank",
        ),
        (
            json!({"type": "IP", "name": "x"}),
            "gateways: Either gateways or proxies must be defined",
        ),
        (
            json!({"type": "ROOM", "name": "x"}),
            "type: The type isn't one of IP, DYNAMIC, DYNAMIC_V2",
        ),
    ] {
        assert_eq!(
            a.post("/api/v1/zones", wrong).await.refusal(),
            (400, "E0000001", cause)
        );
    }
    // A PUT replaces: the usage that isn't sent is the default again.
    let blocklist = json!({"type": "IP", "name": "Z", "usage": "BLOCKLIST", "proxies": [{"type": "RANGE", "value": "3.3.4.5-3.3.4.15"}]});
    assert_eq!(a.put(&path, blocklist).await.body["gateways"], Json::Null);
    let replaced = a.put(&path, json!({"type": "IP", "name": "Z", "gateways": [{"type": "CIDR", "value": "9.9.9.0/24"}]})).await;
    assert_eq!(
        (&replaced.body["usage"], &replaced.body["proxies"]),
        (&json!("POLICY"), &Json::Null)
    );
    assert_eq!(
        a.put(
            &path,
            json!({"type": "DYNAMIC", "name": "Z", "asns": ["1"]})
        )
        .await
        .refusal()
        .1,
        "E0000001"
    );
    // What is used, active or Okta's own isn't deleted.
    let threat = json!({"action": "audit", "excludeZones": [id]});
    assert_eq!(
        a.post("/api/v1/threats/configuration", threat.clone())
            .await
            .body["excludeZones"][0],
        id.as_str()
    );
    assert_eq!(a.ask("DELETE", &path, None).await.status, 403);
    let off = a
        .ask("POST", &format!("{path}/lifecycle/deactivate"), None)
        .await;
    assert_eq!(off.body["status"], "INACTIVE");
    assert!(off.body["_links"]["activate"].is_object());
    assert_eq!(a.ask("DELETE", &path, None).await.status, 403);
    assert_eq!(
        a.post("/api/v1/threats/configuration", json!({"action": "none"}))
            .await
            .status,
        200
    );
    assert_eq!(a.ask("DELETE", &path, None).await.status, 204);
    let gone = a.get(&path).await;
    assert_eq!(
        gone.body["errorSummary"],
        format!("Not found: Resource not found: {id} (NetworkZone)")
    );
    let legacy = system.body[0]["id"].as_str().unwrap();
    assert_eq!(
        a.ask("DELETE", &format!("/api/v1/zones/{legacy}"), None)
            .await
            .status,
        403
    );
    // Another org's zone is none of this one's.
    let b = of(&world, "b.okta.com");
    assert_eq!(
        b.post("/api/v1/threats/configuration", threat)
            .await
            .refusal()
            .1,
        "E0000001"
    );
    let own = a
        .get("/api/v1/zones?filter=(system%20eq%20true%20or%20id%20eq%20%22x%22)")
        .await;
    assert_eq!(names(&own, "/name").len(), 3);
}

#[tokio::test]
async fn groups_page_by_their_links() {
    let world = world().await;
    let a = of(&world, "a.okta.com");
    for n in 0..5 {
        let made = a
            .post(
                "/api/v1/groups",
                json!({"profile": {"name": format!("Group {n}"), "description": "d"}}),
            )
            .await;
        assert_eq!(
            (made.status, &made.body["type"]),
            (200, &json!("OKTA_GROUP"))
        );
    }
    let mut path = "/api/v1/groups?limit=2&filter=type%20eq%20%22OKTA_GROUP%22".to_owned();
    let mut seen = Vec::new();
    for _ in 0..5 {
        let page = a.get(&path).await;
        seen.extend(names(&page, "/profile/name"));
        let links = page
            .headers
            .get_all("link")
            .iter()
            .map(|link| link.to_str().unwrap().to_owned());
        let Some(next) = links.into_iter().find(|link| link.contains("rel=\"next\"")) else {
            break;
        };
        path = next
            .trim_start_matches('<')
            .split('>')
            .next()
            .unwrap()
            .to_owned();
    }
    assert_eq!(
        seen,
        ["Group 0", "Group 1", "Group 2", "Group 3", "Group 4"]
    );
    assert_eq!(
        a.get("/api/v1/groups?after=6767").await.refusal(),
        (400, "E0000029", "")
    );
    assert_eq!(
        a.get("/api/v1/groups?limit=10001").await.refusal().1,
        "E0000001"
    );
    assert_eq!(
        a.get("/api/v1/groups?filter=profile.name%20eq%20%22x%22")
            .await
            .refusal()
            .1,
        "E0000031"
    );
    let found = a.get("/api/v1/groups?q=group&limit=2").await;
    assert_eq!(
        names(&found, "/profile/name").len(),
        5,
        "a query isn't paged"
    );
    assert!(found.header("link").is_empty());
    let search = "/api/v1/groups?search=profile.name%20eq%20%22Group%203%22";
    assert_eq!(names(&a.get(search).await, "/profile/name"), ["Group 3"]);
    world
        .emulator()
        .change(|state| state.switches.search_lag_seconds = 5);
    assert!(
        a.get(search).await.body.as_array().unwrap().is_empty(),
        "eventually consistent"
    );

    let everyone = a
        .get("/api/v1/groups?filter=type%20eq%20%22BUILT_IN%22")
        .await;
    assert_eq!(names(&everyone, "/profile/name"), ["Everyone"]);
    let path = format!(
        "/api/v1/groups/{}",
        everyone.body[0]["id"].as_str().unwrap()
    );
    assert_eq!(
        a.put(&path, json!({"profile": {"name": "All"}}))
            .await
            .status,
        403
    );
    assert_eq!(a.ask("DELETE", &path, None).await.status, 403);
    assert_eq!(
        a.post("/api/v1/groups", json!({"profile": {"name": "Everyone"}}))
            .await
            .status,
        400
    );
    let id = a.get("/api/v1/groups?q=Group%201").await.body[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let replaced = a
        .put(
            &format!("/api/v1/groups/{id}"),
            json!({"profile": {"name": "Group 1"}}),
        )
        .await;
    assert_eq!(
        replaced.body["profile"],
        json!({"name": "Group 1", "description": null})
    );
    // The same name in two orgs is two groups.
    let other = of(&world, "b.okta.com")
        .post("/api/v1/groups", json!({"profile": {"name": "Group 1"}}))
        .await;
    assert_ne!(other.body["id"], replaced.body["id"]);
}

#[tokio::test]
async fn trusted_origins_as_documented() {
    let world = world().await;
    let a = of(&world, "a.okta.com");
    let sent = json!({"name": "New trusted origin", "origin": "http://example.com", "scopes": [{"type": "CORS"}, {"type": "REDIRECT"}]});
    let made = a.post("/api/v1/trustedOrigins", sent.clone()).await;
    assert_eq!((made.status, &made.body["status"]), (200, &json!("ACTIVE")));
    assert!(made.body["id"].as_str().unwrap().starts_with("tos"));
    assert_eq!(
        a.post("/api/v1/trustedOrigins", sent).await.refusal().1,
        "E0000001"
    );
    let path = format!(
        "/api/v1/trustedOrigins/{}",
        made.body["id"].as_str().unwrap()
    );
    let replaced = a
        .put(
            &path,
            json!({"name": "New trusted origin", "origin": "http://example.com"}),
        )
        .await;
    assert_eq!(
        replaced.body["scopes"],
        json!([]),
        "what isn't sent is gone"
    );
    let wrong =
        json!({"name": "n", "origin": "http://n.example.com", "scopes": [{"type": "MAGIC"}]});
    assert_eq!(
        a.post("/api/v1/trustedOrigins", wrong).await.refusal().1,
        "E0000001"
    );
    let found = a.get("/api/v1/trustedOrigins?q=http://ex").await;
    assert_eq!(names(&found, "/name"), ["New trusted origin"]);
    assert!(
        a.get("/api/v1/trustedOrigins?filter=type%20eq%20%22CORS%22")
            .await
            .body
            .as_array()
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        a.ask("POST", &format!("{path}/lifecycle/deactivate"), None)
            .await
            .body["status"],
        "INACTIVE"
    );
    assert_eq!(a.ask("DELETE", &path, None).await.status, 204);
}

#[tokio::test]
async fn each_host_counts_its_own_requests() {
    let world = world().await;
    let a = of(&world, "a.okta.com");
    for (path, limit) in [
        ("/api/v1/apps", "100"),
        ("/api/v1/apps/0oaNobody", "500"),
        ("/api/v1/groups", "500"),
        ("/api/v1/groups/00gNobody", "1000"),
        ("/api/v1/zones", "1200"),
        ("/api/v1/policies?type=PASSWORD", "1200"),
    ] {
        assert_eq!(
            a.get(path).await.header("x-rate-limit-limit"),
            limit,
            "{path}"
        );
    }
    for _ in 0..99 {
        assert_eq!(a.get("/api/v1/apps").await.status, 200);
    }
    let late = a.get("/api/v1/apps").await;
    assert_eq!(
        (late.status, late.header("x-rate-limit-remaining")),
        (429, "0")
    );
    assert_eq!(late.header("x-rate-limit-reset"), "1767225661");
    assert_eq!(a.get("/api/v1/groups").await.status, 200);
    assert_eq!(
        of(&world, "b.okta.com").get("/api/v1/apps").await.status,
        200
    );
    world
        .emulator()
        .change(|state| state.switches.org_rate_limits = false);
    assert_eq!(a.get("/api/v1/apps").await.header("x-rate-limit-limit"), "");
}
