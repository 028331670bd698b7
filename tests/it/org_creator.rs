//! What the Org Creator may answer: never quoted, and never taken for an org that isn't there.
#![cfg(unix)]

use aerialctl::cli::Exit;

use crate::server::{Server, answer};
use crate::support::{ACCOUNT, World};

const PASSWORD: &str = "AERIAL_ADMIN_PASSWORD_ACME_FR";
const FRESH: &str = "00fresh-token-0123456789";

fn file() -> String {
    let admin = "{firstName: Ana, lastName: Doe, email: a@b.example, login: ana, passwordFrom: AERIAL_ADMIN_PASSWORD_ACME_FR}";
    format!(
        "version: 1\naccount: {{id: {ACCOUNT}, aerialOrg: acme-aerial.okta.com}}\ndefaults: {{cell: ok1}}\norgs:\n  - domain: acme-fr.okta.com\n    create: {{parent: acme.okta.com, name: Acme France, admin: {admin}}}\n"
    )
}

/// An account without the org, whose parent answers a creation like this; no org is ever there.
async fn world(status: &'static str, headers: &'static str, body: &'static str) -> (World, Server) {
    let server = Server::start(move |asked| {
        let line = asked.line();
        if line.ends_with("/accounts") {
            let about = format!(r#"{{"id": "{ACCOUNT}", "name": "Acme"}}"#);
            return answer("200 OK", "", &about);
        }
        if line.contains("/.well-known/") {
            return answer("404 Not Found", "", "{}");
        }
        if line.starts_with("POST /~acme.okta.com/api/v1/orgs") {
            return answer(status, headers, body);
        }
        if line.contains("/orgs?") {
            let orgs = r#"[{"id": "00oA", "domain": "acme-aerial.okta.com", "status": "ACTIVE", "aerialOrg": true}]"#;
            return answer("200 OK", "", orgs);
        }
        answer("200 OK", "", "[]")
    })
    .await;
    let mut world = World::new();
    for (name, value) in [
        ("AERIAL_ENDPOINT", server.origin.as_str()),
        ("AERIAL_ISSUER", server.origin.as_str()),
        ("AERIAL_ACCESS_TOKEN", "given-token"),
        ("OKTA_ORG_TOKEN_ACME_OKTA_COM", "parent-token-0123456789"),
        (PASSWORD, "first-password-0123"),
    ] {
        world.vars.insert(name.to_owned(), value.to_owned());
    }
    world.file("aerial.yaml", file());
    (world, server)
}

#[tokio::test]
async fn promise_4_an_answer_that_is_no_org_creates_none() {
    for body in ["<html><body>Sign in</body></html>", "{}", "[]"] {
        let (world, server) = world("200 OK", "", body).await;
        let run = "apply --yes --token-dir tokens";
        let ran = world.run(run).await.expect(Exit::Partial);
        assert!(
            ran.err.contains("failed     1  create acme-fr.okta.com"),
            "{body}: {}",
            ran.err
        );
        let lines: Vec<String> = server
            .asked()
            .iter()
            .map(|asked| asked.line().to_owned())
            .collect();
        let writes = lines
            .iter()
            .filter(|line| line.starts_with("POST") && !line.contains("/token"));
        assert_eq!(writes.count(), 1, "{body}: {lines:?}");
    }
}

#[tokio::test]
async fn promise_6_what_the_org_creator_says_is_never_quoted() {
    let body = r#"{"errorCode":"E0000001","errorSummary":"00fresh-token-0123456789","errorCauses":[{"errorSummary":"00fresh-token-0123456789"}]}"#;
    for status in [
        "400 Bad Request",
        "403 Forbidden",
        "500 Internal Server Error",
    ] {
        let headers = "X-Okta-Request-Id: 00fresh-token-0123456789\r\n";
        let (world, _server) = world(status, headers, body).await;
        let run = "apply --yes -vvv --token-dir tokens --receipt r.jsonl";
        let ran = world.run(run).await.expect(Exit::Partial);
        for text in [ran.text(), world.read("r.jsonl")] {
            assert!(!text.contains(FRESH), "{status}: {text}");
        }
        assert!(ran.err.contains("E0000001"), "{}", ran.err);
    }
}

#[tokio::test]
async fn promise_6_a_key_where_an_id_belongs_is_sent_nowhere() {
    let (mut world, server) = world("200 OK", "", "{}").await;
    let key =
        "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----";
    world.vars.remove("OKTA_ORG_TOKEN_ACME_OKTA_COM");
    for name in [
        "OKTA_ORG_CLIENT_ID_ACME_OKTA_COM",
        "OKTA_ORG_PRIVATE_KEY_ACME_OKTA_COM",
    ] {
        world.vars.insert(name.to_owned(), key.to_owned());
    }
    let checks = world
        .run("doctor --token-dir tokens")
        .await
        .expect(Exit::Failed);
    assert!(
        checks.out.contains("this looks like the key itself"),
        "{}",
        checks.out
    );
    world.vars.clear();
    assert!(
        server
            .asked()
            .iter()
            .all(|asked| !asked.body.contains("MIIEvQ"))
    );
}

#[tokio::test]
async fn a_folder_in_the_place_of_the_token_is_no_place() {
    let (world, _server) = world("200 OK", "", "{}").await;
    world.file("tokens/acme-fr.okta.com.token/x", "");
    let tokens = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    std::fs::set_permissions(world.path("tokens"), tokens).unwrap();
    let refused = world.run("apply --yes --token-dir tokens").await;
    let refused = refused.expect(Exit::Refused);
    let said = "the token file tokens/acme-fr.okta.com.token is no regular file";
    assert!(refused.err.contains(said), "{}", refused.err);
}
