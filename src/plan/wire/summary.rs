//! What the steps of a plan come to.

use serde::{Deserialize, Serialize};

use crate::plan::kinds::Kind;
use crate::plan::model::Plan;

/// How many steps of each kind, and what they come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SummaryV1 {
    pub create: usize,
    pub consent: usize,
    pub link: usize,
    pub activate: usize,
    pub enable: usize,
    pub swap: usize,
    pub configure: usize,
    pub disable: usize,
    pub deactivate: usize,
    pub delete: usize,
    /// Products that get enabled, over all orgs.
    pub products_enabled: usize,
    /// Products that get disabled, over all orgs.
    pub products_disabled: usize,
    /// Orgs with a step.
    pub orgs_changed: usize,
    /// Managed orgs that the file doesn't list.
    pub unmanaged_orgs: usize,
}

impl SummaryV1 {
    pub(super) fn of(plan: &Plan) -> Self {
        Self {
            create: plan.count(Kind::Create),
            consent: plan.count(Kind::Consent),
            link: plan.count(Kind::Link),
            activate: plan.count(Kind::Activate),
            enable: plan.count(Kind::Enable),
            swap: plan.count(Kind::Swap),
            configure: plan.count(Kind::Configure),
            disable: plan.count(Kind::Disable),
            deactivate: plan.count(Kind::Deactivate),
            delete: plan.count(Kind::Delete),
            products_enabled: plan.enabled(),
            products_disabled: plan.disabled(),
            orgs_changed: plan.orgs_changed(),
            unmanaged_orgs: plan.unmanaged.len(),
        }
    }
}
