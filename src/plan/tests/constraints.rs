//! Constraints as a guardrail: what a plan breaks, and what was broken before.

use jiff::civil::{Date, date};

use crate::desired::Desired;
use crate::ids::OrgSet;
use crate::live::{ProductsOf, Snapshot};
use crate::plan::model::{Plan, PlanOptions, Selection};
use crate::plan::planner::plan;
use crate::plan::world::{account, desired, inactive, org};
use crate::plan::{Guardrail, Licences, of_desired, survey};

fn on(wanted: &Desired, live: &Snapshot, today: Date) -> Plan {
    let options = PlanOptions {
        today,
        ..PlanOptions::default()
    };
    let checked = plan(wanted, live, &options).unwrap_or_else(|reason| panic!("{reason:#?}"));
    checked.plan().clone()
}

/// What it breaks.
fn breaks(plan: &Plan) -> Vec<String> {
    let breaches = plan.breaches.iter();
    let breaches = breaches.filter(|breach| breach.guardrail == Guardrail::Constraints);
    breaches.map(|breach| breach.message.clone()).collect()
}

fn warned(plan: &Plan, code: &str) -> Vec<String> {
    let warnings = plan.warnings.iter();
    let warnings = warnings.filter(|one| one.code.as_str() == code);
    warnings.map(|one| one.message.clone()).collect()
}

const RULES: &str = "products: {sso: P1, mfa: P2, gov: P3}
constraints: {requires: {gov: [sso, {anyOf: [mfa, P4]}]}, excludes: {P5: [mfa]}, everyOrg: [sso], maxOrgs: {gov: 1}}";

#[test]
fn what_a_plan_breaks_in_an_additive_org_is_a_breach_with_its_step() {
    let wanted = desired(
        RULES,
        &["{domain: a.okta.com, enforce: additive, products: [sso, mfa]}"],
    );
    let plan = on(&wanted, &account(vec![org("a", "P5")]), Date::MIN);
    assert_eq!(
        breaks(&plan),
        [
            "this plan breaks 1 constraint, none may be: a.okta.com will have P5 and mfa (P2), which it excludes"
        ]
    );
    assert_eq!(plan.breaches[0].steps, [plan.steps[0].id].into());
    let before = on(&wanted, &account(vec![org("a", "P1 P2 P5")]), Date::MIN);
    assert_eq!(breaks(&before), [""; 0]);
    assert_eq!(
        warned(&before, "constraint-broken"),
        ["broken already, and not by this plan: a.okta.com has P5 and mfa (P2), which it excludes"]
    );
}

#[test]
fn licences_are_counted_over_all_managed_orgs() {
    let wanted = desired(RULES, &["{domain: a.okta.com, products: [sso, mfa, gov]}"]);
    let live = account(vec![org("a", "P1 P2"), org("stranger", "P3")]);
    let plan = on(&wanted, &live, Date::MIN);
    assert_eq!(
        breaks(&plan),
        ["this plan breaks 1 constraint, none may be: gov (P3) will be in 2 orgs, and may be in 1"]
    );
    let words = |live| Licences::of(&wanted, live)[0].words(&wanted);
    assert_eq!(words(&live), "gov (P3): 1 of 1 orgs, 0 left");
    // Too many before, and no more after: said, and no reason to hold anything up.
    let over = account(vec![org("a", "P2 P3"), org("b", "P3"), org("c", "P3")]);
    let plan = on(&wanted, &over, Date::MIN);
    assert_eq!(breaks(&plan), [""; 0]);
    assert_eq!(
        warned(&plan, "constraint-broken"),
        ["gov (P3) will be in 3 orgs, and may be in 1"]
    );
    assert_eq!(words(&over), "gov (P3): 3 of 1 orgs, 2 too many");
    // A run that doesn't know all orgs says so, and only a whole one reads them.
    let mut part = live.clone();
    part.orgs.retain(|org| org.domain.as_str() != "a.okta.com");
    part.orgs.extend([org("b", "")].map(|mut org| {
        org.products = None;
        org
    }));
    assert_eq!(
        warned(&on(&wanted, &part, Date::MIN), "not-judged").len(),
        1
    );
    assert_eq!(
        survey(&wanted, &Selection::All, false).products,
        ProductsOf::All
    );
    let only = Selection::Only(OrgSet::default());
    assert_ne!(survey(&wanted, &only, false).products, ProductsOf::All);
    assert_ne!(
        survey(&wanted, &Selection::All, true).products,
        ProductsOf::All
    );
}

