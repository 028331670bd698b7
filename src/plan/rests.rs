//! What a plan rests on besides the orgs that it changes.

use super::guardrails::takes;
use super::model::Plan;
use crate::desired::model::Desired;

/// Whether carrying a plan out rests on what orgs are like that it doesn't change.
///
/// What it takes away is held against all that is enabled and comes after all that is to be added; what it adds is held against
/// licences that are counted in all orgs.
#[must_use]
pub fn rests_on_all(plan: &Plan, desired: &Desired) -> bool {
    let counts = !desired.constraints.max_orgs.is_empty();
    let mut steps = plan.steps.iter();
    steps.any(|step| takes(step) || counts && !step.delta().enable.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::world::{account, desired, org, planned};

    #[test]
    fn what_takes_away_or_is_counted_rests_on_all() {
        let licences = "constraints: {maxOrgs: {P2: 1}}";
        for (extra, has, wants, rests) in [
            ("", "P1", "P1", false),
            ("", "P1", "P1, P2", false),
            ("", "P1 P2", "P1", true),
            ("", "P1", "P2", true),
            (licences, "P1", "P1", false),
            (licences, "P1", "P1, P2", true),
        ] {
            let entry = format!("{{domain: a.okta.com, products: [{wants}]}}");
            let desired = desired(extra, &[&entry]);
            let plan = planned(&desired, &account(vec![org("a", has)]));
            assert_eq!(
                rests_on_all(&plan, &desired),
                rests,
                "{extra} {has} {wants}"
            );
        }
    }
}
