//! An org on its way out: deactivated in one run, deleted in a later one.

use crate::desired::Desired;
use crate::live::{LiveOrg, Snapshot};
use crate::plan::world::{account, desired as file, inactive, lines, org, planned};
use crate::plan::{
    AccountServer, Checked, DeletionTold, Deletions, Evidence, EvidenceSource, Kind, Matrix,
    NoPlan, PlanOptions, Refusals, plan,
};

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

fn of(deletions: Deletions) -> Evidence {
    Evidence {
        deletions,
        ..Evidence::default()
    }
}

fn plan_with(deletions: Deletions, live: &Snapshot) -> Result<Checked, NoPlan> {
    let wanted = desired(&["{domain: a.okta.com, status: deleted, products: [P2]}"]);
    let options = PlanOptions {
        evidence: of(deletions),
        ..PlanOptions::default()
    };
    plan(&wanted, live, &options)
}

/// What earlier runs tell of these orgs.
fn told(orgs: &[(LiveOrg, DeletionTold)]) -> Deletions {
    let mut told = Deletions::default();
    for (org, of) in orgs {
        if *of == DeletionTold::Unsure {
            told.doubt(&org.name(), "a run never got the answer".to_owned());
        }
        told.note(&org.name(), *of);
    }
    told
}

#[test]
fn an_org_that_is_inactive_since_an_earlier_run_is_deleted_once() {
    let live = account(vec![inactive("a", "P1")]);
    let known = (org("a", ""), DeletionTold::NotAsked);
    let first = plan_with(told(std::slice::from_ref(&known)), &live).unwrap();
    assert_eq!(
        lines(first.plan()),
        ["1 delete a.okta.com POST /orgs/00oa/deletionRequest"]
    );
    let step = &first.plan().steps[0];
    assert!(!step.kind().row().reversible);
    assert_eq!(step.request.body().to_string(), "{}");
    let other = told(&[known, (org("b", ""), DeletionTold::Asked)]);
    assert_eq!(plan_with(other, &live).unwrap().plan().steps.len(), 1);
    let again = plan_with(told(&[(org("a", ""), DeletionTold::Asked)]), &live).unwrap();
    assert_eq!(lines(again.plan()), [""; 0]);
}

#[test]
fn a_deletion_without_evidence_is_left_out_and_refuses_the_rest() {
    let wanted = desired(&[
        "{domain: a.okta.com, status: deleted}",
        "{domain: b.okta.com, products: [P1]}",
    ]);
    let live = account(vec![inactive("a", ""), org("b", "")]);
    for (one, said) in [
        (
            (org("b", ""), DeletionTold::Asked),
            "nothing tells whether the deletion of a.okta.com was requested already: the account doesn't, and no receipt of an earlier run in receipts tells who made it inactive",
        ),
        (
            (org("a", ""), DeletionTold::Unsure),
            "whether the deletion of a.okta.com was requested isn't known: a run never got the answer",
        ),
    ] {
        let mut deletions = told(&[one]);
        deletions.look_at(EvidenceSource::Receipts {
            folder: "receipts".to_owned(),
        });
        let options = PlanOptions {
            evidence: of(deletions),
            ..PlanOptions::default()
        };
        let checked = plan(&wanted, &live, &options).unwrap();
        assert_eq!(
            lines(checked.plan()),
            ["1 enable b.okta.com +P1 PUT /orgs/00ob/products"]
        );
        let withheld: Vec<&str> = checked
            .plan()
            .withheld
            .iter()
            .map(|one| one.why.as_str())
            .collect();
        assert_eq!(withheld, [said]);
        let warnings: Vec<&str> = checked
            .plan()
            .warnings
            .iter()
            .map(|one| one.code.as_str())
            .collect();
        assert_eq!(warnings, ["deletion-unknown"]);
        let refused = checked.permit(None).unwrap_err();
        assert!(matches!(refused.refusals, Refusals::Withheld(all) if all.len() == 1));
    }
    // An active org has not got that far: no evidence is needed.
    let live = account(vec![org("a", "")]);
    let plan = plan_with(Deletions::default(), &live).unwrap();
    assert_eq!(plan.plan().count(Kind::Deactivate), 1);
    assert_eq!(plan.plan().withheld, []);
}

#[test]
fn in_the_matrix_a_requested_deletion_is_no_difference() {
    let wanted = desired(&["{domain: a.okta.com, status: deleted}"]);
    let live = account(vec![inactive("a", "")]);
    let differs = |of: DeletionTold| {
        let deletions = told(&[(org("a", ""), of)]);
        let (matrix, _) = Matrix::of(Some(&wanted), &live, &deletions, jiff::civil::Date::MIN);
        let mut rows = matrix.rows.iter();
        rows.any(|row| row.org.label() == "a.okta.com" && row.differs())
    };
    assert!(!differs(DeletionTold::Asked));
    for open in [
        DeletionTold::Unsure,
        DeletionTold::NotAsked,
        DeletionTold::Nothing,
    ] {
        assert!(differs(open), "{open:?}");
    }
}

#[test]
fn deletions_have_a_limit_and_protected_orgs_are_spared() {
    let file = file(
        "account: {id: 0227a, partner: true}\nguardrails: {protectedOrgs: [a.okta.com]}",
        &["{domain: a.okta.com, status: deleted}"],
    );
    let options = PlanOptions {
        evidence: of(told(&[(org("a", ""), DeletionTold::NotAsked)])),
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
            evidence: of(told(&[(org("a", ""), DeletionTold::NotAsked)])),
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
