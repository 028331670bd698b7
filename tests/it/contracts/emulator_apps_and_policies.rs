//! The collections of an org's own API: bookmark apps, policies and their rules.

use serde_json::{Value as Json, json};

use super::asking::{Answer, Asking};
use crate::support::{World, account, org};

async fn world() -> (World, Asking) {
    let world = World::with(account(vec![org("a", &[])])).await;
    let a = Asking::host(&world, "a.okta.com", "SSWS test-token");
    (world, a)
}

/// `name priority` of each.
fn order(answer: &Answer) -> Vec<String> {
    let all = answer.body.as_array().unwrap();
    all.iter()
        .map(|one| format!("{} {}", one["name"].as_str().unwrap(), one["priority"]))
        .collect()
}

#[tokio::test]
async fn bookmarks_as_documented() {
    let (_world, a) = world().await;
    let sent = json!({"name": "bookmark", "label": "Sample Bookmark App", "signOnMode": "BOOKMARK",
        "settings": {"app": {"url": "https://example.com/bookmark.html"}}});
    let made = a.post("/api/v1/apps", sent.clone()).await;
    assert_eq!((made.status, &made.body["status"]), (200, &json!("ACTIVE")));
    assert_eq!(
        made.body["settings"]["app"]["requestIntegration"],
        json!(false)
    );
    assert_eq!(
        made.body["visibility"]["hide"],
        json!({"iOS": false, "web": false})
    );
    let again = a.post("/api/v1/apps?activate=false", sent).await;
    assert_eq!(
        (again.status, &again.body["status"]),
        (200, &json!("INACTIVE")),
        "labels aren't unique"
    );
    let path = format!("/api/v1/apps/{}", made.body["id"].as_str().unwrap());
    assert_eq!(
        a.put(&path, json!({"label": "x"})).await.refusal().2,
        "signOnMode: The field cannot be left blank"
    );
    let hidden = json!({"name": "bookmark", "label": "L", "signOnMode": "BOOKMARK", "visibility": {"autoSubmitToolbar": true},
        "settings": {"app": {"url": "https://example.com/2"}}});
    assert_eq!(
        a.put(&path, hidden).await.body["visibility"]["autoSubmitToolbar"],
        json!(true)
    );
    let bare = json!({"name": "bookmark", "label": "L", "signOnMode": "BOOKMARK", "settings": {"app": {"url": "https://example.com/2"}}});
    let replaced = a.put(&path, bare).await;
    assert_eq!(
        replaced.body["visibility"]["autoSubmitToolbar"],
        json!(false),
        "what isn't sent is the default"
    );
    let all = a
        .get("/api/v1/apps?limit=1&filter=name%20eq%20%22bookmark%22")
        .await;
    assert_eq!(all.body.as_array().unwrap().len(), 1);
    assert_eq!(
        a.get("/api/v1/apps?filter=label%20eq%20%22L%22")
            .await
            .refusal()
            .1,
        "E0000031"
    );
    assert_eq!(a.ask("DELETE", &path, None).await.refusal().1, "E0000056");
    assert_eq!(
        a.ask("POST", &format!("{path}/lifecycle/deactivate"), None)
            .await
            .body,
        json!({})
    );
    assert_eq!(a.ask("DELETE", &path, None).await.status, 204);
}

