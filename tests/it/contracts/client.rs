//! Okta's documented answers and requests against the client.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use serde_json::{Value as Json, json};

use aerialctl::aerial::{Endpoint, Reader, SendOptions};
use aerialctl::auth::{Credentials, Read, Session};
use aerialctl::cli::Exit;
use aerialctl::http::pace::PaceLimits;
use aerialctl::http::{self, Redactor};
use aerialctl::ids::{AccountId, OrgId, OrgName, ProductId, Status};
use aerialctl::live::{Coverage, LiveStatus, ProductsOf, Survey};
use aerialctl::secret::Secret;

use crate::server::{Asked, Server, answer};
use crate::support::{ACCOUNT, World, desired as file_of};

/// A server that knows no rules: it answers with literal texts.
struct Literal(Server);

impl Literal {
    /// Answers each `METHOD /path` with a body.
    async fn serve(answers: BTreeMap<&'static str, &'static str>) -> Self {
        let server = Server::start(move |asked| match answers.get(asked.line()) {
            Some(body) => answer("200 OK", "", body),
            None => answer("404 Not Found", "", "{}"),
        });
        Self(server.await)
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
            http::base_url(&self.0.origin).unwrap(),
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
    let options = Literal::options(&world);
    let session = Session::<Read>::new(
        Credentials::AccessToken(Secret::new("t0ken")),
        &options.client,
    );
    let reader = Reader::new(server.endpoint(), &session, &options).unwrap();
    let aerial_org = OrgName::Id(OrgId::parse("00o16fjDHCgFqob8n0g4").unwrap());
    let survey = Survey {
        coverage: Coverage::Whole,
        products: ProductsOf::These([aerial_org].into_iter().collect()),
    };
    let live = reader.read(&survey, |_, _| {}).await.unwrap();
    assert_eq!(live.account_name, "My Account");
    assert_eq!(live.orgs.len(), 2);
    let org = live.orgs.iter().find(|org| org.aerial_org).unwrap();
    assert_eq!(org.id.as_str(), "00o16fjDHCgFqob8n0g4");
    assert_eq!(org.cell.as_ref().unwrap().as_str(), "ok1");
    assert_eq!(org.status, LiveStatus::Known(Status::Active));
    assert_eq!(
        org.products.as_ref().unwrap()[&ProductId::parse("P000131").unwrap()],
        "IT Products - MFA"
    );
    let bare = live.orgs.iter().find(|org| !org.aerial_org).unwrap();
    assert_eq!(
        bare.status,
        LiveStatus::Other(String::new()),
        "a missing field stays unknown"
    );
    let ours = concat!("aerialctl/", env!("CARGO_PKG_VERSION"));
    for asked in server.0.asked() {
        assert_eq!(asked.header("authorization"), Some("Bearer t0ken"));
        assert_eq!(asked.header("accept"), Some("application/json"));
        assert_eq!(asked.header("user-agent"), Some(ours));
    }
}

/// An account that knows what was written to it and nothing else: one org becomes inactive, one gets products, one is linked.
fn written(writes: &BTreeSet<String>, line: &str) -> Option<String> {
    let base = "/0227mkkf8ulgt48bkidcd8ekqft/api/v1";
    let org = |id: &str, name: &str, status: &str| {
        format!(
            r#"{{"id":"{id}","name":"{name}","cell":"ok1","domain":"{name}.okta.com","status":"{status}","aerialOrg":{}}}"#,
            name == "acme-aerial"
        )
    };
    let was = |line: &str| writes.contains(&line.replace('~', base));
    let off = match was("PUT ~/orgs/00o2fjDHCgFqob8n0g42/status") {
        true => "INACTIVE",
        false => "ACTIVE",
    };
    let linked = org("00o4fjDHCgFqob8n0g44", "new", "ACTIVE");
    let off = org("00o2fjDHCgFqob8n0g42", "off", off);
    let on = org("00o3fjDHCgFqob8n0g43", "on", "ACTIVE");
    Some(match line.replace(base, "~").as_str() {
        "GET ~/accounts" => r#"{"id":"0227mkkf8ulgt48bkidcd8ekqft","name":"My Account"}"#.into(),
        "GET ~/products" => PRODUCTS.into(),
        "GET ~/orgs?limit=100" => {
            let aerial = org("00o1fjDHCgFqob8n0g41", "acme-aerial", "ACTIVE");
            let more = if was("POST ~/orgs") {
                format!(",{linked}")
            } else {
                String::new()
            };
            format!("[{aerial},{off},{on}{more}]")
        }
        "PUT ~/orgs/00o2fjDHCgFqob8n0g42/status" | "GET ~/orgs/00o2fjDHCgFqob8n0g42" => off,
        "POST ~/orgs" | "GET ~/orgs/00o4fjDHCgFqob8n0g44" => linked,
        "PUT ~/orgs/00o3fjDHCgFqob8n0g43/products" => PRODUCTS.into(),
        "GET ~/orgs/00o3fjDHCgFqob8n0g43/products"
            if was("PUT ~/orgs/00o3fjDHCgFqob8n0g43/products") =>
        {
            PRODUCTS.into()
        }
        products if products.ends_with("/products") => "[]".into(),
        _ => return None,
    })
}

#[tokio::test]
async fn the_client_writes_okta_s_documented_requests() {
    let writes = Mutex::new(BTreeSet::new());
    let server = Server::start(move |asked| {
        let mut writes = writes.lock().unwrap();
        if !asked.line().starts_with("GET") {
            writes.insert(asked.line().to_owned());
        }
        match written(&writes, asked.line()) {
            Some(body) => answer("200 OK", "", &body),
            None => answer("404 Not Found", "", "{}"),
        }
    })
    .await;
    let mut world = World::new();
    for (name, value) in [
        ("AERIAL_ENDPOINT", server.origin.as_str()),
        ("AERIAL_ACCESS_TOKEN", "t0ken"),
    ] {
        world.vars.insert(name.to_owned(), value.to_owned());
    }
    let orgs = [
        "{domain: new.okta.com, cell: OK1}",
        "{id: 00o2fjDHCgFqob8n0g42, status: inactive}",
        "{id: 00o3fjDHCgFqob8n0g43, products: [sso, mfa]}",
    ];
    world.file("aerial.yaml", file_of(&orgs));
    let ran = world.run("apply --yes").await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.text());
    let sent: Vec<Asked> = server
        .asked()
        .into_iter()
        .filter(|asked| !asked.line().starts_with("GET"))
        .collect();
    let sent: Vec<(&str, Json)> = sent
        .iter()
        .map(|asked| {
            assert_eq!(asked.header("content-type"), Some("application/json"));
            assert_eq!(asked.header("authorization"), Some("Bearer t0ken"));
            let line = asked.line().split_once("/api/v1").unwrap().1;
            (line, serde_json::from_str(&asked.body).unwrap())
        })
        .collect();
    let expected = [
        ("/orgs", json!({"domain": "new.okta.com", "cell": "ok1"})),
        (
            "/orgs/00o3fjDHCgFqob8n0g43/products",
            json!([{"id": "P000052"}, {"id": "P000131"}]),
        ),
        (
            "/orgs/00o2fjDHCgFqob8n0g42/status",
            json!({"status": "INACTIVE"}),
        ),
    ];
    assert_eq!(sent, expected);
}
