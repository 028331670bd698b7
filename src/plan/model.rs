//! A plan: an ordered, complete, immutable list of steps.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::deletions::Withheld;
use super::ends::{Postponed, PutOff};
use super::evidence::Evidence;
use super::guardrails::{Allowances, Breach};
use super::kinds::Kind;
use super::request::StepId;
use super::step::Step;
use super::unread::UnreadOrg;
use crate::desired::model::DesiredOrg;
use crate::diagnostic::{Diagnostics, Sources};
use crate::ids::{AccountId, OrgName, OrgSet, ProductId, Wave};

/// What planning depends on besides the two states.
#[derive(Debug, Clone, Default)]
pub struct PlanOptions {
    /// Which orgs of the file the plan is about.
    pub selection: Selection,
    /// Where the desired state came from, for the record.
    pub provenance: Provenance,
    /// Where the account is, for the record and the envelope.
    pub server: AccountServer,
    /// What tells which deletions and creations were asked for before.
    pub evidence: Evidence,
    /// Orgs that a reviewed plan couldn't look into: nothing is changed inside of them.
    pub unread_before: OrgSet,
    /// What may be exceeded in this run.
    pub allowances: Allowances,
    /// Whether the file's waves are taken one after another.
    pub in_turn: bool,
    /// The day (UTC) that decides what is listed.
    pub today: Date,
    /// The day that a reviewed plan assumed: what has ended since is left to the next plan.
    pub reviewed_on: Option<Date>,
}

/// Which orgs of the file a run is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Selection {
    /// All of them.
    #[default]
    All,
    /// These.
    Only(OrgSet),
}

impl Selection {
    /// Whether the run is about this org.
    #[must_use]
    pub fn covers(&self, org: &DesiredOrg) -> bool {
        match self {
            Self::All => true,
            Self::Only(orgs) => orgs.contains(&org.name),
        }
    }
}

/// Where a desired state came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Provenance {
    /// The files, as the user named them, sorted.
    pub files: Vec<String>,
    /// The commit, when they were taken from one.
    pub commit: Option<String>,
    /// Whether it was made of a receipt, to undo that run.
    pub undoes: bool,
}

impl Provenance {
    /// The command that carries out a plan of it.
    #[must_use]
    pub fn command(&self) -> &'static str {
        if self.undoes { "undo" } else { "apply" }
    }

    /// The files of a desired state, by their paths.
    #[must_use]
    pub fn of(sources: &Sources, commit: Option<String>) -> Self {
        let files = sources.iter().map(|(_, source)| source.path.clone());
        let mut files: Vec<String> = files.collect();
        files.sort();
        Self {
            files,
            commit,
            undoes: false,
        }
    }
}

/// Where an account is: origins such as `https://aerial-apac.okta.com`, or `emulator` for the embedded one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountServer {
    /// Where the account's API is.
    pub endpoint: String,
    /// Whether it is Okta's sandbox, or stands in for it on this machine: there orgs can be deleted.
    pub sandbox: bool,
    /// Who issues the tokens; `None` where a token was given and nothing names the issuer.
    pub issuer: Option<String>,
}

impl AccountServer {
    /// The endpoint of an embedded emulator, wherever it listens.
    pub const EMULATOR: &str = "emulator";
}

/// How to get from a snapshot to a desired state. It holds no time of day; of the day as much
/// as listings that end need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub account: AccountId,
    /// The day that decided what is listed, where anything has an end.
    pub today: Option<Date>,
    pub server: AccountServer,
    /// Where the desired state came from.
    pub provenance: Provenance,
    /// Fingerprint of the desired state's meaning: order, case and names don't change it.
    pub desired_digest: String,
    /// Fingerprint of what was read of the account.
    pub live_digest: String,
    /// Managed orgs in the account.
    pub live_orgs: usize,
    /// The steps in the order in which they run.
    pub steps: Vec<Step>,
    /// The file's waves in their order.
    pub waves: Vec<PlannedWave>,
    /// Whether they are taken one after another: the steps are in their order then.
    pub in_turn: bool,
    /// What has ended and stays in this run, for the sake of the limits.
    pub(super) postponed: Postponed,
    /// How much that is, and what has ended since a review.
    pub put_off: PutOff,
    /// Orgs of the selection that no step touches.
    pub unchanged: usize,
    /// Managed orgs that the file doesn't list.
    pub unmanaged: Vec<OrgName>,
    /// Orgs with a baseline whose inside can't be read.
    pub unread: Vec<UnreadOrg>,
    /// Deletions and creations that are left out, since nothing tells whether they were requested already. `apply` refuses the
    /// plan.
    pub withheld: Vec<Withheld>,
    /// What a reader should know.
    pub warnings: Diagnostics,
    /// Limits that this plan exceeds, lifted or not.
    pub breaches: Vec<Breach>,
    /// What lifts them in this run.
    pub allowances: Allowances,
    /// What to call each product that the plan mentions.
    pub names: BTreeMap<ProductId, String>,
}

/// A wave of the file, as a plan sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedWave {
    pub wave: Wave,
    /// Its orgs in which nothing can be changed: they can't be looked into, or nobody has reviewed what is inside.
    pub unread: Vec<OrgName>,
}

impl Plan {
    /// Whether something is still to change: now, or as soon as a limit allows what has ended to go.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        !self.steps.is_empty() || !self.put_off.is_nothing()
    }

    /// The step of a number.
    #[must_use]
    pub fn step(&self, id: StepId) -> Option<&Step> {
        // Numbered from 1, in order; a plan that isn't breaks a law.
        let at = usize::try_from(id.0).ok()?.checked_sub(1)?;
        self.steps.get(at).filter(|step| step.id == id)
    }

    /// What to call a product: Okta's name, else the file's, else its id.
    #[must_use]
    pub fn name<'a>(&'a self, id: &'a ProductId) -> &'a str {
        self.names.get(id).map_or(id.as_str(), String::as_str)
    }

    /// How many steps there are of one kind.
    #[must_use]
    pub fn count(&self, kind: Kind) -> usize {
        self.steps.iter().filter(|step| step.kind() == kind).count()
    }

    /// How many products get enabled, over all orgs.
    #[must_use]
    pub fn enabled(&self) -> usize {
        let enabled = self.steps.iter().map(|step| step.delta().enable.len());
        enabled.sum()
    }

    /// How many products get disabled, over all orgs.
    #[must_use]
    pub fn disabled(&self) -> usize {
        let disabled = self.steps.iter().map(|step| step.delta().disable.len());
        disabled.sum()
    }

    /// How many orgs have a step.
    #[must_use]
    pub fn orgs_changed(&self) -> usize {
        let orgs: BTreeSet<&OrgName> = self.steps.iter().map(|step| &step.org).collect();
        orgs.len()
    }
}
