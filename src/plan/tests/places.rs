//! Places among the policies of a type: which writes bring them about, whatever Okta moves meanwhile.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::plan::model::Plan;
use crate::plan::wire::PlanV1;
use crate::plan::world::{account, desired, inside, org, planned};

/// The plan for an org that has policies of a type with these numbers, some of them otherwise than listed, and is to have
/// these, some of them without a number.
fn plan_of(
    kind: &str,
    there: &[(&str, u64)],
    old: &[&str],
    listed: &[(&str, Option<u64>)],
) -> Plan {
    let listed: serde_json::Map<String, Json> = listed
        .iter()
        .map(|(name, priority)| {
            let mut body = json!({"description": "new"});
            if let Some(priority) = priority {
                body["priority"] = json!(priority);
            }
            ((*name).to_owned(), body)
        })
        .collect();
    let baseline = json!({"standard": {"policies": {kind: listed}}});
    let file = desired(
        &format!("baselines: {baseline}"),
        &["{domain: a.okta.com, baseline: standard}"],
    );
    let there: Vec<(String, Json)> = there
        .iter()
        .map(|(name, priority)| {
            let description = if old.contains(name) { "old" } else { "new" };
            let body = json!({"id": format!("00p{name}"), "name": name, "type": kind, "priority": priority,
                "description": description});
            (format!("policies/{kind}/{name}"), body)
        })
        .collect();
    let there: Vec<(&str, Json)> = there
        .iter()
        .map(|(name, body)| (name.as_str(), body.clone()))
        .collect();
    let mut live = account(vec![org("a", "")]);
    live.insides = [inside("a", &there)].into();
    planned(&file, &live)
}

/// `POST A`, `PUT B: priority 2 -> 2`.
fn said(plan: &Plan) -> Vec<String> {
    let steps = PlanV1::from(plan).steps.into_iter();
    steps
        .map(|step| {
            let object = step.object.unwrap();
            let name = object.name.rsplit('/').next().unwrap().to_owned();
            let fields = object
                .fields
                .iter()
                .map(|field| format!(" {} {} -> {}", field.path, field.before, field.after));
            format!("{} {name}:{}", step.call.method, fields.collect::<String>())
        })
        .collect()
}

#[test]
fn what_a_step_moves_out_of_its_place_has_a_step_of_its_own() {
    let plan = plan_of(
        "PASSWORD",
        &[("X", 1), ("B", 2), ("A", 3)],
        &[],
        &[("A", Some(1)), ("B", Some(2))],
    );
    assert_eq!(
        said(&plan),
        ["PUT A: priority 3 -> 1", "PUT B: priority 2 -> 2"]
    );
    let notes = plan.steps[1].change.effect().notes();
    assert_eq!(
        notes[0].text,
        "policies/PASSWORD/B priority: 2 again, after other steps"
    );
}

#[test]
fn a_place_beyond_the_end_is_the_end() {
    let alone = [("A", Some(2)), ("B", Some(7))];
    assert_eq!(
        said(&plan_of("PASSWORD", &[("A", 1), ("B", 2)], &[], &alone)),
        [""; 0]
    );
    let turned = plan_of("PASSWORD", &[("B", 1), ("A", 2)], &[], &alone);
    assert_eq!(said(&turned), ["PUT B: priority 1 -> 7"]);
    let after = plan_of("PASSWORD", &[("A", 1), ("B", 2), ("X", 3)], &[], &alone);
    assert_eq!(
        said(&after),
        ["PUT B: priority 2 -> 7", "PUT A: priority 1 -> 2"]
    );
    // Where there are gaps, nothing is beyond the end, whatever comes after it.
    let before = [("A", Some(1)), ("B", Some(4))];
    assert_eq!(
        said(&plan_of("ACCESS_POLICY", &[("A", 0)], &[], &before)),
        [
            "PUT A: priority 0 -> 1",
            "POST B: description null -> \"new\" priority null -> 4"
        ]
    );
    let gaps = plan_of("ACCESS_POLICY", &[("A", 2), ("B", 5)], &[], &alone);
    assert_eq!(said(&gaps), ["PUT B: priority 5 -> 7"]);
}

#[test]
fn what_can_not_be_moved_once_is_moved_twice() {
    let there = [("B", 1), ("X", 2), ("Y", 3), ("Z", 4), ("A", 5)];
    let plan = plan_of(
        "PASSWORD",
        &there,
        &["B"],
        &[("A", Some(2)), ("B", Some(3))],
    );
    assert_eq!(
        said(&plan),
        [
            "PUT B: description \"old\" -> \"new\" priority 1 -> 3",
            "PUT A: priority 5 -> 2",
            "PUT B: priority 3 -> 3"
        ]
    );
}

#[test]
fn where_okta_keeps_gaps_an_edit_may_move_what_follows() {
    let listed = [("A", Some(1)), ("B", Some(2)), ("C", Some(4))];
    let there = [("A", 1), ("B", 2), ("C", 4)];
    let edit = |kind: &str| said(&plan_of(kind, &there, &["A"], &listed));
    let moved = [
        "PUT A: description \"old\" -> \"new\"",
        "PUT B: priority 2 -> 2",
    ];
    assert_eq!(edit("ACCESS_POLICY"), moved);
    let closed = plan_of("PASSWORD", &there[..2], &["A"], &listed[..2]);
    assert_eq!(said(&closed), moved[..1]);
}

/// Whether each of six policies is there, with which number; is otherwise than listed; is listed, with which number.
type Drawn = [(Option<u64>, bool, Option<Option<u64>>); 6];

fn drawn() -> impl Strategy<Value = Drawn> {
    let number = || prop::option::of(0u64..9);
    prop::array::uniform6((number(), any::<bool>(), prop::option::of(number())))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// That the writes lead to each listed place is a law, replayed by other code.
    #[test]
    fn there_are_writes_that_lead_to_all_places(drawn in drawn(), closed in any::<bool>(), known in any::<bool>()) {
        const NAMES: [&str; 6] = ["A", "B", "C", "D", "E", "F"];
        let mut there: Vec<(&str, u64)> = Vec::new();
        let (mut old, mut listed) = (Vec::new(), Vec::new());
        for (name, (number, differs, wish)) in NAMES.into_iter().zip(drawn) {
            if let Some(number) = number.filter(|number| there.iter().all(|(_, other)| other != number)) {
                there.push((name, number));
            }
            if differs {
                old.push(name);
            }
            if let Some(wish) = wish {
                let wish = wish.map(|wish| wish + u64::from(closed));
                let wish = wish.filter(|wish| listed.iter().all(|(_, other)| *other != Some(*wish)));
                listed.push((name, wish));
            }
        }
        if closed {
            there.sort_by_key(|(_, number)| *number);
            there.iter_mut().zip(1..).for_each(|(one, number)| one.1 = number);
        }
        let kind = match (known, closed) {
            (true, true) => "PASSWORD",
            (true, false) => "ACCESS_POLICY",
            (false, _) => "SOMETHING_NEW",
        };
        let plan = plan_of(kind, &there, &old, &listed);
        prop_assert!(plan.steps.len() <= 3 * listed.len());
    }
}
