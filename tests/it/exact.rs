//! What is written back into an org is what was read there, byte for byte, though no output shows a secret.

use aerialctl::cli::Exit;
use aerialctl::emulator::State;
use serde_json::{Value as Json, json};

use crate::support::{World, account, desired, org};

/// The org's own token, which stands in what its admins wrote.
const TOKEN: &str = "token-of-a-0123456789";

fn handbook(url: &str) -> Json {
    json!({"label": "P", "name": "bookmark", "signOnMode": "BOOKMARK", "settings": {"app": {"url": url}},
        "visibility": {"hide": {"iOS": false}}})
}

fn state(inside: &Json) -> State {
    let mut a = org("a", &["sso"]);
    a.api_tokens = vec![TOKEN.to_owned()];
    a.inside = Some(Box::new(serde_json::from_value(inside.clone()).unwrap()));
    account(vec![a])
}

async fn world(inside: &Json, baseline: &str) -> World {
    let mut world = World::with(state(inside)).await;
    let token = ("OKTA_ORG_TOKEN_A_OKTA_COM".to_owned(), TOKEN.to_owned());
    world.vars.extend([token]);
    let file = desired(&["{domain: a.okta.com, baseline: s}"]);
    world.file(
        "aerial.yaml",
        format!("{file}baselines: {{s: {baseline}}}\n"),
    );
    world
}

fn url(world: &World) -> String {
    let state = world.emulator().state();
    let org = state.orgs.iter().find(|org| org.domain == "a.okta.com");
    let inside = serde_json::to_value(&org.unwrap().inside).unwrap();
    inside["apps"][0]["settings"]["app"]["url"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn promise_6_a_secret_in_an_unlisted_field_is_written_back_as_it_is() {
    let secret = format!("https://p.example/?access={TOKEN}");
    let inside = json!({"apps": [handbook(&secret)]});
    let world = world(
        &inside,
        "{bookmarkApps: {P: {visibility: {hide: {iOS: true}}}}}",
    )
    .await;
    let mut texts = world.run("plan -vv --format json").await.done().text();
    texts += &world
        .run("apply --yes -vv --receipt r.jsonl")
        .await
        .done()
        .text();
    assert_eq!(url(&world), secret);
    texts += &world.read("r.jsonl");
    assert!(!texts.contains(TOKEN), "{texts}");
    world.run("plan --detailed-exitcode").await.done();
}

#[tokio::test]
async fn promise_6_a_secret_in_a_listed_field_is_shown_by_no_output_and_reviewed_all_the_same() {
    // Long enough that what a line shows of it ends in the middle of the secret.
    let before = format!("https://p.example/{}?t={TOKEN}", "x".repeat(60));
    let inside = json!({"apps": [handbook(&before)]});
    let baseline = "{bookmarkApps: {P: {settings: {app: {url: https://new.example}}}}}";
    let world = world(&inside, baseline).await;
    let mut texts = String::new();
    for command in [
        "plan --out plan.json",
        "plan --format json",
        "plan --format markdown",
        "report --out page.html",
        "explain a.okta.com",
        "explain a.okta.com --format json",
    ] {
        texts += &world.run(command).await.done().text();
    }
    let plan = world.read("plan.json");
    texts += &plan;
    texts += &world.read("page.html");
    let plan: Json = serde_json::from_str(&plan).unwrap();
    let field = &plan["steps"][0]["object"]["fields"][0];
    assert_eq!(
        field["before"],
        format!("https://p.example/{}?t=***", "x".repeat(60))
    );
    // A review by whoever doesn't know the secret covers the same.
    world.file("plan.json", world.read("plan.json").replace("***", TOKEN));
    let apply = world
        .run("apply --yes -vv --plan plan.json --receipt r.jsonl")
        .await
        .done();
    assert!(
        apply
            .err
            .contains("a secret of this run stands in what is there (bookmarkApps/P settings.app.url of a.okta.com): of that, only the rest was compared with the reviewed plan"),
        "{}",
        apply.err
    );
    texts += &apply.text();
    texts += &world.read("r.jsonl");
    assert_eq!(url(&world), "https://new.example");
    for part in [TOKEN, "token-of-a"] {
        assert!(!texts.contains(part), "{texts}");
    }
}

#[tokio::test]
async fn promise_6_a_baseline_with_a_secret_of_the_run_is_refused() {
    let inside = json!({"apps": [handbook("https://p.example")]});
    let baseline = format!(
        "{{bookmarkApps: {{P: {{settings: {{app: {{url: 'https://p.example/{TOKEN}'}}}}}}}}}}"
    );
    let world = world(&inside, &baseline).await;
    for command in ["plan", "apply --yes", "report --out -"] {
        let ran = world.run(command).await.expect(Exit::Invalid);
        assert!(
            ran.err
                .contains("a secret of this run stands in bookmarkApps/P"),
            "{}",
            ran.err
        );
        assert!(!ran.text().contains(TOKEN), "{}", ran.text());
    }
    assert_eq!(world.writes(), [""; 0]);
}