#[test]
fn an_end_that_breaks_a_constraint_waits() {
    let wanted = desired(
        RULES,
        &[
            "{domain: a.okta.com, products: [sso, gov, {product: mfa, until: 2026-06-30}]}",
            "{domain: b.okta.com, products: [sso, mfa]}",
        ],
    );
    let live = account(vec![org("a", "P1 P2 P3"), org("b", "P1")]);
    let plan = on(&wanted, &live, date(2026, 7, 1));
    assert_eq!(breaks(&plan), [""; 0]);
    assert_eq!(plan.steps.len(), 1);
    let left_out = warned(&plan, "left-out");
    assert!(
        left_out[0].contains("a.okta.com will have gov (P3) without mfa (P2) or P4, which it requires; --allow constraints=1"),
        "{left_out:?}"
    );
}

#[test]
fn an_inactive_org_is_held_against_no_rule_but_its_licences_count() {
    let entry = |more: &str| {
        let entry =
            format!("{{domain: a.okta.com, enforce: additive, products: [mfa, gov]{more}}}");
        desired(RULES, &[&entry])
    };
    let broken = |wanted: &Desired, live| {
        let plan = on(
            wanted,
            &account(vec![live, org("b", "P3")]),
            date(2026, 1, 1),
        );
        warned(&plan, "constraint-broken").join("; ")
    };
    let licences = "gov (P3) will be in 2 orgs, and may be in 1";
    for (more, live, said) in [
        ("", inactive("a", "P2 P3"), licences.to_owned()),
        (", status: inactive", org("a", "P2 P3"), licences.to_owned()),
        (
            ", until: 2025-12-31",
            org("a", "P2 P3"),
            licences.to_owned(),
        ),
        (
            ", until: 2026-01-01",
            org("a", "P2 P3"),
            format!(
                "broken already, and not by this plan: a.okta.com has gov (P3) without sso (P1), which it requires; a.okta.com has no sso (P1), which every org is to have; {licences}"
            ),
        ),
    ] {
        let mut told = broken(&entry(more), live);
        // In whatever order.
        if told.starts_with(licences) && told != licences {
            told = format!(
                "{}; {licences}",
                told.trim_start_matches(licences).trim_start_matches("; ")
            );
        }
        assert_eq!(told, said, "{more}");
    }
}

#[test]
fn the_digest_has_the_rules_by_their_meaning() {
    let of = |rules: &str| of_desired(&desired(rules, &[]));
    let named = "products: {sso: P1, mfa: P2}\n";
    let one = of("constraints: {requires: {P1: [P2, {anyOf: [P3, P4]}]}, everyOrg: [P1]}");
    let same = format!(
        "{named}constraints: {{everyOrg: [sso], requires: {{sso: [{{anyOf: [P4, P3]}}, mfa]}}}}"
    );
    assert_eq!(of(&same), one);
    assert_ne!(
        of("constraints: {requires: {P1: [P2]}, everyOrg: [P1]}"),
        one
    );
}

/// 5,000 orgs with 40 products each against 40 rules of each kind.
#[test]
fn many_orgs_and_many_rules_are_judged_in_passing() {
    let list = |range: std::ops::Range<usize>| {
        let ids: Vec<String> = range.map(|n| format!("P{n}")).collect();
        ids.join(", ")
    };
    let rules: Vec<String> = (1..40)
        .map(|n| format!("P{n}: [{}]", list(1..41)))
        .collect();
    let apart: Vec<String> = (1..40)
        .map(|n| format!("P{n}: [{}]", list(100..140)))
        .collect();
    let extra = format!(
        "constraints: {{requires: {{{}}}, excludes: {{{}}}, everyOrg: [{}], maxOrgs: {{P1: 5000}}}}",
        rules.join(", "),
        apart.join(", "),
        list(1..41)
    );
    let orgs: Vec<String> = (0..5_000)
        .map(|n| format!("{{domain: o{n}.okta.com, products: [{}]}}", list(1..41)))
        .collect();
    let orgs: Vec<&str> = orgs.iter().map(String::as_str).collect();
    assert_eq!(desired(&extra, &orgs).orgs.len(), 5_000);
}
