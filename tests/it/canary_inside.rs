//! No output and no file of any command holds what lets a run in at an org's own host, in whichever way it came, nor what comes
//! with a new org, though the org's host sends it back in everything that it says of its objects.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::json;

use crate::canary::{COMMANDS, GITHUB, GRANTED, echo, respond, secrets, spelled, written};
use crate::server::{Answer, Asked, Server, answer};
use crate::support::{ACCOUNT, World};
use crate::tokens::keys;

const ORG: &str = "org-canary-0123/45+67~89";
const PASSWORD: &str = "password-canary-0123/45+67";
const BORN: &str = "born-canary-0123/45+67~89";

/// Where the credential of an org comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Token,
    Key,
    KeyFile,
    HelperToken,
    HelperKey,
    Folder,
}

const SOURCES: [Source; 6] = [
    Source::Token,
    Source::Key,
    Source::KeyFile,
    Source::HelperToken,
    Source::HelperKey,
    Source::Folder,
];

/// What an org's host answers: everything well, or badly to requests of a kind.
const HOSTS: [(&str, &str); 6] = [
    ("nowhere", "400"),
    ("GET /~a.okta.com/api", "403"),
    ("GET /~a.okta.com/api", "text"),
    ("POST /~a.okta.com/api", "shape"),
    ("PUT /~a.okta.com/api", "400"),
    ("oauth2/v1/token", "401"),
];

/// What an org's own host says.
fn own_host(asked: &Asked, endpoint: &str, bad: &str) -> Answer {
    let line = asked.line();
    let echo = echo(asked, false) + " " + PASSWORD;
    let headers = format!("X-Okta-Request-Id: {echo}\r\nX-Anything: {echo}\r\n");
    if line.contains(endpoint) {
        let error = json!({"errorCode": echo, "errorSummary": echo, "errorCauses": [{"errorSummary": echo}],
            "error": echo, "error_description": echo});
        return match bad {
            "shape" => answer("200 OK", &headers, &json!([[echo]]).to_string()),
            "text" => answer("200 OK", &headers, &echo),
            status => answer(&format!("{status} {echo}"), &headers, &error.to_string()),
        };
    }
    let ok = |body: serde_json::Value| answer("200 OK", &headers, &body.to_string());
    if line.ends_with("/oauth2/v1/token") {
        // Nobody has read it when these headers are.
        let told = format!("X-Okta-Request-Id: {GRANTED}\r\n");
        let token = json!({"token_type": "Bearer", "access_token": GRANTED, "expires_in": 3600, "more": echo});
        return answer("200 OK", &told, &token.to_string());
    }
    if line.contains("/.well-known/") {
        return answer("404 Not Found", &headers, "{}");
    }
    if line.contains("POST /~acme.okta.com/api/v1/orgs") {
        let links =
            json!({"organization": {"href": "https://acme-fr.okta.com/api/v1/orgs/acme-fr"}});
        let born = json!({"id": "00oborn", "token": BORN, "name": echo, "_links": links});
        return answer("201 Created", &headers, &born.to_string());
    }
    // The difference shows what is there: a text of the server's.
    let group = json!({"id": "00gcontractors", "type": "OKTA_GROUP", "profile": {"name": "Contractors", "description": echo, "x": echo}});
    match line {
        line if line.contains("/groups/") => ok(group),
        line if line.starts_with("GET") && line.contains("/groups") => ok(json!([group])),
        line if line.ends_with("/api/v1/org") => ok(json!({"id": "00oa", "website": echo})),
        line if line.starts_with("GET") => ok(json!([])),
        _ => ok(json!({"id": "nzonew", "name": echo})),
    }
}

