//! What is known about a step while it runs, and how it ended.

use std::collections::BTreeSet;
use std::time::SystemTime;

use crate::aerial::Error;
use crate::ids::{ObjectName, OrgId, OrgName, ProductId};
use crate::plan::Step;
use crate::plan::change::ObjectSight;
use crate::plan::fields::FieldChange;
use crate::receipt::{ObjectWas, Outcome, StepEnded, TouchedObject};

/// What is known about a step while it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StepRecord {
    /// The org, with its id once that is known.
    pub(super) org: OrgName,
    started_at: SystemTime,
    /// Whether a write of this step may have arrived.
    pub(super) sent: bool,
    /// Whether one may have had an effect: it may have arrived, and wasn't turned away.
    pub(super) acted: bool,
    /// When the answer to a write of it was lost first.
    pub(super) lost_at: Option<SystemTime>,
    /// Why the token that its write brought is lost.
    pub(super) token_lost: Option<String>,
    /// What is odd about the answer to its write.
    pub(super) aside: Option<String>,
    /// The HTTP status of the last answer to its write.
    pub(super) status: Option<u16>,
    /// Okta's id of that request.
    pub(super) request_id: Option<String>,
    /// The org's products as first seen.
    pub(super) before: Option<BTreeSet<ProductId>>,
    /// The org's products as last seen.
    pub(super) after: Option<BTreeSet<ProductId>>,
    /// The object that it is about, with its id.
    pub(super) object: Option<(ObjectName, String)>,
    /// How it differed when it was first seen.
    pub(super) found: Option<Vec<FieldChange>>,
    deferred: BTreeSet<ProductId>,
}

/// What came to light that no reviewer saw.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Leftover {
    /// Products that the file doesn't list.
    pub(super) products: BTreeSet<ProductId>,
    /// All of it in words; `None` where nothing is left.
    pub(super) text: Option<String>,
}

/// How a step ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ending {
    pub(super) outcome: Outcome,
    /// What went wrong, or what is left to the next plan.
    pub(super) text: Option<String>,
    /// The error behind it, for advice.
    pub(super) cause: Option<Error>,
}

impl Ending {
    pub(super) fn said(outcome: Outcome, text: impl Into<String>) -> Self {
        Self {
            outcome,
            text: Some(text.into()),
            cause: None,
        }
    }

    /// An error that wasn't the user's wish is a failure.
    pub(super) fn failed(error: Error) -> Self {
        if error.is_interruption() {
            return Self::said(
                Outcome::Skipped,
                "the run was interrupted before this was sent",
            );
        }
        Self {
            outcome: Outcome::Failed,
            text: Some(error.to_string()),
            cause: Some(error),
        }
    }

    /// The same with more to say.
    pub(super) fn and(mut self, more: &str) -> Self {
        let text = self.text.unwrap_or_default();
        self.text = Some(format!("{text}; {more}"));
        self
    }
}

impl StepRecord {
    /// A step that starts on an org; `told` is the org's id, if an earlier step told it.
    pub(super) fn of(org: OrgName, told: Option<OrgId>, now: SystemTime) -> Self {
        Self {
            org: match told {
                Some(id) => org.with_id(id),
                None => org,
            },
            started_at: now,
            sent: false,
            acted: false,
            lost_at: None,
            token_lost: None,
            aside: None,
            status: None,
            request_id: None,
            before: None,
            after: None,
            object: None,
            found: None,
            deferred: BTreeSet::new(),
        }
    }

    /// The products as they were just seen.
    pub(super) fn products(&mut self, seen: &BTreeSet<ProductId>) {
        self.before.get_or_insert_with(|| seen.clone());
        self.after = Some(seen.clone());
    }

    /// The org is as the step wants it: by a write of this step, or anyway.
    pub(super) fn in_place(&mut self, left: Leftover) -> Ending {
        self.deferred = left.products;
        let outcome = match (&left.text, self.acted) {
            (Some(_), _) => Outcome::Deferred,
            (None, true) => Outcome::Applied,
            (None, false) => Outcome::Unchanged,
        };
        Ending {
            outcome,
            text: left.text,
            cause: None,
        }
    }

    /// The step failed. An interruption is the user's wish, but for a write that may have had an effect.
    pub(super) fn failed(&self, error: Error) -> Ending {
        if self.acted && error.is_interruption() {
            return Ending::said(
                Outcome::Failed,
                "a write was sent, its answer was lost, and it shows no effect so far; the run was interrupted before it was sent again",
            );
        }
        Ending::failed(error)
    }

    /// A read failed: nothing more is sent, and what was sent before may have had an effect.
    pub(super) fn unreadable(&self, error: Error) -> Ending {
        if !self.acted {
            return Ending::failed(error);
        }
        Ending {
            outcome: Outcome::Failed,
            text: Some(format!(
                "a write was sent, and what became of it can't be read: {error}"
            )),
            cause: Some(error),
        }
    }

    /// The fact for the receipt.
    pub(super) fn ended(self, step: &Step, ending: &Ending, now: SystemTime) -> StepEnded {
        let Self {
            org,
            started_at,
            sent,
            acted: _, // what it is for is in the outcome
            lost_at: _,
            token_lost: _, // in the text
            aside,
            status,
            request_id,
            before,
            after,
            object,
            found,
            deferred,
        } = self;
        StepEnded {
            id: step.id,
            kind: step.kind(),
            org,
            outcome: ending.outcome,
            sent,
            status,
            request_id,
            before,
            after,
            object: step.configure().map(|change| {
                let (was, fields) = match (&change.sight, found) {
                    (ObjectSight::There(_), _) => (ObjectWas::There, change.fields.clone()),
                    (ObjectSight::Missing | ObjectSight::Unseen { system: false }, _) => {
                        (ObjectWas::Missing, change.fields.clone())
                    }
                    (ObjectSight::Unseen { system: true }, Some(found)) => {
                        (ObjectWas::There, found)
                    }
                    (ObjectSight::Unseen { system: true }, None) => {
                        (ObjectWas::Unseen, change.fields.clone())
                    }
                };
                TouchedObject {
                    name: change.object.clone(),
                    id: object.map(|(_, id)| id),
                    was,
                    fields,
                }
            }),
            deferred,
            started_at,
            took: now.duration_since(started_at).unwrap_or_default(),
            error: match (ending.text.clone(), aside) {
                (Some(text), Some(aside)) => Some(format!("{text}; {aside}")),
                (text, aside) => text.or(aside),
            },
            because: None,
        }
    }
}
