//! Who is let into an org's own API.

use aerialctl::clock::epoch_seconds;
use aerialctl::emulator::EmulatedClient;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value as Json, json};

use super::asking::Asking;
use crate::support::{World, account, new_year, org};

#[tokio::test]
async fn an_org_s_token_is_good_there_alone() {
    let mut state = account(vec![org("a", &[]), org("b", &[])]);
    state.orgs[1].api_tokens = vec!["00tokenOfA".to_owned()];
    let world = World::with(state).await;
    for (domain, authorization, expected) in [
        ("a.okta.com", "SSWS 00tokenOfA", 200),
        ("A.okta.com", "SSWS 00tokenOfA", 200),
        ("a.okta.com", "Bearer 00tokenOfA", 401),
        ("b.okta.com", "SSWS 00tokenOfA", 401),
        // An org that has tokens of its own takes no other; one that has none takes the emulator's.
        ("a.okta.com", "SSWS test-token", 401),
        ("b.okta.com", "SSWS test-token", 200),
        ("b.okta.com", "", 401),
    ] {
        let answer = Asking::host(&world, domain, authorization)
            .get("/api/v1/org")
            .await;
        assert_eq!(answer.status, expected, "{domain} {authorization}");
        if expected == 401 {
            assert_eq!(answer.refusal().1, "E0000011");
            assert_eq!(answer.body["errorSummary"], "Invalid token provided");
        }
    }
}

#[tokio::test]
async fn an_org_s_own_issuer_gives_scoped_tokens() {
    // Without a token of its own the emulator hands tokens to everybody on this machine.
    let mut world = World::new();
    let setup = aerialctl::emulator::Setup::new(
        account(vec![org("a", &[]), org("b", &[])]),
        world.clock.clone(),
    );
    world.emulator = Some(
        aerialctl::emulator::Emulator::start(([127, 0, 0, 1], 0).into(), setup)
            .await
            .unwrap(),
    );
    let origin = world.emulator().origin().to_owned();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let form = [
        ("scope", "okta.groups.read okta.zones.read"),
        ("org", "a.okta.com"),
    ];
    let token: serde_json::Value = http
        .post(format!("{origin}/emulator/token"))
        .form(&form)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let bearer = format!("Bearer {}", token["access_token"].as_str().unwrap());
    let a = Asking::host(&world, "a.okta.com", &bearer);
    assert_eq!(a.get("/api/v1/groups").await.status, 200);
    let write = a
        .post("/api/v1/groups", json!({"profile": {"name": "G"}}))
        .await;
    assert_eq!(write.refusal(), (403, "E0000006", ""));
    assert_eq!(
        write.body["errorSummary"],
        "You do not have permission to perform the requested action"
    );
    assert_eq!(a.get("/api/v1/apps").await.status, 403, "no scope for apps");
    assert_eq!(
        a.get("/api/v1/org/privacy/aerial").await.status,
        403,
        "reading a consent needs a manage scope"
    );
    let b = Asking::host(&world, "b.okta.com", &bearer);
    assert_eq!(b.get("/api/v1/groups").await.refusal().1, "E0000011");
    let account = Asking::at(
        format!("{origin}/{}/api/v1", crate::support::ACCOUNT),
        &bearer,
    );
    assert_eq!(account.get("/orgs").await.refusal().1, "E0000011");
}

/// A key of the fixtures: the private one, and the public one as a JWK.
fn key() -> (EncodingKey, Json) {
    let keys: Vec<Json> = serde_json::from_str(include_str!("../../fixtures/keys.json")).unwrap();
    let key = keys
        .into_iter()
        .find(|key| key["name"] == "P-256, PKCS#8")
        .unwrap();
    let private = EncodingKey::from_ec_pem(key["private"].as_str().unwrap().as_bytes()).unwrap();
    (private, key["public"].clone())
}

