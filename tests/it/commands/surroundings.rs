//! What else the account has, and what is inside of its orgs: shown, never planned of, and never a reason to fail.

use aerialctl::cli::Exit;
use aerialctl::emulator::{ConditionTemplate, OrgGroup};
use serde_json::json;

use crate::support::{World, account, desired, org};

const BASELINE: &str = "baselines: {standard: {orgSettings: {website: https://acme.example}, groups: {Contractors: {}}}}\n";

/// An account with groups and a template; `a` and `b` have a baseline, `b` keeps it to itself.
async fn world() -> World {
    let mut open = org("a", &["sso"]);
    open.api_tokens = vec!["token-of-a".to_owned()];
    let mut state = account(vec![open, org("b", &["sso"])]);
    let id = |name: &str| {
        let domain = format!("{name}.okta.com");
        let orgs = state.orgs.iter();
        let mut orgs = orgs.filter(|org| org.domain == domain);
        orgs.next().unwrap().id.clone()
    };
    let groups = [
        ("0cgEurope", "Europe", vec![id("a"), id("b")]),
        ("0cgPilot", "=Pilot", vec![id("a")]),
        ("0cgEmpty", "Nobody", Vec::new()),
    ];
    for (id, name, orgs) in groups {
        let group = OrgGroup {
            name: name.to_owned(),
            description: Some(format!("About {name}")),
            orgs,
        };
        state.groups.insert(id.to_owned(), group);
    }
    state.templates.push(ConditionTemplate {
        id: "020qqli3iolphlqkmrutpt8271c".to_owned(),
        resources: Vec::new(),
        apply_status: "APPLIED_WITH_CHANGES".to_owned(),
        request_condition: serde_json::from_value(json!({"name": "Sixty days"})).unwrap(),
    });
    let mut world = World::with(state).await;
    for (name, token) in [("A", "token-of-a"), ("B", "not-the-token")] {
        let name = format!("OKTA_ORG_TOKEN_{name}_OKTA_COM");
        world.vars.insert(name, token.to_owned());
    }
    let entries = [
        "{domain: a.okta.com, baseline: standard}",
        "{domain: b.okta.com, baseline: standard}",
        "{domain: c.okta.com, baseline: standard, products: []}",
    ];
    world.file("aerial.yaml", desired(&entries) + BASELINE);
    world
}

/// The requests that were about what else the account has.
fn asked(world: &World) -> usize {
    let seen = world.emulator().seen().into_iter();
    let about = |path: &str| path.contains("/orgGroups") || path.contains("/governance/");
    seen.filter(|seen| about(&seen.path)).count()
}

#[tokio::test]
async fn groups_and_templates_are_seen_wherever_an_account_is_shown() {
    let world = world().await;
    let human = world.run("status").await.done().out;
    let told = "
Org groups
  =Pilot: 1 org, About =Pilot
  Europe: 2 orgs, About Europe
  Nobody: 0 orgs, About Nobody

Templates of request conditions
  Sixty days: APPLIED_WITH_CHANGES
";
    assert!(human.contains(told), "{human}");
    // A list, the orgs of each group, the templates: a few requests, whatever the number of orgs.
    assert_eq!(asked(&world), 1 + 3 + 1);
    let json = world.run("status --format json").await.done().json();
    assert_eq!(json["account"]["name"], "Acme");
    assert_eq!(json["orgGroups"][1]["name"], "Europe");
    assert_eq!(json["orgGroups"][1]["orgs"].as_array().unwrap().len(), 2);
    let template = &json["requestConditionTemplates"][0];
    assert_eq!(template["state"], "APPLIED_WITH_CHANGES");
    assert_eq!(json["notKnown"], json!([]));
    let a = json["orgs"].as_array().unwrap();
    let a = a.iter().find(|org| org["domain"] == "a.okta.com").unwrap();
    assert_eq!(a["orgGroups"], json!(["0cgPilot", "0cgEurope"]));
    let csv = world.run("status --format csv").await.done().out;
    assert!(csv.contains(",\"'=Pilot; Europe\","), "{csv}");
    let page = world.run("report --out -").await.done().out;
    for said in [
        "<strong>Europe</strong>",
        "a.okta.com, b.okta.com",
        "<strong>Sixty days</strong>",
    ] {
        assert!(page.contains(said), "{said}");
    }
    let one = world.run("explain b.okta.com").await.done().out;
    assert!(one.contains("\n  groups    Europe\n"), "{one}");
    let one = world.run("explain acme-aerial.okta.com").await.done().out;
    assert!(one.contains("\n  groups    in no org group\n"), "{one}");
    let one = world.run("explain b.okta.com --format json").await.done();
    let expected = json!([{"id": "0cgEurope", "name": "Europe"}]);
    assert_eq!(one.json()["orgGroups"], expected);
}

