//! What orgs have inside: made, kept, and nothing else touched.

use aerialctl::cli::Exit;
use serde_json::{Value as Json, json};

use crate::support::{World, account, desired, org};

const BASELINE: &str = "baselines:
  standard:
    orgSettings: {website: https://acme.example}
    zones:
      Corporate: {type: IP, gateways: [{type: CIDR, value: 192.0.2.0/24}]}
    threatInsight: {action: block, excludeZones: [{ref: zones/Corporate}]}
    trustedOrigins:
      Portal: {origin: https://portal.acme.example, scopes: [{type: CORS}]}
    groups:
      Contractors: {profile: {description: People of our partners}}
    bookmarkApps:
      Handbook: {settings: {app: {url: https://handbook.acme.example}}}
    policies:
      PASSWORD:
        Default Policy: {system: true, settings: {password: {complexity: {minLength: 12}}}}
        Contractors:
          priority: 1
          conditions: {people: {groups: {include: [{ref: groups/Contractors}]}}}
          settings: {password: {complexity: {minLength: 14}}}
          rules:
            Anywhere: {priority: 1, conditions: {network: {connection: ZONE, include: [{ref: zones/Corporate}]}}}
";

/// The steps that one org of this baseline takes.
const STEPS: usize = 9;

/// An account with these orgs, each with a token of its own, which the environment has.
pub(crate) async fn world(names: &[&str]) -> World {
    let orgs = names.iter().map(|name| {
        let mut org = org(name, &["sso"]);
        org.api_tokens = vec![format!("token-of-{name}")];
        org
    });
    let mut world = World::with(account(orgs.collect())).await;
    for name in names {
        let variable = format!("OKTA_ORG_TOKEN_{}_OKTA_COM", name.to_uppercase());
        world.vars.insert(variable, format!("token-of-{name}"));
    }
    let entries: Vec<String> = names
        .iter()
        .map(|name| format!("{{domain: {name}.okta.com, baseline: standard}}"))
        .collect();
    let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
    world.file("aerial.yaml", desired(&entries) + BASELINE);
    world
}

/// An org's inside, as the emulator has it.
pub(crate) fn inside(world: &World, name: &str) -> Json {
    let state = world.emulator().state();
    let domain = format!("{name}.okta.com");
    let org = state.orgs.iter().find(|org| org.domain == domain).unwrap();
    serde_json::to_value(&org.inside).unwrap()
}

pub(crate) fn named<'a>(inside: &'a Json, collection: &str, name: &str) -> Vec<&'a Json> {
    // Of an org that nobody has looked into there may be nothing.
    let all = inside[collection].as_array().into_iter().flatten();
    all.filter(|one| one["name"] == name || one["label"] == name || one["profile"]["name"] == name)
        .collect()
}

#[tokio::test]
async fn an_org_gets_all_of_its_baseline_and_keeps_it() {
    let world = world(&["a", "b"]).await;
    let plan = world.run("plan").await.done();
    insta::assert_snapshot!(plan.plain(&world));
    assert!(
        plan.err.contains("GETs at 2 orgs' own hosts"),
        "{}",
        plan.err
    );
    assert_eq!(world.writes(), [""; 0], "a dry run writes nothing");
    world.run("apply --yes --receipt r.jsonl").await.done();
    world.run("plan --detailed-exitcode").await.done();
    for name in ["a", "b"] {
        let inside = inside(&world, name);
        let zones = named(&inside, "zones", "Corporate");
        assert_eq!(zones.len(), 1);
        assert_eq!(
            inside["threatInsight"]["excludeZones"],
            json!([zones[0]["id"]])
        );
        let policy = named(&inside, "policies", "Contractors");
        let rule = &policy[0]["rules"][0];
        assert_eq!(
            rule["conditions"]["network"]["include"],
            json!([zones[0]["id"]])
        );
    }
    let (a, b) = (inside(&world, "a"), inside(&world, "b"));
    assert_ne!(a["zones"], b["zones"], "each has ids of its own");
    let touched = world.read("r.jsonl").matches("\"object\":").count();
    assert_eq!(touched, 2 * STEPS);
}

#[tokio::test]
async fn drift_in_a_listed_field_is_mended_and_in_another_is_left() {
    let world = world(&["a"]).await;
    world.run("apply --yes").await.done();
    let before = inside(&world, "a");
    let id = named(&before, "policies", "Contractors")[0]["id"].clone();
    let path = format!("/~a.okta.com/api/v1/policies/{}", id.as_str().unwrap());
    let mut body = named(&before, "policies", "Contractors")[0].clone();
    body["settings"]["password"]["complexity"]["minLength"] = json!(4);
    body["description"] = json!("Somebody's own words");
    put(&world, &path, &body).await;
    let plan = world.run("plan --format json").await.done().json();
    assert_eq!(plan["steps"].as_array().unwrap().len(), 1, "{plan:#}");
    assert_eq!(
        plan["steps"][0]["object"],
        json!({"collection": "policies", "name": "PASSWORD/Contractors", "fields": [
            {"path": "settings.password.complexity.minLength", "before": 4, "after": 14}
        ]})
    );
    world.run("apply --yes").await.done();
    let after = inside(&world, "a");
    let policy = named(&after, "policies", "Contractors")[0];
    assert_eq!(
        policy["settings"]["password"]["complexity"]["minLength"],
        14
    );
    assert_eq!(policy["description"], "Somebody's own words");
    assert_eq!(policy["conditions"], body["conditions"]);
    world.run("plan --detailed-exitcode").await.done();
}

pub(crate) async fn put(world: &World, path: &str, body: &Json) {
    let url = format!("{}{path}", world.emulator().origin());
    let answer = reqwest::Client::new()
        .put(url)
        .header("Authorization", "SSWS token-of-a")
        .json(body)
        .send()
        .await
        .unwrap();
    assert!(answer.status().is_success(), "{:?}", answer.text().await);
}

#[tokio::test]
async fn an_org_without_a_credential_holds_up_nobody_else() {
    let mut world = world(&["a", "b"]).await;
    world.vars.remove("OKTA_ORG_TOKEN_B_OKTA_COM");
    let plan = world
        .run("plan --format json --out p.json")
        .await
        .done()
        .json();
    assert_eq!(plan["unread"][0]["domain"], "b.okta.com");
    assert_eq!(plan["steps"].as_array().unwrap().len(), STEPS);
    let warning = plan["warnings"][0].as_str().unwrap();
    assert!(warning.contains("no credential for this org"), "{warning}");
    let strict = world
        .read("aerial.yaml")
        .replace("maxLinked: 100", "maxLinked: 100, baselineUnread: fail");
    world.file("strict.yaml", strict);
    let refused = world.run("apply --yes -f strict.yaml").await;
    assert_eq!(refused.exit, Exit::Refused, "{}", refused.text());
    assert!(refused.err.contains("--allow unread=1"), "{}", refused.err);
    // What the review couldn't see stays out, though it could be read by now.
    let token = "token-of-b".to_owned();
    world
        .vars
        .insert("OKTA_ORG_TOKEN_B_OKTA_COM".to_owned(), token);
    let applied = world.run("apply --yes --plan p.json").await.done();
    assert!(
        applied.err.contains("couldn't be looked into when"),
        "{}",
        applied.text()
    );
    assert_eq!(
        named(&inside(&world, "b"), "groups", "Contractors").len(),
        0
    );
    assert_eq!(
        named(&inside(&world, "a"), "groups", "Contractors").len(),
        1
    );
}

#[tokio::test]
async fn what_fails_in_one_org_holds_up_that_org_alone() {
    let world = world(&["a", "b"]).await;
    let file = world.read("aerial.yaml");
    let removes = file.replace("b.okta.com, ", "b.okta.com, products: [], ");
    world.file("aerial.yaml", removes);
    world.faults("[{method: POST, path: /~a.okta.com/api/v1/zones, times: 9, do: {status: 403}}]");
    let ran = world.run("apply --yes").await.expect(Exit::Partial);
    assert!(ran.out.contains("1 failed, 7 skipped"), "{}", ran.text());
    assert_eq!(
        world.products("b.okta.com"),
        [""; 0],
        "removals elsewhere go on"
    );
    world.faults("[]");
    world.run("apply --yes").await.done();
    world.run("plan --detailed-exitcode").await.done();
}

#[tokio::test]
async fn each_fault_at_each_write_ends_in_the_same_place() {
    let targets = [
        "POST, path: /~*/api/v1/org",
        "POST, path: /~*/api/v1/zones",
        "POST, path: /~*/api/v1/threats/configuration",
        "POST, path: /~*/api/v1/trustedOrigins",
        "POST, path: /~*/api/v1/groups",
        "POST, path: /~*/api/v1/apps",
        "POST, path: /~*/api/v1/policies",
        "PUT, path: /~*/api/v1/policies/*",
        "POST, path: /~*/api/v1/policies/*/rules",
    ];
    for action in [
        "{status: 503}",
        "{statusAfter: 500}",
        "dropBefore",
        "dropAfter",
        "cut",
        "{retryAfter: 30}",
    ] {
        for target in targets {
            let world = world(&["a"]).await;
            world.faults(&format!("[{{method: {target}, do: {action}}}]"));
            let first = world.run("apply --yes").await;
            world.faults("[]");
            let second = world.run("apply --yes").await;
            assert_eq!(
                second.exit,
                Exit::Done,
                "{target} {action}\n{}\n{}",
                first.text(),
                second.text()
            );
            world.run("plan --detailed-exitcode").await.done();
            let inside = inside(&world, "a");
            for (collection, name) in [
                ("zones", "Corporate"),
                ("groups", "Contractors"),
                ("apps", "Handbook"),
                ("policies", "Contractors"),
            ] {
                let many = named(&inside, collection, name).len();
                assert_eq!(
                    many,
                    1,
                    "{target} {action}: {collection}/{name}\n{}",
                    first.text()
                );
            }
        }
    }
}

#[tokio::test]
async fn what_a_run_left_undone_is_done_by_the_same_plan() {
    let world = world(&["a"]).await;
    world.run("plan --out p.json").await.done();
    for path in ["/~*/api/v1/policies/*/rules", "/~*/api/v1/groups"] {
        world.faults(&format!(
            "[{{method: POST, path: {path}, do: {{status: 403}}}}]"
        ));
        let world = &world;
        let first = world.run("apply --yes --plan p.json").await;
        assert_ne!(first.exit, Exit::Refused, "{}", first.text());
    }
    world.faults("[]");
    world.run("apply --yes --plan p.json").await.done();
    world.run("plan --detailed-exitcode").await.done();
}

#[tokio::test]
async fn the_group_of_all_users_can_be_referred_to() {
    let world = world(&["a"]).await;
    let file = world.read("aerial.yaml");
    let everyone = file
        .replace("ref: groups/Contractors", "ref: groups/Everyone")
        .replace("    groups:\n", "    groups:\n      Everyone: {}\n");
    world.file("aerial.yaml", everyone);
    world.run("apply --yes").await.done();
    world.run("plan --detailed-exitcode").await.done();
    let inside = inside(&world, "a");
    let group = named(&inside, "groups", "Everyone")[0]["id"].clone();
    let policy = named(&inside, "policies", "Contractors")[0];
    let include = &policy["conditions"]["people"]["groups"]["include"];
    assert_eq!(*include, json!([group]));
}

#[tokio::test]
async fn an_object_that_somebody_changes_in_between_is_left_alone() {
    let world = world(&["a"]).await;
    world.run("apply --yes").await.done();
    let file = world.read("aerial.yaml");
    world.file(
        "aerial.yaml",
        file.replace("minLength: 14", "minLength: 20"),
    );
    world.faults(
        "[{method: GET, path: '/~a.okta.com/api/v1/policies/*', do: {object: {org: a.okta.com,
        collection: policies, name: Contractors, set: {settings: {password: {complexity: {minLength: 5}}}}}}}]",
    );
    let ran = world.run("apply --yes").await.expect(Exit::Partial);
    let said = "policies/PASSWORD/Contractors has changed since the plan was made";
    assert!(ran.err.contains(said), "{}", ran.text());
    let inside = inside(&world, "a");
    let policy = named(&inside, "policies", "Contractors")[0];
    assert_eq!(policy["settings"]["password"]["complexity"]["minLength"], 5);
    world.run("apply --yes").await.done();
    world.run("plan --detailed-exitcode").await.done();
}

