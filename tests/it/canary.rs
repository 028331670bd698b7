//! No output of any command holds a secret, whatever sends it back: command × format × endpoint × answer.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value as Json, json};

use crate::server::{Answer, Asked, Server, answer};
use crate::support::{ACCOUNT, World, desired};
use crate::tokens::keys;

const GIVEN: &str = "given-canary-0123/45+67~89";
pub(crate) const GRANTED: &str = "granted-canary-0123/45+67~89";
pub(crate) const GITHUB: &str = "github-canary-0123_456789";
const PROXY: &str = "proxy-canary-0123";

/// Each command that speaks to a server, in each of its formats, and those that read files alone.
pub(crate) const COMMANDS: [&str; 38] = [
    "plan -vv --comment --comment-key github-canary-0123_456789 --out plan.json",
    "plan --format json",
    "plan --format markdown",
    "plan --format github",
    "plan --format sarif",
    "plan -q --detailed-exitcode --fail-on-refusal",
    "plan --base HEAD",
    "apply --yes -vv --receipt receipt.jsonl",
    "apply --yes --format json --receipt receipt.jsonl",
    "apply --yes --plan plan.json",
    "apply",
    "undo receipt.jsonl -vv",
    "undo receipt.jsonl --out undo.json",
    "status -vv",
    "status --format json",
    "status --format csv",
    "status --format html",
    "report -vv --out -",
    "report --out page.html",
    "explain -vv a.okta.com",
    "explain --format json a.okta.com",
    "explain github-canary-0123_456789",
    "import -vv",
    "import --out imported.yaml --force",
    "import --out aerial.yaml",
    "doctor -vv",
    "doctor --format json",
    "validate",
    "validate --format json",
    "validate --format github",
    "validate --format sarif",
    "validate -f github-canary-0123_456789",
    "preview --base github-canary-0123_456789",
    "plan --only github-canary-0123_456789",
    "plan --format github-canary-0123_456789",
    "plan --since github-canary-0123_456789",
    "emulator --seed github-canary-0123_456789",
    "schema",
];

/// Where the answer is a bad one; everything else is answered well, and repeats what it was sent all the same.
const ENDPOINTS: [&str; 8] = [
    "nowhere",
    "POST /oauth2",
    "GET /accounts",
    "GET /products",
    "GET /orgs?",
    "GET /orgs/",
    "PUT ",
    "/repos/",
];

/// What a bad answer is: a status with an error, the wrong fields, or no JSON.
const ANSWERS: [&str; 6] = ["400", "shape", "403", "text", "500", "401"];

/// All that the request brought, in each spelling.
pub(crate) fn echo(asked: &Asked, grants: bool) -> String {
    let mut all = vec![GITHUB.to_owned()];
    if grants {
        all.push(GRANTED.to_owned());
    }
    for name in ["authorization", "dpop"] {
        all.extend(asked.header(name).map(str::to_owned));
    }
    all.push(asked.body.clone());
    all.extend(asked.body.split(['&', '=']).map(str::to_owned));
    let encoded: Vec<String> = all
        .iter()
        .flat_map(|one| {
            [
                STANDARD.encode(one),
                URL_SAFE_NO_PAD.encode(one),
                percent(one),
            ]
        })
        .collect();
    all.extend(encoded);
    all.join(" ").replace(['\r', '\n'], " ")
}

