//! What is planned inside of orgs.

use serde_json::{Value as Json, json};

use jiff::civil::Date;

use crate::desired::Desired;
use crate::ids::OrgSet;
use crate::inside::{OrgInside, UnreadReason};
use crate::live::Snapshot;
use crate::plan::envelope::departures;
use crate::plan::inside::to_read;
use crate::plan::kinds::{Allowance, Kind};
use crate::plan::model::{Plan, PlanOptions, Selection};
use crate::plan::planner::plan;
use crate::plan::wire::PlanV1;
use crate::plan::world::{account, desired, inactive, inside, lines, org, planned};

const BASELINE: &str = "baselines:
  standard:
    orgSettings: {website: https://acme.example}
    zones: {A: {type: IP, gateways: [{value: 192.0.2.0/24}]}}
    groups: {G: {}}
    policies:
      PASSWORD:
        P:
          priority: 1
          conditions: {people: {groups: {include: [{ref: groups/G}]}}}
          rules: {R: {conditions: {network: {include: [{ref: zones/A}]}}}}";

fn file(orgs: &[&str]) -> Desired {
    desired(BASELINE, orgs)
}

fn of_a(objects: &[(&str, Json)]) -> Snapshot {
    let mut live = account(vec![org("a", "")]);
    live.insides = [inside("a", objects)].into();
    live
}

fn fields(plan: &Plan) -> Vec<String> {
    let steps = PlanV1::from(plan).steps;
    let objects = steps.into_iter().filter_map(|step| step.object);
    objects
        .flat_map(|object| {
            let name = format!("{}/{}", object.collection, object.name);
            let fields = object.fields.into_iter();
            fields.map(move |field| {
                format!("{name} {}: {} -> {}", field.path, field.before, field.after)
            })
        })
        .collect()
}

#[test]
fn what_is_missing_is_made_in_order_and_what_differs_is_changed_by_field() {
    let live = of_a(&[
        (
            "orgSettings",
            json!({"website": "https://old.example", "phone": "1"}),
        ),
        (
            "zones/A",
            json!({"id": "nzo1", "type": "IP", "gateways": [{"value": "192.0.2.0/24", "type": "CIDR"}]}),
        ),
        (
            "policies/PASSWORD/P",
            json!({"id": "00p1", "priority": 2, "conditions": {"people": {"groups": {"include": ["00gX"]}}}}),
        ),
    ]);
    let plan = planned(&file(&["{domain: a.okta.com, baseline: standard}"]), &live);
    assert_eq!(
        lines(&plan),
        [
            "1 configure a.okta.com POST /api/v1/org",
            "2 configure a.okta.com < 1 POST /api/v1/groups",
            "3 configure a.okta.com < 2 PUT /api/v1/policies/00p1",
            "4 configure a.okta.com < 3 POST /api/v1/policies/00p1/rules",
        ]
    );
    assert_eq!(
        fields(&plan),
        [
            r#"orgSettings/ website: "https://old.example" -> "https://acme.example""#,
            r#"policies/PASSWORD/P conditions.people.groups.include: ["00gX"] -> [{"ref":"groups/G"}]"#,
            "policies/PASSWORD/P priority: 2 -> 1",
            r#"rules/PASSWORD/P/R conditions.network.include: null -> [{"ref":"zones/A"}]"#,
        ]
    );
    let call = |step: usize| plan.steps[step].request.body().to_string();
    assert_eq!(call(1), r#"{"profile":{"name":"G"}}"#);
    assert!(plan.steps[2].request.adds_existing());
    assert!(
        call(3).contains(r#""name":"R","type":"PASSWORD""#),
        "{}",
        call(3)
    );
}

#[test]
fn an_org_that_is_as_its_baseline_says_or_has_none_is_left_alone() {
    let live = of_a(&[
        ("orgSettings", json!({"website": "https://acme.example"})),
        ("groups/G", json!({"id": "00g1"})),
    ]);
    let small = desired(
        "baselines: {standard: {orgSettings: {website: https://acme.example}, groups: {G: {}}}}",
        &["{domain: a.okta.com, baseline: standard}"],
    );
    assert_eq!(lines(&planned(&small, &live)), [""; 0]);
    let none = file(&["{domain: a.okta.com, baseline: none}"]);
    assert_eq!(lines(&planned(&none, &of_a(&[]))), [""; 0]);
    assert_eq!(to_read(&none, &live, &Selection::All, Date::MIN), []);
}

#[test]
fn an_org_that_can_not_be_looked_into_holds_up_nobody_else() {
    let both = file(&[
        "{domain: a.okta.com, baseline: standard}",
        "{domain: b.okta.com, baseline: standard, products: [P1]}",
    ]);
    let mut live = account(vec![org("a", ""), org("b", "")]);
    let unread = OrgInside::Unread(UnreadReason::Failed("GET /api/v1/org: 403".to_owned()));
    live.insides = [inside("a", &[("orgSettings", json!({}))])].into();
    live.insides.insert(org("b", "").id, unread);
    let plan = planned(&both, &live);
    assert_eq!(plan.count(Kind::Configure), 5);
    assert_eq!(plan.count(Kind::Enable), 1);
    let published = PlanV1::from(&plan);
    assert_eq!(published.unread.len(), 1);
    assert_eq!(
        published.unread[0].org.domain.as_deref(),
        Some("b.okta.com")
    );
    assert!(published.warnings[0].contains("GET /api/v1/org: 403"));
    assert!(plan.breaches.is_empty());
    let strict = desired(
        &format!("{BASELINE}\nguardrails: {{baselineUnread: fail, maxConfigured: 0}}"),
        &[
            "{domain: a.okta.com, baseline: standard}",
            "{domain: b.okta.com, baseline: standard, products: [P1]}",
        ],
    );
    let breaches = planned(&strict, &live).breaches;
    let said: Vec<(Allowance, &str)> = breaches
        .iter()
        .map(|one| (one.guardrail.allowance(), one.message.as_str()))
        .collect();
    assert_eq!(
        said,
        [
            (
                Allowance::Configurations,
                "this plan configures 1 org, the limit is 0"
            ),
            (
                Allowance::Unread,
                "the inside of 1 org can't be read: b.okta.com, the limit is 0"
            ),
        ]
    );
}

#[test]
fn orgs_that_are_unread_for_one_reason_are_one_warning_and_the_plan_has_each() {
    let names: Vec<String> = (0..300).map(|n| format!("org-{n:03}")).collect();
    let entries: Vec<String> = names
        .iter()
        .map(|name| format!("{{domain: {name}.okta.com, baseline: standard}}"))
        .collect();
    let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
    let mut live = account(names.iter().map(|name| org(name, "")).collect());
    for (n, name) in names.iter().enumerate() {
        let why = match n {
            7 => "it has zones/A twice".to_owned(),
            _ => format!("{name}.okta.com: there is no credential for this org (request r{n})"),
        };
        let unread = OrgInside::Unread(UnreadReason::Failed(why));
        live.insides.insert(org(name, "").id, unread);
    }
    let plan = planned(&file(&entries), &live);
    let said = plan.warnings.iter().map(|one| one.message.as_str());
    let mut said: Vec<&str> = said.collect();
    said.sort_unstable();
    assert_eq!(
        said,
        [
            "299 orgs can't be looked into, so nothing is changed inside of them: there is no credential for this org (org-000.okta.com, org-001.okta.com, org-002.okta.com, org-003.okta.com, org-004.okta.com and 294 more)",
            "org-007.okta.com can't be looked into, so nothing is changed inside of it: it has zones/A twice",
        ]
    );
    let published = PlanV1::from(&plan);
    assert_eq!(published.unread.len(), 300);
    assert_eq!(published.unread[7].reason, "it has zones/A twice");
}

#[test]
fn what_comes_from_okta_is_never_made() {
    let file = desired(
        "baselines: {standard: {policies: {PASSWORD: {Default Policy: {system: true, description: x}}}}}",
        &["{domain: a.okta.com, baseline: standard}"],
    );
    let plan = planned(&file, &of_a(&[]));
    assert_eq!((plan.steps.len(), plan.unread.len()), (0, 1));
    let there = json!({"id": "00p1", "system": true, "description": "y"});
    let live = of_a(&[("policies/PASSWORD/Default Policy", there)]);
    assert_eq!(
        lines(&planned(&file, &live)),
        ["1 configure a.okta.com PUT /api/v1/policies/00p1"]
    );
}

#[test]
fn inactive_orgs_are_not_looked_at_and_new_ones_get_all_of_it() {
    let live = account(vec![inactive("off", "")]);
    let both = file(&[
        "{domain: off.okta.com, baseline: standard}",
        "{domain: new.okta.com, baseline: standard}",
    ]);
    assert_eq!(to_read(&both, &live, &Selection::All, Date::MIN), []);
    let plan = planned(&both, &live);
    assert_eq!(
        lines(&plan),
        [
            "1 link new.okta.com POST /orgs",
            "2 configure new.okta.com < 1 POST /api/v1/org",
            "3 configure new.okta.com < 2 POST /api/v1/zones",
            "4 configure new.okta.com < 3 POST /api/v1/groups",
            "5 configure new.okta.com < 4 POST /api/v1/policies",
            "6 configure new.okta.com < 5 POST /api/v1/policies/{policyId}/rules",
        ]
    );
    assert!(plan.unread.is_empty());
    assert!(
        fields(&plan)
            .iter()
            .all(|field| field.contains(": null -> "))
    );
}

#[test]
fn two_orgs_objects_with_equal_names_never_meet() {
    let both = file(&[
        "{domain: a.okta.com, baseline: standard}",
        "{domain: b.okta.com, baseline: standard}",
    ]);
    let mut live = account(vec![org("a", ""), org("b", "")]);
    live.insides = ["a", "b"]
        .map(|name| {
            let id = |kind: &str| format!("{kind}-{name}");
            inside(
                name,
                &[
                    ("orgSettings", json!({})),
                    ("zones/A", json!({"id": id("zone"), "type": "DYNAMIC"})),
                    ("groups/G", json!({"id": id("group")})),
                    (
                        "policies/PASSWORD/P",
                        json!({"id": id("policy"), "priority": 1}),
                    ),
                ],
            )
        })
        .into();
    for step in &planned(&both, &live).steps {
        let (own, other) = if step.org.label().starts_with('a') {
            ("-a", "-b")
        } else {
            ("-b", "-a")
        };
        let path = step.request.path();
        assert!(!path.contains(other), "{path}");
        assert_eq!(step.request.host().as_str(), step.org.label());
        assert!(
            path.contains(own) || step.request.method().as_str() == "POST",
            "{path}"
        );
    }
}

#[test]
fn an_object_of_a_protected_org_that_was_seen_is_guarded() {
    let guarded = desired(
        &format!("{BASELINE}\nguardrails: {{protectedOrgs: [a.okta.com]}}"),
        &["{domain: a.okta.com, baseline: standard}"],
    );
    let settings = ("orgSettings", json!({"website": "https://acme.example"}));
    let fresh = planned(&guarded, &of_a(std::slice::from_ref(&settings)));
    assert!(fresh.breaches.is_empty(), "new objects take nothing away");
    let zone = ("zones/A", json!({"id": "nzo1", "type": "DYNAMIC"}));
    let altered = planned(&guarded, &of_a(&[settings, zone]));
    assert_eq!(
        altered.breaches[0].message,
        "this plan takes away or changes something in 1 protected org: a.okta.com, the limit is 0"
    );
}

#[test]
fn the_envelope_is_the_same_object_and_the_same_fields() {
    let file = file(&["{domain: a.okta.com, baseline: standard}"]);
    let zone = |kind: &str| ("zones/A", json!({"id": "nzo1", "type": kind}));
    let settings = |site: &str| ("orgSettings", json!({"website": site}));
    let reviewed = PlanV1::from(&planned(&file, &of_a(&[settings("x"), zone("DYNAMIC")])));
    let same = PlanV1::from(&planned(
        &file,
        &of_a(&[settings("https://acme.example"), zone("DYNAMIC")]),
    ));
    assert_eq!(departures(&reviewed, &same), []);
    let other = PlanV1::from(&planned(&file, &of_a(&[settings("x"), zone("OTHER")])));
    assert_eq!(departures(&reviewed, &other).len(), 1);
}

#[test]
fn what_the_review_could_not_look_into_is_left_out() {
    let file = file(&["{domain: a.okta.com, baseline: standard}"]);
    let options = PlanOptions {
        unread_before: OrgSet::from_iter([org("a", "").name()]),
        ..PlanOptions::default()
    };
    let plan = plan(&file, &of_a(&[]), &options).unwrap();
    assert!(plan.plan().steps.is_empty());
    assert_eq!(plan.plan().warnings.iter().count(), 1);
}
