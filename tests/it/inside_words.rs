//! What orgs have inside, as it is told: by name, with what isn't known, and without what nobody wrote.

use aerialctl::cli::Exit;
use serde_json::{Value as Json, json};

use crate::support::{World, account, desired, org, unlinked};

const GROUPS: &str = "baselines:
  standard:
    groups: {Contractors: {profile: {description: old}}}
";

/// Two orgs with a token each, one entry for each.
async fn world(baselines: &str) -> World {
    let orgs = ["a", "b"].map(|name| {
        let mut org = org(name, &["sso"]);
        org.api_tokens = vec![format!("token-of-{name}")];
        org
    });
    let mut world = World::with(account(orgs.into())).await;
    for name in ["a", "b"] {
        let variable = format!("OKTA_ORG_TOKEN_{}_OKTA_COM", name.to_uppercase());
        world.vars.insert(variable, format!("token-of-{name}"));
    }
    world.vars.insert("COLUMNS".into(), "120".into());
    let entries = [
        "{domain: a.okta.com, baseline: standard}",
        "{domain: b.okta.com, baseline: standard}",
    ];
    world.file("aerial.yaml", desired(&entries) + baselines);
    world
}

#[tokio::test]
async fn no_filter_hides_that_nobody_looked_inside() {
    let mut world = world(GROUPS).await;
    let all = world.run("status").await.done().out;
    let says = "none is known to differ from the file, what is inside of 2 orgs isn't known.";
    assert!(all.trim_end().ends_with(says), "{all}");
    let drifted = world.run("status --drifted").await.done().out;
    assert!(drifted.trim_end().ends_with(says), "{drifted}");
    let unlooked = "2 orgs: not looked at; `status --inside` does (a.okta.com, b.okta.com)";
    assert!(drifted.contains(unlooked), "{drifted}");
    let sentence = "whether 2 orgs that nobody has looked into, or could, differ from the file";
    let json = world.run("status --drifted --format json").await.done();
    assert!(
        json.json()["notKnown"]
            .as_array()
            .unwrap()
            .contains(&json!(sentence)),
        "{}",
        json.out
    );
    let csv = world.run("status --drifted --format csv").await.done();
    assert!(csv.err.contains(sentence), "{}", csv.err);
    world.vars.remove("OKTA_ORG_TOKEN_B_OKTA_COM");
    let inside = world.run("status --drifted --inside").await.done().out;
    let says = "1 org differs from the file, what is inside of 1 org isn't known.";
    assert!(inside.trim_end().ends_with(says), "{inside}");
    assert!(inside.contains("unread: "), "{inside}");
}

#[tokio::test]
async fn a_step_inside_that_leaves_the_review_is_shown_by_its_fields() {
    let world = world(GROUPS).await;
    world.run("apply --yes").await.done();
    let file = world.read("aerial.yaml");
    world.file("aerial.yaml", file.replace("old", "new"));
    world.run("plan --out p.json").await.done();
    let group = |world: &World| -> Json {
        let state = world.emulator().state();
        let org = state.orgs.iter().find(|org| org.domain == "a.okta.com");
        let inside = serde_json::to_value(&org.unwrap().inside).unwrap();
        let groups = inside["groups"].as_array().unwrap().iter();
        let mut named = groups.filter(|one| one["profile"]["name"] == "Contractors");
        named.next().unwrap().clone()
    };
    let id = group(&world)["id"].as_str().unwrap().to_owned();
    let origin = world.emulator().origin();
    let answer = reqwest::Client::new()
        .put(format!("{origin}/~a.okta.com/api/v1/groups/{id}"))
        .header("Authorization", "SSWS token-of-a")
        .json(&json!({"profile": {"name": "Contractors", "description": "by hand"}}))
        .send()
        .await
        .unwrap();
    assert!(answer.status().is_success());
    let ran = world.run("apply --yes --plan p.json").await;
    let err = ran.expect(Exit::Refused).err;
    for says in [
        "configure a.okta.com groups/Contractors, differs from the reviewed plan",
        "  -profile.description: \"old\" → \"new\"",
        "  +profile.description: \"by hand\" → \"new\"",
    ] {
        assert!(err.contains(says), "{says}: {err}");
    }
}

#[tokio::test]
async fn an_object_of_okta_s_own_with_nothing_listed_is_no_change_or_says_what_for() {
    let world = World::with(account(vec![unlinked("new", &[])])).await;
    let baselines = "baselines:
  standard:
    policies:
      MFA_ENROLL: {Default Policy: {}}
      PASSWORD: {Default Policy: {rules: {Mine: {priority: 1}}}}
";
    let entry = "{domain: new.okta.com, products: [], baseline: standard}";
    world.file("aerial.yaml", desired(&[entry]) + baselines);
    let plan = world.run("plan").await.done().out;
    assert!(plan.contains("2 objects to configure in 1 org"), "{plan}");
    assert!(!plan.contains("MFA_ENROLL"), "{plan}");
    let says =
        "~ policies/PASSWORD/Default Policy: nothing of its own, it is looked up for what needs it";
    assert!(plan.contains(says), "{plan}");
}

#[tokio::test]
async fn what_a_run_did_inside_is_explained_object_by_object() {
    let world = world(GROUPS).await;
    world.run("apply --yes").await.done();
    let text = world.run("explain a.okta.com").await.done().out;
    assert!(
        text.contains("configure groups/Contractors applied"),
        "{text}"
    );
    let json = world.run("explain a.okta.com --format json").await.done();
    assert_eq!(
        json.json()["receipts"][0]["object"],
        "groups/Contractors",
        "{}",
        json.out
    );
}
