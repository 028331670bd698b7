//! A secret that comes back, or stands where it doesn't belong, is never shown.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};

use aerialctl::cli::Exit;

use crate::server::{Answer, Asked, Server, answer};
use crate::support::{World, desired};

fn key() -> Json {
    let keys: Json = serde_json::from_str(include_str!("../fixtures/keys.json")).unwrap();
    keys[2].clone()
}

/// Sends back whatever secrets it was sent, in an error of its kind.
fn repeat(asked: &Asked) -> Answer {
    if asked.line().starts_with("POST /oauth2") {
        let mut fields = asked.body.split('&');
        let assertion = fields.find_map(|field| field.strip_prefix("client_assertion="));
        let said = json!({
            "error": "invalid_client",
            "error_description": format!("not good: {}", assertion.unwrap()),
        });
        return answer("401 Unauthorized", "", &said.to_string());
    }
    let authorization = asked.header("authorization").unwrap_or_default();
    let token = authorization.trim_start_matches("Bearer ");
    let encoded = STANDARD.encode(authorization);
    let said = json!({
        "errorCode": "E0000001",
        "errorSummary": format!("Bad request with {authorization}"),
        "errorCauses": [{"errorSummary": format!("or {encoded}")}],
    });
    let id = format!("X-Okta-Request-Id: {token}\r\n");
    answer("400 Bad Request", &id, &said.to_string())
}

/// Grants a token whose scope is the token itself.
fn grant(_: &Asked) -> Answer {
    let token = "granted-canary-0123";
    let granted = json!({"token_type": "Bearer", "access_token": token, "scope": token});
    answer("200 OK", "", &granted.to_string())
}

async fn world() -> World {
    let mut world = World::new();
    let origin = Server::start(repeat).await.origin;
    for name in ["AERIAL_ENDPOINT", "AERIAL_ISSUER"] {
        world.vars.insert(name.into(), origin.clone());
    }
    world.file(
        "aerial.yaml",
        desired(&["{domain: a.okta.com, products: [sso]}"]),
    );
    world
}

fn with_key(world: &mut World) {
    for (name, value) in [
        ("AERIAL_CLIENT_ID", "0oaclient"),
        ("AERIAL_PRIVATE_KEY", key()["private"].as_str().unwrap()),
    ] {
        world.vars.insert(name.into(), value.into());
    }
}

#[tokio::test]
async fn promise_6_an_error_that_repeats_the_authorization_is_shown_without_it() {
    let mut world = world().await;
    let token = "given-canary-4567";
    world
        .vars
        .insert("AERIAL_ACCESS_TOKEN".into(), token.into());
    let encoded = STANDARD.encode(format!("Bearer {token}"));
    // Its ends hold a part of what stands beside the token.
    let inner = encoded.get(12..encoded.len() - 4).unwrap();
    for command in ["plan -vv", "doctor -vv", "status -vv", "apply --yes -vv"] {
        let ran = world.run(command).await.expect(Exit::Failed);
        let text = ran.text();
        assert!(!text.contains("canary"), "{text}");
        assert!(!text.contains(inner), "{text}");
        assert!(
            text.contains("400 E0000001: Bad request with Bearer ***; or "),
            "{text}"
        );
        assert!(text.contains("(request ***)"), "{text}");
    }
}

#[tokio::test]
async fn promise_6_a_refusal_that_repeats_the_assertion_is_shown_without_it() {
    let mut world = world().await;
    with_key(&mut world);
    for command in ["plan -vv", "doctor -vv"] {
        let ran = world.run(command).await.expect(Exit::Failed);
        let text = ran.text();
        assert!(!text.contains("eyJ"), "{text}");
        assert!(text.contains("401 invalid_client: not good: ***"), "{text}");
    }
}

