//! A plan with all that its texts need beside it.

use std::collections::BTreeMap;

use crate::desired::RuleChange;
use crate::diagnostic::Sources;
use crate::ids::OrgName;
use crate::plan::{Allowances, Attribution, Cause, Plan, Step};

/// A plan, why each of its steps is there, and the texts that its places lie in.
#[derive(Debug, Clone, Copy)]
pub struct PlanView<'a> {
    pub plan: &'a Plan,
    /// Why each step is there, where that was asked.
    pub causes: &'a Attribution,
    /// The texts of the desired state.
    pub sources: &'a Sources,
    /// What may be exceeded in this run.
    pub allowances: &'a Allowances,
    /// What the branch changes for the whole account, where it is compared with a base.
    pub account_wide: &'a [RuleChange],
}

impl<'a> PlanView<'a> {
    /// The steps with one cause, by org; `None` for those without one.
    #[must_use]
    pub(super) fn by_org(self, cause: Option<Cause>) -> BTreeMap<&'a OrgName, Vec<&'a Step>> {
        let mut orgs: BTreeMap<&OrgName, Vec<&Step>> = BTreeMap::new();
        for step in &self.plan.steps {
            if self.causes.cause(step) == cause {
                orgs.entry(&step.org).or_default().push(step);
            }
        }
        orgs
    }

    /// The place in the file that asks for a step.
    #[must_use]
    pub(super) fn place(self, step: &Step) -> String {
        self.sources.place(step.origin).to_string()
    }
}
