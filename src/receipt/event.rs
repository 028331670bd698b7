//! Facts: that a run starts, that a step has ended, that the run has ended.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::ids::{ObjectName, OrgName, ProductId};
use crate::plan::fields::FieldChange;
use crate::plan::{AccountServer, Kind, StepId};

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It was sent, and seen to hold.
    Applied,
    /// There was nothing left to do.
    Unchanged,
    /// The org isn't what the plan saw; nothing was sent.
    Stale,
    /// Something came to light that no reviewer saw; it is left to the next plan.
    Deferred,
    /// It was refused, or wasn't seen to hold.
    Failed,
    /// It wasn't tried because something before it failed.
    Skipped,
}

impl Outcome {
    /// All outcomes.
    pub const ALL: [Self; 6] = [
        Self::Applied,
        Self::Unchanged,
        Self::Stale,
        Self::Deferred,
        Self::Failed,
        Self::Skipped,
    ];

    /// The word in receipts.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Unchanged => "unchanged",
            Self::Stale => "stale",
            Self::Deferred => "deferred",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }

    /// Whether the org is as the step wanted it, as far as a reviewer saw.
    #[must_use]
    pub fn holds(self) -> bool {
        matches!(self, Self::Applied | Self::Unchanged | Self::Deferred)
    }
}

/// One fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The run starts.
    Started(Started),
    /// A step begins: from here on a write of it may be sent.
    Begun(Begun),
    Step(Box<StepEnded>),
    /// The steps of a wave begin.
    WaveBegun(WaveBegun),
    /// All of them have ended.
    WaveEnded(WaveEnded),
    /// The run has ended.
    Ended(Ended),
}

/// The run starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Started {
    /// The plan's fingerprint.
    pub plan: String,
    pub account: String,
    /// Where the account is.
    pub server: AccountServer,
    /// The commit of the desired state, if any.
    pub commit: Option<String>,
    /// How many steps the plan has.
    pub steps: usize,
    /// Which guardrails might be exceeded, as it was said: `disables=22`.
    pub allowed: Vec<String>,
    pub at: SystemTime,
}

/// Who runs it, as far as the environment tells: for the record, not for any decision.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Runner {
    /// The client id of the service app; `None` where a token was given.
    pub client: Option<String>,
    /// Who started the workflow run, under GitHub Actions.
    pub actor: Option<String>,
    /// The URL of that run.
    pub run: Option<String>,
}

/// A step begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    /// Its number in the plan.
    pub id: StepId,
    /// What it is called.
    pub kind: Kind,
    pub org: OrgName,
    pub at: SystemTime,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepEnded {
    /// Its number in the plan.
    pub id: StepId,
    /// What it is called.
    pub kind: Kind,
    /// The org; with its id if that became known.
    pub org: OrgName,
    /// How it ended.
    pub outcome: Outcome,
    /// Whether a write of this step may have arrived.
    pub sent: bool,
    /// The HTTP status of the last answer to its write.
    pub status: Option<u16>,
    /// Okta's id of that request.
    pub request_id: Option<String>,
    /// The org's products as read before the write.
    pub before: Option<BTreeSet<ProductId>>,
    /// The org's products as last seen.
    pub after: Option<BTreeSet<ProductId>>,
    /// What a `configure` step is about.
    pub object: Option<TouchedObject>,
    /// Products left to the next plan.
    pub deferred: BTreeSet<ProductId>,
    pub started_at: SystemTime,
    /// How long it took.
    pub took: Duration,
    /// What went wrong, or what is left to the next plan.
    pub error: Option<String>,
    /// The step that did not succeed before, where this one was skipped because of it.
    pub because: Option<StepId>,
}

impl StepEnded {
    /// What it was about: the org, and the object inside of it.
    #[must_use]
    pub fn about(&self) -> String {
        match &self.object {
            Some(object) => format!("{} {}", self.org.label(), object.name),
            None => self.org.label().to_owned(),
        }
    }
}

/// The steps of a wave begin: those of the waves before it were seen to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaveBegun {
    pub wave: Arc<str>,
    /// How many there are.
    pub steps: usize,
    pub at: SystemTime,
}

/// All steps of a wave have ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaveEnded {
    pub wave: Arc<str>,
    /// Whether its orgs were read again: those of the last aren't.
    pub looked: bool,
    /// Why it doesn't hold; `None` where it does.
    pub why: Option<String>,
    pub at: SystemTime,
}

/// An object inside of an org.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TouchedObject {
    pub name: ObjectName,
    /// Its id, if that became known.
    pub id: Option<String>,
    pub was: ObjectWas,
    /// The fields that the plan wanted otherwise than it saw them.
    pub fields: Vec<FieldChange>,
}

/// What an object was before its step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectWas {
    /// There, with the values that its fields had before.
    There,
    /// Not there.
    Missing,
    /// Not seen before the step, so that nobody knows what its fields had.
    Unseen,
}

impl ObjectWas {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::There, Self::Missing, Self::Unseen];

    /// The word in receipts.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::There => "there",
            Self::Missing => "missing",
            Self::Unseen => "unseen",
        }
    }
}

/// The run has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// How many steps ended how.
    pub outcomes: BTreeMap<Outcome, usize>,
    /// Whether it was interrupted.
    pub interrupted: bool,
    pub at: SystemTime,
}