/// Of the requests of a plan and of a run none is about what nothing is planned of.
#[tokio::test]
async fn plan_and_apply_ask_for_none_of_it() {
    let world = world().await;
    let page = world.run("plan --format html").await.done().out;
    assert!(page.contains("Not asked for here"), "{page}");
    world.run("apply --yes").await;
    assert_eq!(asked(&world), 0);
}

#[tokio::test]
async fn what_the_account_does_not_answer_for_is_a_sentence_and_the_rest_goes_on() {
    let world = world().await;
    let no_groups = "org groups: the account doesn't answer for them";
    let no_templates = "templates of request conditions: the account doesn't answer for them";
    for status in [403, 404, 405] {
        world.faults(&format!(
            "[{{path: /orgGroups, times: 99, do: {{status: {status}}}}}, {{path: /governance/api/v1/request-condition-templates, times: 99, do: {{status: {status}}}}}]"
        ));
        let human = world.run("status").await.done().out;
        assert!(human.contains("a.okta.com"), "{human}");
        for said in [no_groups, no_templates] {
            assert!(human.contains(&format!("  {said} ({status})\n")), "{human}");
        }
        let csv = world.run("status --format csv").await.done();
        assert!(
            csv.err
                .contains(&format!("not known: {no_groups} ({status})"))
        );
    }
    let json = world.run("status --format json").await.done().json();
    assert_eq!(json["orgGroups"], json!(null));
    assert_eq!(json["notKnown"].as_array().unwrap().len(), 2);
    let one = world.run("explain a.okta.com").await.done().out;
    let said = format!("  groups    not known: {no_groups} (405)\n");
    assert!(one.contains(&said), "{one}");
    let page = world.run("report --out -").await.done().out;
    assert!(page.contains(&no_groups.replace('\'', "&#39;")) || page.contains(no_groups));
    // One group alone, an answer that can't be true, a server in trouble.
    world.faults("[{path: /orgGroups/0cgPilot/orgs, times: 99, do: {status: 404}}]");
    let human = world.run("status").await.done().out;
    assert!(human.contains("=Pilot: its orgs aren't known"), "{human}");
    let one = world.run("explain a.okta.com").await.done().out;
    assert!(
        one.contains("groups    not known: the orgs of an org group"),
        "{one}"
    );
    world.faults(
        "[{path: /governance/api/v1/request-condition-templates, times: 99, do: {status: 500}}]",
    );
    let human = world.run("status").await.done().out;
    assert!(
        human.contains("templates of request conditions: GET"),
        "{human}"
    );
}

#[tokio::test]
async fn each_org_says_how_it_stands_to_its_baseline() {
    let world = world().await;
    let unlooked = world.run("status").await.done();
    let said = "2 orgs: not looked at; `status --inside` does (a.okta.com, b.okta.com)";
    assert!(unlooked.out.contains(said), "{}", unlooked.out);
    assert!(!unlooked.err.contains("own host"), "{}", unlooked.err);
    let looked = world.run("status --inside").await.done();
    for said in [
        "  a.okta.com differs in 2 objects: orgSettings, groups/Contractors\n",
        "  1 org: to be made once the org is linked (c.okta.com)\n",
        "  1 org: unread: GET (the org)/api/v1/org: 401",
    ] {
        assert!(looked.out.contains(said), "{said}: {}", looked.out);
    }
    assert!(looked.err.contains("own host"), "{}", looked.err);
    let json = world
        .run("status --inside --format json")
        .await
        .done()
        .json();
    let orgs = json["orgs"].as_array().unwrap();
    let states: Vec<_> = orgs.iter().map(|org| &org["baseline"]["state"]).collect();
    assert_eq!(states, [&json!("differs"), &json!(null), &json!("unread")]);
    assert_eq!(json["notLinked"][0]["baseline"]["state"], "toMake");
    // With --only no other org's host is asked.
    let one = world.run("status --inside --only a.okta.com").await.done();
    assert!(one.err.contains("at 1 org's own host"), "{}", one.err);
    let csv = world
        .run("status --inside --format csv --drifted")
        .await
        .done()
        .out;
    assert!(csv.contains("\r\na.okta.com,"), "{csv}");
    let page = world.run("report --out -").await.done().out;
    assert!(page.contains("Not looked into"), "{page}");
    // What holds is said to hold.
    world.run("apply --yes").await.expect(Exit::Partial);
    let holds = world.run("status --inside").await.done().out;
    assert!(holds.contains("  1 org: holds (a.okta.com)\n"), "{holds}");
    let one = world.run("explain a.okta.com").await.done().out;
    assert!(one.contains("\n  inside    holds\n"), "{one}");
}
