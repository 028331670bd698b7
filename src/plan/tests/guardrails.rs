//! Limits: each at its number, one above it, and lifted.

use crate::plan::guardrails::{Allowances, Breach, Guardrail};
use crate::plan::kinds::Allowance;
use crate::plan::model::{Plan, PlanOptions};
use crate::plan::wire::PlanV1;
use crate::plan::world::{account, desired, org, planned};
use crate::plan::{Checked, of_plan};

fn keys(plan: &Plan) -> Vec<&'static str> {
    plan.breaches
        .iter()
        .map(|breach| breach.guardrail.key())
        .collect()
}

/// A plan that disables one product in each of `count` orgs which have two.
fn disables(count: usize, guardrails: &str) -> Plan {
    let entries: Vec<String> = (0..count)
        .map(|n| format!("{{domain: o{n}.okta.com, products: [P1]}}"))
        .collect();
    let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
    let orgs = (0..count).map(|n| org(&format!("o{n}"), "P1 P2")).collect();
    planned(
        &desired(&format!("guardrails: {{{guardrails}}}"), &entries),
        &account(orgs),
    )
}

#[test]
fn disablements_have_a_number_a_share_or_a_default() {
    assert_eq!(keys(&disables(3, "maxDisabled: 3")), [""; 0]);
    assert_eq!(keys(&disables(4, "maxDisabled: 3")), ["maxDisabled"]);
    // Half of what is enabled goes.
    assert_eq!(keys(&disables(4, "maxDisabled: 50%")), [""; 0]);
    assert_eq!(keys(&disables(4, "maxDisabled: 49%")), ["maxDisabled"]);
    // Nothing under ten enabled, 30 % from there on.
    assert_eq!(keys(&disables(4, "")), [""; 0]);
    assert_eq!(keys(&disables(5, "")), ["maxDisabled"]);
    let breach = &disables(5, "").breaches[0];
    assert_eq!((breach.limit, breach.actual), (3, 5));
    assert_eq!(
        breach.message,
        "this plan disables 5 products, the limit is 3 (30 % of the 10 enabled in the orgs that this run reads, by default)"
    );
    assert_eq!(breach.steps.len(), 5);
    assert_eq!(
        disables(1, "maxDisabled: 0").breaches[0].message,
        "this plan disables 1 product, the limit is 0"
    );
}

#[test]
fn what_is_enabled_elsewhere_makes_no_room() {
    let mut live = account((0..5).map(|n| org(&format!("o{n}"), "P1 P2")).collect());
    let entries: Vec<String> = (0..5)
        .map(|n| format!("{{domain: o{n}.okta.com, products: [P1]}}"))
        .collect();
    let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
    let file = desired(
        "guardrails: {maxDisabled: 50%, unmanagedOrgs: ignore}",
        &entries,
    );
    assert_eq!(keys(&planned(&file, &live)), [""; 0]);
    // An org that the file doesn't list counts for nothing, even if its products were read.
    live.orgs.push(org("stranger", "P1 P2 P3 P4 P5"));
    let tight = desired(
        "guardrails: {maxDisabled: 49%, unmanagedOrgs: ignore}",
        &entries,
    );
    assert_eq!(keys(&planned(&tight, &live)), ["maxDisabled"]);
}

#[test]
fn links_and_deactivations_have_a_number() {
    let file = |guardrails: &str| {
        let file = desired(
            &format!("guardrails: {{{guardrails}}}"),
            &[
                "{domain: n1.okta.com}",
                "{domain: n2.okta.com}",
                "{domain: a.okta.com, status: inactive}",
                "{domain: b.okta.com, status: inactive}",
            ],
        );
        planned(&file, &account(vec![org("a", ""), org("b", "")]))
    };
    assert_eq!(keys(&file("maxLinked: 2, maxDeactivated: 2")), [""; 0]);
    let plan = file("maxLinked: 1, maxDeactivated: 1");
    assert_eq!(keys(&plan), ["maxLinked", "maxDeactivated"]);
    assert_eq!(
        plan.breaches[0].message,
        "this plan links 2 orgs, the limit is 1"
    );
    assert_eq!(
        plan.breaches[1].message,
        "this plan deactivates 2 orgs, the limit is 1"
    );
    assert_eq!(
        keys(&file("")),
        ["maxDeactivated"],
        "ten links and no deactivation by default"
    );
}