fn percent(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

pub(crate) fn respond(asked: &Asked, endpoint: &str, bad: &str) -> Answer {
    let grants = asked.line().starts_with("POST /oauth2") && !asked.line().contains(endpoint);
    let echo = echo(asked, grants);
    let path = asked.line().replace(&format!("/{ACCOUNT}/api/v1"), "");
    let headers = |extra: &str| {
        let names = [
            "X-Okta-Request-Id",
            "X-Rate-Limit-Limit",
            "WWW-Authenticate",
            "X-GitHub-Request-Id",
            "X-Anything",
        ];
        let all: Vec<String> = names.map(|name| format!("{name}: {echo}\r\n")).into();
        all.concat() + extra
    };
    if path.contains(endpoint) {
        let error = json!({
            "errorCode": echo, "errorSummary": echo, "errorCauses": [{"errorSummary": echo}],
            "error": echo, "error_description": echo, "message": echo, "errorId": echo,
        });
        return match bad {
            "shape" => answer(
                "200 OK",
                &headers(""),
                &json!({"id": [echo], "domain": {&echo: 1}}).to_string(),
            ),
            "text" => answer("200 OK", &headers(""), &echo),
            status => answer(
                &format!("{status} {echo}"),
                &headers(&format!(
                    "Retry-After: {echo}\r\nLocation: http://{echo}/\r\n"
                )),
                &error.to_string(),
            ),
        };
    }
    let org = |id: &str, name: &str, status: &str| {
        json!({"id": id, "domain": format!("{name}.okta.com"), "name": echo, "cell": echo, "status": status,
            "aerialOrg": name == "acme-aerial"})
    };
    let body = if path.starts_with("POST /oauth2") {
        json!({"token_type": "Bearer", "access_token": GRANTED, "expires_in": 3600, "scope": "okta.accounts.read okta.accounts.manage", "more": echo})
    } else if path.starts_with("GET /accounts") {
        json!({"id": ACCOUNT, "name": echo})
    } else if path.starts_with("GET /orgs?") || path == "GET /orgs" {
        let mut orgs = vec![
            org("00oaerial", "acme-aerial", "ACTIVE"),
            org("00oaaaaaa", "a", "ACTIVE"),
        ];
        if endpoint == "nowhere" {
            orgs.push(org("00obbbbbb", "b", &echo));
        }
        Json::from(orgs)
    } else if path.contains("/products") {
        json!([{"id": "P000052", "name": echo}, {"id": "P000131", "name": echo}, {"id": "P000139", "name": echo}])
    } else if path.starts_with("POST /graphql") {
        json!({"data": {"viewer": {"login": echo}}})
    } else if path.starts_with("GET /repos/") {
        json!([])
    } else {
        json!({"id": 1, "body": echo, "login": echo, "user": {"login": echo}})
    };
    answer("200 OK", &headers(""), &body.to_string())
}

/// A secret as a header, a body or a URL may bring it.
pub(crate) fn spelled(secret: &str) -> [String; 4] {
    let bearer = STANDARD.encode(format!("Bearer {secret}"));
    // The ends hold a part of what stands beside them, or of what follows.
    let inner = |text: &str| text.get(12..text.len() - 6).unwrap_or_default().to_owned();
    [
        inner(&bearer),
        inner(&format!("            {}", STANDARD.encode(secret))),
        inner(&format!("            {}", URL_SAFE_NO_PAD.encode(secret))),
        percent(secret),
    ]
}

/// Every text that must not come out.
pub(crate) fn secrets(key: &str, server: &Server) -> Vec<String> {
    let mut secrets: Vec<String> = [GIVEN, GRANTED, GITHUB, PROXY].map(str::to_owned).into();
    secrets.extend(
        key.lines()
            .filter(|line| line.len() >= 16 && !line.starts_with("-----"))
            .map(str::to_owned),
    );
    for asked in server.asked() {
        let fields = asked.body.split('&');
        let assertion = fields.filter_map(|field| field.strip_prefix("client_assertion="));
        secrets.extend(assertion.map(str::to_owned));
        secrets.extend(asked.header("dpop").map(str::to_owned));
    }
    let spellings: Vec<String> = secrets.iter().flat_map(|one| spelled(one)).collect();
    secrets.extend(spellings);
    secrets.sort();
    secrets.dedup();
    secrets
}

/// The files of a world, but for what was put there.
pub(crate) fn written(folder: &Path, put: &[&str], texts: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if put.iter().any(|put| path.ends_with(put)) {
            continue;
        }
        if path.is_dir() {
            written(&path, put, texts);
        } else {
            let bytes = fs::read(&path).unwrap();
            let text = String::from_utf8_lossy(&bytes).into_owned();
            texts.push((path.display().to_string(), text));
        }
    }
}

