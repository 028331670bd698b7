//! The plan as JSON: the published form of `schema/plan.schema.json`, version 1.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::step::{Kind, Step};
use super::{Plan, guardrails::Allowance};
use crate::ids::{Domain, OrgId, OrgName, ProductId};

/// The schema's text: `schema/plan.schema.json`.
pub const SCHEMA: &str = include_str!("../../schema/plan.schema.json");

/// A plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanV1 {
    /// The version of this form: 1.
    pub version: u32,
    /// The Aerial account.
    pub account: String,
    /// The desired state.
    pub desired: DesiredV1,
    /// The live state.
    pub live: LiveV1,
    /// Counts.
    pub summary: SummaryV1,
    /// The steps in order.
    pub steps: Vec<StepV1>,
    /// Managed orgs that the file doesn't list.
    pub unmanaged: Vec<OrgV1>,
    /// What a reader should know.
    pub warnings: Vec<String>,
    /// Limits that the plan exceeds.
    pub guardrails: Vec<BreachV1>,
}

/// Where the desired state came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DesiredV1 {
    /// Fingerprint of its meaning.
    pub digest: String,
    /// The files.
    pub files: Vec<String>,
    /// The commit, if any.
    pub commit: Option<String>,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveV1 {
    /// Fingerprint of what was read.
    pub digest: String,
    /// Managed orgs in the account.
    pub orgs: usize,
}

/// Counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SummaryV1 {
    /// Steps of kind link.
    pub link: usize,
    /// Steps of kind activate.
    pub activate: usize,
    /// Steps of kind enable.
    pub enable: usize,
    /// Steps of kind swap.
    pub swap: usize,
    /// Steps of kind disable.
    pub disable: usize,
    /// Steps of kind deactivate.
    pub deactivate: usize,
    /// Products that get enabled, over all orgs.
    pub products_enabled: usize,
    /// Products that get disabled, over all orgs.
    pub products_disabled: usize,
    /// Orgs with a step.
    pub orgs_changed: usize,
    /// Managed orgs that the file doesn't list.
    pub unmanaged_orgs: usize,
}

/// A step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepV1 {
    /// Its number, from 1.
    pub id: u32,
    /// Its phase, 1 to 6.
    pub phase: u8,
    /// `link`, `activate`, `enable`, `swap`, `disable` or `deactivate`.
    pub kind: String,
    /// The org.
    pub org: OrgV1,
    /// Steps that must have succeeded before.
    pub depends_on: Vec<u32>,
    /// Products that it enables.
    pub enable: Vec<ProductV1>,
    /// Products that it disables.
    pub disable: Vec<ProductV1>,
    /// The org's products before; null where unknown or not concerned.
    pub before: Option<Vec<ProductV1>>,
    /// The org's products after; null where unknown or not concerned.
    pub after: Option<Vec<ProductV1>>,
    /// Whether a later plan could undo it.
    pub reversible: bool,
    /// The call.
    pub call: CallV1,
    /// `change` or `drift`, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
}

/// An org.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrgV1 {
    /// Its id, if known.
    pub id: Option<String>,
    /// Its domain, if known.
    pub domain: Option<String>,
}

/// A product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductV1 {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A call, relative to `/{accountId}/api/v1`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CallV1 {
    /// `POST` or `PUT`.
    pub method: String,
    /// The path.
    pub path: String,
    /// The body.
    pub body: Json,
    /// Whether what the org has by then is added to the body.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub plus_existing: bool,
}

/// An exceeded limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BreachV1 {
    /// The key under `guardrails`.
    pub name: String,
    /// The limit.
    pub limit: u64,
    /// What the plan has.
    pub actual: u64,
    /// The word for `apply --allow`; null where nothing lifts it.
    pub allow: Option<String>,
}

impl From<&OrgName> for OrgV1 {
    fn from(org: &OrgName) -> Self {
        Self {
            id: org.id().map(ToString::to_string),
            domain: org.domain().map(ToString::to_string),
        }
    }
}

impl OrgV1 {
    /// The org, unless neither of its texts can be a name.
    #[must_use]
    pub fn name(&self) -> Option<OrgName> {
        let id = self.id.as_ref().and_then(|id| OrgId::parse(id).ok());
        let domain = self.domain.as_ref();
        OrgName::of(id, domain.and_then(|text| Domain::from_server(text).ok()))
    }
}

fn products(plan: &Plan, ids: &BTreeSet<ProductId>) -> Vec<ProductV1> {
    ids.iter()
        .map(|id| ProductV1 {
            id: id.to_string(),
            name: plan.name(id).to_owned(),
        })
        .collect()
}

fn step(plan: &Plan, step: &Step) -> StepV1 {
    let call = step.call();
    let known = step.products();
    StepV1 {
        id: step.id,
        phase: step.kind().phase(),
        kind: step.kind().as_str().to_owned(),
        org: OrgV1::from(&step.org),
        depends_on: step.depends_on.clone(),
        enable: products(plan, &step.enable()),
        disable: products(plan, &step.disable()),
        before: known.map(|(before, _)| products(plan, before)),
        after: known.map(|(_, after)| products(plan, after)),
        reversible: step.reversible(),
        call: CallV1 {
            method: call.method.to_owned(),
            path: call.path,
            body: call.body,
            plus_existing: call.plus_existing,
        },
        cause: step.cause.map(|cause| cause.as_str().to_owned()),
    }
}

impl From<&Plan> for PlanV1 {
    fn from(plan: &Plan) -> Self {
        let Plan {
            account,
            provenance,
            desired_digest,
            live_digest,
            live_orgs,
            steps,
            unchanged: _, // follows from the desired state; scripts read `orgsChanged`
            unmanaged,
            warnings,
            breaches,
            names: _, // shown beside each id
        } = plan;
        Self {
            version: 1,
            account: account.to_string(),
            desired: DesiredV1 {
                digest: desired_digest.clone(),
                files: provenance.files.clone(),
                commit: provenance.commit.clone(),
            },
            live: LiveV1 {
                digest: live_digest.clone(),
                orgs: *live_orgs,
            },
            summary: SummaryV1 {
                link: plan.count(Kind::Link),
                activate: plan.count(Kind::Activate),
                enable: plan.count(Kind::Enable),
                swap: plan.count(Kind::Swap),
                disable: plan.count(Kind::Disable),
                deactivate: plan.count(Kind::Deactivate),
                products_enabled: plan.enabled(),
                products_disabled: plan.disabled(),
                orgs_changed: plan.orgs_changed(),
                unmanaged_orgs: unmanaged.len(),
            },
            steps: steps.iter().map(|one| step(plan, one)).collect(),
            unmanaged: unmanaged.iter().map(OrgV1::from).collect(),
            warnings: warnings
                .iter()
                .map(|warning| warning.message.clone())
                .collect(),
            guardrails: breaches
                .iter()
                .map(|breach| BreachV1 {
                    name: breach.name.to_owned(),
                    limit: breach.limit,
                    actual: breach.actual,
                    allow: breach.allow.map(Allowance::as_str).map(str::to_owned),
                })
                .collect(),
        }
    }
}
