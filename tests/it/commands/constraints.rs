//! `constraints`, as a user sees them.

use aerialctl::cli::Exit;

use crate::gitops::repository::{branch, commit, init};
use crate::support::{HEAD, World, account, desired, org};

#[tokio::test]
async fn a_broken_constraint_is_told_with_the_org_and_the_rule() {
    let world = World::new();
    world.file(
        "aerial.yaml",
        format!(
            "{HEAD}constraints:
  requires: {{lcm: [sso, {{anyOf: [mfa, itp]}}]}}
  excludes: {{P000777: [lcm]}}
  everyOrg: [sso]
  maxOrgs: {{lcm: 2}}
orgs:
  - {{domain: a.okta.com, products: [sso, lcm]}}
  - {{domain: b.okta.com, products: [workforce, lcm, P000777]}}
  - {{domain: c.okta.com, products: [mfa]}}
  - {{domain: d.okta.com, status: inactive, products: []}}
  - {{domain: e.okta.com, enforce: additive, products: [lcm]}}
  - {{domain: f.okta.com, products: [workforce, {{product: itp, until: 2026-03-31}}]}}
"
        ),
    );
    let ran = world.run("validate").await;
    insta::assert_snapshot!("constraints-broken", ran.expect(Exit::Invalid).err);
}

/// Whatever the day says of an org or a list, it takes rules away and adds none.
#[tokio::test]
async fn what_has_ended_is_held_against_nothing() {
    let world = World::new();
    let broken = [
        "{domain: a.okta.com, products: [lcm], status: inactive}",
        "{domain: b.okta.com, products: [lcm], until: 2025-12-31}",
        "{domain: c.okta.com, products: [mfa, sso, {product: lcm, until: 2025-12-31}, {product: P000777, until: 2025-12-31}]}",
        "{domain: d.okta.com, products: [mfa, sso, lcm]}",
    ];
    let rules = |most| {
        format!(
            "constraints: {{requires: {{lcm: [sso], P000777: [itp]}}, excludes: {{lcm: [P000777]}}, everyOrg: [mfa], maxOrgs: {{lcm: {most}}}}}\n"
        )
    };
    world.file("aerial.yaml", format!("{}{}", desired(&broken), rules(1)));
    world.run("validate").await.done();
    // None of it a day earlier.
    let text = world
        .read("aerial.yaml")
        .replace("2025-12-31", "2026-01-01");
    world.file("aerial.yaml", text);
    let ran = world.run("validate").await.expect(Exit::Invalid);
    for said in [
        "b.okta.com lists lcm (P000139) without sso",
        "b.okta.com lists no mfa",
        "c.okta.com lists P000777 without itp",
        "c.okta.com lists lcm (P000139) and P000777",
        "lcm (P000139) is listed in 3 orgs, and may be in 1",
    ] {
        assert!(ran.err.contains(said), "{said}: {}", ran.err);
    }
    assert!(!ran.err.contains("a.okta.com"), "{}", ran.err);
    // What meets a need may end without an error, before and after.
    for day in ["2025-12-31", "2026-01-01"] {
        let org =
            format!("{{domain: a.okta.com, products: [mfa, lcm, {{product: sso, until: {day}}}]}}");
        world.file("aerial.yaml", format!("{}{}", desired(&[&org]), rules(9)));
        let ran = world.run("validate").await.done();
        assert_eq!(
            ran.err.contains("after 2026-01-01"),
            day == "2026-01-01",
            "{}",
            ran.err
        );
        assert!(!ran.err.contains("after 2025"), "{}", ran.err);
    }
}

#[tokio::test]
async fn what_a_rule_can_t_say_is_told_where_it_stands() {
    let world = World::new();
    world.file(
        "aerial.yaml",
        format!(
            "{HEAD}constraints:
  requires: {{workforce: [sso], lmc: [sso], lcm: [{{anyOf: [workforce]}}, {{allOf: [sso]}}], itp: sso}}
  excludes: {{lcm: [mffa]}}
  everyOrgs: [sso]
  maxOrgs: {{lcm: many}}
orgs: []
"
        ),
    );
    let ran = world.run("validate --format github").await;
    insta::assert_snapshot!("constraints-mistakes", ran.expect(Exit::Invalid).out);
    for (rules, said) in [
        (
            "requires: {lcm: [mfa], mfa: [sso]}, excludes: {sso: [lcm]}",
            "no org can have lcm",
        ),
        (
            "everyOrg: [sso, mfa], excludes: {mfa: [sso]}",
            "no org can have what every org is to have",
        ),
        ("excludes: {mfa: [mfa]}", "`mfa` excludes itself"),
        (
            "requires: {lcm: [{anyOf: [sso, mfa]}]}, excludes: {lcm: [workforce]}",
            "no org can have lcm",
        ),
    ] {
        world.file(
            "aerial.yaml",
            format!("{HEAD}constraints: {{{rules}}}\norgs: []\n"),
        );
        let ran = world.run("validate").await;
        let told = ran.exit == Exit::Invalid && ran.err.contains(said);
        assert!(told, "{rules}: {}", ran.err);
    }
    // No org is told of it besides.
    let file = desired(&["{domain: a.okta.com, products: [mfa]}"]);
    let rules = "constraints: {excludes: {mfa: [mfa]}}\n";
    world.file("aerial.yaml", format!("{file}{rules}"));
    let ran = world.run("validate").await.expect(Exit::Invalid);
    assert!(
        ran.err.contains("1 error: the desired state"),
        "{}",
        ran.err
    );
}