#[tokio::test]
async fn policies_keep_their_order() {
    let (world, a) = world().await;
    let passwords = "/api/v1/policies?type=PASSWORD";
    assert_eq!(
        a.get("/api/v1/policies").await.refusal(),
        (400, "E0000028", "")
    );
    let own = a.get(passwords).await;
    assert_eq!(order(&own), ["Default Policy 1"]);
    assert_eq!(own.body[0]["system"], json!(true));
    assert_eq!(
        own.body[0]["_links"]["self"]["hints"]["allow"],
        json!(["GET", "PUT"])
    );
    assert_eq!(
        own.body[0]["settings"]["password"]["complexity"]["minLength"],
        8
    );
    assert!(own.body[0].get("rules").is_none());
    let policy = |name: &str, priority: Option<u64>| {
        let mut policy = json!({"type": "PASSWORD", "name": name});
        if let Some(priority) = priority {
            policy["priority"] = json!(priority);
        }
        policy
    };
    for (name, priority) in [("A", None), ("B", None), ("C", Some(1)), ("D", Some(99))] {
        assert_eq!(
            a.post("/api/v1/policies", policy(name, priority))
                .await
                .status,
            200
        );
    }
    assert_eq!(
        order(&a.get(passwords).await),
        ["C 1", "A 2", "B 3", "D 4", "Default Policy 5"]
    );
    assert_eq!(
        a.post("/api/v1/policies", policy("A", None))
            .await
            .refusal()
            .1,
        "E0000001"
    );
    assert_eq!(
        a.post("/api/v1/policies", policy("Default Policy", None))
            .await
            .refusal()
            .1,
        "E0000001"
    );
    let found = a.get(&format!("{passwords}&q=A")).await;
    let path = format!("/api/v1/policies/{}", found.body[0]["id"].as_str().unwrap());
    // A replaced policy that says no priority is the last; a switch reads it otherwise.
    assert_eq!(a.put(&path, policy("A", None)).await.body["priority"], 4);
    assert_eq!(a.put(&path, policy("A", Some(2))).await.body["priority"], 2);
    world
        .emulator()
        .change(|state| state.switches.keep_priority = true);
    assert_eq!(a.put(&path, policy("A", None)).await.body["priority"], 2);
    let stray = json!({"type": "PASSWORD", "name": "A", "conditions": {"people": {"groups": {"include": ["00gOfAnotherOrg12345"]}}}});
    assert_eq!(a.put(&path, stray).await.refusal().1, "E0000001");
    assert_eq!(
        a.put(&path, json!({"type": "MFA_ENROLL", "name": "A"}))
            .await
            .refusal()
            .1,
        "E0000001"
    );
    assert_eq!(
        a.ask("POST", &format!("{path}/lifecycle/deactivate"), None)
            .await
            .status,
        204
    );
    assert_eq!(a.get(&path).await.body["status"], "INACTIVE");
    assert_eq!(a.ask("DELETE", &path, None).await.status, 204);
    // Okta's own can be changed, and stays the last.
    let default = own.body[0].clone();
    let path = format!("/api/v1/policies/{}", default["id"].as_str().unwrap());
    let mut changed = default.clone();
    changed["settings"]["password"]["complexity"]["minLength"] = json!(14);
    changed["priority"] = json!(1);
    let changed = a.put(&path, changed).await.body;
    assert_eq!(
        changed["settings"]["password"]["complexity"]["minLength"],
        14
    );
    assert_eq!(changed["priority"], 4);
    assert_eq!(
        a.ask("DELETE", &path, None).await.refusal(),
        (403, "E0000006", "")
    );
}

/// The example of Okta's guide to priorities: out of order, a gap opens.
#[tokio::test]
async fn rules_of_the_newer_types_keep_gaps() {
    let (world, a) = world().await;
    let policy = json!({"type": "ACCESS_POLICY", "name": "Apps"});
    let made = a.post("/api/v1/policies", policy).await.body;
    let rules = format!("/api/v1/policies/{}/rules", made["id"].as_str().unwrap());
    let rule = |name: &str, priority: u64| json!({"name": name, "priority": priority});
    for (name, priority) in [
        ("One", 1),
        ("Two", 2),
        ("Three", 3),
        ("Four", 4),
        ("Five", 5),
    ] {
        a.post(&rules, rule(name, priority)).await;
    }
    let all = a.get(&rules).await.body;
    let path = |at: usize| format!("{rules}/{}", all[at]["id"].as_str().unwrap());
    for (at, name, priority) in [(2, "Three", 1), (1, "Two", 3), (0, "One", 2)] {
        a.put(&path(at), rule(name, priority)).await;
    }
    let undesired = [
        "Three 1",
        "One 2",
        "Two 4",
        "Four 5",
        "Five 6",
        "Catch-all Rule 99",
    ];
    assert_eq!(order(&a.get(&rules).await), undesired);
    // From the top down it closes again; nothing does that by itself.
    assert_eq!(a.ask("DELETE", &path(2), None).await.status, 204);
    for (at, name, priority) in [(0, "One", 1), (1, "Two", 2), (3, "Four", 3)] {
        a.put(&path(at), rule(name, priority)).await;
    }
    let closed = ["One 1", "Two 2", "Four 3", "Five 6", "Catch-all Rule 99"];
    assert_eq!(order(&a.get(&rules).await), closed);
    // Read otherwise, the place that a rule leaves is free: what comes after it stays.
    world
        .emulator()
        .change(|state| state.switches.own_place_counts = false);
    a.put(&path(3), rule("Four", 1)).await;
    let moved = ["Four 1", "One 2", "Two 3", "Five 6", "Catch-all Rule 99"];
    assert_eq!(order(&a.get(&rules).await), moved);
}

