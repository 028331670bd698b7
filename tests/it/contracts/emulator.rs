//! Okta's documented words against the emulator.

use serde_json::{Value as Json, json};

use crate::support::{ACCOUNT, World, account, desired, org, unlinked};

#[tokio::test]
async fn the_emulator_speaks_okta_s_documented_words() {
    let mut state = account(vec![org("a", &["sso"]), unlinked("new", &[])]);
    state
        .dependencies
        .insert("P001113".into(), vec!["P000052".into()]);
    let world = World::with(state).await;
    let http = reqwest_client();
    let id = world.emulator().state().orgs[1].id.clone();
    let base = format!("{}/{ACCOUNT}/api/v1", world.emulator().origin());
    let ask = async |method: &str, path: &str, body: Option<Json>| -> (u16, Json) {
        let mut request = http
            .request(method.parse().unwrap(), format!("{base}{path}"))
            .header("Authorization", "Bearer test-token");
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        assert!(answer.headers().contains_key("x-okta-request-id"));
        (
            answer.status().as_u16(),
            answer.json().await.unwrap_or(Json::Null),
        )
    };
    let (status, body) = ask("GET", "/accounts", None).await;
    assert_eq!(
        (status, body),
        (200, json!({"id": ACCOUNT, "name": "Acme"}))
    );
    let (status, body) = ask("GET", &format!("/orgs/{id}"), None).await;
    assert_eq!(status, 200);
    for key in [
        "accountId",
        "name",
        "cell",
        "domain",
        "status",
        "aerialOrg",
        "createdDate",
        "id",
        "_links",
    ] {
        assert!(body.get(key).is_some(), "{key}");
    }
    for (method, path, body, status, code) in [
        (
            "PUT",
            format!("/orgs/{id}/status"),
            Some(json!({"status": "inactive"})),
            400,
            "DESERIALIZATION_FAILURE",
        ),
        (
            "PUT",
            format!("/orgs/{id}/products"),
            Some(json!([{"id": "P9"}])),
            400,
            "E0000001",
        ),
        (
            "PUT",
            format!("/orgs/{id}/products"),
            Some(json!([{"id": "P001113"}])),
            400,
            "E0000001",
        ),
        (
            "PUT",
            format!("/orgs/{id}/products"),
            Some(json!([{"id": "P000052"}, {"id": "P000052"}])),
            400,
            "E0000001",
        ),
        (
            "PUT",
            "/orgs/00oNobody/products".to_owned(),
            Some(json!([])),
            404,
            "E0000007",
        ),
        ("GET", "/orgs/00oNobody".to_owned(), None, 404, "E0000007"),
        ("GET", "/nowhere".to_owned(), None, 404, "E0000008"),
        ("PATCH", "/orgs".to_owned(), None, 405, "E0000022"),
        (
            "GET",
            "/orgs?filter=colour%20eq%20%22x%22".to_owned(),
            None,
            400,
            "E0000031",
        ),
        ("GET", "/orgs?limit=101".to_owned(), None, 400, "E0000001"),
        (
            "POST",
            "/orgs".to_owned(),
            Some(json!({"orgId": id, "domain": "a.okta.com", "cell": "ok1"})),
            400,
            "E0000001",
        ),
        (
            "POST",
            "/orgs".to_owned(),
            Some(json!({"domain": "a.okta.com", "cell": "ok1"})),
            400,
            "E0000001",
        ),
        (
            "POST",
            "/orgs".to_owned(),
            Some(json!({"domain": "nobody.okta.com", "cell": "ok1"})),
            400,
            "E0000001",
        ),
        (
            "POST",
            format!("/orgs/{id}/deletionRequest"),
            None,
            400,
            "E0000001",
        ),
    ] {
        let (actual, answer) = ask(method, &path, body).await;
        assert_eq!(
            (actual, answer["errorCode"].as_str()),
            (status, Some(code)),
            "{method} {path}: {answer}"
        );
        assert_eq!(answer["errorLink"], answer["errorCode"]);
        assert!(answer["errorId"].as_str().unwrap().starts_with("oae"));
    }
    let (status, body) = ask(
        "PUT",
        &format!("/orgs/{id}/products"),
        Some(json!([{"id": "P000131", "name": "ignored"}])),
    )
    .await;
    assert_eq!(
        (status, body),
        (200, json!([{"id": "P000131", "name": "IT Products - MFA"}])),
        "the whole set is replaced"
    );
    let (status, body) = ask(
        "GET",
        "/orgs?filter=status%20eq%20%22ACTIVE%22%20AND%20subdomain%20sw%20%22a%22",
        None,
    )
    .await;
    assert_eq!((status, body.as_array().unwrap().len()), (200, 2));
    let (status, body) = ask("GET", "/orgs?filter=aerialOrg%20eq%20true", None).await;
    assert_eq!((status, body.as_array().unwrap().len()), (200, 1));
    let (status, body) = ask(
        "POST",
        "/orgs",
        Some(json!({"domain": "NEW.okta.com", "cell": "OK1"})),
    )
    .await;
    assert_eq!((status, body["status"].as_str()), (200, Some("ACTIVE")));
    let aerial = world.emulator().state().orgs[0].id.clone();
    let (status, _) = ask(
        "PUT",
        &format!("/orgs/{aerial}/status"),
        Some(json!({"status": "INACTIVE"})),
    )
    .await;
    assert_eq!(status, 400, "the Aerial org is never deactivated");
}