fn file() -> String {
    let admin = "{firstName: Ana, lastName: Doe, email: a@b.example, login: ana, passwordFrom: AERIAL_ADMIN_PASSWORD_ACME_FR}";
    format!(
        "version: 1
account: {{id: {ACCOUNT}, aerialOrg: acme-aerial.okta.com}}
products: {{sso: P000052, mfa: P000131}}
defaults: {{cell: ok1}}
guardrails: {{maxDisabled: 100, maxLinked: 100, unmanagedOrgs: ignore, lookalikes: warn}}
baselines:
  standard:
    orgSettings: {{website: https://acme.example}}
    zones: {{Office: {{type: IP, gateways: [{{type: CIDR, value: 192.0.2.0/24}}]}}}}
    groups: {{Contractors: {{profile: {{description: People of our partners}}}}}}
orgs:
  - {{domain: a.okta.com, products: [sso], baseline: standard}}
  - domain: acme-fr.okta.com
    consent: grant
    create: {{parent: acme.okta.com, name: Acme France, admin: {admin}}}
"
    )
}

/// What `HELPER get` prints, on both of its streams; what it is to keep goes to a file that is its own.
fn helper(world: &World, printed: &serde_json::Value) -> String {
    world.file("helper.out", printed.to_string());
    let folder = world.path("").display().to_string();
    world.file(
        "helper.sh",
        format!("#!/bin/sh\nif [ \"$1\" = get ]; then cat >/dev/null; cat {folder}/helper.out; cat {folder}/helper.out >&2; else cat >> {folder}/stored; fi\n"),
    );
    format!("/bin/sh {}", world.path("helper.sh").display())
}

fn private(world: &World, path: &str, mode: u32) {
    fs::set_permissions(world.path(path), fs::Permissions::from_mode(mode)).unwrap();
}

async fn world(
    source: Source,
    key: &str,
    (endpoint, bad): (&'static str, &'static str),
) -> (World, Server) {
    let mut world = World::new();
    let server = Server::start(move |asked| {
        if asked.line().contains("/~") {
            own_host(asked, endpoint, bad)
        } else {
            respond(asked, "nowhere", "400")
        }
    })
    .await;
    world.file("aerial.yaml", file());
    world.file(
        "event.json",
        json!({"pull_request": {"number": 7, "head": {"sha": "0123456789abcdef"}}}).to_string(),
    );
    let mut vars = vec![
        ("AERIAL_ENDPOINT".to_owned(), server.origin.clone()),
        ("AERIAL_ISSUER".to_owned(), server.origin.clone()),
        (
            "AERIAL_ACCESS_TOKEN".to_owned(),
            "access-canary-0123456789".to_owned(),
        ),
        (
            "AERIAL_ADMIN_PASSWORD_ACME_FR".to_owned(),
            PASSWORD.to_owned(),
        ),
        ("AERIAL_TOKEN_DIR".to_owned(), "tokens".to_owned()),
        ("GITHUB_ACTIONS".to_owned(), "true".to_owned()),
        ("GITHUB_TOKEN".to_owned(), GITHUB.to_owned()),
        ("GITHUB_API_URL".to_owned(), server.origin.clone()),
        ("GITHUB_REPOSITORY".to_owned(), "acme/orgs".to_owned()),
        ("GITHUB_EVENT_PATH".to_owned(), "event.json".to_owned()),
    ];
    for (name, file) in [
        ("GITHUB_STEP_SUMMARY", "summary"),
        ("GITHUB_OUTPUT", "output"),
    ] {
        vars.push((name.to_owned(), world.path(file).display().to_string()));
    }
    for org in ["A_OKTA_COM", "ACME_OKTA_COM"] {
        let mut set =
            |name: &str, value: &str| vars.push((format!("{name}_{org}"), value.to_owned()));
        match source {
            Source::Token => set("OKTA_ORG_TOKEN", ORG),
            Source::Key | Source::KeyFile => {
                set("OKTA_ORG_CLIENT_ID", "0oainside");
                set("OKTA_ORG_KEY_ID", "key-1");
                if source == Source::Key {
                    set("OKTA_ORG_PRIVATE_KEY", key);
                } else {
                    set("OKTA_ORG_KEY_FILE", "key.pem");
                }
            }
            Source::HelperToken | Source::HelperKey | Source::Folder => {}
        }
    }
    match source {
        Source::HelperToken => vars.push((
            "AERIAL_CREDENTIAL_HELPER".to_owned(),
            helper(&world, &json!({"version": 1, "token": ORG})),
        )),
        Source::HelperKey => vars.push((
            "AERIAL_CREDENTIAL_HELPER".to_owned(),
            helper(&world, &json!({"version": 1, "clientId": "0oainside", "privateKey": key, "keyId": "key-1"})),
        )),
        Source::KeyFile => {
            world.file("key.pem", key);
            private(&world, "key.pem", 0o600);
        }
        Source::Folder => {
            for org in ["a", "acme"] {
                let path = format!("tokens/{org}.okta.com.token");
                world.file(&path, ORG);
                private(&world, &path, 0o600);
            }
            private(&world, "tokens", 0o700);
        }
        Source::Token | Source::Key => {}
    }
    world.vars.extend(vars);
    (world, server)
}

#[tokio::test]
async fn promise_6_no_output_holds_what_lets_in_at_an_org_s_own_host() {
    let all = keys();
    let mut configured = 0;
    for (n, source) in SOURCES.into_iter().enumerate() {
        for m in 0..2 {
            let host = HOSTS[(n + 2 * m) % HOSTS.len()];
            let key = &all[(n + m) % all.len()].private;
            let (world, server) = world(source, key, host).await;
            let mut texts = Vec::new();
            for command in COMMANDS {
                texts.push((command.to_owned(), world.run(command).await.text()));
            }
            let put = [
                "key.pem",
                "aerial.yaml",
                "tokens",
                "helper.sh",
                "helper.out",
                "stored",
            ];
            written(&world.path("."), &put, &mut texts);
            let mut secrets = secrets(key, &server);
            for secret in [ORG, PASSWORD, BORN] {
                secrets.extend(spelled(secret));
                secrets.push(secret.to_owned());
            }
            let asked = server.asked();
            let to_org = asked
                .iter()
                .filter(|asked| asked.line().contains("/~a.okta.com/api"));
            configured += usize::from(to_org.clone().any(|asked| asked.line().starts_with("POST")));
            let refused = host.0.starts_with("oauth2") && source != Source::Token;
            assert!(to_org.count() > 0 || refused, "{source:?} {host:?}");
            // It was sent back where it would show.
            let redacted = texts.iter().filter(|(_, text)| text.contains("***"));
            assert!(redacted.count() > 5, "{source:?} {host:?}");
            for (from, text) in &texts {
                let joined: String = text.split_whitespace().collect();
                let found = secrets
                    .iter()
                    .find(|secret| text.contains(*secret) || joined.contains(*secret));
                assert_eq!(found, None, "{source:?} {host:?}: {from}:\n{text}");
                assert!(
                    !joined.contains("canary"),
                    "{source:?} {host:?}: {from}:\n{text}"
                );
            }
        }
    }
    assert!(configured > 2, "{configured} worlds wrote inside of an org");
}