/// What has no bound isn't judged: of such a file the schema says what is wrong, and the rest once that is mended.
#[tokio::test]
async fn a_file_that_breaks_the_schema_is_held_against_no_rule() {
    let world = World::new();
    for (count, judged) in [(1001, false), (1000, true)] {
        let rules: Vec<String> = (1..=count).map(|n| format!("P{n}: [sso]")).collect();
        let rules = format!("constraints: {{excludes: {{{}}}}}\n", rules.join(", "));
        let file = desired(&["{domain: a.okta.com, products: [sso, P1]}"]);
        world.file("aerial.yaml", format!("{file}{rules}"));
        let ran = world.run("validate").await.expect(Exit::Invalid);
        assert_eq!(ran.err.contains("which it excludes"), judged, "{}", ran.err);
        let said = ran.err.contains("`constraints.excludes` should be");
        assert_eq!(said, !judged, "{}", ran.err);
    }
}

#[tokio::test]
async fn the_same_rule_in_two_files_is_an_error_that_names_both() {
    let world = World::new();
    world.file(
        "shared.yaml",
        "version: 1\nconstraints: {maxOrgs: {P000139: 5}, everyOrg: [P000052]}\n",
    );
    world.file(
        "more.yaml",
        "version: 1\nconstraints: {maxOrgs: {P000139: 9}, requires: {P000139: [P000052]}}\n",
    );
    world.file(
        "prod.yaml",
        desired(&["{domain: a.okta.com, products: [sso]}"]),
    );
    let ran = world
        .run("validate -f shared.yaml -f more.yaml -f prod.yaml")
        .await
        .expect(Exit::Invalid);
    assert!(
        ran.err
            .contains("two files have `constraints.maxOrgs.P000139`"),
        "{}",
        ran.err
    );
    assert!(
        ran.err.contains("shared.yaml:2") && ran.err.contains("more.yaml:2"),
        "{}",
        ran.err
    );
    world
        .run("validate -f shared.yaml -f prod.yaml")
        .await
        .done();
}

#[tokio::test]
async fn licences_are_in_status_and_a_guardrail_in_plan() {
    let world = World::with(account(vec![org("a", &["sso"]), org("stranger", &["lcm"])])).await;
    let file = desired(&["{domain: a.okta.com, products: [sso, lcm]}"]);
    world.file(
        "aerial.yaml",
        format!("{file}constraints: {{maxOrgs: {{lcm: 1}}}}\n"),
    );
    let status = world.run("status").await.done().out;
    assert!(
        status.contains("\nLicences\n  lcm (P000139): 1 of 1 orgs, 0 left\n"),
        "{status}"
    );
    let json = world.run("status --format json").await.done().json();
    let licences = serde_json::json!([{"id": "P000139", "left": 0, "most": 1, "used": 1}]);
    assert_eq!(json["licences"], licences);
    let page = world.run("report --out -").await.done().out;
    assert!(page.contains("Licences of lcm (P000139): 1 of 1 orgs, 0 left"));
    let plan = world.run("plan --format json").await.done().json();
    assert_eq!(
        plan["guardrails"],
        serde_json::json!([{"name": "constraints", "limit": 0, "actual": 1, "allow": "constraints"}])
    );
    let refused = world.run("apply --yes").await.expect(Exit::Refused);
    assert!(
        refused
            .err
            .contains("lcm (P000139) will be in 2 orgs, and may be in 1")
            && refused.err.contains("`apply --allow constraints=1`"),
        "{}",
        refused.err
    );
    let part = world.run("plan --only a.okta.com").await.done();
    assert!(
        part.err.contains("can't judge `constraints.maxOrgs`"),
        "{}",
        part.err
    );
    world.run("apply --yes --allow constraints").await.done();
}

