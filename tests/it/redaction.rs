//! A secret that comes back, or stands where it doesn't belong, is never shown.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use aerialctl::cli::Exit;

use crate::support::{World, desired};

fn key() -> Json {
    let keys: Json = serde_json::from_str(include_str!("../fixtures/keys.json")).unwrap();
    keys[2].clone()
}

/// A server that sends back whatever secrets it was sent, in an error of its kind; a token that it grants once before is
/// told by the other server.
async fn parrot(grants: bool) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(repeat(stream, grants));
        }
    });
    origin
}

async fn repeat(mut stream: TcpStream, grants: bool) {
    let mut request = String::new();
    let mut bytes = vec![0; 16_384];
    loop {
        let read = stream.read(&mut bytes).await.unwrap();
        request.push_str(&String::from_utf8_lossy(&bytes[..read]));
        let complete = request.split_once("\r\n\r\n").is_some_and(|(head, body)| {
            let length = head.lines().find_map(|line| {
                let line = line.to_ascii_lowercase();
                line.strip_prefix("content-length: ")?.parse().ok()
            });
            body.len() >= length.unwrap_or(0)
        });
        if complete || read == 0 {
            break;
        }
    }
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let header = |name: &str| -> String {
        let mut lines = head.lines();
        let line = lines.find(|line| line.to_ascii_lowercase().starts_with(name));
        line.map_or_else(String::new, |line| {
            line.split_once(": ").unwrap().1.to_owned()
        })
    };
    let (status, id, answer) = if head.starts_with("POST /oauth2") {
        if grants {
            let granted = json!({"token_type": "Bearer", "access_token": "granted-canary-0123", "scope": "granted-canary-0123"});
            ("200 OK", String::new(), granted)
        } else {
            let assertion = body
                .split('&')
                .find_map(|pair| pair.strip_prefix("client_assertion="));
            let said = json!({"error": "invalid_client", "error_description": format!("not good: {}", assertion.unwrap())});
            ("401 Unauthorized", String::new(), said)
        }
    } else {
        let authorization = header("authorization");
        let encoded = STANDARD.encode(&authorization);
        let said = json!({
            "errorCode": "E0000001",
            "errorSummary": format!("Bad request with {authorization}"),
            "errorCauses": [{"errorSummary": format!("or {encoded}")}],
        });
        (
            "400 Bad Request",
            authorization.replace("Bearer ", ""),
            said,
        )
    };
    let text = answer.to_string();
    let answer = format!(
        "HTTP/1.1 {status}\r\nX-Okta-Request-Id: {id}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{text}",
        text.len()
    );
    stream.write_all(answer.as_bytes()).await.unwrap();
}

async fn world() -> World {
    let mut world = World::new();
    let origin = parrot(false).await;
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
        .insert("AERIAL_ISSUER".into(), parrot(true).await);
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
