//! What others depend on: schemas, examples, help texts, and Okta's own words against client and emulator.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use aerialctl::aerial::{Endpoint, Reader, SendOptions, Writer};
use aerialctl::auth::{Credentials, Manage, Read, Session};
use aerialctl::http::pace::PaceLimits;
use aerialctl::http::{self, Redactor};
use aerialctl::ids::{AccountId, OrgId, ProductId};
use aerialctl::live::Status;
use aerialctl::secret::Secret;

use crate::support::{ACCOUNT, World, account, desired, org, unlinked};

fn validator(text: &str) -> jsonschema::Validator {
    let schema: Json = serde_json::from_str(text).unwrap();
    assert!(
        jsonschema::meta::is_valid(&schema),
        "the schema is no schema"
    );
    jsonschema::draft202012::new(&schema).unwrap()
}

#[track_caller]
fn valid(validator: &jsonschema::Validator, value: &Json) {
    let errors: Vec<String> = validator
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert_eq!(errors, [""; 0], "{value:#}");
}

#[tokio::test]
async fn plans_and_receipts_match_their_schemas() {
    let world = World::with(account(vec![
        org("a", &["sso", "lcm"]),
        org("off", &["sso"]),
        org("unmanaged", &[]),
        unlinked("new", &["lcm"]),
    ]))
    .await;
    let file = desired(&[
        "{domain: a.okta.com, products: [workforce]}",
        "{domain: off.okta.com, status: inactive, products: []}",
        "{domain: new.okta.com, products: [sso]}",
        "{id: 00oUnknown, products: []}",
    ]);
    world.file(
        "aerial.yaml",
        file.replace("maxLinked: 100", "maxLinked: 1"),
    );
    let plan = world.run("plan --format json").await.done().json();
    assert_eq!(plan["guardrails"][0]["name"], "maxLinked");
    valid(
        &validator(include_str!("../../schema/plan.schema.json")),
        &plan,
    );
    world
        .run("apply --yes --allow links --receipt r.jsonl")
        .await;
    let receipt = validator(include_str!("../../schema/receipt.schema.json"));
    let lines: Vec<Json> = world
        .read("r.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(lines.len() > 6);
    for line in &lines {
        valid(&receipt, line);
    }
}

#[test]
fn every_key_of_the_file_is_explained() {
    fn walk(schema: &Json, path: &str, missing: &mut Vec<String>) {
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let path = format!("{path}/{name}");
            let explained = property.get("description").is_some() || property.get("$ref").is_some();
            if !explained {
                missing.push(path.clone());
            }
            walk(property, &path, missing);
        }
    }
    let schema: Json = serde_json::from_str(aerialctl::desired::schema::TEXT).unwrap();
    let mut missing = Vec::new();
    walk(&schema, "", &mut missing);
    for (name, def) in schema["$defs"].as_object().unwrap() {
        walk(def, name, &mut missing);
    }
    assert_eq!(missing, [""; 0]);
}

#[tokio::test]
async fn every_example_runs_as_it_is() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (file, seed, orgs) in [
        ("examples/acme.yaml", "examples/emulator/acme.yaml", 6),
        ("examples/fleet", "examples/emulator/fleet.yaml", 40),
    ] {
        let world = World::new();
        let path = |name: &str| root.join(name).to_string_lossy().into_owned();
        let ran = world
            .run_args(&["validate", "-f", &path(file)])
            .await
            .done();
        assert!(
            ran.out.contains(&format!("valid, {orgs} orgs.")),
            "{}",
            ran.out
        );
        assert_eq!(ran.err, "");
        world
            .run_args(&[
                "plan",
                "--detailed-exitcode",
                "-f",
                &path(file),
                "--emulator",
                "--emulator-seed",
                &path(seed),
            ])
            .await
            .expect(aerialctl::cli::Exit::Pending);
        world
            .run_args(&["apply", "--yes", "-f", &path(file), "--emulator"])
            .await
            .done();
        let ran = world
            .run_args(&["plan", "-f", &path(file), "--emulator"])
            .await
            .done();
        assert_eq!(
            ran.out,
            "No changes. The account matches the desired state.\n"
        );
    }
}