#[tokio::test]
async fn the_emulator_serves_the_apis_around_aerial() {
    let mut parent = unlinked("parent", &[]);
    parent.consent = false;
    let world = World::with(account(vec![parent])).await;
    let http = reqwest_client();
    let base = format!("{}/~parent.okta.com", world.emulator().origin());
    let ask = async |method: &str, path: &str, body: Option<Json>| -> (u16, Json) {
        let mut request = http
            .request(method.parse().unwrap(), format!("{base}{path}"))
            .header("Authorization", "SSWS test-token");
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    };
    let (status, body) = ask("GET", "/.well-known/okta-organization", None).await;
    assert_eq!(status, 200);
    assert!(body["id"].as_str().unwrap().starts_with("00o"));
    let consent = "/api/v1/org/privacy/aerial";
    assert_eq!(ask("GET", consent, None).await.1["errorCode"], "E0000007");
    let wrong = ask(
        "POST",
        &format!("{consent}/grant"),
        Some(json!({"accountId": "0227other"})),
    )
    .await
    .1;
    assert_eq!(
        wrong["errorCauses"][0]["errorSummary"],
        "Invalid aerial account ID."
    );
    let (status, body) = ask(
        "POST",
        &format!("{consent}/grant"),
        Some(json!({"accountId": ACCOUNT})),
    )
    .await;
    assert_eq!((status, body["accountId"].as_str()), (200, Some(ACCOUNT)));
    let again = ask(
        "POST",
        &format!("{consent}/grant"),
        Some(json!({"accountId": ACCOUNT})),
    )
    .await
    .1;
    assert_eq!(
        again["errorCauses"][0]["errorSummary"],
        "The org already has a consent grant added to Aerial."
    );
    let profile = json!({"firstName": "F", "lastName": "L", "email": "f@example.com", "login": "f@example.com"});
    let child = json!({"subdomain": "child", "name": "Child", "edition": "SKU", "admin": {"profile": profile}});
    let (status, body) = ask("POST", "/api/v1/orgs", Some(child)).await;
    assert_eq!((status, body["tokenType"].as_str()), (201, Some("SSWS")));
    // The child takes its consent from its parent, once it is there for everybody.
    world.clock.sleep(std::time::Duration::from_secs(30)).await;
    world.file(
        "aerial.yaml",
        desired(&["{domain: child.okta.com}", "{domain: parent.okta.com}"]),
    );
    world.run("apply --yes").await.done();
    let refused = ask(
        "POST",
        &format!("{consent}/revoke"),
        Some(json!({"accountId": ACCOUNT})),
    )
    .await
    .1;
    assert_eq!(
        refused["errorCauses"][0]["errorSummary"],
        "The org is already linked to an Account."
    );
}

#[tokio::test]
async fn no_page_is_answered_and_nobody_without_a_token() {
    let world = World::with(account(vec![unlinked("parent", &[])])).await;
    let http = reqwest_client();
    let origin = world.emulator().origin();
    let before = world.emulator().state();
    let child = r#"{"subdomain":"child","name":"Child","edition":"SKU","admin":{}}"#;
    let account = format!("/{ACCOUNT}/api/v1/orgs");
    let json = ("content-type", "application/json");
    let token = ("authorization", "Bearer test-token");
    for (method, path, headers, expected) in [
        (
            "GET",
            "/~parent.okta.com/.well-known/okta-organization",
            vec![],
            200,
        ),
        ("GET", "/emulator/account", vec![], 200),
        ("GET", account.as_str(), vec![token], 200),
        (
            "GET",
            account.as_str(),
            vec![token, ("host", "rebound.evil.com")],
            421,
        ),
        (
            "GET",
            "/emulator/account",
            vec![("host", "rebound.evil.com")],
            421,
        ),
        (
            "GET",
            account.as_str(),
            vec![token, ("origin", "https://evil.com")],
            403,
        ),
        ("GET", "/emulator/account", vec![("origin", "null")], 403),
        (
            "POST",
            "/emulator/token",
            vec![("origin", "https://evil.com")],
            403,
        ),
        (
            "POST",
            "/~parent.okta.com/api/v1/orgs",
            vec![("content-type", "text/plain")],
            415,
        ),
        (
            "POST",
            "/~parent.okta.com/api/v1/orgs",
            vec![token, ("content-type", "text/plain")],
            415,
        ),
        ("POST", "/~parent.okta.com/api/v1/orgs", vec![json], 401),
        (
            "POST",
            "/~parent.okta.com/api/v1/orgs",
            vec![json, ("authorization", "SSWS wrong")],
            401,
        ),
        (
            "POST",
            "/~parent.okta.com/api/v1/org/privacy/aerial/revoke",
            vec![json],
            401,
        ),
        (
            "GET",
            "/~parent.okta.com/api/v1/org/privacy/aerial",
            vec![],
            401,
        ),
        (
            "POST",
            account.as_str(),
            vec![token, ("content-type", "text/plain")],
            415,
        ),
        ("POST", account.as_str(), vec![json], 401),
    ] {
        let mut request = http.request(method.parse().unwrap(), format!("{origin}{path}"));
        for (name, value) in &headers {
            request = request.header(*name, *value);
        }
        if method == "POST" {
            request = request.body(child);
        }
        let status = request.send().await.unwrap().status();
        assert_eq!(status.as_u16(), expected, "{method} {path} {headers:?}");
    }
    assert_eq!(world.emulator().state(), before);
}

fn reqwest_client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}
