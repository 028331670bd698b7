//! The plan as JSON: the published form of `schema/plan.schema.json`, version 1.

mod call;
mod field;
mod maker;
mod org;
mod reading;
mod summary;
mod unread;

use jiff::civil::Date;
use serde::{Deserialize, Serialize, Serializer};

use super::cause::Attribution;
use super::model::Plan;
use super::step::Step;
use crate::ids::ProductId;

pub use call::CallV1;
pub use field::FieldV1;
pub use maker::MakerV1;
pub use org::OrgV1;
pub use reading::ReadingV1;
pub use summary::SummaryV1;
pub use unread::UnreadV1;

/// The schema's text: `schema/plan.schema.json`.
pub const SCHEMA: &str = include_str!("../../schema/plan.schema.json");

/// With the steps in a list.
pub type PlanV1 = PlanForm<Vec<StepV1>>;

/// With the steps made one by one while they are written: together they are larger than the plan.
pub type PlanText<'a> = PlanForm<Steps<'a>>;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanForm<S> {
    /// The version of this form: 1.
    pub version: u32,
    /// The Aerial account.
    pub account: String,
    /// The origin of its API, or `emulator`.
    pub endpoint: String,
    /// The origin of the org that issues the tokens, or `emulator`; null where only a token is known.
    pub issuer: Option<String>,
    /// The day (UTC) that decided what is listed; absent where nothing has an end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub today: Option<String>,
    /// The desired state.
    pub desired: DesiredV1,
    /// The live state.
    pub live: LiveV1,
    /// How old that is, where an earlier run had left something to go on from; absent where all was read in one go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<ReadingV1>,
    /// Counts.
    pub summary: SummaryV1,
    /// The steps in order.
    pub steps: S,
    /// Managed orgs that the file doesn't list.
    pub unmanaged: Vec<OrgV1>,
    /// Orgs with a baseline that can't be looked into; absent where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<UnreadV1>,
    /// Orgs whose deletion is left out; absent where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withheld: Vec<OrgV1>,
    /// What a reader should know.
    pub warnings: Vec<String>,
    /// Limits that the plan exceeds.
    pub guardrails: Vec<BreachV1>,
    /// What the branch changes for the whole account, where it was compared with a base.
    #[serde(rename = "accountWide", default, skip_serializing_if = "Vec::is_empty")]
    pub account_wide: Vec<RuleChangeV1>,
}

/// A key that holds for the whole account, old and new; of a list, a member that comes or goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleChangeV1 {
    pub key: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// Where the desired state came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DesiredV1 {
    /// Fingerprint of its meaning.
    pub digest: String,
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

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepV1 {
    /// Its number, from 1.
    pub id: u32,
    pub phase: u8,
    /// A word of the table of kinds.
    pub kind: String,
    pub org: OrgV1,
    /// The wave that it goes with, where the file has waves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wave: Option<String>,
    /// Steps that must have succeeded before.
    pub depends_on: Vec<u32>,
    pub enable: Vec<ProductV1>,
    pub disable: Vec<ProductV1>,
    /// The org's products before; null where unknown or not concerned.
    pub before: Option<Vec<ProductV1>>,
    /// The org's products after; null where unknown or not concerned.
    pub after: Option<Vec<ProductV1>>,
    /// Whether a later plan could undo it.
    pub reversible: bool,
    pub call: CallV1,
    /// What a `configure` step is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<ObjectV1>,
    /// `change` or `drift`, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// Of `enable` and `disable` what is drift by itself, where that was asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drift: Vec<ProductV1>,
    /// Who made what it is to change, where that was asked and can be told; empty where that isn't known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Vec<MakerV1>>,
}

/// An object inside an org, and what becomes something else about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectV1 {
    pub collection: String,
    /// Its name; of a policy after its type, of a rule after its policy; empty for a single object.
    pub name: String,
    pub fields: Vec<FieldV1>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductV1 {
    pub id: String,
    pub name: String,
}

/// An exceeded limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BreachV1 {
    /// The key under `guardrails`.
    pub name: String,
    pub limit: u64,
    /// What the plan has.
    pub actual: u64,
    /// The word for `apply --allow`.
    pub allow: String,
    /// Whether it was allowed for this run.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub allowed: bool,
}

fn products<'a>(plan: &Plan, ids: impl IntoIterator<Item = &'a ProductId>) -> Vec<ProductV1> {
    ids.into_iter()
        .map(|id| ProductV1 {
            id: id.to_string(),
            name: plan.name(id).to_owned(),
        })
        .collect()
}