/// Okta's own guide: the call without a proof, with one, and with the nonce that was asked for.
#[tokio::test]
async fn an_org_s_client_signs_in_with_its_key_and_proves_what_it_holds() {
    let (private, public) = key();
    let mut state = account(vec![org("a", &[]), org("b", &[])]);
    state.orgs[1].clients.push(EmulatedClient {
        id: "0oaInA".into(),
        keys: vec![public.clone()],
        scopes: vec!["okta.groups.manage".into()],
        dpop: true,
    });
    let world = World::with(state).await;
    let origin = world.emulator().origin();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let now = epoch_seconds(new_year());
    let mut uses = 0;
    let mut jti = || {
        uses += 1;
        format!("use-{uses}")
    };
    let assertion = |url: &str, jti: String| {
        let header = Header {
            kid: Some("key-1".into()),
            ..Header::new(Algorithm::ES256)
        };
        let claims = json!({"aud": url, "iss": "0oaInA", "sub": "0oaInA", "iat": now, "exp": now + 300, "jti": jti});
        encode(&header, &claims, &private).unwrap()
    };
    let proof = |claims: Json| {
        let header = Header {
            typ: Some("dpop+jwt".into()),
            jwk: Some(serde_json::from_value(public.clone()).unwrap()),
            ..Header::new(Algorithm::ES256)
        };
        encode(&header, &claims, &private).unwrap()
    };
    let token = async |domain: &str, scope: &str, assertion: String, proof: Option<String>| {
        let form = [
            ("grant_type", "client_credentials"),
            ("scope", scope),
            (
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ),
            ("client_assertion", &assertion),
        ];
        let mut request = http
            .post(format!("{origin}/~{domain}/oauth2/v1/token"))
            .form(&form);
        if let Some(proof) = proof {
            request = request.header("DPoP", proof);
        }
        let answer = request.send().await.unwrap();
        let nonce = answer
            .headers()
            .get("dpop-nonce")
            .map(|nonce| nonce.to_str().unwrap().to_owned());
        (
            answer.status().as_u16(),
            nonce,
            answer.json::<Json>().await.unwrap(),
        )
    };
    let url = format!("{origin}/~a.okta.com/oauth2/v1/token");
    let scope = "okta.groups.manage";
    let (status, _, body) = token("a.okta.com", scope, assertion(&url, jti()), None).await;
    assert_eq!(
        (status, body["error"].as_str()),
        (400, Some("invalid_dpop_proof"))
    );
    let claims = json!({"htm": "POST", "htu": url, "iat": now, "jti": jti()});
    let (status, nonce, body) = token(
        "a.okta.com",
        scope,
        assertion(&url, jti()),
        Some(proof(claims)),
    )
    .await;
    assert_eq!(
        (status, body["error"].as_str()),
        (400, Some("use_dpop_nonce"))
    );
    let claims =
        json!({"htm": "POST", "htu": url, "iat": now, "jti": jti(), "nonce": nonce.unwrap()});
    let (status, _, body) = token(
        "a.okta.com",
        scope,
        assertion(&url, jti()),
        Some(proof(claims)),
    )
    .await;
    assert_eq!(
        (
            status,
            body["token_type"].as_str(),
            body["expires_in"].as_u64()
        ),
        (200, Some("DPoP"), Some(3600))
    );
    let granted = body["access_token"].as_str().unwrap().to_owned();
    // Not as a bearer's, and not without a proof.
    let bearer = Asking::host(&world, "a.okta.com", &format!("Bearer {granted}"));
    assert_eq!(
        bearer.get("/api/v1/groups").await.body["error"],
        "invalid_request"
    );
    let bare = Asking::host(&world, "a.okta.com", &format!("DPoP {granted}"));
    assert_eq!(
        bare.get("/api/v1/groups").await.body["error"],
        "invalid_dpop_proof"
    );
    // A scope that wasn't granted, another org's issuer, an assertion used twice.
    let (_, _, body) = token("a.okta.com", "okta.apps.read", assertion(&url, jti()), None).await;
    assert_eq!(body["error"], "invalid_scope");
    let (_, _, body) = token("b.okta.com", scope, assertion(&url, jti()), None).await;
    assert_eq!(
        body["error"], "invalid_client",
        "its audience is another issuer"
    );
    let (_, _, body) = token("a.okta.com", scope, assertion(&url, "use-1".into()), None).await;
    assert_eq!(
        (body["error"].as_str(), body["error_description"].as_str()),
        (
            Some("invalid_client"),
            Some("The client_assertion token has already been used.")
        )
    );
    // Once an org has a client of its own, the emulator's token is no good there.
    let fixed = Asking::host(&world, "a.okta.com", "SSWS test-token");
    assert_eq!(
        fixed.get("/api/v1/org").await.refusal(),
        (401, "E0000011", "")
    );
}
