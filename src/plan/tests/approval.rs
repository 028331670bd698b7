//! Promise 9: no write without an approval that covers it; and what a reviewed plan covers.

use crate::ids::OrgId;
use crate::plan::approve::{Confirmation, Refusals};
use crate::plan::envelope::{Departure, departures};
use crate::plan::kinds::Allowance;
use crate::plan::model::PlanOptions;
use crate::plan::planner::plan;
use crate::plan::request::{Gap, Known, StepId};
use crate::plan::wire::PlanV1;
use crate::plan::world::{account, checked, desired, org, planned};

fn reviewed(file: &crate::desired::Desired, live: &crate::live::Snapshot) -> PlanV1 {
    PlanV1::from(&planned(file, live))
}

#[test]
fn promise_9_a_breach_is_refused_before_a_departure_and_an_allowance_lifts_it() {
    let file = desired("guardrails: {maxLinked: 0}", &["{domain: new.okta.com}"]);
    let live = account(Vec::new());
    let other = reviewed(&desired("", &[]), &live);
    let refused = checked(&file, &live).permit(Some(&other)).unwrap_err();
    assert!(matches!(&refused.refusals, Refusals::Guardrails(all) if all.len() == 1));
    assert_eq!(
        refused.checked,
        checked(&file, &live),
        "the plan comes back to be shown"
    );
    let options = PlanOptions {
        allowances: [(Allowance::Links, Some(1))].into_iter().collect(),
        ..PlanOptions::default()
    };
    let allowed = || plan(&file, &live, &options).unwrap();
    let refused = allowed().permit(Some(&other)).unwrap_err();
    assert!(matches!(&refused.refusals, Refusals::Envelope(all) if all.len() == 1));
    let same = reviewed(&file, &live);
    let permitted = allowed().permit(Some(&same)).unwrap();
    assert_eq!(permitted.plan().steps.len(), 1);
    let approved = permitted.confirm(Confirmation::ByPerson);
    assert_eq!(approved.confirmation(), Confirmation::ByPerson);
    assert_eq!(approved.plan().steps.len(), 1);
}

#[test]
fn promise_9_an_approved_plan_gives_out_its_own_requests_and_no_others() {
    let file = desired(
        "",
        &[
            "{domain: a.okta.com, products: [P1]}",
            "{domain: new.okta.com, products: [P1]}",
        ],
    );
    let live = account(vec![org("a", "P2")]);
    let permitted = checked(&file, &live).permit(None).unwrap();
    let approved = permitted.confirm(Confirmation::ByFlag);
    for step in &approved.plan().steps {
        let told = OrgId::parse("00onew").unwrap();
        let existing = crate::plan::world::products("");
        let known = Known {
            org: Some(&told),
            existing: Some(&existing),
            ..Known::default()
        };
        let sent = approved.outgoing(step.id, known).unwrap();
        assert_eq!(
            format!("/{}", sent.path().join("/")),
            step.request.path().replace("{orgId}", "00onew")
        );
        assert_eq!(*sent.body(), step.request.body());
        assert_eq!(
            (sent.method(), sent.host()),
            (step.request.method(), step.request.host())
        );
    }
    let beyond = approved.outgoing(StepId(9), Known::default());
    assert_eq!(beyond, Err(Gap::Step(StepId(9))));
}

#[test]
fn promise_2_a_reviewed_plan_covers_less_and_never_more() {
    let live = account(vec![org("a", "P1 P2"), org("b", "P1")]);
    let file = desired(
        "",
        &[
            "{domain: a.okta.com, products: [P1]}",
            "{domain: b.okta.com, products: [P1, P2]}",
            "{domain: new.okta.com, products: [P1, P2]}",
        ],
    );
    let agreed = reviewed(&file, &live);
    let now =
        |orgs: Vec<crate::live::LiveOrg>| departures(&agreed, &reviewed(&file, &account(orgs)));
    assert_eq!(now(vec![org("a", "P1 P2"), org("b", "P1")]), []);
    assert_eq!(
        now(vec![org("a", "P1"), org("b", "P1 P2")]),
        [],
        "steps have become unnecessary"
    );
    // The run that was interrupted linked the org; what it has beside doesn't go.
    assert_eq!(
        now(vec![org("a", "P1 P2"), org("b", "P1"), org("new", "")]),
        []
    );
    assert_eq!(
        now(vec![org("a", "P1 P2"), org("b", "P1"), org("new", "P1")]),
        []
    );
    let more = now(vec![org("a", "P1 P2"), org("b", "P1"), org("new", "P5")]);
    assert!(
        matches!(
            more.as_slice(),
            [Departure::Step {
                reviewed: Some(_),
                ..
            }]
        ),
        "{more:?}"
    );
    let drifted = now(vec![org("a", "P1 P2 P3"), org("b", "P1")]);
    let [
        Departure::Step {
            id,
            reviewed: Some(was),
        },
    ] = drifted.as_slice()
    else {
        panic!("{drifted:?}");
    };
    assert_eq!(
        (*id, was.kind.as_str(), was.org.domain.as_deref()),
        (StepId(4), "disable", Some("a.okta.com"))
    );
    // Nobody reviewed anything about this org.
    let wider = desired(
        "",
        &[
            "{domain: a.okta.com, products: [P1]}",
            "{domain: c.okta.com, products: [P1]}",
        ],
    );
    let stranger = departures(
        &agreed,
        &reviewed(&wider, &account(vec![org("a", "P1"), org("c", "")])),
    );
    assert_eq!(
        stranger,
        [Departure::Step {
            id: StepId(1),
            reviewed: None
        }]
    );
}

