//! Which steps there are, in which order, and why there is no plan.

use crate::ids::{Domain, OrgId, Status};
use crate::live::{Coverage, LiveOrg, LiveStatus};
use crate::plan::change::{Change, Tolerance};
use crate::plan::world::{account, desired, inactive, lines, org, planned, products, unfit};

#[test]
fn promise_3_steps_run_by_phase_and_wait_within_their_org() {
    let wanted = desired(
        "",
        &[
            "{domain: less.okta.com, products: [P1]}",
            "{domain: new.okta.com, products: [P2, P1]}",
            "{id: 00oswap, products: [P2]}",
            "{domain: UP.okta.com, status: active, products: [P1]}",
            "{domain: off.okta.com, status: inactive, products: []}",
            "{domain: same.okta.com, products: [P1]}",
        ],
    );
    let live = account(vec![
        org("less", "P1 P2"),
        org("swap", "P1"),
        inactive("up", ""),
        org("off", "P1"),
        org("same", "P1"),
    ]);
    let plan = planned(&wanted, &live);
    assert_eq!(
        lines(&plan),
        [
            "1 link new.okta.com POST /orgs",
            "2 activate up.okta.com PUT /orgs/00oup/status",
            "3 enable new.okta.com +P1 +P2 < 1 PUT /orgs/{orgId}/products",
            "4 enable up.okta.com +P1 < 2 PUT /orgs/00oup/products",
            "5 swap swap.okta.com +P2 -P1 PUT /orgs/00oswap/products",
            "6 disable less.okta.com -P2 PUT /orgs/00oless/products",
            "7 disable off.okta.com -P1 PUT /orgs/00ooff/products",
            "8 deactivate off.okta.com < 7 PUT /orgs/00ooff/status",
        ]
    );
    assert_eq!((plan.enabled(), plan.disabled()), (4, 3));
    assert_eq!((plan.orgs_changed(), plan.unchanged), (5, 1));
    assert_eq!(plan.live_orgs, 6);
    assert_eq!(plan.step(plan.steps[4].id), Some(&plan.steps[4]));
    assert_eq!(plan.step(crate::plan::StepId(0)), None);
    assert_eq!(plan.step(crate::plan::StepId(9)), None);
    assert_eq!(
        plan.name(plan.steps[3].delta().enable.first().unwrap()),
        "Product P1"
    );
}

#[test]
fn a_converged_account_has_no_steps() {
    let wanted = desired(
        "",
        &["{domain: a.okta.com, status: active, products: [P1]}"],
    );
    let plan = planned(&wanted, &account(vec![org("a", "P1")]));
    assert_eq!(lines(&plan), [""; 0]);
    assert_eq!((plan.unchanged, plan.orgs_changed()), (1, 0));
}

#[test]
fn what_is_ignored_or_additive_stays() {
    let wanted = desired(
        "ignoreProducts: [P5]",
        &[
            "{domain: a.okta.com, products: [P1]}",
            "{domain: b.okta.com, products: [P1], enforce: additive}",
            "{domain: c.okta.com, products: [P1, P5]}",
            "{domain: new.okta.com, products: [P1, P5]}",
            "{domain: newer.okta.com, products: [P5], enforce: additive}",
        ],
    );
    let live = account(vec![org("a", "P2 P5"), org("b", "P2"), org("c", "P1")]);
    let plan = planned(&wanted, &live);
    assert_eq!(
        lines(&plan),
        [
            "1 link new.okta.com POST /orgs",
            "2 link newer.okta.com POST /orgs",
            "3 enable b.okta.com +P1 PUT /orgs/00ob/products",
            "4 enable new.okta.com +P1 < 1 PUT /orgs/{orgId}/products",
            "5 swap a.okta.com +P1 -P2 PUT /orgs/00oa/products",
        ]
    );
    let sets = plan.steps[4].delta().sets.unwrap();
    assert_eq!(sets, (&products("P2 P5"), &products("P1 P5")));
    let Change::AddProducts(add) = &plan.steps[3].change else {
        panic!("{:?}", plan.steps[3]);
    };
    assert_eq!(add.tolerance, Tolerance::Only(products("P5")));
    let Change::Link(link) = &plan.steps[1].change else {
        panic!("{:?}", plan.steps[1]);
    };
    assert_eq!(link.after.products, Some(Tolerance::Everything));
    assert_eq!(link.after.status, None);
    let Change::Link(link) = &plan.steps[0].change else {
        panic!("{:?}", plan.steps[0]);
    };
    assert_eq!(link.after.products, None, "its own step looks at them");
    assert_eq!(
        Tolerance::Only(products("P5")).refused(&products("P1 P5")),
        products("P1")
    );
    assert_eq!(Tolerance::Everything.refused(&products("P1")), products(""));
}

#[test]
fn what_the_file_leaves_out_is_left_alone() {
    let wanted = desired(
        "",
        &["{domain: a.okta.com}", "{domain: b.okta.com, products: []}"],
    );
    let plan = planned(&wanted, &account(vec![inactive("a", "P1"), org("b", "")]));
    assert_eq!(lines(&plan), [""; 0]);
}

