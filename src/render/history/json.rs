//! As JSON: the published form of `schema/history.schema.json`, version 1.

use serde::Serialize;

use super::words::HistoryView;
use crate::clock::rfc3339;
use crate::history::{Chapter, Deed, EventResult};
use crate::ids::ProductId;
use crate::plan::wire::{OrgV1, ProductV1};
use crate::receipt::{PastRun, PastStep};

/// The schema's text: `schema/history.schema.json`.
pub const SCHEMA: &str = include_str!("../../../schema/history.schema.json");

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HistoryV1 {
    /// The version of this form: 1.
    pub version: u32,
    pub account: String,
    /// The origin of the account's API, or `emulator`.
    pub endpoint: String,
    /// RFC 3339.
    pub since: String,
    pub until: String,
    /// Whether everything since then was read.
    pub whole: bool,
    /// Events that can't be read.
    pub unreadable: usize,
    /// The newest first.
    pub events: Vec<ChapterV1>,
    /// Steps of our own runs that no event tells of.
    pub receipts_without_event: Vec<SilenceV1>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChapterV1 {
    /// When it happened, RFC 3339 in UTC.
    pub at: String,
    /// Okta's id of the event.
    pub event: String,
    /// Okta's name of its type.
    #[serde(rename = "type")]
    pub event_type: String,
    /// Whether it was tried and didn't come to be.
    pub failed: bool,
    /// The org that it is about; null where it is about none.
    pub org: Option<OrgV1>,
    /// Whether that is a managed org of the account.
    pub managed: bool,
    pub enabled: Vec<ProductV1>,
    pub disabled: Vec<ProductV1>,
    pub status: Option<StatusV1>,
    /// The name of a group of orgs or a template.
    pub name: Option<String>,
    pub actor: ActorV1,
    /// The address that it came from.
    pub address: String,
    /// `console`, or what the request said that it came with.
    pub with: String,
    /// The run of ours that did it.
    pub run: Option<RunV1>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatusV1 {
    pub before: String,
    pub after: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ActorV1 {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub login: String,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunV1 {
    pub commit: Option<String>,
    /// Who started it.
    pub actor: Option<String>,
    /// The URL of the workflow run.
    pub url: Option<String>,
    /// The receipt that tells of it.
    pub receipt: String,
    /// The number of the step.
    pub step: u32,
    pub kind: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SilenceV1 {
    /// When the step started, RFC 3339.
    pub at: String,
    pub org: OrgV1,
    /// How it ended; null where that isn't recorded.
    pub outcome: Option<&'static str>,
    pub run: RunV1,
}

impl HistoryV1 {
    /// The published form.
    #[must_use]
    pub fn of(view: HistoryView<'_>) -> Self {
        let silent = view.story.silent.iter().map(|one| SilenceV1 {
            at: one.step.at.clone(),
            org: OrgV1::from(&one.step.org),
            outcome: one.step.outcome.map(|outcome| outcome.as_str()),
            run: run(one.run, one.step),
        });
        Self {
            version: 1,
            account: view.account.to_owned(),
            endpoint: view.endpoint.to_owned(),
            since: rfc3339(view.since),
            until: rfc3339(view.until),
            whole: view.whole,
            unreadable: view.unreadable,
            events: of_org(view),
            receipts_without_event: silent.collect(),
        }
    }
}

/// The events alone.
#[must_use]
pub fn of_org(view: HistoryView<'_>) -> Vec<ChapterV1> {
    let chapters = view.story.chapters.iter();
    chapters.map(|chapter| published(chapter, view)).collect()
}

fn published(chapter: &Chapter<'_>, view: HistoryView<'_>) -> ChapterV1 {
    let event = &chapter.event;
    let named = chapter.org.clone().or_else(|| event.org.name());
    let product = |id: &ProductId| ProductV1 {
        id: id.to_string(),
        name: view
            .names
            .get(id)
            .map_or_else(|| id.to_string(), Clone::clone),
    };
    let (mut enabled, mut disabled, mut status, mut name) = (Vec::new(), Vec::new(), None, None);
    match &event.deed {
        Deed::Products { added, deleted } => {
            enabled = added.iter().map(product).collect();
            disabled = deleted.iter().map(product).collect();
        }
        Deed::Status { old, new } => {
            let (before, after) = (old.clone(), new.clone());
            status = Some(StatusV1 { before, after });
        }
        Deed::Other(other) if !other.is_empty() => name = Some(other.clone()),
        Deed::Linked
        | Deed::DeletionRequested
        | Deed::DeletionCancelled
        | Deed::ConsentGranted
        | Deed::ConsentRevoked
        | Deed::Other(_) => {}
    }
    ChapterV1 {
        at: rfc3339(event.at),
        event: event.uuid.clone(),
        event_type: event.event_type.clone(),
        failed: event.result != EventResult::Done,
        org: named.as_ref().map(OrgV1::from),
        managed: chapter.org.is_some(),
        enabled,
        disabled,
        status,
        name,
        actor: ActorV1 {
            id: event.actor.id.clone(),
            kind: event.actor.kind.clone(),
            login: event.actor.login.clone(),
            name: event.actor.name.clone(),
        },
        address: event.address.clone(),
        with: event.means(),
        run: chapter.run.map(|(past, step)| run(past, step)),
    }
}

fn run(run: &PastRun, step: &PastStep) -> RunV1 {
    RunV1 {
        commit: run.commit.clone(),
        actor: run.actor.clone(),
        url: run.url.clone(),
        receipt: run.receipt.clone(),
        step: step.id,
        kind: step.kind.as_str(),
    }
}