#[tokio::test]
async fn what_the_rules_are_to_an_org_is_explained_and_what_is_broken_is_shown() {
    let orgs = vec![org("a", &["sso", "lcm"]), org("b", &["lcm"])];
    let world = World::with(account(orgs)).await;
    let file = desired(&[
        "{domain: a.okta.com, wave: pilot, products: [sso, lcm, mfa]}",
        "{domain: b.okta.com, enforce: additive, products: [mfa]}",
    ]);
    let rules = "waves: [pilot, rest]
constraints:
  requires: {lcm: [sso, {anyOf: [mfa, itp]}]}
  excludes: {itp: [lcm]}
  everyOrg: [mfa]
  maxOrgs: {lcm: 9}
";
    world.file("aerial.yaml", format!("{file}{rules}"));
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    for (org, lines) in [
        (
            "a",
            [
                "wave pilot",
                "requires.lcm: sso, mfa or itp broken, which the plan mends: it has lcm (P000139) without mfa (P000131) or itp (P001113), which it requires aerial.yaml:14",
                "everyOrg: mfa broken, which the plan mends: it has no mfa (P000131), which every org is to have",
                "maxOrgs.lcm: 9 about all orgs together",
            ],
        ),
        (
            "b",
            [
                "wave rest",
                "requires.lcm: sso, mfa or itp broken: it has lcm (P000139) without sso (P000052), which it requires",
                "everyOrg: mfa broken, which the plan mends",
                "maxOrgs.lcm: 9 about all orgs together",
            ],
        ),
    ] {
        let ran = world.run(&format!("explain {org}.okta.com")).await.done();
        let told = words(&ran.out);
        for line in lines {
            assert!(told.contains(line), "{line}: {}", ran.out);
        }
        assert!(!told.contains("excludes"), "{}", ran.out);
    }
    let json = world
        .run("explain b.okta.com --format json")
        .await
        .done()
        .json();
    let verdicts = json["constraints"].as_array().unwrap();
    let verdicts: Vec<&str> = verdicts
        .iter()
        .map(|one| one["verdict"].as_str().unwrap())
        .collect();
    assert_eq!(verdicts, ["broken", "willHold", "notJudged"]);
    let status = world.run("status").await.done().out;
    assert!(
        status.contains("Constraints broken\n  a.okta.com has lcm (P000139) without mfa (P000131) or itp (P001113), which it requires\n"),
        "{status}"
    );
    assert!(
        status.contains("Waves\n  pilot: 1 org (a.okta.com)\n  rest: 1 org (b.okta.com)\n"),
        "{status}"
    );
    let json = world.run("status --format json").await.done().json();
    assert_eq!(json["waves"], serde_json::json!(["pilot", "rest"]));
    assert_eq!(json["brokenConstraints"].as_array().unwrap().len(), 4);
    let only = world
        .run("status --format json --has sso")
        .await
        .done()
        .json();
    assert_eq!(only["brokenConstraints"].as_array().unwrap().len(), 2);
    let waves = json["orgs"].as_array().unwrap().iter();
    let waves: Vec<&str> = waves.filter_map(|org| org["wave"].as_str()).collect();
    assert_eq!(waves, ["pilot", "rest"], "the Aerial org has no entry");
    let csv = world.run("status --format csv").await.done().out;
    assert!(
        csv.lines()
            .any(|line| line.starts_with("a.okta.com") && line.contains(",pilot,")),
        "{csv}"
    );
    let page = world.run("report --out -").await.done().out;
    for said in [
        "4 constraints broken, as the orgs are now",
        "has no mfa (P000131)",
        "\"pilot\"",
    ] {
        assert!(page.contains(said), "{said}");
    }
    // One that is inactive is held against none.
    let text = world
        .read("aerial.yaml")
        .replace("wave: pilot,", "status: inactive,");
    world.file("aerial.yaml", text);
    let ran = world.run("explain a.okta.com").await.done();
    assert!(!ran.out.contains("Constraints"), "{}", ran.out);
}

#[tokio::test]
async fn preview_shows_changed_rules_before_everything_else() {
    let world = World::new();
    let repository = init(&world);
    let file = desired(&["{domain: a.okta.com, products: [sso]}"]);
    let with = |rules: &str| format!("{file}constraints: {{{rules}}}\n");
    world.file(
        "aerial.yaml",
        with("maxOrgs: {lcm: 5}, everyOrg: [sso], requires: {lcm: [sso]}"),
    );
    commit(&repository, "base");
    branch(&repository, "feature");
    world.file(
        "aerial.yaml",
        with("maxOrgs: {lcm: 50}, excludes: {lcm: [itp]}"),
    );
    commit(&repository, "feature");
    let ran = world.run("preview --base main").await.done();
    insta::assert_snapshot!("constraints-preview", ran.out);
}
