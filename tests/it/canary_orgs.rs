//! No output holds what lets a run in at an org's own host, the first password of a new org's admin, or the new org's token,
//! whatever the hosts send back.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};

use crate::canary::written;
use crate::server::{Answer, Asked, Server, answer};
use crate::support::{ACCOUNT, World};

const ACCESS: &str = "access-canary-0123456789";
const PARENT: &str = "parent-canary-0123456789";
const PASSWORD: &str = "password-canary-0123456789";
const BORN: &str = "born-canary-0123456789";

/// Where the parent's token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Environment,
    Helper,
    Folder,
}

/// What the answer to the creation is.
const ANSWERS: [&str; 8] = [
    "good", "shape", "no-token", "text", "400", "403", "500", "409",
];

/// What the request brought, and the password, which the run knows from its start.
fn echo(asked: &Asked) -> String {
    let authorization = asked.header("authorization").unwrap_or_default();
    let all = [
        asked.body.clone(),
        authorization.to_owned(),
        STANDARD.encode(authorization),
        PASSWORD.to_owned(),
        STANDARD.encode(PASSWORD),
    ];
    all.join(" ")
}

fn respond(asked: &Asked, bad: &str) -> Answer {
    let echo = echo(asked);
    let line = asked.line();
    let headers = format!("X-Okta-Request-Id: {echo}\r\n");
    let ok = |body: Json| answer("200 OK", &headers, &body.to_string());
    let error =
        json!({"errorCode": echo, "errorSummary": echo, "errorCauses": [{"errorSummary": echo}]});
    let path = line.replace(&format!("/{ACCOUNT}/api/v1"), "");
    if path.contains("/.well-known/") {
        return answer("404 Not Found", &headers, &error.to_string());
    }
    if path.contains("/api/v1/orgs") {
        let links =
            json!({"organization": {"href": "https://acme-fr.okta.com/api/v1/orgs/acme-fr"}});
        // Nobody has read the new token when these headers are.
        let told = format!("X-Okta-Request-Id: {BORN}\r\nX-Anything: {BORN}\r\n");
        let created = |body: String| answer("201 Created", &told, &body);
        return match bad {
            "good" => created(
                json!({"id": "00oborn", "token": BORN, "name": BORN, "_links": links}).to_string(),
            ),
            "shape" => created(json!({"id": "00oborn", "token": {BORN: BORN}}).to_string()),
            "no-token" => created(json!({"id": BORN, "name": echo}).to_string()),
            "text" => created(format!("the token is {BORN} and {echo}")),
            // Whoever answers like this may have made the org all the same.
            status => answer(
                &format!("{status} {BORN}"),
                &told,
                &json!({"errorCode": BORN, "errorSummary": BORN, "errorCauses": [{"errorSummary": BORN}], "token": BORN})
                    .to_string(),
            ),
        };
    }
    if path.contains("/privacy/aerial") && line.starts_with("GET") {
        return ok(json!({"accountId": echo}));
    }
    if path.contains("/~") {
        return ok(json!({"id": echo}));
    }
    if path.starts_with("GET /accounts") {
        return ok(json!({"id": ACCOUNT, "name": echo}));
    }
    if path.starts_with("GET /orgs") {
        let org = json!({"id": "00oaerial", "domain": "acme-aerial.okta.com", "cell": "ok1", "status": "ACTIVE", "aerialOrg": true});
        return ok(json!([org]));
    }
    if path.starts_with("GET /products") {
        return ok(json!([]));
    }
    answer(&format!("400 {echo}"), &headers, &error.to_string())
}

