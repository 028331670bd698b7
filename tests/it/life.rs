//! An org's whole life, as Okta's guide has it: the client is registered, a child org is created, consent is given, it is
//! linked, gets its products, and one day is deactivated and deleted.

use std::fs;

use aerialctl::cli::Exit;
use aerialctl::emulator::{Org, State};

use crate::support::{ACCOUNT, World, account, org};

pub(crate) const PARENT_TOKEN: &str = "00parent-token-0123456789";

/// The account before the org is there, and the org that is its parent: neither linked nor consented.
pub(crate) fn before() -> State {
    let parent = Org {
        linked: false,
        consent: false,
        cell: "op3".to_owned(),
        api_tokens: vec![PARENT_TOKEN.to_owned()],
        ..Org::named("acme.oktapreview.com")
    };
    let mut state = account(vec![org("acme-other", &["sso"]), parent]);
    state.account.sandbox = true;
    for org in &mut state.orgs {
        "op3".clone_into(&mut org.cell);
    }
    state
}

/// The file, with what else the org's entry says.
pub(crate) fn file(more: &str) -> String {
    format!(
        "version: 1
account: {{id: {ACCOUNT}, aerialOrg: acme-aerial.okta.com, environment: sandbox}}
products: {{sso: P000052, mfa: P000131}}
defaults: {{cell: op3}}
guardrails: {{unmanagedOrgs: ignore}}
orgs:
  - domain: acme-other.okta.com
    products: [sso, mfa]
  - domain: acme-fr.oktapreview.com
    products: [sso, mfa]
    consent: grant
{more}    create:
      parent: acme.oktapreview.com
      name: Acme France
      website: https://acme.example/fr
      admin: {{firstName: Ana, lastName: Doe, email: ana@acme.example, login: ana@acme.example, passwordFrom: AERIAL_ADMIN_PASSWORD_ACME_FR}}
"
    )
}

pub(crate) async fn world() -> World {
    let mut world = World::with(before()).await;
    for (name, value) in [
        ("OKTA_ORG_TOKEN_ACME_OKTAPREVIEW_COM", PARENT_TOKEN),
        ("AERIAL_ADMIN_PASSWORD_ACME_FR", "first-password-0123"),
        ("AERIAL_TOKEN_DIR", "tokens"),
    ] {
        world.vars.insert(name.to_owned(), value.to_owned());
    }
    world.file("aerial.yaml", file(""));
    world
}

pub(crate) fn child(world: &World) -> Option<Org> {
    let state = world.emulator().state();
    let orgs = state.orgs.into_iter();
    orgs.into_iter()
        .find(|org| org.domain == "acme-fr.oktapreview.com")
}

/// The token that the token folder has of the new org.
pub(crate) fn kept(world: &World) -> Option<String> {
    let text = fs::read_to_string(world.path("tokens/acme-fr.oktapreview.com.token"));
    text.ok().map(|text| text.trim().to_owned())
}

/// The writes that changed something, as `create`, `consent`, `link`, …, in the order in which they came.
pub(crate) fn done(world: &World) -> Vec<&'static str> {
    let seen = world.emulator().seen();
    let changes = seen
        .iter()
        .filter(|seen| seen.method != "GET" && seen.changed);
    changes
        .map(
            |seen| match seen.path.rsplit('/').next().unwrap_or_default() {
                "grant" => "consent",
                "products" => "products",
                "status" => "status",
                "deletionRequest" => "delete",
                _ if seen.path.contains("~acme.oktapreview.com") => "create",
                _ if seen.path.contains("~acme-fr.oktapreview.com") => "configure",
                _ => "link",
            },
        )
        .collect()
}

#[tokio::test]
async fn an_org_s_whole_life() {
    let world = world().await;
    // The dry run looks whether the org is there, and sends nothing.
    let plan = world.run("plan --format json").await.done().json();
    let kinds: Vec<&str> = plan["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["create", "consent", "link", "enable", "enable"]);
    let call = &plan["steps"][0]["call"];
    assert_eq!(call["host"], "acme.oktapreview.com");
    assert_eq!(
        call["body"]["admin"]["credentials"]["password"]["value"],
        serde_json::json!({"secret": "AERIAL_ADMIN_PASSWORD_ACME_FR"})
    );
    assert_eq!(done(&world), [""; 0]);

    // Create, consent, link, enable.
    world.run("apply --yes").await.done();
    assert_eq!(
        done(&world),
        ["create", "consent", "products", "link", "products"]
    );
    let born = child(&world).unwrap();
    assert!(born.linked);
    assert_eq!(born.products, ["P000052", "P000131"]);
    assert_eq!(kept(&world).as_ref(), born.api_tokens.first());
    world.run("plan --detailed-exitcode").await.done();

    // Retire: inactive in one run, and in a later one Okta is asked to delete it.
    world.file("aerial.yaml", file("    status: deleted\n"));
    let retire = "apply --yes --allow deactivations=1,deletions=1 --receipt-dir receipts --receipt receipts/run.jsonl";
    fs::create_dir(world.path("receipts")).unwrap();
    world.run(retire).await.done();
    assert_eq!(child(&world).unwrap().status, "INACTIVE");
    assert_eq!(done(&world).last(), Some(&"status"));
    world.run(retire).await.done();
    assert_eq!(done(&world).last(), Some(&"delete"));
    world
        .run("plan --detailed-exitcode --receipt-dir receipts")
        .await
        .done();
}

#[tokio::test]
async fn promise_4_a_web_page_creates_no_org_and_is_none() {
    let world = world().await;
    world.faults(
        "[{method: POST, path: '/~acme.oktapreview.com/api/v1/orgs', times: 1000, do: html}]",
    );
    let ran = world.run("apply --yes").await.expect(Exit::Partial);
    let lost = "nothing shows whether it was heard, so it isn't sent again";
    assert!(ran.err.contains(lost), "{}", ran.err);
    assert!(!ran.err.contains("created, and"), "{}", ran.err);
    assert_eq!(
        done(&world),
        ["consent", "products"],
        "the parent's and the other org's"
    );

    let path = "/~acme-fr.oktapreview.com/.well-known/okta-organization";
    world.faults(&format!("[{{path: '{path}', times: 1000, do: html}}]"));
    let ran = world.run("plan").await.expect(Exit::Failed);
    assert!(ran.err.contains("a web page"), "{}", ran.err);
}
