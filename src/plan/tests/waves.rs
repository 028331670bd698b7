//! Waves: where the steps of each org go, and what is left once some of them were carried out.

use serde_json::Value as Json;

use crate::desired::Desired;
use crate::ids::Domain;
use crate::live::Snapshot;
use crate::plan::left::{left, of_wave};
use crate::plan::model::{Plan, PlanOptions};
use crate::plan::planner::plan;
use crate::plan::wire::PlanV1;
use crate::plan::world::{account, desired, inactive, lines, org};

const ADMIN: &str = "{firstName: A, lastName: D, email: a@b.example, login: a, passwordFrom: AERIAL_ADMIN_PASSWORD_";

fn in_turn() -> PlanOptions {
    PlanOptions {
        in_turn: true,
        ..PlanOptions::default()
    }
}

fn planned(desired: &Desired, live: &Snapshot, options: &PlanOptions) -> Plan {
    plan(desired, live, options).unwrap().plan().clone()
}

/// An org that loses something in the first wave, and one that gains and one that loses something in the last.
fn three(list: &str, first: &str, last: &str) -> Desired {
    desired(
        &format!("{list}\nguardrails: {{maxDeactivated: 9}}"),
        &[
            &format!("{{domain: a.okta.com, products: [P1]{last}}}"),
            "{domain: b.okta.com, products: []}",
            &format!("{{domain: c.okta.com, products: []{first}}}"),
            &format!("{{domain: d.okta.com, status: inactive{first}}}"),
        ],
    )
}

fn world() -> (Desired, Snapshot) {
    let file = three("waves: [canary, rest]", ", wave: canary", ", wave: rest");
    let live = account(vec![
        org("a", ""),
        org("b", "P1"),
        org("c", "P1"),
        org("d", ""),
    ]);
    (file, live)
}

#[test]
fn promise_3_phases_hold_within_a_wave_where_waves_are_taken_in_turn() {
    let (file, live) = world();
    let of = |options: &PlanOptions| {
        let plan = planned(&file, &live, options);
        let of = |line: String| line.split(' ').take(3).collect::<Vec<_>>().join(" ");
        lines(&plan).into_iter().map(of).collect::<Vec<_>>()
    };
    assert_eq!(
        of(&in_turn()),
        [
            "1 disable c.okta.com",
            "2 deactivate d.okta.com",
            "3 enable a.okta.com",
            "4 disable b.okta.com"
        ]
    );
    assert_eq!(
        of(&PlanOptions::default()),
        [
            "1 enable a.okta.com",
            "2 disable b.okta.com",
            "3 disable c.okta.com",
            "4 deactivate d.okta.com"
        ]
    );
    let plan = planned(&file, &live, &in_turn());
    let legs = plan.legs();
    let legs: Vec<(&str, usize)> = legs
        .iter()
        .map(|leg| (&*leg.wave.unwrap().wave.name, leg.steps.len()))
        .collect();
    assert_eq!(legs, [("canary", 2), ("rest", 2)]);
    let at_once = planned(&file, &live, &PlanOptions::default());
    let at_once = at_once.legs();
    assert_eq!(
        (at_once.len(), at_once[0].steps.len(), at_once[0].wave),
        (1, 4, None)
    );
}

#[test]
fn unless_they_are_taken_in_turn_waves_change_nothing() {
    let (file, live) = world();
    let steps = |file: &Desired| -> Vec<Json> {
        let plan = PlanV1::from(&planned(file, &live, &PlanOptions::default()));
        let steps = plan.steps.iter();
        steps
            .map(|step| serde_json::to_value(step).unwrap())
            .collect()
    };
    let without = steps(&three("", "", ""));
    let with: Vec<Json> = steps(&file)
        .into_iter()
        .map(|mut step| {
            let wave = step.as_object_mut().unwrap().remove("wave");
            assert!(wave.is_some(), "{step}");
            step
        })
        .collect();
    assert_eq!(with, without);
}