async fn world(source: Source, bad: &'static str) -> (World, Server) {
    let mut world = World::new();
    let server = Server::start(move |asked| respond(asked, bad)).await;
    world.file(
        "aerial.yaml",
        format!(
            "version: 1\naccount: {{id: {ACCOUNT}, aerialOrg: acme-aerial.okta.com}}\ndefaults: {{cell: ok1}}\norgs:\n  - domain: acme-fr.okta.com\n    consent: grant\n    create: {{parent: acme.okta.com, name: Acme France, admin: {{firstName: Ana, lastName: Doe, email: a@b.example, login: ana, passwordFrom: AERIAL_ADMIN_PASSWORD_ACME_FR}}}}\n"
        ),
    );
    let mut vars = vec![
        ("AERIAL_ENDPOINT", server.origin.clone()),
        ("AERIAL_ISSUER", server.origin.clone()),
        ("AERIAL_ACCESS_TOKEN", ACCESS.to_owned()),
        ("AERIAL_ADMIN_PASSWORD_ACME_FR", PASSWORD.to_owned()),
        ("AERIAL_TOKEN_DIR", "tokens".to_owned()),
        ("GITHUB_ACTIONS", "true".to_owned()),
        (
            "GITHUB_STEP_SUMMARY",
            world.path("summary").display().to_string(),
        ),
        ("GITHUB_OUTPUT", world.path("output").display().to_string()),
    ];
    match source {
        Source::Environment => vars.push(("OKTA_ORG_TOKEN_ACME_OKTA_COM", PARENT.to_owned())),
        Source::Helper => {
            let script = format!(
                "#!/bin/sh\nif [ \"$1\" = get ]; then echo '{{\"version\":1,\"token\":\"{PARENT}\"}}'; echo {PARENT} >&2; else cat >> {}; fi\n",
                world.path("stored").display()
            );
            world.file("helper.sh", script);
            vars.push((
                "AERIAL_CREDENTIAL_HELPER",
                format!("/bin/sh {}", world.path("helper.sh").display()),
            ));
        }
        Source::Folder => {
            world.file("tokens/acme.okta.com.token", PARENT);
            for (path, mode) in [("tokens", 0o700), ("tokens/acme.okta.com.token", 0o600)] {
                fs::set_permissions(world.path(path), fs::Permissions::from_mode(mode)).unwrap();
            }
        }
    }
    let vars = vars
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    world.vars.extend(vars);
    (world, server)
}

#[tokio::test]
async fn promise_6_no_output_holds_what_creates_an_org_or_comes_of_it() {
    for source in [Source::Environment, Source::Helper, Source::Folder] {
        for bad in ANSWERS {
            let (world, server) = world(source, bad).await;
            let mut texts = Vec::new();
            for command in [
                "plan -vv",
                "plan --format json --out plan.json",
                "plan --format markdown",
                "apply --yes -vv --plan plan.json --receipt receipt.jsonl",
                "apply --yes --format json",
                "explain acme-fr.okta.com",
                "report --out page.html",
                "doctor -vv",
                "status --format json",
            ] {
                texts.push((command.to_owned(), world.run(command).await.text()));
            }
            written(
                &world.path("."),
                &["tokens", "helper.sh", "stored"],
                &mut texts,
            );
            let asked = server.asked();
            let created: Vec<&Asked> = asked
                .iter()
                .filter(|asked| asked.line().contains("POST /~acme.okta.com/api/v1/orgs"))
                .collect();
            assert!(!created.is_empty(), "{source:?} {bad}: {texts:#?}");
            for one in created {
                assert!(one.body.contains(PASSWORD));
                assert_eq!(
                    one.header("authorization"),
                    Some(format!("SSWS {PARENT}").as_str())
                );
            }
            for (from, text) in texts {
                let joined: String = text.split_whitespace().collect();
                let inner = STANDARD.encode(PASSWORD);
                for secret in [ACCESS, PARENT, PASSWORD, BORN, &inner, "canary"] {
                    assert!(
                        !text.contains(secret) && !joined.contains(secret),
                        "{source:?} {bad}: {secret} in {from}:\n{text}"
                    );
                }
            }
            let kept = if source == Source::Helper {
                "stored"
            } else {
                "tokens/acme-fr.okta.com.token"
            };
            let kept = fs::read_to_string(world.path(kept)).unwrap_or_default();
            assert_eq!(
                kept.contains(BORN),
                bad == "good",
                "{source:?} {bad}: {kept}"
            );
        }
    }
}