/// Every `cargo run` line of the README, in its order, in a folder with the examples in it.
#[tokio::test]
async fn the_readme_s_commands_work_in_their_order() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let world = World::new();
    for file in ["acme.yaml", "emulator/acme.yaml"] {
        let text = std::fs::read_to_string(root.join("examples").join(file)).unwrap();
        world.file(&format!("examples/{file}"), text);
    }
    let readme = include_str!("../../README.md");
    let commands: Vec<&str> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("cargo run -q -- "))
        .collect();
    assert_eq!(commands.len(), 2);
    let first = world.run(commands[0]).await.done();
    // The plan that the README shows is the one that comes.
    for line in first
        .out
        .lines()
        .filter(|line| !line.starts_with("Applied"))
    {
        assert!(readme.contains(line), "the README lacks: {line}");
    }
    assert!(world.read("receipt.jsonl").lines().count() == 9);
    let second = world.run(commands[1]).await.done();
    assert!(readme.contains(second.out.trim()));
    assert!(readme.lines().any(|line| line == "cargo test"));
}

#[tokio::test]
async fn help_texts_read_like_this() {
    let world = World::new();
    for command in [
        "",
        "validate",
        "preview",
        "plan",
        "apply",
        "status",
        "import",
        "doctor",
        "emulator",
        "schema",
        "completions",
        "man",
    ] {
        let ran = world.run(&format!("{command} --help")).await.done();
        insta::assert_snapshot!(format!("help {command}").trim().replace(' ', "-"), ran.out);
    }
}

#[tokio::test]
async fn artifacts_are_printed() {
    let world = World::new();
    for (words, start) in [
        ("schema", "{"),
        ("schema plan", "{"),
        ("schema receipt", "{"),
        ("completions bash", "_aerialctl"),
        ("completions zsh", "#compdef aerialctl"),
        ("completions fish", "# Print"),
        ("man", ".ie"),
    ] {
        let ran = world.run(words).await.done();
        assert!(ran.out.starts_with(start), "{words}: {}", ran.out);
        assert_eq!(ran.err, "");
    }
}

/// A server that knows no rules: it answers with literal texts and keeps what it was asked.
struct Literal {
    origin: String,
    asked: Arc<std::sync::Mutex<Vec<String>>>,
}

impl Literal {
    /// Answers each `METHOD /path` with a body.
    async fn serve(answers: BTreeMap<&'static str, &'static str>) -> Self {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(std::sync::Mutex::new(Vec::new()));
        let kept = Arc::clone(&asked);
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut bytes = vec![0; 65_536];
                let mut read = 0;
                let request = loop {
                    read += stream.read(&mut bytes[read..]).await.unwrap();
                    let text = String::from_utf8_lossy(&bytes[..read]).into_owned();
                    let Some((head, body)) = text.split_once("\r\n\r\n") else {
                        continue;
                    };
                    let length = head.lines().find_map(|line| {
                        line.to_lowercase()
                            .strip_prefix("content-length: ")
                            .map(|n| n.parse::<usize>().unwrap())
                    });
                    if body.len() >= length.unwrap_or(0) {
                        break text;
                    }
                };
                let first = request.lines().next().unwrap().to_owned();
                let key = first.rsplit_once(' ').unwrap().0;
                let answer = answers.get(key).copied();
                kept.lock().unwrap().push(request);
                let (status, body) =
                    answer.map_or(("404 Not Found", "{}"), |body| ("200 OK", body));
                let text = format!(
                    "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
                    body.len()
                );
                stream.write_all(text.as_bytes()).await.unwrap();
            }
        });
        Self { origin, asked }
    }

    fn options(world: &World) -> SendOptions {
        SendOptions {
            client: http::Client::new(
                std::time::Duration::from_secs(5),
                Arc::clone(&world.clock),
                world.stop.clone(),
                Redactor::default(),
            ),
            limits: PaceLimits::default(),
            notice: Arc::new(|_| {}),
        }
    }

    fn endpoint(&self) -> Endpoint {
        Endpoint::new(
            http::base_url(&self.origin).unwrap(),
            AccountId::parse(ACCOUNT).unwrap(),
        )
    }
}