#[test]
fn what_an_earlier_wave_needs_of_another_org_goes_with_it() {
    let file = desired(
        "waves: [canary, rest]\nguardrails: {maxCreated: 9, maxConsented: 9}",
        &[
            "{domain: child.okta.com, wave: canary, parent: par.okta.com, consent: grant}",
            "{domain: late.okta.com, parent: other.okta.com, consent: grant}",
            &format!(
                "{{domain: par.okta.com, products: [P1], create: {{parent: root.okta.com, name: Par, admin: {ADMIN}PAR}}}}}}"
            ),
            "{domain: root.okta.com, products: [P1], wave: canary}",
        ],
    );
    let mut live = account(vec![org("root", "P1")]);
    for name in ["par.okta.com", "child.okta.com"] {
        live.resolved.insert(Domain::parse(name).unwrap(), false);
    }
    let plan = planned(&file, &live, &in_turn());
    let steps: Vec<String> = plan
        .steps
        .iter()
        .map(|step| {
            let before: Vec<String> = step.depends_on.iter().map(ToString::to_string).collect();
            let wave = step.wave.as_ref().map_or("none", |wave| &wave.name);
            let kind = step.kind().as_str();
            format!("{wave}: {kind} {} < {}", step.org, before.join(" "))
        })
        .collect();
    assert_eq!(
        steps,
        [
            "canary: create par.okta.com < ",
            "canary: consent par.okta.com < 1",
            "canary: link child.okta.com < 2",
            "rest: consent other.okta.com < ",
            "rest: link late.okta.com < 4",
            "rest: link par.okta.com < 2",
            "rest: enable par.okta.com < 6",
        ]
    );
}

#[test]
fn what_is_left_is_what_a_wave_s_orgs_still_lack() {
    let (file, live) = world();
    let plan = planned(&file, &live, &in_turn());
    let canary = &plan.waves[0].wave;
    let options = PlanOptions {
        selection: of_wave(canary, &file, &in_turn().selection),
        ..in_turn()
    };
    assert_eq!(
        left(&plan, &file, &live, &options).as_deref(),
        Some("2 changes left to make (disable c.okta.com, deactivate d.okta.com)")
    );
    // The orgs of other waves aren't looked at.
    let after = account(vec![
        org("a", ""),
        org("b", "P1"),
        org("c", ""),
        inactive("d", ""),
    ]);
    assert_eq!(left(&plan, &file, &after, &options), None);
    let rest = &plan.waves[1].wave;
    let options = PlanOptions {
        selection: of_wave(rest, &file, &in_turn().selection),
        ..in_turn()
    };
    assert_eq!(
        left(&plan, &file, &after, &options).as_deref(),
        Some("2 changes left to make (enable a.okta.com, disable b.okta.com)")
    );
}

#[test]
fn what_is_left_to_another_run_is_not_left_to_a_wave() {
    let file = desired(
        "account: {id: 0227a, partner: true}
waves: [canary, rest]
guardrails: {maxDeleted: 9, maxDisabled: 1, maxDeactivated: 9}",
        &[
            "{domain: a.okta.com, status: deleted, wave: canary}",
            "{domain: b.okta.com, products: [{product: P1, until: 2020-01-01}, {product: P2, until: 2020-01-01}], wave: canary}",
            "{domain: c.okta.com, products: [P1]}",
        ],
    );
    let options = PlanOptions {
        today: "2026-01-01".parse().unwrap(),
        ..in_turn()
    };
    let live = account(vec![org("a", ""), org("b", "P1 P2"), org("c", "")]);
    let plan = planned(&file, &live, &options);
    assert_eq!(plan.steps.len(), 2, "{:?}", lines(&plan));
    let after = account(vec![inactive("a", ""), org("b", "P1 P2"), org("c", "")]);
    let options = PlanOptions {
        selection: of_wave(&plan.waves[0].wave, &file, &options.selection),
        ..options
    };
    assert_eq!(left(&plan, &file, &after, &options), None);
}
