//! Baselines beside what was reviewed, what a base has, and what Okta has of its own.

use jiff::civil::Date;
use serde_json::{Value as Json, json};

use crate::ids::{Collection, ObjectName};
use crate::inside::OrgInside;
use crate::live::Snapshot;
use crate::plan::envelope::departures;
use crate::plan::inside::{read_for, to_read, to_read_with};
use crate::plan::model::{Plan, Selection};
use crate::plan::wire::PlanV1;
use crate::plan::world::{account, desired, inside, lines, org, planned, unfit};

const ENTRY: &str = "{domain: a.okta.com, baseline: standard}";

fn of_a(objects: &[(&str, Json)]) -> Snapshot {
    let mut live = account(vec![org("a", "")]);
    live.insides = [inside("a", objects)].into();
    live
}

fn leave(reviewed: &Plan, new: &Plan) -> usize {
    departures(&PlanV1::from(reviewed), &PlanV1::from(new)).len()
}

#[test]
fn what_a_run_left_undone_is_covered_by_its_review() {
    let file = desired(
        "baselines: {standard: {policies: {PASSWORD: {A: {priority: 1, description: x, rules: {R: {}}}, B: {priority: 2}}}}}",
        &[ENTRY],
    );
    let policy = |name: &str, priority: u64| {
        let body = json!({"id": format!("00p{name}"), "name": name, "priority": priority, "description": "x"});
        (format!("policies/PASSWORD/{name}"), body)
    };
    let of = |policies: &[(String, Json)]| {
        let policies = policies.iter();
        let all: Vec<(&str, Json)> = policies
            .map(|(name, body)| (name.as_str(), body.clone()))
            .collect();
        planned(&file, &of_a(&all))
    };
    // The policy was made, its rule wasn't: whose id it is wasn't known then.
    let reviewed = of(&[policy("B", 2), policy("X", 1)]);
    let moved = of(&[policy("A", 1), policy("B", 3), policy("X", 2)]);
    assert_eq!(
        lines(&moved),
        [
            "1 configure a.okta.com PUT /api/v1/policies/00pB",
            "2 configure a.okta.com < 1 POST /api/v1/policies/00pA/rules",
        ]
    );
    assert_eq!(leave(&reviewed, &moved), 0);
    // What somebody else changed meanwhile was in no review.
    let mut other = policy("A", 1);
    other.1["description"] = json!("y");
    assert_eq!(
        leave(&reviewed, &of(&[other, policy("B", 2), policy("X", 3)])),
        1
    );
}

#[test]
fn a_new_org_that_was_only_linked_is_covered_by_its_review() {
    let file = desired(
        "baselines: {standard: {orgSettings: {website: https://new.example}, threatInsight: {action: block}, groups: {G: {profile: {description: x}}},
  policies: {PASSWORD: {Default Policy: {system: true, description: new}}}}}",
        &[ENTRY],
    );
    let reviewed = planned(&file, &account(vec![]));
    let own = [
        ("orgSettings", json!({"website": "https://old.example"})),
        ("threatInsight", json!({"action": "none"})),
        (
            "policies/PASSWORD/Default Policy",
            json!({"id": "00p1", "system": true, "description": "old"}),
        ),
    ];
    let linked = planned(&file, &of_a(&own));
    assert_eq!(linked.steps.len(), 4);
    assert_eq!(leave(&reviewed, &linked), 0);
    let group = json!({"id": "00g1", "profile": {"description": "y"}});
    let with_group = planned(
        &file,
        &of_a(&[own.as_slice(), &[("groups/G", group)]].concat()),
    );
    assert_eq!(
        leave(&reviewed, &with_group),
        1,
        "nobody saw that it is there"
    );
    let other = "baselines: {standard: {orgSettings: {website: https://other.example}}}";
    let other = planned(&desired(other, &[ENTRY]), &of_a(&own));
    assert_eq!(leave(&reviewed, &other), 1);
}

#[test]
fn a_base_and_a_branch_are_read_together_and_planned_apart() {
    let with = |groups: &str| {
        desired(
            &format!("baselines: {{standard: {{groups: {groups}}}}}"),
            &[ENTRY],
        )
    };
    let (branch, base) = (with("{New: {}}"), with("{Old: {}}"));
    let live = account(vec![org("a", "")]);
    let own = to_read(&branch, &live, &Selection::All, Date::MIN);
    let both = to_read_with(&own, to_read(&base, &live, &Selection::All, Date::MIN));
    let named = |name: &str| ObjectName::named(Collection::Groups, name);
    assert_eq!(both.len(), 1);
    assert_eq!(both[0].objects, [named("New"), named("Old")].into());
    let read = of_a(&[
        ("groups/New", json!({"id": "1"})),
        ("groups/Old", json!({"id": "2"})),
    ]);
    let part = read_for(&own, &read.insides);
    let OrgInside::Read(part) = &part[&org("a", "").id] else {
        panic!("it was read");
    };
    assert_eq!(
        part.objects.keys().cloned().collect::<Vec<_>>(),
        [named("New")]
    );
}

#[test]
fn what_can_not_be_unset_is_said_before_anything_is_planned() {
    let file = desired(
        "baselines: {standard: {bookmarkApps: {H: {visibility: {autoLaunch: null}}}}}",
        &[ENTRY],
    );
    let app = |value: Json| {
        of_a(&[(
            "bookmarkApps/H",
            json!({"id": "0oa1", "visibility": {"autoLaunch": value}}),
        )])
    };
    assert_eq!(unfit(&file, &app(json!(false))), ["invalid-baseline"]);
    assert_eq!(lines(&planned(&file, &app(json!(null)))), [""; 0]);
    assert_eq!(planned(&file, &app(json!("text"))).steps.len(), 1);
}

#[test]
fn what_every_org_has_from_okta_is_known_without_a_mark() {
    let file = desired(
        "baselines: {standard: {zones: {DefaultEnhancedDynamicZone: {usage: BLOCKLIST}}, groups: {Everyone: {}},
  policies: {PASSWORD: {Default Policy: {description: x, rules: {Default Rule: {description: x}}}}}}}",
        &[ENTRY],
    );
    let objects = &file.baselines["standard"].objects;
    assert_eq!(objects.len(), 4);
    assert!(objects.iter().all(|object| object.system), "{objects:#?}");
    let new = planned(&file, &account(vec![]));
    let calls: Vec<String> = new.steps[1..]
        .iter()
        .map(|step| format!("{} {}", step.request.method().as_str(), step.request.path()))
        .collect();
    assert_eq!(
        calls,
        [
            "PUT /api/v1/zones/{id}",
            // Of the group nothing is listed, and nothing needs it.
            "PUT /api/v1/policies/{policyId}",
            "PUT /api/v1/policies/{policyId}/rules/{id}",
        ]
    );
}
