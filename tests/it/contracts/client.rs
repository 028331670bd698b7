//! Okta's documented answers and requests against the client.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use aerialctl::aerial::{Endpoint, Reader, SendOptions, Writer};
use aerialctl::auth::{Credentials, Manage, Read, Session};
use aerialctl::desired;
use aerialctl::diagnostic::{Source, Sources};
use aerialctl::http::pace::PaceLimits;
use aerialctl::http::{self, Redactor};
use aerialctl::ids::{AccountId, Domain, OrgId, OrgName, ProductId, Status};
use aerialctl::live::{Coverage, LiveOrg, LiveStatus, ProductsOf, Snapshot, Survey};
use aerialctl::plan::{Allowances, Confirmation, Known, PlanOptions, plan};
use aerialctl::secret::Secret;

use crate::server::{Server, answer};
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
            "PUT /0227mkkf8ulgt48bkidcd8ekqft/api/v1/orgs/00o26fjDHCgFqob8n0g4/products",
            PRODUCTS,
        ),
    ]))
    .await;
    let options = Literal::options(&world);
    let session = Session::<Manage>::new(
        Credentials::AccessToken(Secret::new("t0ken")),
        &options.client,
    );
    let writer = Writer::new(server.endpoint(), &session, &options).unwrap();
    let text = file_of(&[
        "{domain: my-org-1.okta.com, cell: OK1}",
        "{id: 00o16fjDHCgFqob8n0g4, status: inactive}",
        "{id: 00o26fjDHCgFqob8n0g4, products: [sso, mfa]}",
    ]);
    let sources = Sources::new(vec![Source::new("aerial.yaml", text)]);
    let wanted = desired::load(&sources).desired.unwrap();
    let org = |id: &str, domain: &str| LiveOrg {
        id: OrgId::parse(id).unwrap(),
        domain: Domain::parse(domain).unwrap(),
        display_name: String::new(),
        cell: None,
        status: LiveStatus::Known(Status::Active),
        aerial_org: false,
        products: Some(BTreeMap::new()),
    };
    let live = Snapshot {
        account: AccountId::parse(ACCOUNT).unwrap(),
        account_name: String::new(),
        subscribed: ["P000052", "P000131"]
            .map(|id| (ProductId::parse(id).unwrap(), String::new()))
            .into(),
        orgs: vec![
            org("00o16fjDHCgFqob8n0g4", "off.okta.com"),
            org("00o26fjDHCgFqob8n0g4", "on.okta.com"),
        ],
        coverage: Coverage::Whole,
    };
    let checked = plan(&wanted, &live, &PlanOptions::default()).unwrap();
    let permitted = checked.permit(&Allowances::default(), None).unwrap();
    let approved = permitted.confirm(Confirmation::ByFlag);
    let mut answers = Vec::new();
    for step in &approved.plan().steps {
        let outgoing = approved.outgoing(step.id, Known::default()).unwrap();
        answers.push(writer.send(&outgoing).await.unwrap());
    }
    let [linked, products, status] = answers.as_slice() else {
        panic!("three steps");
    };
    assert_eq!(linked.org().unwrap().domain.as_str(), "my-org-1.okta.com");
    assert_eq!(status.org().unwrap().id.as_str(), "00o16fjDHCgFqob8n0g4");
    assert_eq!(products.products().unwrap().len(), 2);
    assert_eq!(products.status(), 200);
    let asked = server.0.asked();
    let body = |n: usize| -> Json { serde_json::from_str(&asked[n].body).unwrap() };
    assert_eq!(
        body(0),
        json!({"domain": "my-org-1.okta.com", "cell": "ok1"})
    );
    assert_eq!(body(1), json!([{"id": "P000052"}, {"id": "P000131"}]));
    assert_eq!(body(2), json!({"status": "INACTIVE"}));
    let json = Some("application/json");
    assert!(
        asked
            .iter()
            .all(|request| request.header("content-type") == json)
    );
}