#[test]
fn protected_orgs_lose_nothing_by_any_of_their_names() {
    let plan = |protected: &str| {
        let file = desired(
            &format!(
                "guardrails: {{maxDisabled: 9, maxDeactivated: 9, protectedOrgs: [{protected}]}}"
            ),
            &[
                "{domain: less.okta.com, products: []}",
                "{domain: more.okta.com, products: [P1, P2]}",
                "{domain: off.okta.com, status: inactive}",
                "{domain: swap.okta.com, products: [P2]}",
            ],
        );
        planned(
            &file,
            &account(vec![
                org("less", "P1"),
                org("more", "P1"),
                org("off", ""),
                org("swap", "P1"),
            ]),
        )
    };
    assert_eq!(
        keys(&plan("more.okta.com")),
        [""; 0],
        "an addition takes nothing away"
    );
    for one in [
        "less.okta.com",
        "00oless",
        "LESS.okta.com",
        "off.okta.com",
        "00oswap",
    ] {
        let plan = plan(one);
        assert_eq!(keys(&plan), ["protectedOrgs"], "{one}");
        assert_eq!(plan.breaches[0].steps.len(), 1);
    }
    let all = &plan("less.okta.com, 00ooff, swap.okta.com").breaches[0];
    assert_eq!(
        all.message,
        "this plan takes something away in 3 protected orgs: less.okta.com, off.okta.com, swap.okta.com, the limit is 0"
    );
}

#[test]
fn unmanaged_orgs_fail_where_the_file_says_so() {
    let plan = |policy: &str| {
        let file = desired(&format!("guardrails: {{unmanagedOrgs: {policy}}}"), &[]);
        planned(&file, &account(vec![org("stranger", "")]))
    };
    assert_eq!(keys(&plan("fail")), ["unmanagedOrgs"]);
    assert_eq!(
        plan("fail").breaches[0].message,
        "the file doesn't list 1 managed org: stranger.okta.com, the limit is 0"
    );
    for policy in ["warn", "ignore"] {
        assert_eq!(keys(&plan(policy)), [""; 0]);
    }
    let warned = |policy: &str| plan(policy).warnings.is_empty();
    assert!(warned("ignore") && !warned("warn") && warned("fail"));
}

#[test]
fn a_number_that_was_allowed_is_the_most_whatever_the_file_says() {
    let plan = |guardrails: &str, most: Option<u64>| {
        let file = desired(
            &format!("guardrails: {{{guardrails}}}"),
            &["{domain: a.okta.com, products: [P1]}"],
        );
        let options = PlanOptions {
            allowances: [(Allowance::Disables, most)].into_iter().collect(),
            ..PlanOptions::default()
        };
        let live = account(vec![org("a", "P1 P2 P3")]);
        crate::plan::planner::plan(&file, &live, &options).unwrap()
    };
    let within = "the allowance for this run is 1";
    // Nothing limits a handful by default, and a higher limit isn't what was said for this run.
    for guardrails in ["", "maxDisabled: 5", "maxDisabled: 2"] {
        assert!(plan(guardrails, None).permit(None).is_ok(), "{guardrails}");
        assert!(plan(guardrails, Some(2)).permit(None).is_ok());
        let capped = plan(guardrails, Some(1));
        let breach = &capped.plan().breaches[0];
        assert_eq!(
            breach.message,
            format!("this plan disables 2 products, {within}")
        );
        assert!(breach.by_allowance && breach.limit == 1);
        assert!(capped.permit(None).is_err(), "{guardrails}");
    }
    let both = plan("maxDisabled: 1", Some(1));
    let breach = &both.plan().breaches[0];
    assert_eq!((breach.by_allowance, breach.limit), (false, 1));
    assert!(both.permit(None).is_err());
    // One that is lifted is told, and is the same plan.
    let (lifted, not) = (
        plan("maxDisabled: 1", Some(2)),
        plan("maxDisabled: 1", Some(1)),
    );
    let allowed = |checked: &Checked| PlanV1::from(checked.plan()).guardrails[0].allowed;
    assert!(allowed(&lifted) && !allowed(&not));
    assert_eq!(of_plan(lifted.plan()), of_plan(not.plan()));
    assert!(lifted.permit(None).is_ok());
}

#[test]
fn an_allowance_lifts_its_own_limit_up_to_its_number() {
    let breach = |actual: u64| Breach {
        guardrail: Guardrail::MaxDisabled,
        limit: 1,
        by_allowance: false,
        actual,
        message: String::new(),
        share: None,
        steps: std::collections::BTreeSet::new(),
    };
    let lift = |allowances: &[(Allowance, Option<u64>)], actual: u64| {
        let allowances: Allowances = allowances.iter().copied().collect();
        allowances.lift(&breach(actual))
    };
    assert!(!lift(&[], 2));
    assert!(!lift(&[(Allowance::Links, None)], 2));
    assert!(lift(&[(Allowance::Disables, None)], 9999));
    assert!(lift(&[(Allowance::Disables, Some(22))], 22));
    assert!(!lift(&[(Allowance::Disables, Some(22))], 23));
    for guardrail in Guardrail::ALL {
        let word = guardrail.allowance().as_str().trim_end_matches('s');
        let key = guardrail.key().to_lowercase();
        let mut roots = ["", "ion", "ation"].into_iter();
        let fits = roots.any(|end| key.contains(word.trim_end_matches(end)));
        assert!(fits, "{key} is lifted by {word}");
    }
}
