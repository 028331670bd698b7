//! How much one run may change: each limit a row, evaluated over the whole plan before the first write.

use std::collections::{BTreeMap, BTreeSet};

use super::change::Change;
use super::kinds::{Allowance, Kind};
use super::lookalike::Lookalike;
use super::request::StepId;
use super::share::Share;
use super::step::Step;
use super::strain::{Strain, told};
use super::unread::UnreadOrg;
use crate::desired::model::{Amount, Guardrails, LookalikePolicy, UnmanagedPolicy, UnreadPolicy};
use crate::diagnostic::counted;
use crate::ids::{OrgName, OrgSet};

/// A limit on a whole plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Guardrail {
    /// Product disablements, over all orgs.
    MaxDisabled,
    /// Orgs that get created.
    MaxCreated,
    /// Orgs on which consent is granted.
    MaxConsented,
    /// Orgs that get linked.
    MaxLinked,
    /// Orgs in which something inside is made or changed.
    MaxConfigured,
    /// Orgs that get deactivated.
    MaxDeactivated,
    /// Orgs whose deletion is requested.
    MaxDeleted,
    /// Protected orgs that lose something.
    ProtectedOrgs,
    /// Managed orgs that the file doesn't list.
    UnmanagedOrgs,
    /// Orgs with a baseline whose inside can't be read.
    BaselineUnread,
    /// Entries without a live org that look like one of these.
    Lookalikes,
    /// Constraints that the plan breaks.
    Constraints,
}

/// What guardrails look at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Judged<'a> {
    pub(super) steps: &'a [Step],
    /// Managed orgs that the file doesn't list.
    pub(super) unmanaged: &'a [OrgName],
    /// Orgs with a baseline whose inside can't be read.
    pub(super) unread: &'a [UnreadOrg],
    /// Entries without a live org, each with the managed org that it looks like.
    pub(super) lookalikes: &'a [Lookalike],
    /// Constraints that the steps break.
    pub(super) strains: &'a [Strain],
    /// Those steps.
    pub(super) straining: &'a BTreeSet<StepId>,
    /// Products enabled in the orgs that the run reads.
    pub(super) enabled: u64,
    /// The limits of the file.
    pub(super) limits: &'a Guardrails,
    /// What may be exceeded in this run.
    pub(super) allowances: &'a Allowances,
}

impl Judged<'_> {
    fn share(self) -> Option<Share> {
        Share::of(self.limits, self.enabled)
    }
}

/// A limit that a plan exceeds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// The limit.
    pub guardrail: Guardrail,
    /// Its number, or the allowance's where only that is exceeded.
    pub limit: u64,
    /// Whether the plan is within the limit, if there is one, and beyond what was allowed for this run.
    pub by_allowance: bool,
    /// What the plan has.
    pub actual: u64,
    /// The breach as one sentence, with its numbers.
    pub message: String,
    /// What the limit is a share of, where it is one.
    pub share: Option<Share>,
    /// The steps that count towards it.
    pub steps: BTreeSet<StepId>,
}

/// What a person allowed for one run: without a number as much as the plan has, with one up to that many, whether or not the
/// limit of the file would be higher.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Allowances(BTreeMap<Allowance, Option<u64>>);

impl Allowances {
    /// Whether they lift a breach.
    #[must_use]
    pub fn lift(&self, breach: &Breach) -> bool {
        match self.0.get(&breach.guardrail.allowance()) {
            None => false,
            Some(None) => true,
            Some(Some(up_to)) => breach.actual <= *up_to,
        }
    }

    /// The most that was allowed, where a number was given.
    fn most(&self, allowance: Allowance) -> Option<u64> {
        self.0.get(&allowance).copied().flatten()
    }

    /// As they were given: `disables=22`, `links`.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        let given = self.0.iter();
        given
            .map(|(allowance, up_to)| match up_to {
                Some(up_to) => format!("{}={up_to}", allowance.as_str()),
                None => allowance.as_str().to_owned(),
            })
            .collect()
    }
}

impl FromIterator<(Allowance, Option<u64>)> for Allowances {
    fn from_iter<I: IntoIterator<Item = (Allowance, Option<u64>)>>(items: I) -> Self {
        Self(items.into_iter().collect())
    }
}

