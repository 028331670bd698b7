//! A plan with all that its texts need beside it.

use super::markdown::Blobs;
use crate::desired::{Desired, RuleChange};
use crate::diagnostic::Sources;
use crate::live::Remembered;
use crate::plan::{Attribution, Plan};

/// A plan, why each of its steps is there, and the texts that its places lie in.
#[derive(Debug, Clone, Copy)]
pub struct PlanView<'a> {
    pub plan: &'a Plan,
    /// Why each step is there, where that was asked.
    pub causes: &'a Attribution,
    /// What the plan leads to.
    pub desired: &'a Desired,
    /// The texts of the desired state.
    pub sources: &'a Sources,
    /// What the branch changes for the whole account, where it is compared with a base.
    pub account_wide: &'a [RuleChange],
    /// Where the files of the plan's commit are to be seen, where that is known.
    pub blobs: Option<&'a Blobs>,
    /// How old what was read of the account is, where an earlier run had left something to go on from.
    pub remembered: Option<&'a Remembered>,
}