#[tokio::test]
async fn promise_6_a_granted_token_is_known_and_its_answer_is_never_quoted() {
    let mut world = world().await;
    with_key(&mut world);
    world
        .vars
        .insert("AERIAL_ISSUER".into(), Server::start(grant).await.origin);
    let ran = world.run("plan -vv").await.expect(Exit::Failed);
    assert!(!ran.text().contains("canary"), "{}", ran.text());
    assert!(
        ran.err.contains("lacks the scope okta.accounts.read"),
        "{}",
        ran.err
    );
}

#[tokio::test]
async fn promise_6_a_key_in_the_wrong_place_is_not_shown() {
    let keys: Json = serde_json::from_str(include_str!("../fixtures/keys.json")).unwrap();
    for key in keys.as_array().unwrap() {
        let key = key["private"].as_str().unwrap();
        let one_line = key.replace('\n', "\\n");
        for key in [key, &one_line, &STANDARD.encode(key)] {
            for (name, says) in [
                ("AERIAL_PRIVATE_KEY_FILE", "not like the path of a file"),
                ("AERIAL_CLIENT_ID", "not like a client id"),
                ("AERIAL_KEY_ID", "not like the id of a key"),
                ("AERIAL_ACCESS_TOKEN", "not like an access token"),
            ] {
                let mut world = world().await;
                world
                    .vars
                    .insert("AERIAL_CLIENT_ID".into(), "0oaclient".into());
                if name != "AERIAL_PRIVATE_KEY_FILE" {
                    with_key(&mut world);
                }
                world.vars.insert(name.into(), key.into());
                let ran = world.run("plan -vv").await.expect(Exit::Failed);
                let expected = format!("{name}: this looks like the key itself, {says}");
                assert!(ran.err.contains(&expected), "{}", ran.err);
                for command in ["plan -vv", "doctor"] {
                    let text = world.run(command).await.expect(Exit::Failed).text();
                    for piece in key
                        .split(['\n', '\\', '"'])
                        .filter(|piece| piece.len() > 40)
                    {
                        assert!(!text.contains(piece), "{name}: {text}");
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn promise_6_a_password_in_a_url_is_not_shown() {
    for (name, value) in [
        ("AERIAL_ENDPOINT", "https://svc:Canary1@aerial.example.com"),
        ("AERIAL_ENDPOINT", "svc:Canary1@aerial.example.com"),
        ("AERIAL_ISSUER", "https://svc:Canary1@acme-aerial.okta.com"),
        (
            "AERIAL_ISSUER",
            "https://acme-aerial.okta.com?token=Canary1",
        ),
    ] {
        let mut world = world().await;
        world
            .vars
            .insert("AERIAL_ACCESS_TOKEN".into(), "given-canary-4567".into());
        world.vars.insert(name.into(), value.into());
        for command in ["plan", "doctor"] {
            let text = world.run(command).await.expect(Exit::Failed).text();
            assert!(!text.contains("Canary1"), "{text}");
            assert!(text.contains(".com` (AERIAL_"), "{text}");
        }
    }
}

/// Whatever shows it: a file of the machine in the error about a desired state, say.
#[tokio::test]
async fn promise_6_no_output_shows_what_the_environment_gives() {
    let mut world = world().await;
    for (name, value) in [
        ("AERIAL_ACCESS_TOKEN", "given-canary-4567"),
        ("GITHUB_TOKEN", "github-canary-89"),
        ("HTTPS_PROXY", "http://svc:proxy-canary@10.0.0.1:3128"),
        ("GITHUB_ACTIONS", "true"),
    ] {
        world.vars.insert(name.into(), value.into());
    }
    world.file(
        "aerial.yaml",
        "given-canary-4567: github-canary-89\nproxy-canary: [given-canary-4567]\nversion: github-canary-89\n",
    );
    for command in [
        "validate",
        "validate --format json",
        "validate --format github",
        "plan -vv",
    ] {
        let text = world.run(command).await.expect(Exit::Invalid).text();
        assert!(text.contains("***"), "{text}");
        assert!(!text.contains("canary"), "{text}");
    }
}