fn step(plan: &Plan, step: &Step, causes: &Attribution) -> StepV1 {
    let delta = step.delta();
    StepV1 {
        id: step.id.0,
        phase: step.kind().phase(),
        kind: step.kind().as_str().to_owned(),
        org: OrgV1::from(&step.org),
        wave: step.wave.as_ref().map(|wave| wave.name.to_string()),
        depends_on: step.depends_on.iter().map(|id| id.0).collect(),
        before: delta.sets.map(|(before, _)| products(plan, before)),
        after: delta.sets.map(|(_, after)| products(plan, after)),
        enable: products(plan, delta.enable),
        disable: products(plan, delta.disable),
        reversible: step.kind().row().reversible,
        call: CallV1::from(&step.request),
        object: object(step),
        cause: causes.cause(step).map(|cause| cause.as_str().to_owned()),
        drift: products(plan, causes.drifted(step).into_iter().flatten()),
        by: causes
            .makers(step)
            .map(|all| all.iter().map(MakerV1::from).collect()),
    }
}

fn object(step: &Step) -> Option<ObjectV1> {
    let change = step.configure()?;
    Some(ObjectV1 {
        collection: change.object.collection().as_str().to_owned(),
        name: change.object.label(),
        fields: change.fields.iter().map(FieldV1::from).collect(),
    })
}

/// The steps of a plan, as they are published.
#[derive(Debug, Clone, Copy)]
pub struct Steps<'a> {
    plan: &'a Plan,
    causes: &'a Attribution,
}

impl Steps<'_> {
    /// One by one.
    pub fn iter(&self) -> impl Iterator<Item = StepV1> + '_ {
        let steps = self.plan.steps.iter();
        steps.map(|one| step(self.plan, one, self.causes))
    }
}

impl Serialize for Steps<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl From<&Plan> for PlanV1 {
    fn from(plan: &Plan) -> Self {
        Self::with_causes(plan, &Attribution::default())
    }
}

impl PlanV1 {
    /// The day that it assumed; `None` where nothing had an end, or it says no day.
    #[must_use]
    pub fn day(&self) -> Option<Date> {
        self.today.as_deref()?.parse().ok()
    }

    /// The published form, with the cause of each step where that was asked.
    #[must_use]
    pub fn with_causes(plan: &Plan, causes: &Attribution) -> Self {
        let text = PlanText::of(plan, causes);
        let steps = text.steps.iter().collect();
        text.with_steps(steps)
    }
}

impl<'a> PlanText<'a> {
    /// The same, to be written.
    #[must_use]
    pub fn of(plan: &'a Plan, causes: &'a Attribution) -> Self {
        let Plan {
            account,
            today,
            server,
            provenance,
            desired_digest,
            live_digest,
            live_orgs,
            steps: _,     // one by one
            unchanged: _, // follows from the desired state; scripts read `orgsChanged`
            unmanaged,
            unread,
            withheld,
            warnings,
            breaches,
            allowances,
            waves: _,     // with each step
            in_turn: _,   // so are the steps
            postponed: _, // among the warnings
            put_off: _,   // so is that
            names: _,     // shown beside each id
        } = plan;
        // Where they stand in the file is the file's matter, not the plan's.
        let mut warnings: Vec<String> = warnings.iter().map(|one| one.message.clone()).collect();
        warnings.sort();
        Self {
            version: 1,
            account: account.to_string(),
            endpoint: server.endpoint.clone(),
            issuer: server.issuer.clone(),
            today: today.map(|day| day.to_string()),
            desired: DesiredV1 {
                digest: desired_digest.clone(),
                files: provenance.files.clone(),
                commit: provenance.commit.clone(),
            },
            live: LiveV1 {
                digest: live_digest.clone(),
                orgs: *live_orgs,
            },
            account_wide: Vec::new(),
            reading: None,
            summary: SummaryV1::of(plan),
            steps: Steps { plan, causes },
            unmanaged: unmanaged.iter().map(OrgV1::from).collect(),
            unread: unread.iter().map(UnreadV1::from).collect(),
            withheld: withheld.iter().map(|one| OrgV1::from(&one.org)).collect(),
            warnings,
            guardrails: breaches
                .iter()
                .map(|breach| BreachV1 {
                    name: breach.guardrail.key().to_owned(),
                    limit: breach.limit,
                    actual: breach.actual,
                    allow: breach.guardrail.allowance().as_str().to_owned(),
                    allowed: allowances.lift(breach),
                })
                .collect(),
        }
    }
}

impl<S> PlanForm<S> {
    /// The same with other steps.
    pub(super) fn with_steps<T>(self, steps: T) -> PlanForm<T> {
        let Self {
            version,
            account,
            endpoint,
            issuer,
            today,
            desired,
            live,
            reading,
            summary,
            steps: _, // those are the other ones
            unmanaged,
            unread,
            withheld,
            warnings,
            guardrails,
            account_wide,
        } = self;
        PlanForm {
            version,
            account,
            endpoint,
            issuer,
            today,
            desired,
            live,
            reading,
            summary,
            steps,
            unmanaged,
            unread,
            withheld,
            warnings,
            guardrails,
            account_wide,
        }
    }
}