impl Guardrail {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 12] = [
        Self::MaxDisabled,
        Self::MaxCreated,
        Self::MaxConsented,
        Self::MaxLinked,
        Self::MaxConfigured,
        Self::MaxDeactivated,
        Self::MaxDeleted,
        Self::ProtectedOrgs,
        Self::UnmanagedOrgs,
        Self::BaselineUnread,
        Self::Lookalikes,
        Self::Constraints,
    ];

    /// The key under `guardrails` in the file.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::MaxDisabled => "maxDisabled",
            Self::MaxCreated => "maxCreated",
            Self::MaxConsented => "maxConsented",
            Self::MaxLinked => "maxLinked",
            Self::MaxConfigured => "maxConfigured",
            Self::MaxDeactivated => "maxDeactivated",
            Self::MaxDeleted => "maxDeleted",
            Self::ProtectedOrgs => "protectedOrgs",
            Self::UnmanagedOrgs => "unmanagedOrgs",
            Self::BaselineUnread => "baselineUnread",
            Self::Lookalikes => "lookalikes",
            Self::Constraints => "constraints",
        }
    }

    /// Where the file has it.
    #[must_use]
    pub fn place(self) -> String {
        if self == Self::Constraints {
            self.key().to_owned()
        } else {
            format!("guardrails.{}", self.key())
        }
    }

    /// What lifts it for one run.
    #[must_use]
    pub fn allowance(self) -> Allowance {
        match self {
            Self::MaxDisabled => Allowance::Disables,
            Self::MaxCreated => Allowance::Creations,
            Self::MaxConsented => Allowance::Consents,
            Self::MaxLinked => Allowance::Links,
            Self::MaxConfigured => Allowance::Configurations,
            Self::MaxDeactivated => Allowance::Deactivations,
            Self::MaxDeleted => Allowance::Deletions,
            Self::ProtectedOrgs => Allowance::Protected,
            Self::UnmanagedOrgs => Allowance::Unmanaged,
            Self::BaselineUnread => Allowance::Unread,
            Self::Lookalikes => Allowance::Lookalikes,
            Self::Constraints => Allowance::Constraints,
        }
    }

    /// Its number and why it is that; `None` where there is no limit.
    fn limit(self, judged: Judged<'_>) -> Option<(u64, String)> {
        let limits = judged.limits;
        let count = |count: u64| Some((count, format!("the limit is {count}")));
        match self {
            Self::MaxDisabled => match (limits.max_disabled, judged.share()) {
                (Some(Amount::Count(limit)), _) => count(limit),
                (_, None) => None,
                (own, Some(share)) => {
                    let (limit, of) = (share.limit(), share.words());
                    let default = if own.is_none() { ", by default" } else { "" };
                    Some((limit, format!("the limit is {limit} ({of}{default})")))
                }
            },
            Self::MaxCreated => count(limits.max_created),
            Self::MaxConsented => count(limits.max_consented),
            Self::MaxLinked => count(limits.max_linked),
            Self::MaxConfigured => count(limits.max_configured),
            Self::MaxDeactivated => count(limits.max_deactivated),
            Self::MaxDeleted => count(limits.max_deleted),
            Self::ProtectedOrgs => count(0),
            Self::UnmanagedOrgs => match limits.unmanaged {
                UnmanagedPolicy::Fail => count(0),
                UnmanagedPolicy::Ignore | UnmanagedPolicy::Warn => None,
            },
            Self::BaselineUnread => match limits.unread {
                UnreadPolicy::Fail => count(0),
                UnreadPolicy::Warn => None,
            },
            Self::Constraints => Some((0, "none may be".to_owned())),
            Self::Lookalikes => match limits.lookalikes {
                LookalikePolicy::Fail => count(0),
                LookalikePolicy::Warn => None,
            },
        }
    }

    /// Whether a step counts towards it.
    fn concerns(self, step: &Step, judged: Judged<'_>, guarded: &OrgSet) -> bool {
        match self {
            Self::MaxCreated => step.kind() == Kind::Create,
            Self::MaxConsented => step.kind() == Kind::Consent,
            Self::Lookalikes => {
                let mut alike = judged.lookalikes.iter();
                step.kind() == Kind::Link && alike.any(|one| one.entry == step.org)
            }
            Self::Constraints => judged.straining.contains(&step.id),
            Self::MaxDisabled => !step.delta().disable.is_empty(),
            Self::MaxLinked => step.kind() == Kind::Link,
            Self::MaxConfigured => step.kind() == Kind::Configure,
            Self::MaxDeactivated => step.kind() == Kind::Deactivate,
            Self::MaxDeleted => step.kind() == Kind::Delete,
            Self::ProtectedOrgs => takes(step) && guarded.contains(&step.org),
            Self::UnmanagedOrgs | Self::BaselineUnread => false,
        }
    }

    /// What the plan has, of steps that count towards it.
    fn actual(self, judged: Judged<'_>, concerned: &[&Step]) -> u64 {
        let count = match self {
            Self::MaxDisabled => {
                let disabled = concerned.iter().map(|step| step.delta().disable.len());
                disabled.sum()
            }
            Self::MaxCreated
            | Self::MaxConsented
            | Self::MaxLinked
            | Self::MaxDeactivated
            | Self::MaxDeleted => concerned.len(),
            Self::Lookalikes => judged.lookalikes.len(),
            Self::Constraints => judged.strains.len(),
            Self::MaxConfigured | Self::ProtectedOrgs => orgs(concerned).len(),
            Self::UnmanagedOrgs => judged.unmanaged.len(),
            Self::BaselineUnread => judged.unread.len(),
        };
        count as u64
    }

    /// The breach in words.
    fn sentence(self, judged: Judged<'_>, concerned: &[&Step], actual: u64, why: &str) -> String {
        match self {
            Self::MaxDisabled => {
                format!("this plan disables {}, {why}", counted(actual, "product"))
            }
            Self::MaxLinked => format!("this plan links {}, {why}", counted(actual, "org")),
            Self::MaxConfigured => {
                format!("this plan configures {}, {why}", counted(actual, "org"))
            }
            Self::MaxCreated => format!("this plan creates {}, {why}", counted(actual, "org")),
            Self::MaxConsented => {
                format!(
                    "this plan grants consent on {}, {why}",
                    counted(actual, "org")
                )
            }
            Self::Lookalikes => {
                let all = judged.lookalikes.iter();
                let all: Vec<String> = all.map(Lookalike::question).collect();
                format!(
                    "this plan links {} like a managed one: {}; {why}",
                    counted(actual, "org"),
                    all.join("; ")
                )
            }
            Self::Constraints => {
                format!(
                    "this plan breaks {}, {why}: {}",
                    counted(actual, "constraint"),
                    told(judged.strains)
                )
            }
            Self::MaxDeactivated => {
                format!("this plan deactivates {}, {why}", counted(actual, "org"))
            }
            Self::MaxDeleted => {
                let orgs = counted(actual, "org");
                format!("this plan asks Okta to delete {orgs}, {why}")
            }
            Self::ProtectedOrgs => {
                let labels: Vec<&str> = orgs(concerned).into_iter().map(OrgName::label).collect();
                let inside = concerned.iter().any(|step| step.kind() == Kind::Configure);
                let what = if inside {
                    "takes away or changes something"
                } else {
                    "takes something away"
                };
                format!(
                    "this plan {what} in {}: {}, {why}",
                    counted(actual, "protected org"),
                    labels.join(", ")
                )
            }
            Self::BaselineUnread => {
                let labels: Vec<&str> = judged.unread.iter().map(|one| one.org.label()).collect();
                format!(
                    "the inside of {} can't be read: {}, {why}",
                    counted(actual, "org"),
                    labels.join(", ")
                )
            }
            Self::UnmanagedOrgs => {
                let labels: Vec<&str> = judged.unmanaged.iter().map(OrgName::label).collect();
                format!(
                    "the file doesn't list {}: {}, {why}",
                    counted(actual, "managed org"),
                    labels.join(", ")
                )
            }
        }
    }
}