#[test]
fn of_the_reviewed_steps_of_an_org_the_one_of_the_same_kind_is_shown() {
    let file = |products: &str| {
        desired(
            "",
            &[&format!(
                "{{domain: a.okta.com, products: [{products}], status: active}}"
            )],
        )
    };
    let live = account(vec![crate::plan::world::inactive("a", "P1")]);
    let (agreed, new) = (file("P1, P2"), file("P1, P2, P3"));
    let left = departures(&reviewed(&agreed, &live), &reviewed(&new, &live));
    let [
        Departure::Step {
            reviewed: Some(was),
            ..
        },
    ] = left.as_slice()
    else {
        panic!("{left:?}");
    };
    assert_eq!(was.kind, "enable");
    // There the last step is of another kind.
    let live = account(vec![org("a", "P1")]);
    let file = |products: &str| {
        desired(
            "guardrails: {maxDeactivated: 1, maxDisabled: 9}",
            &[&format!(
                "{{domain: a.okta.com, products: [{products}], status: inactive}}"
            )],
        )
    };
    let (agreed, new) = (file("P1, P2"), file("P1, P2, P3"));
    let left = departures(&reviewed(&agreed, &live), &reviewed(&new, &live));
    let [
        Departure::Step {
            reviewed: Some(was),
            ..
        },
    ] = left.as_slice()
    else {
        panic!("{left:?}");
    };
    assert_eq!(was.kind, "enable");
}

#[test]
fn promise_2_a_corrected_id_is_another_org() {
    let by_domain = desired("", &["{domain: new.okta.com, products: [P1]}"]);
    let by_id = desired("", &["{id: 00oA, domain: new.okta.com, products: [P1]}"]);
    let other_id = desired("", &["{id: 00oB, domain: new.okta.com, products: [P1]}"]);
    let live = account(Vec::new());
    assert_eq!(
        departures(&reviewed(&by_id, &live), &reviewed(&by_id, &live)),
        []
    );
    assert_ne!(
        departures(&reviewed(&by_id, &live), &reviewed(&other_id, &live)),
        []
    );
    assert_ne!(
        departures(&reviewed(&by_domain, &live), &reviewed(&other_id, &live)),
        []
    );
    // Linked in between, under the other id.
    let mut linked = org("new", "");
    linked.id = OrgId::parse("00oB").unwrap();
    let linked = account(vec![linked]);
    assert_ne!(
        departures(&reviewed(&by_id, &live), &reviewed(&other_id, &linked)),
        []
    );
}

#[test]
fn another_account_server_or_version_is_another_plan() {
    let plan = reviewed(&desired("", &[]), &account(Vec::new()));
    let with = |change: &dyn Fn(&mut PlanV1)| {
        let mut new = plan.clone();
        change(&mut new);
        departures(&plan, &new)
    };
    assert_eq!(with(&|_| {}), []);
    assert!(matches!(
        with(&|new| new.version = 2).as_slice(),
        [Departure::OtherVersion(1)]
    ));
    let account = with(&|new| new.account = "0227b".to_owned());
    assert!(
        matches!(account.as_slice(), [Departure::OtherAccount { reviewed }] if reviewed == "0227a")
    );
    for change in [
        (&|new: &mut PlanV1| new.endpoint = "https://elsewhere.example".to_owned())
            as &dyn Fn(&mut PlanV1),
        &|new| new.issuer = Some("https://elsewhere.example".to_owned()),
    ] {
        assert!(matches!(
            with(change).as_slice(),
            [Departure::OtherServer { .. }]
        ));
    }
}

#[test]
fn a_reviewed_plan_of_many_steps_is_compared_in_one_pass() {
    let live = account(Vec::new());
    let plan = reviewed(&desired("", &["{domain: new.okta.com}"]), &live);
    let many = |from: u32| {
        let steps = (from..from + 20_000).map(|n| {
            let mut step = plan.steps[0].clone();
            step.id = n;
            step.org.domain = Some(format!("org-{n}.okta.com"));
            step
        });
        PlanV1 {
            steps: steps.collect(),
            ..plan.clone()
        }
    };
    // By pairs it would be 400 million comparisons.
    let new = departures(&many(0), &many(1));
    let id = StepId(20_000);
    assert_eq!(new, [Departure::Step { id, reviewed: None }]);
}
