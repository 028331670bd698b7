//! Desired state and snapshot to an ordered plan: synchronous, pure, total.
//!
//! `matching` pairs the orgs of the file with those of the account, `target` says which products each should end with,
//! `difference` what is missing, `order` in which sequence, `guardrails` whether that is too much for one run. `check` is
//! other code that holds the finished plan against the laws, `cause` says of each step why it is there. `wire` is the published JSON and `digest` its fingerprint.

mod cause;
pub mod check;
mod difference;
mod digest;
pub mod envelope;
pub mod guardrails;
mod matching;
mod order;
mod step;
mod target;
pub mod wire;

use std::collections::{BTreeMap, BTreeSet};

pub use cause::{Cause, label};
pub use digest::{of_desired, of_plan};
pub use guardrails::{Allowance, Breach};
pub use step::{AfterLink, Call, Change, Kind, OrgKey, OrgRef, Step, Tolerance};

use crate::desired::model::{Desired, DesiredOrg, UnmanagedPolicy};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::ids::{AccountId, ProductId};
use crate::live::Snapshot;

/// What planning depends on besides the two states.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Narrows the plan to these orgs of the file; `None`: all.
    pub only: Option<BTreeSet<OrgKey>>,
    /// Where the desired state came from, for the record.
    pub provenance: Provenance,
}

impl Options {
    /// Whether the plan is about this org.
    #[must_use]
    pub fn covers(&self, org: &DesiredOrg) -> bool {
        self.only.as_ref().is_none_or(|only| {
            let by_id = org
                .id
                .clone()
                .is_some_and(|id| only.contains(&OrgKey::Id(id)));
            let by_domain = org
                .domain
                .clone()
                .is_some_and(|domain| only.contains(&OrgKey::Domain(domain)));
            by_id || by_domain
        })
    }
}

/// Where a desired state came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Provenance {
    /// The files, as the user named them.
    pub files: Vec<String>,
    /// The commit, when they were taken from one.
    pub commit: Option<String>,
}

/// An ordered, complete, immutable list of steps; holds no time of day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The account.
    pub account: AccountId,
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
    /// Orgs of the file, within `--only`, that no step touches.
    pub unchanged: usize,
    /// Managed orgs that the file doesn't list.
    pub unmanaged: Vec<OrgRef>,
    /// What a reader should know.
    pub warnings: Diagnostics,
    /// Limits that this plan exceeds.
    pub breaches: Vec<Breach>,
    /// What to call each product that the plan mentions.
    pub names: BTreeMap<ProductId, String>,
}

impl Plan {
    /// What to call a product: Okta's name, else the file's, else its id.
    #[must_use]
    pub fn name<'a>(&'a self, id: &'a ProductId) -> &'a str {
        self.names.get(id).map_or(id.as_str(), String::as_str)
    }

    /// The steps with one cause, by org; `None` for plans whose steps have none.
    #[must_use]
    pub fn by_org(&self, cause: Option<Cause>) -> BTreeMap<&OrgRef, Vec<&Step>> {
        let mut orgs: BTreeMap<&OrgRef, Vec<&Step>> = BTreeMap::new();
        for step in self.steps.iter().filter(|step| step.cause == cause) {
            orgs.entry(&step.org).or_default().push(step);
        }
        orgs
    }

    /// How many steps there are of one kind.
    #[must_use]
    pub fn count(&self, kind: Kind) -> usize {
        self.steps.iter().filter(|step| step.kind() == kind).count()
    }

    /// How many products get enabled, over all orgs.
    #[must_use]
    pub fn enabled(&self) -> usize {
        self.steps.iter().map(|step| step.enable().len()).sum()
    }

    /// How many products get disabled, over all orgs.
    #[must_use]
    pub fn disabled(&self) -> usize {
        self.steps.iter().map(|step| step.disable().len()).sum()
    }

    /// How many orgs have a step.
    #[must_use]
    pub fn orgs_changed(&self) -> usize {
        let orgs: BTreeSet<&OrgRef> = self.steps.iter().map(|step| &step.org).collect();
        orgs.len()
    }
}

/// Plans how to get from the snapshot to the desired state.
///
/// # Errors
/// Every reason for which there is no plan: an id and a domain of different orgs, a product that isn't subscribed, a cell
/// that is missing, a status that Okta doesn't document.
pub fn plan(desired: &Desired, live: &Snapshot, options: &Options) -> Result<Plan, Diagnostics> {
    let mut found = Diagnostics::default();
    let matching = matching::pair(desired, live, &mut found);
    let mut warnings = Diagnostics::default();
    let mut diffs = Vec::new();
    for pair in &matching.pairs {
        if options.covers(pair.desired) {
            let diff = difference::of(pair, desired, live, &mut found, &mut warnings);
            diffs.push(diff);
        }
    }
    if !live.partial && live.aerial_org().is_none() {
        warnings.push(Diagnostic::warning(
            Code::NoAerialOrg,
            "the list of managed orgs lacks the Aerial org, which is always in it: the token may see a part of the account only",
        ));
    }
    if found.has_errors() {
        return Err(found.sorted());
    }
    let in_scope = diffs.len();
    let steps = order::steps(diffs);
    let mut plan = Plan {
        account: desired.account.id.clone(),
        provenance: options.provenance.clone(),
        desired_digest: of_desired(desired),
        live_digest: digest::of_live(live),
        live_orgs: live.orgs.len(),
        steps,
        unchanged: 0,
        unmanaged: if live.partial {
            Vec::new()
        } else {
            matching.unmanaged
        },
        warnings: Diagnostics::default(),
        breaches: Vec::new(),
        names: names(desired, live),
    };
    plan.unchanged = in_scope.saturating_sub(plan.orgs_changed());
    if desired.limits.unmanaged == UnmanagedPolicy::Warn && !plan.unmanaged.is_empty() {
        warnings.push(unmanaged_warning(&plan.unmanaged));
    }
    plan.warnings = warnings.sorted();
    plan.breaches = guardrails::breaches(&plan, desired, live);
    Ok(plan)
}

fn unmanaged_warning(orgs: &[OrgRef]) -> Diagnostic {
    const SHOWN: usize = 5;
    let labels: Vec<&str> = orgs.iter().take(SHOWN).map(OrgRef::label).collect();
    let more = if orgs.len() > SHOWN {
        format!(" and {} more", orgs.len() - SHOWN)
    } else {
        String::new()
    };
    let (are, them) = if orgs.len() == 1 {
        ("managed org isn't", "it is")
    } else {
        ("managed orgs aren't", "they are")
    };
    Diagnostic::warning(
        Code::UnmanagedOrgs,
        format!(
            "{} {are} in the file: {}{more}; {them} left alone",
            orgs.len(),
            labels.join(", ")
        ),
    )
}

fn names(desired: &Desired, live: &Snapshot) -> BTreeMap<ProductId, String> {
    let mut names = live.product_names();
    for (id, name) in &desired.names {
        names.entry(id.clone()).or_insert_with(|| name.clone());
    }
    names
}
