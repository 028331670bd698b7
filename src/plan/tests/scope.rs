//! Which orgs a plan is about, what has to be read for it, why its steps are there, and when two plans are the same.

use crate::ids::{Domain, OrgName, OrgSet};
use crate::live::{Coverage, ProductsOf};
use crate::plan::model::{PlanOptions, Selection};
use crate::plan::planner::plan;
use crate::plan::survey::{Base, survey, survey_with};
use crate::plan::wire::PlanV1;
use crate::plan::world::{account, desired, lines, org, planned};
use crate::plan::{Attribution, Cause, of_desired, of_plan};

fn only(names: &[&str]) -> Selection {
    let names = names
        .iter()
        .map(|name| OrgName::Domain(Domain::parse(name).unwrap()));
    Selection::Only(names.collect::<OrgSet>())
}

#[test]
fn a_selection_plans_its_orgs_alone() {
    let wanted = desired(
        "",
        &[
            "{domain: a.okta.com, products: [P1]}",
            "{domain: b.okta.com, products: [P1]}",
        ],
    );
    let live = account(vec![org("a", ""), org("b", "")]);
    let options = PlanOptions {
        selection: only(&["b.okta.com"]),
        ..PlanOptions::default()
    };
    let checked = plan(&wanted, &live, &options).unwrap();
    assert_eq!(
        lines(checked.plan()),
        ["1 enable b.okta.com +P1 PUT /orgs/00ob/products"]
    );
    assert_eq!(checked.plan().unchanged, 0);
}

#[test]
fn a_survey_asks_for_what_the_plan_needs() {
    let wanted = desired(
        "",
        &[
            "{domain: a.okta.com, products: [P1]}",
            "{domain: b.okta.com}",
            "{domain: c.okta.com, products: []}",
        ],
    );
    let asks = |survey: &crate::live::Survey| -> Vec<&str> {
        let names = ["a", "b", "c", "d"].into_iter();
        names
            .filter(|name| survey.wants_products(&org(name, "")))
            .collect()
    };
    let whole = survey(&wanted, &Selection::All, false);
    assert_eq!(
        (asks(&whole), &whole.coverage),
        (vec!["a", "c"], &Coverage::Whole)
    );
    let part = survey(&wanted, &only(&["a.okta.com", "b.okta.com"]), true);
    assert_eq!(asks(&part), ["a"]);
    let names =
        ["a.okta.com", "b.okta.com"].map(|name| OrgName::Domain(Domain::parse(name).unwrap()));
    assert_eq!(part.coverage, Coverage::Only(names.into()));
    let before = desired(
        "",
        &[
            "{domain: b.okta.com, products: []}",
            "{domain: d.okta.com, products: []}",
        ],
    );
    let base = Base::Present(Box::new(before));
    let both = survey_with(&whole, &base, &Selection::All);
    assert_eq!(asks(&both), ["a", "b", "c", "d"]);
    assert_eq!(survey_with(&whole, &Base::Absent, &Selection::All), whole);
    assert!(base.is_asked() && Base::Absent.is_asked() && !Base::Unasked.is_asked());
    assert_eq!(
        asks(&crate::live::Survey::everything()),
        ["a", "b", "c", "d"]
    );
    assert_eq!(asks(&crate::live::Survey::orgs_alone()), [""; 0]);
    assert!(matches!(whole.products, ProductsOf::These(_)));
    // What was read for the base alone is not the plan's.
    let read = account(vec![org("a", "P1"), org("b", "P1")]).within(&whole);
    let kept: Vec<bool> = read.orgs.iter().map(|org| org.products.is_some()).collect();
    assert_eq!(kept, [true, false, false], "{:?}", read.orgs);
}