/// The documented example of one org (Okta, Aerial reference, "List all managed orgs").
const ORG: &str = r#"{"accountId":"0227mkkf8ulgt48bkidcd8ekqft","name":"My Org 1","cell":"ok1","domain":"my-org-1.okta.com","status":"ACTIVE","aerialOrg":true,"createdDate":"2023-12-08T20:15:18.000Z","id":"00o16fjDHCgFqob8n0g4","somethingNew":{"x":1}}"#;

const PRODUCTS: &str =
    r#"[{"id":"P000052","name":"IT Products - SSO"},{"id":"P000131","name":"IT Products - MFA"}]"#;

#[tokio::test]
async fn the_client_reads_okta_s_documented_answers() {
    let world = World::new();
    let list = Box::leak(
        format!("[{ORG},{{\"id\":\"00oMin\",\"domain\":\"min.okta.com\"}}]").into_boxed_str(),
    );
    let server = Literal::serve(BTreeMap::from([
        (
            "GET /0227mkkf8ulgt48bkidcd8ekqft/api/v1/accounts",
            r#"{"id":"0227mkkf8ulgt48bkidcd8ekqft","name":"My Account"}"#,
        ),
        ("GET /0227mkkf8ulgt48bkidcd8ekqft/api/v1/products", PRODUCTS),
        (
            "GET /0227mkkf8ulgt48bkidcd8ekqft/api/v1/orgs?limit=100",
            &*list,
        ),
        (
            "GET /0227mkkf8ulgt48bkidcd8ekqft/api/v1/orgs/00o16fjDHCgFqob8n0g4/products",
            PRODUCTS,
        ),
    ]))
    .await;
    let session = Session::<Read>::new(
        Credentials::AccessToken(Secret::new("t0ken")),
        &Literal::options(&world).client,
    );
    let reader = Reader::new(server.endpoint(), &session, &Literal::options(&world)).unwrap();
    let live = reader
        .snapshot(|org| org.aerial_org, |_, _| {})
        .await
        .unwrap();
    assert_eq!(live.account_name, "My Account");
    assert_eq!(live.orgs.len(), 2);
    let org = live.orgs.iter().find(|org| org.aerial_org).unwrap();
    assert_eq!(org.id.as_str(), "00o16fjDHCgFqob8n0g4");
    assert_eq!(org.cell.as_ref().unwrap().as_str(), "ok1");
    assert_eq!(org.status, Status::Active);
    assert_eq!(
        org.products.as_ref().unwrap()[&ProductId::parse("P000131").unwrap()],
        "IT Products - MFA"
    );
    let bare = live.orgs.iter().find(|org| !org.aerial_org).unwrap();
    assert_eq!(
        bare.status,
        Status::Other(String::new()),
        "a missing field stays unknown"
    );
    let asked = server.asked.lock().unwrap().join("\n").to_lowercase();
    assert!(asked.contains("authorization: bearer t0ken\r\n"), "{asked}");
    assert!(asked.contains("accept: application/json\r\n"));
    assert!(asked.contains(concat!(
        "user-agent: aerialctl/",
        env!("CARGO_PKG_VERSION"),
        "\r\n"
    )));
}

