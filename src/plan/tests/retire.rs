//! An org on its way out: deactivated in one run, deleted in a later one.

use crate::desired::Desired;
use crate::ids::OrgSet;
use crate::live::{LiveOrg, Snapshot};
use crate::plan::world::{account, desired as file, inactive, lines, org, planned};
use crate::plan::{AccountServer, Checked, Deletions, Kind, NoPlan, PlanOptions, plan};

/// A partner's file, whose orgs can be deleted.
fn desired(orgs: &[&str]) -> Desired {
    let partner =
        "account: {id: 0227a, partner: true}\nguardrails: {maxDeactivated: 9, maxDeleted: 9}";
    file(partner, orgs)
}

#[test]
fn an_active_org_is_deactivated_and_nothing_else() {
    let wanted = desired(&["{domain: a.okta.com, status: deleted, products: [P2]}"]);
    let plan = planned(&wanted, &account(vec![org("a", "P1")]));
    assert_eq!(
        lines(&plan),
        ["1 deactivate a.okta.com PUT /orgs/00oa/status"]
    );
}

#[test]
fn an_org_that_is_not_there_is_not_fetched_to_be_deleted() {
    let wanted = desired(&["{domain: gone.okta.com, status: deleted}"]);
    assert_eq!(lines(&planned(&wanted, &account(Vec::new()))), [""; 0]);
}

fn plan_with(deletions: Deletions, live: &Snapshot) -> Result<Checked, NoPlan> {
    let wanted = desired(&["{domain: a.okta.com, status: deleted, products: [P2]}"]);
    let options = PlanOptions {
        deletions,
        ..PlanOptions::default()
    };
    plan(&wanted, live, &options)
}

fn asked(names: &[LiveOrg]) -> Deletions {
    Deletions::Known {
        asked: names.iter().map(LiveOrg::name).collect(),
        unsure: OrgSet::default(),
    }
}

#[test]
fn an_org_that_is_inactive_since_an_earlier_run_is_deleted_once() {
    let live = account(vec![inactive("a", "P1")]);
    let first = plan_with(asked(&[]), &live).unwrap();
    assert_eq!(
        lines(first.plan()),
        ["1 delete a.okta.com POST /orgs/00oa/deletionRequest"]
    );
    let step = &first.plan().steps[0];
    assert!(!step.kind().row().reversible);
    assert_eq!(step.request.body().to_string(), "{}");
    let other = asked(&[org("b", "")]);
    assert_eq!(plan_with(other, &live).unwrap().plan().steps.len(), 1);
    let again = plan_with(asked(&[org("a", "")]), &live).unwrap();
    assert_eq!(lines(again.plan()), [""; 0]);
}

#[test]
fn a_deletion_without_evidence_is_no_plan() {
    let live = account(vec![inactive("a", "")]);
    let Err(NoPlan::Unfit(found)) = plan_with(Deletions::Unknown, &live) else {
        panic!("there is a plan");
    };
    let codes: Vec<&str> = found.iter().map(|one| one.code.as_str()).collect();
    assert_eq!(codes, ["deletion-unknown"]);
    let lost = Deletions::Known {
        asked: OrgSet::default(),
        unsure: [org("a", "").name()].into_iter().collect(),
    };
    let Err(NoPlan::Unfit(found)) = plan_with(lost, &live) else {
        panic!("there is a plan");
    };
    let said: Vec<&str> = found.iter().map(|one| one.message.as_str()).collect();
    assert_eq!(
        said,
        ["the deletion of a.okta.com was requested by an earlier run that never got the answer"]
    );
    // An active org has not got that far: no evidence is needed.
    let live = account(vec![org("a", "")]);
    let plan = plan_with(Deletions::Unknown, &live).unwrap();
    assert_eq!(plan.plan().count(Kind::Deactivate), 1);
}

#[test]
fn deletions_have_a_limit_and_protected_orgs_are_spared() {
    let file = file(
        "account: {id: 0227a, partner: true}\nguardrails: {protectedOrgs: [a.okta.com]}",
        &["{domain: a.okta.com, status: deleted}"],
    );
    let options = PlanOptions {
        deletions: asked(&[]),
        ..PlanOptions::default()
    };
    let plan = plan(&file, &account(vec![inactive("a", "")]), &options).unwrap();
    let keys: Vec<&str> = plan
        .plan()
        .breaches
        .iter()
        .map(|breach| breach.guardrail.key())
        .collect();
    assert_eq!(keys, ["maxDeleted", "protectedOrgs"]);
    assert_eq!(
        plan.plan().breaches[0].message,
        "this plan asks Okta to delete 1 org, the limit is 0"
    );
}

#[test]
fn a_sandbox_s_file_at_another_server_deletes_nothing() {
    let file = file(
        "account: {id: 0227a, environment: sandbox}",
        &["{domain: a.okta.com, status: deleted}"],
    );
    let at = |sandbox: bool| {
        let options = PlanOptions {
            deletions: asked(&[]),
            server: AccountServer {
                sandbox,
                ..AccountServer::default()
            },
            ..PlanOptions::default()
        };
        plan(&file, &account(vec![inactive("a", "")]), &options)
    };
    assert!(at(true).is_ok());
    assert!(matches!(at(false), Err(NoPlan::Unfit(_))));
}
