//! How much one run may change: evaluated over the whole plan before the first write.

use std::collections::BTreeSet;

use super::Plan;
use super::step::{Kind, Step};
use crate::desired::model::{Amount, Desired, UnmanagedPolicy};
use crate::ids::{OrgName, OrgSet};
use crate::live::Snapshot;

/// Without a limit in the file: so many percent of the enabled products …
const DEFAULT_PERCENT: u64 = 30;
/// … when there are at least so many.
const DEFAULT_FROM: u64 = 10;

/// What a person may allow for one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Allowance {
    /// More disablements than `maxDisabled`.
    Disables,
    /// More links than `maxLinked`.
    Links,
    /// More deactivations than `maxDeactivated`.
    Deactivations,
    /// Removals in protected orgs.
    Protected,
}

impl Allowance {
    /// The word for `--allow`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Disables => "disables",
            Self::Links => "links",
            Self::Deactivations => "deactivations",
            Self::Protected => "protected",
        }
    }
}

/// A limit that a plan exceeds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// The key under `guardrails` in the file.
    pub name: &'static str,
    /// The limit.
    pub limit: u64,
    /// What the plan has.
    pub actual: u64,
    /// What lifts it for one run; `None` where nothing does.
    pub allow: Option<Allowance>,
    /// The breach as one sentence, with its numbers.
    pub message: String,
    /// The orgs that it is about, where it is about some and not all.
    pub orgs: BTreeSet<OrgName>,
}

/// All limits that the plan exceeds, allowed or not.
#[must_use]
pub fn breaches(plan: &Plan, desired: &Desired, live: &Snapshot) -> Vec<Breach> {
    let limits = &desired.limits;
    let mut breaches = Vec::new();
    let disabled = plan.disabled() as u64;
    let enabled = enabled_in_managed(plan, live);
    let (limit, why) = match limits.max_disabled {
        Some(Amount::Count(count)) => (Some(count), format!("the limit is {count}")),
        Some(Amount::Percent(percent)) => share(percent, enabled, ""),
        None if enabled >= DEFAULT_FROM => share(DEFAULT_PERCENT, enabled, " by default"),
        None => (None, String::new()),
    };
    if let Some(limit) = limit.filter(|limit| disabled > *limit) {
        breaches.push(Breach {
            name: "maxDisabled",
            limit,
            actual: disabled,
            allow: Some(Allowance::Disables),
            message: format!("this plan disables {}, {why}", count(disabled, "product")),
            orgs: BTreeSet::new(),
        });
    }
    let linked = plan.count(Kind::Link) as u64;
    if linked > limits.max_linked {
        breaches.push(Breach {
            name: "maxLinked",
            limit: limits.max_linked,
            actual: linked,
            allow: Some(Allowance::Links),
            message: format!(
                "this plan links {}, the limit is {}",
                count(linked, "org"),
                limits.max_linked
            ),
            orgs: BTreeSet::new(),
        });
    }
    let deactivated = plan.count(Kind::Deactivate) as u64;
    if deactivated > limits.max_deactivated {
        breaches.push(Breach {
            name: "maxDeactivated",
            limit: limits.max_deactivated,
            actual: deactivated,
            allow: Some(Allowance::Deactivations),
            message: format!(
                "this plan deactivates {}, the limit is {}",
                count(deactivated, "org"),
                limits.max_deactivated
            ),
            orgs: BTreeSet::new(),
        });
    }
    let guarded: OrgSet = limits.protected.iter().cloned().collect();
    let protected: BTreeSet<&OrgName> = plan
        .steps
        .iter()
        .filter(|step| {
            guarded.contains(&step.org)
                && (!step.disable().is_empty() || step.kind() == Kind::Deactivate)
        })
        .map(|step| &step.org)
        .collect();
    if !protected.is_empty() {
        let labels: Vec<&str> = protected.iter().map(|org| org.label()).collect();
        breaches.push(Breach {
            name: "protectedOrgs",
            limit: 0,
            actual: protected.len() as u64,
            allow: Some(Allowance::Protected),
            message: format!(
                "this plan takes something away in {}: {}, the limit is 0",
                count(protected.len() as u64, "protected org"),
                labels.join(", ")
            ),
            orgs: protected.into_iter().cloned().collect(),
        });
    }
    if limits.unmanaged == UnmanagedPolicy::Fail && !plan.unmanaged.is_empty() {
        let labels: Vec<&str> = plan.unmanaged.iter().map(OrgName::label).collect();
        breaches.push(Breach {
            name: "unmanagedOrgs",
            limit: 0,
            actual: plan.unmanaged.len() as u64,
            allow: None,
            message: format!(
                "the file doesn't list {}: {}, the limit is 0",
                count(plan.unmanaged.len() as u64, "managed org"),
                labels.join(", ")
            ),
            orgs: plan.unmanaged.iter().cloned().collect(),
        });
    }
    breaches
}

/// The products enabled in the orgs whose products were read, which are those that the file manages.
fn enabled_in_managed(plan: &Plan, live: &Snapshot) -> u64 {
    let unmanaged: OrgSet = plan.unmanaged.iter().cloned().collect();
    live.orgs
        .iter()
        .filter(|org| !unmanaged.contains(&org.name()))
        .filter_map(|org| org.products.as_ref())
        .map(|products| products.len() as u64)
        .sum()
}

fn share(percent: u64, enabled: u64, when: &str) -> (Option<u64>, String) {
    let limit = enabled.saturating_mul(percent) / 100;
    (
        Some(limit),
        format!("the limit is {limit} ({percent} % of the {enabled} enabled{when})"),
    )
}

fn count(number: u64, noun: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{s}")
}

impl Breach {
    /// Whether a step counts towards it.
    #[must_use]
    pub fn concerns(&self, step: &Step) -> bool {
        match self.allow {
            Some(Allowance::Disables) => !step.disable().is_empty(),
            Some(Allowance::Links) => step.kind() == Kind::Link,
            Some(Allowance::Deactivations) => step.kind() == Kind::Deactivate,
            Some(Allowance::Protected) => {
                (!step.disable().is_empty() || step.kind() == Kind::Deactivate)
                    && self.orgs.contains(&step.org)
            }
            None => false,
        }
    }

    /// The sentence that says what to do about it.
    #[must_use]
    pub fn advice(&self) -> String {
        let key = format!("`guardrails.{}` in the file", self.name);
        match self.allow {
            Some(allow) => format!(
                "change {key}, or allow it for one run with `apply --allow {}`",
                allow.as_str()
            ),
            None => format!("list these orgs, or change {key}"),
        }
    }
}
