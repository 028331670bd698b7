//! Earlier runs, as their receipts tell them.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use serde_json::Value as Json;

use super::event::{ObjectWas, Outcome};
use crate::clock::parsed;
use crate::ids::{ObjectName, OrgName, ProductId};
use crate::plan::Kind;

/// What receipts tell, and where they can't be understood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Past {
    pub runs: Vec<PastRun>,
    /// Of each run that has some, and of each receipt in which it isn't told of which run they are, the first.
    pub gaps: Vec<ReceiptGap>,
}

/// A line of a receipt that can't be understood: what it told isn't known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptGap {
    /// The receipt.
    pub receipt: String,
    /// The line, from 1.
    pub line: u32,
    /// The run that it is of, by its place among those that were read with it; `None` where that isn't told.
    pub run: Option<usize>,
}

/// As the beginning of a sentence.
impl std::fmt::Display for ReceiptGap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            receipt,
            line,
            run: _,
        } = self;
        write!(
            f,
            "line {line} of the receipt {receipt} can't be understood"
        )
    }
}

/// An earlier run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastRun {
    /// The receipt that it is in.
    pub receipt: String,
    /// The version of its form, which is 1 as far as this program knows.
    pub version: u32,
    pub account: String,
    /// Where that account is: an origin, or `emulator`; empty where the receipt doesn't say.
    pub endpoint: String,
    /// The client id of the service app; `None` where a token was given.
    pub client: Option<String>,
    pub commit: Option<String>,
    /// Who started it, where that was known.
    pub actor: Option<String>,
    /// The URL of the workflow run.
    pub url: Option<String>,
    /// When it started, RFC 3339; empty where the receipt doesn't say.
    pub at: String,
    /// Whether its end is recorded: one that was killed has none.
    pub ended: bool,
    /// Lines that can't be understood, or that follow one.
    pub unread: usize,
    /// What it did, in the order in which the steps ended.
    pub steps: Vec<PastStep>,
}

/// A step of an earlier run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastStep {
    pub id: u32,
    pub kind: Kind,
    pub org: OrgName,
    /// `None` where the run ended before that was recorded.
    pub outcome: Option<Outcome>,
    /// Whether a write may have arrived.
    pub sent: bool,
    /// The HTTP status of the last answer to it.
    pub status: Option<u16>,
    /// Okta's id of that request.
    pub request_id: Option<String>,
    /// The org's products as read before the write.
    pub before: Option<BTreeSet<ProductId>>,
    /// The org's products as last seen.
    pub after: Option<BTreeSet<ProductId>>,
    /// When it started, RFC 3339; empty where the receipt doesn't say.
    pub at: String,
    /// How long it took.
    pub took: Duration,
    /// What went wrong.
    pub error: Option<String>,
    /// What it was about inside of the org.
    pub object: Option<PastObject>,
    /// The line of the receipt, from 1.
    pub line: u32,
}

/// An object inside of an org that a step was about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastObject {
    /// `zones/Corporate`: collection and name, as the receipt has them.
    pub label: String,
    /// The same where it can be one.
    pub name: Option<ObjectName>,
    /// `None` where the receipt doesn't say.
    pub was: Option<ObjectWas>,
    pub fields: Vec<PastField>,
}

/// A field as it was before a step, and as the step wanted it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastField {
    pub path: String,
    pub before: Json,
    pub after: Json,
}

/// What is known of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trace {
    /// It was seen to hold.
    Certain,
    /// It may or may not have had an effect.
    Possible,
}

impl Past {
    /// Leaves these runs, their gaps, and those of which it isn't told whose they are.
    pub fn retain(&mut self, keep: impl Fn(&PastRun) -> bool) {
        let mut places = 0..;
        let places: Vec<Option<usize>> = self
            .runs
            .iter()
            .map(|run| keep(run).then(|| places.next()).flatten())
            .collect();
        self.runs.retain(keep);
        self.gaps.retain_mut(|gap| match gap.run {
            None => true,
            Some(run) => {
                gap.run = places.get(run).copied().flatten();
                gap.run.is_some()
            }
        });
    }

    /// Adds what other receipts tell.
    pub fn append(&mut self, mut other: Self) {
        for gap in &mut other.gaps {
            gap.run = gap.run.map(|run| run + self.runs.len());
        }
        self.runs.append(&mut other.runs);
        self.gaps.append(&mut other.gaps);
    }
}

impl PastRun {
    /// When it started; `None` where the receipt doesn't say.
    #[must_use]
    pub fn began(&self) -> Option<SystemTime> {
        parsed(&self.at)
    }

    /// What it was, in words: the commit, who started it and where, as far as that is known.
    #[must_use]
    pub fn words(&self) -> String {
        let mut words = "a run of aerialctl".to_owned();
        if let Some(commit) = &self.commit {
            let short: String = commit.chars().take(12).collect();
            words = format!("{words}, commit {short}");
        }
        for known in [&self.actor, &self.url].into_iter().flatten() {
            words = format!("{words}, {known}");
        }
        words
    }

    /// Where one of its steps is recorded: `step 3 of .aerialctl/receipts/20260101T000000000Z-0227.jsonl`.
    #[must_use]
    pub fn place(&self, step: &PastStep) -> String {
        format!("step {} of {}", step.id, self.receipt)
    }
}

impl PastStep {
    /// When it began; `None` where the receipt doesn't say.
    #[must_use]
    pub fn began(&self) -> Option<SystemTime> {
        parsed(&self.at)
    }

    /// What is known of its write; `None` where nothing arrived, or it was refused.
    #[must_use]
    pub fn trace(&self) -> Option<Trace> {
        // Who gave up waiting (408, 499) doesn't know what became of it.
        let refused = self
            .status
            .is_some_and(|status| (400..500).contains(&status) && !matches!(status, 408 | 499));
        match self.outcome {
            None => Some(Trace::Possible),
            Some(Outcome::Applied) => Some(Trace::Certain),
            Some(_) if self.sent && !refused => Some(Trace::Possible),
            Some(_) => None,
        }
    }
}