#[test]
fn a_step_of_the_base_s_own_plan_is_drift() {
    let before = desired(
        "",
        &[
            "{domain: a.okta.com, products: [P1]}",
            "{domain: b.okta.com, products: [P1]}",
        ],
    );
    let after = desired(
        "",
        &[
            "{domain: a.okta.com, products: [P1]}",
            "{domain: b.okta.com, products: [P2]}",
            "{domain: new.okta.com}",
        ],
    );
    let live = account(vec![org("a", "P3"), org("b", "P1")]);
    let plan = planned(&after, &live);
    let base = planned(&before, &live);
    let causes = |base: Option<&crate::plan::Plan>| {
        let attribution = Attribution::of(&plan, base);
        let steps = plan.steps.iter();
        steps
            .map(|step| attribution.cause(step).unwrap().as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        lines(&plan),
        [
            "1 link new.okta.com POST /orgs",
            "2 swap a.okta.com +P1 -P3 PUT /orgs/00oa/products",
            "3 swap b.okta.com +P2 -P1 PUT /orgs/00ob/products",
        ]
    );
    assert_eq!(causes(Some(&base)), ["change", "drift", "change"]);
    assert_eq!(causes(None), ["change"; 3]);
    assert_eq!(Attribution::default().cause(&plan.steps[0]), None);
    let told = PlanV1::with_causes(&plan, &Attribution::of(&plan, Some(&base)));
    assert_eq!(told.steps[1].cause.as_deref(), Some(Cause::Drift.as_str()));
}

#[test]
fn each_product_of_a_step_has_its_own_cause() {
    let before = desired(
        "",
        &[
            "{domain: a.okta.com, products: [P1]}",
            "{domain: b.okta.com, products: [P1, P2]}",
            "{domain: c.okta.com, products: [P1]}",
        ],
    );
    let after = desired(
        "",
        &[
            "{domain: a.okta.com, products: [P1, P2]}",
            "{domain: b.okta.com, products: [P1]}",
            "{domain: c.okta.com, products: [P1, P2]}",
        ],
    );
    // Somebody enabled P3 in two of them.
    let live = account(vec![org("a", "P1 P3"), org("b", "P1 P3"), org("c", "P1")]);
    let plan = planned(&after, &live);
    let attribution = Attribution::of(&plan, Some(&planned(&before, &live)));
    let told: Vec<String> = plan
        .steps
        .iter()
        .map(|step| {
            let cause = |id| attribution.cause_of(step, id).unwrap().as_str();
            let delta = step.delta();
            let products = delta.enable.into_iter().chain(delta.disable);
            let products = products.map(|id| format!("{id} {}", cause(id)));
            let products: Vec<String> = products.collect();
            let whole = attribution.cause(step).unwrap().as_str();
            format!("{}: {whole}: {}", step.org.label(), products.join(", "))
        })
        .collect();
    assert_eq!(
        told,
        [
            "c.okta.com: change: P2 change",
            "a.okta.com: change: P2 change, P3 drift",
            // The branch takes back what was never done: what is left is drift, though the base's step is another.
            "b.okta.com: drift: P3 drift",
        ]
    );
    let json = PlanV1::with_causes(&plan, &attribution);
    let drift = json.steps.iter().map(|step| {
        let ids: Vec<&str> = step.drift.iter().map(|one| one.id.as_str()).collect();
        ids.join(" ")
    });
    assert_eq!(drift.collect::<Vec<_>>(), ["", "P3", "P3"]);
}

#[test]
fn spelling_changes_no_digest_and_meaning_does() {
    let file = |extra: &str, org: &str| of_desired(&desired(extra, &[org]));
    let one = file(
        "products: {sso: P1}",
        "{domain: A.okta.com, products: [sso, P2]}",
    );
    assert_eq!(
        one,
        file("", "{domain: a.okta.com, products: [P2, P1], cell: OK1}")
    );
    assert!(one.starts_with("sha256:") && one.len() == 7 + 64);
    for (extra, org) in [
        ("", "{domain: a.okta.com, products: [P2]}"),
        ("", "{domain: a.okta.com}"),
        ("", "{domain: b.okta.com, products: [P1, P2]}"),
        ("", "{id: 00oa, domain: a.okta.com, products: [P1, P2]}"),
        (
            "",
            "{domain: a.okta.com, products: [P1, P2], status: active}",
        ),
        ("", "{domain: a.okta.com, products: [P1, P2], cell: ok2}"),
        (
            "",
            "{domain: a.okta.com, products: [P1, P2], enforce: additive}",
        ),
        (
            "ignoreProducts: [P3]",
            "{domain: a.okta.com, products: [P1, P2]}",
        ),
        (
            "guardrails: {maxDisabled: 1}",
            "{domain: a.okta.com, products: [P1, P2]}",
        ),
        (
            "guardrails: {maxDisabled: 1%}",
            "{domain: a.okta.com, products: [P1, P2]}",
        ),
        (
            "guardrails: {maxLinked: 1}",
            "{domain: a.okta.com, products: [P1, P2]}",
        ),
        (
            "guardrails: {maxDeactivated: 1}",
            "{domain: a.okta.com, products: [P1, P2]}",
        ),
        (
            "guardrails: {protectedOrgs: [a.okta.com]}",
            "{domain: a.okta.com, products: [P1, P2]}",
        ),
        (
            "guardrails: {unmanagedOrgs: ignore}",
            "{domain: a.okta.com, products: [P1, P2]}",
        ),
    ] {
        assert_ne!(one, file(extra, org), "{extra} {org}");
    }
    let live = account(vec![org("a", "P1")]);
    let wanted = desired("", &["{domain: a.okta.com, products: [P2]}"]);
    let plan = planned(&wanted, &live);
    assert_ne!(
        plan.live_digest,
        planned(&wanted, &account(vec![org("a", "P3")])).live_digest
    );
    assert_eq!(of_plan(&plan), of_plan(&planned(&wanted, &live)));
    assert_ne!(of_plan(&plan), of_plan(&planned(&desired("", &[]), &live)));
}