async fn world(endpoint: &'static str, bad: &'static str) -> (World, Server) {
    let mut world = World::new();
    let server = Server::start(move |asked| respond(asked, endpoint, bad)).await;
    let temp = world.path("temp");
    fs::create_dir(&temp).unwrap();
    for (name, value) in [
        ("AERIAL_ENDPOINT", server.origin.as_str()),
        ("AERIAL_ISSUER", &server.origin),
        ("GITHUB_API_URL", &server.origin),
        ("GITHUB_TOKEN", GITHUB),
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_REPOSITORY", "acme/orgs"),
        ("GITHUB_RUN_ID", "1"),
        ("GITHUB_EVENT_PATH", "event.json"),
        ("GITHUB_OUTPUT", world.path("output").to_str().unwrap()),
        (
            "GITHUB_STEP_SUMMARY",
            world.path("summary").to_str().unwrap(),
        ),
        ("RUNNER_TEMP", temp.to_str().unwrap()),
        ("HTTPS_PROXY", "http://svc:proxy-canary-0123@10.0.0.1:3128"),
        (
            "GITHUB_SERVER_URL",
            "https://svc:proxy-canary-0123@github.example",
        ),
    ] {
        world.vars.insert(name.into(), value.into());
    }
    world.file(
        "event.json",
        json!({"pull_request": {"number": 7, "head": {"sha": "0123456789abcdef"}}}).to_string(),
    );
    let file = desired(&[
        "{domain: a.okta.com, products: [sso, mfa]}",
        "{domain: new.okta.com, products: [sso, github-canary-0123_456789]}",
    ]);
    let file = file.replace("itp: P001113", "github-canary-0123_456789: P000131");
    world.file("aerial.yaml", file);
    (world, server)
}

/// Runs everything, and looks at all that came of it.
async fn sweep(
    credentials: &[(&'static str, String)],
    key: &str,
    endpoint: &'static str,
    bad: &'static str,
) {
    let (mut world, server) = world(endpoint, bad).await;
    for (name, value) in credentials {
        world.vars.insert((*name).into(), value.clone());
    }
    world.file("key.pem", key);
    #[cfg(unix)]
    fs::set_permissions(
        world.path("key.pem"),
        std::os::unix::fs::PermissionsExt::from_mode(0o600),
    )
    .unwrap();
    let mut texts = Vec::new();
    for command in COMMANDS {
        let ran = world.run(command).await;
        texts.push((command.to_owned(), ran.text()));
    }
    written(&world.path("."), &["key.pem", "aerial.yaml"], &mut texts);
    for asked in server.asked() {
        if asked.line().contains("/repos/") || asked.line().contains("/graphql") {
            texts.push((asked.line().to_owned(), asked.body));
        }
    }
    let secrets = secrets(key, &server);
    // It was sent back where it would show.
    let redacted = texts.iter().filter(|(_, text)| text.contains("***"));
    assert!(redacted.count() > 5, "{endpoint} {bad}");
    for (from, text) in texts {
        // A table or a message may break lines anywhere, and Markdown spells characters out.
        let plain = (0..128u8).fold(text.clone(), |text, byte| {
            text.replace(&format!("&#{byte};"), &char::from(byte).to_string())
        });
        let joined: String = plain.split_whitespace().collect();
        for secret in &secrets {
            assert!(
                !text.contains(secret.as_str()) && !joined.contains(secret.as_str()),
                "{endpoint} {bad}: {secret} in {from}:\n{text}"
            );
        }
        assert!(
            !joined.contains("canary"),
            "{endpoint} {bad}: {from}:\n{text}"
        );
    }
}

fn given() -> Vec<(&'static str, String)> {
    vec![("AERIAL_ACCESS_TOKEN", GIVEN.to_owned())]
}

fn app(name: &'static str, value: &str) -> Vec<(&'static str, String)> {
    vec![
        ("AERIAL_CLIENT_ID", "0oaclient".to_owned()),
        (name, value.to_owned()),
    ]
}

#[tokio::test]
async fn promise_6_no_output_holds_the_token_that_was_given() {
    for (n, endpoint) in ENDPOINTS.into_iter().enumerate() {
        for m in 0..3 {
            Box::pin(sweep(
                &given(),
                "",
                endpoint,
                ANSWERS[(n + m) % ANSWERS.len()],
            ))
            .await;
        }
    }
}

#[tokio::test]
async fn promise_6_no_output_holds_a_key_or_what_it_got() {
    let keys = keys();
    for (n, endpoint) in ENDPOINTS.into_iter().enumerate() {
        for m in 0..3 {
            let bad = ANSWERS[(n + m) % ANSWERS.len()];
            let key = &keys[(n + m) % keys.len()].private;
            let credentials = if m % 2 == 0 {
                app("AERIAL_PRIVATE_KEY", key)
            } else {
                app("AERIAL_PRIVATE_KEY_FILE", "key.pem")
            };
            Box::pin(sweep(&credentials, key, endpoint, bad)).await;
        }
    }
}