#[tokio::test]
async fn rules_keep_their_order() {
    let (_world, a) = world().await;
    let made = a
        .post(
            "/api/v1/policies",
            json!({"type": "ACCESS_POLICY", "name": "Apps"}),
        )
        .await;
    let rules = format!(
        "/api/v1/policies/{}/rules",
        made.body["id"].as_str().unwrap()
    );
    assert_eq!(
        order(&a.get(&rules).await),
        ["Catch-all Rule 99"],
        "it comes with a policy of this type"
    );
    for name in ["One", "Two"] {
        let rule = a
            .post(&rules, json!({"name": name, "type": "ACCESS_POLICY"}))
            .await;
        assert_eq!((rule.status, &rule.body["system"]), (200, &json!(false)));
    }
    let first = a.post(&rules, json!({"name": "Zero", "priority": 0})).await;
    assert_eq!(
        first.body["_links"]["self"]["hints"]["allow"],
        json!(["GET", "PUT", "DELETE"])
    );
    assert_eq!(
        order(&a.get(&rules).await),
        ["Zero 0", "One 1", "Two 2", "Catch-all Rule 99"]
    );
    assert_eq!(
        a.post(&rules, json!({"name": "One"})).await.refusal().1,
        "E0000001"
    );
    assert_eq!(
        a.post(&rules, json!({"name": "P", "type": "PASSWORD"}))
            .await
            .refusal()
            .1,
        "E0000001"
    );
    let all = a.get(&rules).await.body;
    let last = format!("{rules}/{}", all[3]["id"].as_str().unwrap());
    assert_eq!(a.ask("DELETE", &last, None).await.status, 403);
    assert_eq!(
        a.ask(
            "DELETE",
            &format!("{rules}/{}", all[0]["id"].as_str().unwrap()),
            None
        )
        .await
        .status,
        204
    );
    assert_eq!(
        order(&a.get(&rules).await),
        ["One 1", "Two 2", "Catch-all Rule 99"],
        "there may be gaps"
    );

    // The one rule of the default global session policy: its cookie is read-only.
    let session = a.get("/api/v1/policies?type=OKTA_SIGN_ON").await.body[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let rules = format!("/api/v1/policies/{session}/rules");
    let mut rule = a.get(&rules).await.body[0].clone();
    assert_eq!(rule["type"], "SIGN_ON");
    let path = format!("{rules}/{}", rule["id"].as_str().unwrap());
    rule["actions"]["signon"]["session"]["maxSessionIdleMinutes"] = json!(60);
    let changed = a.put(&path, rule.clone()).await;
    assert_eq!(
        changed.body["actions"]["signon"]["session"]["maxSessionIdleMinutes"],
        60
    );
    rule["actions"]["signon"]["session"]["usePersistentCookie"] = json!(true);
    let refused = a.put(&path, rule).await;
    assert_eq!(refused.refusal().1, "E0000077");
    assert_eq!(
        refused.body["errorSummary"],
        "Cannot modify the usePersistentCookie attribute because it is read-only."
    );
    for (policy_type, status) in [("PROFILE_ENROLLMENT", 400), ("MFA_ENROLL", 200)] {
        let policy = a
            .get(&format!("/api/v1/policies?type={policy_type}"))
            .await
            .body[0]["id"]
            .clone();
        let rules = format!("/api/v1/policies/{}/rules", policy.as_str().unwrap());
        assert_eq!(
            a.post(&rules, json!({"name": "More"})).await.status,
            status,
            "{policy_type}"
        );
    }
}

/// A seed says what is inside of an org in Okta's own bodies; what it leaves out is there all the same.
#[tokio::test]
async fn a_seed_fills_an_org() {
    let mut state = account(vec![org("a", &[])]);
    state.orgs[1].inside = serde_json::from_value(json!({
        "orgSettings": {"website": "https://acme.example"},
        "zones": [{"name": "Corporate", "type": "IP", "gateways": [{"type": "CIDR", "value": "192.0.2.0/24"}]}],
        "groups": [{"profile": {"name": "Contractors"}}],
        "policies": [{"type": "PASSWORD", "name": "Contractors", "rules": [{"name": "Anywhere"}]}],
    }))
    .unwrap();
    let world = World::with(state).await;
    let a = Asking::host(&world, "a.okta.com", "SSWS test-token");
    assert_eq!(
        a.get("/api/v1/org").await.body["website"],
        "https://acme.example"
    );
    assert_eq!(
        a.get("/api/v1/zones").await.body.as_array().unwrap().len(),
        4
    );
    assert_eq!(
        a.get("/api/v1/groups").await.body.as_array().unwrap().len(),
        2
    );
    let policies = a.get("/api/v1/policies?type=PASSWORD").await;
    assert_eq!(order(&policies), ["Contractors 1", "Default Policy 2"]);
    let rules = format!(
        "/api/v1/policies/{}/rules",
        policies.body[0]["id"].as_str().unwrap()
    );
    assert_eq!(order(&a.get(&rules).await), ["Anywhere 1"]);
    // Kept and read again it is the same.
    let kept: Json = serde_json::to_value(world.emulator().state()).unwrap();
    let mut again: aerialctl::emulator::State = serde_json::from_value(kept).unwrap();
    again.complete();
    assert_eq!(again, world.emulator().state());
}

#[tokio::test]
async fn another_admin_is_inside_an_org_as_well() {
    let (world, a) = world().await;
    let fault = "{object: {org: a.okta.com, collection: zones, name: LegacyIpZone, set: {usage: BLOCKLIST}}}";
    world.faults(&format!(
        "[{{path: /~*/api/v1/zones, after: 1, do: {fault}}}]"
    ));
    assert_eq!(a.get("/api/v1/zones").await.body[0]["usage"], "POLICY");
    assert_eq!(a.get("/api/v1/zones").await.body[0]["usage"], "BLOCKLIST");
}
