//! Listings that end, and orgs that do.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use proptest::prelude::*;

use crate::desired::Desired;
use crate::ids::ProductId;
use crate::live::{LiveOrg, Snapshot};
use crate::plan::kinds::Allowance;
use crate::plan::model::{Plan, PlanOptions};
use crate::plan::planner::plan;
use crate::plan::wire::PlanV1;
use crate::plan::world::{account, desired, inactive, lines, org, products};
use crate::plan::{Allowances, Checked, ends_soon, of_desired, of_plan};

const DAY: Date = date(2026, 6, 30);

fn on(wanted: &Desired, live: &Snapshot, today: Date) -> Checked {
    with(wanted, live, today, &[], None)
}

fn with(
    wanted: &Desired,
    live: &Snapshot,
    today: Date,
    allowed: &[Allowance],
    reviewed_on: Option<Date>,
) -> Checked {
    let allowances: Allowances = allowed.iter().map(|one| (*one, None)).collect();
    let options = PlanOptions {
        today,
        allowances,
        reviewed_on,
        ..PlanOptions::default()
    };
    plan(wanted, live, &options).unwrap_or_else(|reason| panic!("{reason:#?}"))
}

/// The steps without their numbers.
fn steps(plan: &Plan) -> Vec<String> {
    let lines = lines(plan).into_iter();
    lines
        .map(|line| {
            line.split(' ')
                .skip(1)
                .take_while(|word| *word != "PUT")
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect()
}

fn told(plan: &Plan, code: &str) -> Vec<String> {
    let warnings = plan.warnings.iter();
    warnings
        .filter(|one| one.code.as_str() == code)
        .map(|one| one.message.clone())
        .collect()
}

#[test]
fn a_product_is_listed_up_to_and_including_its_last_day() {
    let wanted = desired(
        "",
        &["{domain: a.okta.com, products: [P1, {product: P2, until: 2026-06-30}]}"],
    );
    let has = account(vec![org("a", "P1 P2")]);
    let lacks = account(vec![org("a", "P1")]);
    for (today, of_has, of_lacks) in [
        (
            DAY.yesterday().unwrap(),
            vec![],
            vec!["enable a.okta.com +P2"],
        ),
        (DAY, vec![], vec!["enable a.okta.com +P2"]),
        (
            DAY.tomorrow().unwrap(),
            vec!["disable a.okta.com -P2"],
            vec![],
        ),
    ] {
        assert_eq!(steps(on(&wanted, &has, today).plan()), of_has, "{today}");
        assert_eq!(
            steps(on(&wanted, &lacks, today).plan()),
            of_lacks,
            "{today}"
        );
    }
    let plan = on(&wanted, &has, DAY);
    assert_eq!(
        PlanV1::from(plan.plan()).today.as_deref(),
        Some("2026-06-30")
    );
    let without = on(&desired("", &[]), &has, DAY);
    assert_eq!(PlanV1::from(without.plan()).today, None);
}

#[test]
fn an_additive_org_keeps_what_has_ended() {
    let wanted = desired(
        "",
        &["{domain: a.okta.com, enforce: additive, products: [{product: P1, until: 2026-06-30}]}"],
    );
    let after = date(2027, 1, 1);
    assert_eq!(
        steps(on(&wanted, &account(vec![org("a", "P1")]), after).plan()),
        [""; 0]
    );
    assert_eq!(
        steps(on(&wanted, &account(vec![org("a", "")]), after).plan()),
        [""; 0]
    );
}

#[test]
fn an_org_is_inactive_after_its_last_day() {
    let wanted = desired(
        "guardrails: {maxDeactivated: 1}",
        &["{domain: a.okta.com, status: active, until: 2026-06-30, products: [P1]}"],
    );
    let live = account(vec![org("a", "P1")]);
    assert_eq!(steps(on(&wanted, &live, DAY).plan()), [""; 0]);
    let after = on(&wanted, &live, DAY.tomorrow().unwrap());
    assert_eq!(steps(after.plan()), ["deactivate a.okta.com"]);
}

#[test]
fn a_plan_without_a_step_that_leaves_something_out_is_pending() {
    let wanted = desired(
        "",
        &[
            "{domain: a.okta.com, until: 2026-06-30}",
            "{domain: b.okta.com, products: [{product: P1, until: 2026-06-30}]}",
        ],
    );
    let live = account(vec![org("a", ""), org("b", "P1")]);
    let pending = |checked: &Checked| {
        let plan = checked.plan();
        (steps(plan), plan.put_off.words(), plan.is_pending())
    };
    let none = Vec::<String>::new;
    assert_eq!(pending(&on(&wanted, &live, DAY)), (none(), none(), false));
    let after = DAY.tomorrow().unwrap();
    let without = account(vec![org("a", ""), org("b", "")]);
    let off = vec!["1 deactivation".to_owned()];
    assert_eq!(
        pending(&on(&wanted, &without, after)),
        (none(), off.clone(), true)
    );
    // What has ended since a review is pending too.
    let both = ["1 product disablement", "1 deactivation"].map(str::to_owned);
    assert_eq!(
        pending(&with(&wanted, &live, after, &[], Some(DAY))),
        (none(), both.to_vec(), true)
    );
    let inactive = account(vec![inactive("a", ""), org("b", "")]);
    assert_eq!(
        pending(&on(&wanted, &inactive, after)),
        (none(), none(), false)
    );
}

#[test]
fn what_would_breach_a_limit_is_left_out_and_the_rest_goes_on() {
    let wanted = desired(
        "guardrails: {maxDisabled: 1, protectedOrgs: [c.okta.com]}",
        &[
            "{domain: a.okta.com, products: [P2, {product: P1, until: 2026-06-30}]}",
            "{domain: b.okta.com, products: [{product: P1, until: 2026-06-30}]}",
            "{domain: c.okta.com, until: 2026-06-30, products: [P1]}",
            "{domain: d.okta.com, products: []}",
        ],
    );
    let orgs = vec![
        org("a", "P1"),
        org("b", "P1"),
        org("c", "P1"),
        org("d", "P3"),
    ];
    let live = account(orgs);
    let after = DAY.tomorrow().unwrap();
    let checked = on(&wanted, &live, after);
    let plan = checked.plan();
    assert_eq!(
        steps(plan),
        ["enable a.okta.com +P2", "disable d.okta.com -P3"]
    );
    assert_eq!(plan.breaches, []);
    let put_off = plan.put_off.words();
    assert_eq!(put_off, ["2 product disablements", "1 deactivation"]);
    let places = plan.warnings.iter().map(|one| one.labels.len());
    assert_eq!(
        places.collect::<Vec<_>>(),
        [2, 1, 1],
        "where each has its end"
    );
    insta::assert_snapshot!(told(plan, "left-out").join("\n"), @r"
    2 product disablements that only `until` causes are left out of this plan: a.okta.com P1 (until 2026-06-30), b.okta.com P1 (until 2026-06-30); with them, this plan disables 3 products, the limit is 1; --allow disables=3 takes them in for one run
    1 deactivation that only `until` causes is left out of this plan: c.okta.com (until 2026-06-30); with it, this plan deactivates 1 org, the limit is 0; --allow deactivations=1 takes it in for one run
    1 deactivation that only `until` causes is left out of this plan: c.okta.com (until 2026-06-30); with it, this plan takes something away in 1 protected org: c.okta.com, the limit is 0; --allow protected=1 takes it in for one run
    ");
    assert!(checked.clone().permit(None).is_ok());
    // Allowed, all of it is in.
    let all = [
        Allowance::Disables,
        Allowance::Deactivations,
        Allowance::Protected,
    ];
    let allowed = with(&wanted, &live, after, &all, None);
    assert_eq!(
        steps(allowed.plan()),
        [
            "swap a.okta.com +P2 -P1",
            "disable b.okta.com -P1",
            "disable d.okta.com -P3",
            "deactivate c.okta.com",
        ]
    );
    // What is left out is never given back either.
    let gone = account(vec![
        org("a", "P2"),
        org("b", ""),
        org("c", "P1"),
        org("d", "P3"),
    ]);
    assert_eq!(
        steps(on(&wanted, &gone, after).plan()),
        ["disable d.okta.com -P3"]
    );
}

#[test]
fn what_has_ended_since_the_review_is_left_to_the_next_plan() {
    let wanted = desired(
        "guardrails: {maxDeactivated: 9}",
        &[
            "{domain: a.okta.com, products: [P2, {product: P1, until: 2026-06-30}]}",
            "{domain: b.okta.com, products: [{product: P1, until: 2026-06-30}]}",
            "{domain: c.okta.com, until: 2026-06-30}",
        ],
    );
    let live = account(vec![org("a", "P1"), org("b", ""), org("c", "")]);
    let reviewed = PlanV1::from(on(&wanted, &live, DAY).plan());
    assert_eq!(reviewed.day(), Some(DAY));
    let after = DAY.tomorrow().unwrap();
    let again = with(&wanted, &live, after, &[], reviewed.day());
    assert_eq!(steps(again.plan()), ["enable a.okta.com +P2"]);
    assert_eq!(
        told(again.plan(), "left-out"),
        [
            "in 2 orgs something has ended by `until` since the plan was reviewed (2026-06-30): what that takes away is left to the next plan"
        ]
    );
    assert!(again.permit(Some(&reviewed)).is_ok());
    assert!(on(&wanted, &live, after).permit(Some(&reviewed)).is_err());
}

#[test]
fn the_longest_listing_counts() {
    let wanted = desired(
        "products: {sso: P1, mfa: P2}\nbundles: {base: [sso], trial: [{product: mfa, until: 2026-03-31}]}",
        &[
            "{domain: a.okta.com, products: [{product: sso, until: 2026-01-31}, base, {product: trial, until: 2026-06-30}, {product: P2, until: 2026-05-31}]}",
        ],
    );
    let org = &wanted.orgs[0];
    let ids = |today| org.listed(today).unwrap();
    assert_eq!(ids(date(2026, 5, 31)), products("P1 P2"));
    assert_eq!(ids(date(2026, 6, 1)), products("P1"));
}

#[test]
fn what_ends_within_two_weeks_is_said_once_for_all_orgs() {
    let orgs: Vec<String> = (0..5)
        .map(|n| format!("{{domain: a{n}.okta.com, products: [{{product: sso, until: 2026-06-30}}]}}"))
        .chain(["{domain: b.okta.com, until: 2026-06-30, enforce: additive, products: [{product: sso, until: 2026-06-30}]}".to_owned()])
        .collect();
    let orgs: Vec<&str> = orgs.iter().map(String::as_str).collect();
    let wanted = desired("products: {sso: P1}", &orgs);
    let soon = |today| {
        let all = ends_soon(&wanted, &crate::plan::Selection::All, today);
        let all: Vec<String> = all.iter().map(|one| one.message.clone()).collect();
        all.join("\n")
    };
    assert_eq!(soon(date(2026, 6, 15)), "");
    assert_eq!(soon(date(2026, 7, 1)), "");
    insta::assert_snapshot!(soon(date(2026, 6, 16)), @r"
    sso (P1) ends with 2026-06-30 in 5 orgs: a0.okta.com, a1.okta.com, a2.okta.com and 2 more; 14 days left, then it is disabled there
    sso (P1) ends with 2026-06-30 in 1 org: b.okta.com; 14 days left, then it isn't listed any more, and stays enabled (additive)
    b.okta.com ends with 2026-06-30; 14 days left, then nobody can sign in there
    ");
    assert!(soon(date(2026, 6, 30)).contains("; today is the last day, then"));
}

#[test]
fn the_digest_has_each_end_and_a_plan_s_hasn_t_the_day() {
    let wanted = |until: &str| {
        let org = format!("{{domain: a.okta.com, products: [{{product: P1, until: {until}}}]}}");
        desired("", &[&org])
    };
    let (one, other) = (wanted("2026-06-30"), wanted("2026-07-01"));
    assert_ne!(of_desired(&one), of_desired(&other));
    let live = account(vec![org("a", "P1")]);
    let day = |today| of_plan(on(&one, &live, today).plan());
    assert_eq!(day(date(2026, 1, 1)), day(date(2026, 1, 2)));
}

fn of_account(has: &[BTreeSet<usize>]) -> Snapshot {
    let orgs = has.iter().enumerate().map(|(n, has)| -> LiveOrg {
        let words: Vec<String> = has.iter().map(|id| format!("P{}", id + 1)).collect();
        org(&format!("o{n}"), &words.join(" "))
    });
    account(orgs.collect())
}

proptest! {
    /// A file with `until` in the future plans as one without it; once all is over, as one without what it ends.
    #[test]
    fn until_in_the_future_changes_no_step(
        orgs in prop::collection::vec(
            (
                prop::collection::btree_set(0..5_usize, 0..5),
                prop::collection::btree_map(0..5_usize, prop::option::of(0..400_i32), 0..5),
                any::<bool>(),
                prop::option::of(0..400_i32),
            ),
            1..6,
        ),
    ) {
        let day = |ahead: i32| DAY.checked_add(jiff::Span::new().days(ahead)).unwrap();
        let file = |with: bool, keep: bool| {
            let orgs: Vec<String> = orgs.iter().enumerate().map(|(n, (_, listed, additive, until))| {
                let listed = listed.iter().filter(|(_, until)| keep || until.is_none());
                let listed: Vec<String> = listed.map(|(id, until)| match until {
                    Some(ahead) if with => format!("{{product: P{}, until: {}}}", id + 1, day(*ahead)),
                    _ => format!("P{}", id + 1),
                }).collect();
                let until = until.filter(|_| with).map(|ahead| format!(", until: {}", day(ahead)));
                let enforce = if *additive { "additive" } else { "exact" };
                format!("{{domain: o{n}.okta.com, enforce: {enforce}, products: [{}]{}}}", listed.join(", "), until.unwrap_or_default())
            }).collect();
            let orgs: Vec<&str> = orgs.iter().map(String::as_str).collect();
            desired("guardrails: {maxDisabled: 100, maxDeactivated: 100}", &orgs)
        };
        let live = of_account(&orgs.iter().map(|one| one.0.clone()).collect::<Vec<_>>());
        let steps = |wanted: &Desired, today| lines(on(wanted, &live, today).plan());
        prop_assert_eq!(steps(&file(true, true), DAY), steps(&file(false, true), DAY));
        let over = steps(&file(true, true), day(400));
        let over: Vec<&String> = over.iter().filter(|line| !line.contains("deactivate")).collect();
        let without = steps(&file(false, false), DAY);
        prop_assert_eq!(over, without.iter().collect::<Vec<_>>());
    }
}

#[test]
fn ids_are_compared_as_ids() {
    let id = ProductId::parse("P1").unwrap();
    let wanted = desired(
        "products: {sso: P1}",
        &[
            "{domain: a.okta.com, products: [{product: sso, until: 2026-06-30}, {product: P1, until: 2026-06-29}]}",
        ],
    );
    assert_eq!(wanted.orgs[0].listed(DAY).unwrap(), [id].into());
}
