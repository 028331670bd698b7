//! An org on its way out: deactivated in one run, deleted in a later one.

use crate::desired::Desired;
use crate::plan::world::{account, desired as file, lines, org, planned};

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