#[tokio::test]
async fn the_client_writes_okta_s_documented_requests() {
    let world = World::new();
    let server = Literal::serve(BTreeMap::from([
        ("POST /0227mkkf8ulgt48bkidcd8ekqft/api/v1/orgs", ORG),
        (
            "PUT /0227mkkf8ulgt48bkidcd8ekqft/api/v1/orgs/00o16fjDHCgFqob8n0g4/status",
            ORG,
        ),
        (
            "PUT /0227mkkf8ulgt48bkidcd8ekqft/api/v1/orgs/00o16fjDHCgFqob8n0g4/products",
            PRODUCTS,
        ),
    ]))
    .await;
    let session = Session::<Manage>::new(
        Credentials::AccessToken(Secret::new("t0ken")),
        &Literal::options(&world).client,
    );
    let writer = Writer::new(server.endpoint(), &session, &Literal::options(&world)).unwrap();
    let id = OrgId::parse("00o16fjDHCgFqob8n0g4").unwrap();
    writer
        .link(&json!({"domain": "my-org-1.okta.com", "cell": "ok1"}))
        .await
        .unwrap();
    writer.set_status(&id, &Status::Inactive).await.unwrap();
    let products = ["P000052", "P000131"]
        .map(|id| ProductId::parse(id).unwrap())
        .into();
    let written = writer.put_products(&id, &products).await.unwrap();
    assert_eq!(written.value, products);
    let asked = server.asked.lock().unwrap();
    let body = |n: usize| -> Json {
        serde_json::from_str(asked[n].split_once("\r\n\r\n").unwrap().1).unwrap()
    };
    assert_eq!(
        body(0),
        json!({"domain": "my-org-1.okta.com", "cell": "ok1"})
    );
    assert_eq!(body(1), json!({"status": "INACTIVE"}));
    assert_eq!(body(2), json!([{"id": "P000052"}, {"id": "P000131"}]));
    assert!(asked.iter().all(|request| {
        request
            .to_lowercase()
            .contains("content-type: application/json\r\n")
    }));
}

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
            request = request.body(body.to_string());
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
        let mut request = http.request(method.parse().unwrap(), format!("{base}{path}"));
        if let Some(body) = body {
            request = request.body(body.to_string());
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
    let child =
        json!({"subdomain": "child", "name": "Child", "edition": "SKU", "admin": {"profile": {}}});
    let (status, body) = ask("POST", "/api/v1/orgs", Some(child)).await;
    assert_eq!((status, body["tokenType"].as_str()), (201, Some("SSWS")));
    // The child takes its consent from its parent.
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

fn reqwest_client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

#[test]
fn the_emulator_s_manual_is_true() {
    let manual = include_str!("../../docs/emulator.md");
    let switches = serde_json::to_value(aerialctl::emulator::Switches::default()).unwrap();
    for key in switches.as_object().unwrap().keys() {
        assert!(
            manual.contains(&format!("`{key}`")),
            "the manual lacks {key}"
        );
    }
    let blocks: Vec<&str> = manual
        .split("```yaml\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect();
    assert_eq!(blocks.len(), 2);
    let seed: aerialctl::emulator::State = serde_yaml::from_str(blocks[0]).unwrap();
    assert_eq!(seed.problem(), None);
    let faults: Vec<aerialctl::emulator::Fault> = serde_yaml::from_str(blocks[1]).unwrap();
    assert_eq!(faults.len(), 3);
    // Every fault of the table can be written as the table says.
    for row in manual.lines().filter_map(|line| line.strip_prefix("| `")) {
        let Some((words, _)) = row.split_once(" |").filter(|_| {
            manual
                .split("| `do` |")
                .nth(1)
                .is_some_and(|table| table.contains(row))
        }) else {
            continue;
        };
        for word in words.split("`, `").map(|word| word.trim_matches('`')) {
            let action = word
                .replace(": N", ": 5")
                .replace("{org, products}", "{org: a.okta.com, products: []}")
                .replace("{org, status}", "{org: a.okta.com, status: ACTIVE}")
                .replace("{org}", "{org: a.okta.com}");
            let action = if action.contains(':') {
                format!("{{{action}}}")
            } else {
                action
            };
            let fault = format!("do: {action}");
            let parsed: Result<aerialctl::emulator::Fault, _> = serde_yaml::from_str(&fault);
            assert!(parsed.is_ok(), "{fault}: {}", parsed.unwrap_err());
        }
    }
}

/// Every input of the action is explained, and every file that the documents name exists.
#[test]
fn documents_name_what_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let action: Json = serde_yaml::from_str(include_str!("../../action.yml")).unwrap();
    let manual = include_str!("../../docs/github.md");
    for input in action["inputs"].as_object().unwrap().keys() {
        assert!(
            manual.contains(&format!("`{input}`")),
            "docs/github.md lacks {input}"
        );
    }
    for file in [
        "README.md",
        "CONTRIBUTING.md",
        "docs/github.md",
        "docs/emulator.md",
    ] {
        let text = std::fs::read_to_string(root.join(file)).unwrap();
        let folder = root.join(file).parent().unwrap().to_owned();
        for link in text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            assert!(
                link.contains("://") || folder.join(link).exists(),
                "{file} links to {link}"
            );
        }
    }
}