#[test]
fn contradictions_are_found_all_at_once() {
    let wanted = desired(
        "",
        &[
            "{id: 00oa, domain: b.okta.com}",
            "{id: 00oc, domain: moved.okta.com}",
            "{domain: c.okta.com}",
            "{domain: d.okta.com, products: [P9]}",
            "{domain: e.okta.com, status: active}",
            "{domain: twin.okta.com}",
        ],
    );
    let odd = LiveOrg {
        status: LiveStatus::Other("SUSPENDED".to_owned()),
        ..org("e", "")
    };
    let twin = LiveOrg {
        id: OrgId::parse("00oother").unwrap(),
        ..org("twin", "")
    };
    let live = account(vec![
        org("a", ""),
        org("b", ""),
        org("c", ""),
        org("d", ""),
        odd,
        org("twin", ""),
        twin,
    ]);
    assert_eq!(
        unfit(&wanted, &live),
        [
            "org-mismatch",
            "duplicate-org",
            "unsubscribed-product",
            "unknown-status",
            "ambiguous-org",
        ]
    );
    let no_cell = {
        let mut without = desired("", &["{domain: new.okta.com}"]);
        without.orgs[0].cell = None;
        without
    };
    assert_eq!(unfit(&no_cell, &account(Vec::new())), ["missing-cell"]);
}

#[test]
fn the_aerial_org_is_never_deactivated() {
    let wanted = desired("", &["{id: 00oacme-aerial, status: inactive}"]);
    assert_eq!(
        unfit(&wanted, &account(Vec::new())),
        ["inactive-aerial-org"]
    );
    // A server that doesn't say which it is: then the file does.
    let mut silent = account(Vec::new());
    for org in &mut silent.orgs {
        org.aerial_org = false;
    }
    let mut named = wanted;
    named.account.aerial_org = Some(silent.orgs[0].domain.clone());
    assert_eq!(unfit(&named, &silent), ["inactive-aerial-org"]);
    for org in &mut silent.orgs {
        org.status = LiveStatus::Known(Status::Inactive);
    }
    assert_eq!(unfit(&named, &silent), ["inactive-aerial-org"]);
}

#[test]
fn what_a_reader_should_know_is_said() {
    let wanted = desired(
        "",
        &["{id: 00oa, cell: ok9}", "{domain: b.okta.com, cell: OK1}"],
    );
    let codes = |plan: &crate::plan::Plan| {
        let codes: Vec<&str> = plan.warnings.iter().map(|one| one.code.as_str()).collect();
        codes
    };
    let mut live = account(vec![org("a", ""), org("b", ""), org("stranger", "")]);
    let plan = planned(&wanted, &live);
    assert_eq!(codes(&plan), ["unmanaged-orgs", "cell-differs"]);
    assert_eq!(plan.unmanaged, [org("stranger", "").name()]);
    live.orgs.retain(|org| !org.aerial_org);
    let without = planned(&wanted, &live);
    assert!(codes(&without).contains(&"no-aerial-org"));
    // Whoever read a part can't know the rest.
    live.coverage = Coverage::Only(Vec::new());
    let part = planned(&wanted, &live);
    assert_eq!(codes(&part), ["not-judged", "cell-differs"]);
    assert_eq!(part.unmanaged, []);
}

/// Which of the two is wrong, a person has to say: a credential goes by the one, a write by the other.
#[test]
fn an_entry_whose_domain_is_not_its_id_s_org_is_refused() {
    let wanted = desired("", &["{id: 00oa, domain: renamed.okta.com}"]);
    let mut live = account(vec![org("a", "")]);
    assert_eq!(unfit(&wanted, &live), ["domain-differs"]);
    live.orgs[0].domain = Domain::from_server("id.acme.example").unwrap();
    assert_eq!(live.orgs[0].id.as_str(), "00oa");
    assert_eq!(unfit(&wanted, &live), ["domain-differs"]);
    planned(&desired("", &["{id: 00oa}"]), &live);
}

/// A baseline takes a credential, and none goes to a domain that isn't Okta's, whoever lists it.
#[test]
fn an_org_that_is_listed_by_its_own_domain_can_have_no_baseline() {
    let rules = "baselines: {any: {groups: {A: {profile: {description: x}}}}}\n";
    let mut live = account(vec![org("a", "")]);
    let wanted = desired(rules, &["{id: 00oa, baseline: any}"]);
    planned(&wanted, &live);
    live.orgs[0].domain = Domain::from_server("id.acme.example").unwrap();
    assert_eq!(unfit(&wanted, &live), ["foreign-domain"]);
    let without = desired(rules, &["{id: 00oa, baseline: none}"]);
    planned(&without, &live);
}

#[test]
fn many_unmanaged_orgs_are_named_in_part() {
    let strangers = |count: usize| {
        let orgs = (0..count).map(|n| org(&format!("s{n}"), "")).collect();
        let plan = planned(&desired("", &[]), &account(orgs));
        plan.warnings
            .iter()
            .map(|one| one.message.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        strangers(1),
        ["1 managed org isn't in the file: s0.okta.com; it is left alone"]
    );
    assert_eq!(
        strangers(5),
        [
            "5 managed orgs aren't in the file: s0.okta.com, s1.okta.com, s2.okta.com, s3.okta.com, s4.okta.com; they are left alone"
        ]
    );
    assert!(
        strangers(7)[0].contains("s4.okta.com and 2 more; they"),
        "{:?}",
        strangers(7)
    );
}

/// A link can't be undone, and an id that was cut off when it was copied would ask for one.
#[test]
fn an_id_with_which_a_managed_org_s_begins_is_told() {
    let live = account(vec![org("abc", ""), org("abd", ""), org("b", "")]);
    for (id, org) in [
        ("00oab", Some("00oabc (abc.okta.com)")),
        ("00oabd", None),
        ("00oabde", None),
        ("00oc", None),
    ] {
        let plan = planned(&desired("", &[&format!("{{id: {id}}}")]), &live);
        let warnings = plan.warnings.iter();
        let cut_off: Vec<&str> = warnings
            .filter(|one| one.code.as_str() == "short-id")
            .map(|one| one.message.as_str())
            .collect();
        assert_eq!(cut_off.len(), usize::from(org.is_some()), "{id}");
        assert!(
            cut_off.iter().all(|said| said.contains(org.unwrap())),
            "{id}"
        );
    }
}