#[tokio::test]
async fn an_object_that_is_there_twice_leaves_its_org_unread() {
    let world = world(&["a"]).await;
    world.run("apply --yes").await.done();
    let url = format!("{}/~a.okta.com/api/v1/apps", world.emulator().origin());
    let app = json!({"label": "Handbook", "name": "bookmark", "signOnMode": "BOOKMARK",
        "settings": {"app": {"url": "https://other.example"}}});
    let client = reqwest::Client::new();
    let twice = client
        .post(url)
        .header("Authorization", "SSWS token-of-a")
        .json(&app)
        .send();
    assert!(twice.await.unwrap().status().is_success());
    let plan = world.run("plan --format json").await.done().json();
    let warning = plan["warnings"][0].as_str().unwrap();
    assert!(
        warning.contains("it has bookmarkApps/Handbook twice: 0oa"),
        "{warning}"
    );
    assert_eq!(plan["unread"].as_array().unwrap().len(), 1);
}

/// What a step does inside of an org is said wherever steps are listed: the object, and the host that is asked.
#[tokio::test]
async fn a_step_inside_is_named_by_its_object_and_its_host() {
    let world = world(&["a"]).await;
    let github = world.run("plan --format github").await.done().out;
    assert!(github.contains("configure a.okta.com groups/"), "{github}");
    let calls = world.run("plan --calls").await.done().out;
    let call = "POST a.okta.com/api/v1/groups   groups/";
    assert!(calls.contains(call), "{calls}");
    let markdown = world.run("plan --format markdown").await.done().out;
    let call = ": POST a.okta.com/api/v1/groups\n";
    assert!(markdown.contains(call), "{markdown}");
}

/// A scope is claimed of a token that was asked for it, and of no other.
#[tokio::test]
async fn the_proof_says_where_no_scope_protects() {
    let world = world(&["a", "b"]).await;
    for command in ["plan", "report --out page.html", "explain a.okta.com"] {
        let said = world.run(command).await.done().err;
        assert!(said.contains("the access token was given, and its scopes aren't known"));
        assert!(!said.contains("scope okta.accounts.read"), "{said}");
        let by_token = "by an API token (SSWS), which has no scopes: what protects";
        assert!(said.contains(by_token), "{command}: {said}");
    }
    let said = world.run("plan --emulator").await.done().err;
    assert!(
        said.contains("read-only: scope okta.accounts.read, "),
        "{said}"
    );
    assert!(!said.contains("what protects"), "{said}");
}