/// All limits that the plan exceeds, allowed or not, and all allowances.
#[must_use]
pub(super) fn breaches(judged: Judged<'_>) -> Vec<Breach> {
    let guarded: OrgSet = judged.limits.protected.iter().cloned().collect();
    Guardrail::ALL
        .into_iter()
        .filter_map(|guardrail| {
            let concerned: Vec<&Step> = judged
                .steps
                .iter()
                .filter(|step| guardrail.concerns(step, judged, &guarded))
                .collect();
            let actual = guardrail.actual(judged, &concerned);
            let most = judged.allowances.most(guardrail.allowance());
            let (limit, why, by_allowance) = match (guardrail.limit(judged), most) {
                (Some((limit, why)), _) if actual > limit => (limit, why, false),
                (_, Some(most)) if actual > most => {
                    let why = format!("the allowance for this run is {most}");
                    (most, why, true)
                }
                _ => return None,
            };
            Some(Breach {
                guardrail,
                limit,
                by_allowance,
                actual,
                message: guardrail.sentence(judged, &concerned, actual, &why),
                share: judged
                    .share()
                    .filter(|_| guardrail == Guardrail::MaxDisabled && !by_allowance),
                steps: concerned.iter().map(|step| step.id).collect(),
            })
        })
        .collect()
}

/// Whether the org has less after a step, or something else: a swap removes too, and an object that is changed was seen there.
pub(super) fn takes(step: &Step) -> bool {
    let gone = matches!(step.kind(), Kind::Deactivate | Kind::Delete);
    let altered = matches!(&step.change, Change::Configure(change) if change.alters_seen());
    gone || altered || !step.delta().disable.is_empty()
}

fn orgs<'a>(steps: &[&'a Step]) -> BTreeSet<&'a OrgName> {
    steps.iter().map(|step| &step.org).collect()
}
