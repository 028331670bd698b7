//! The receipt as JSON Lines: the published form of `schema/receipt.schema.json`, version 1.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::event::{Event, Outcome, Runner};
use crate::clock::rfc3339;
use crate::ids::ProductId;
use crate::plan::wire::{FieldV1, OrgV1, ProductV1};

/// The schema's text: `schema/receipt.schema.json`.
pub const SCHEMA: &str = include_str!("../../schema/receipt.schema.json");

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "lowercase")]
pub enum LineV1 {
    /// The run starts.
    #[serde(rename_all = "camelCase")]
    Start {
        /// The version of this form: 1.
        version: u32,
        /// The plan's fingerprint.
        plan: String,
        /// The Aerial account.
        account: String,
        /// The origin of the account's API, or `emulator`.
        endpoint: String,
        /// The origin of the org that issues the tokens, or `emulator`; null where only a token is known.
        issuer: Option<String>,
        /// The client id of the service app.
        client: Option<String>,
        /// Who started the workflow run.
        actor: Option<String>,
        /// The URL of the workflow run.
        run: Option<String>,
        /// The commit of the desired state.
        commit: Option<String>,
        /// How many steps the plan has.
        steps: usize,
        /// Which guardrails might be exceeded: `disables=22`.
        allowed: Vec<String>,
        /// When, RFC 3339.
        started_at: String,
    },
    /// A step begins.
    #[serde(rename_all = "camelCase")]
    Begin {
        /// Its number in the plan.
        id: u32,
        /// A word of the table of kinds.
        kind: &'static str,
        org: OrgV1,
        /// When, RFC 3339.
        started_at: String,
    },
    /// A step has ended.
    #[serde(rename_all = "camelCase")]
    Step {
        /// Its number in the plan.
        id: u32,
        /// What it is called.
        kind: &'static str,
        org: OrgV1,
        /// How it ended.
        outcome: &'static str,
        /// Whether a write of this step may have arrived.
        sent: bool,
        /// The HTTP status of the last answer to its write.
        status: Option<u16>,
        /// Okta's id of that request.
        request_id: Option<String>,
        /// The org's products before.
        before: Option<Vec<ProductV1>>,
        /// The org's products after.
        after: Option<Vec<ProductV1>>,
        /// What a `configure` step is about.
        #[serde(skip_serializing_if = "Option::is_none")]
        object: Option<TouchedV1>,
        /// Products left to the next plan.
        deferred: Vec<ProductV1>,
        /// When it started, RFC 3339.
        started_at: String,
        /// How long it took, in milliseconds.
        ms: u64,
        /// What went wrong.
        error: Option<String>,
        /// The step because of which this one was skipped.
        #[serde(skip_serializing_if = "Option::is_none")]
        because: Option<u32>,
    },
    /// The steps of a wave begin.
    #[serde(rename_all = "camelCase")]
    Wave {
        wave: String,
        /// How many they are.
        steps: usize,
        /// When, RFC 3339.
        started_at: String,
    },
    /// The steps of a wave have ended.
    #[serde(rename_all = "camelCase")]
    Waved {
        wave: String,
        /// Whether it holds.
        held: bool,
        /// Whether its orgs were read again for that.
        looked: bool,
        /// Why it doesn't hold.
        error: Option<String>,
        /// When, RFC 3339.
        ended_at: String,
    },
    /// The run has ended.
    #[serde(rename_all = "camelCase")]
    End {
        /// How many steps ended how.
        outcomes: BTreeMap<&'static str, usize>,
        /// Whether it was interrupted.
        interrupted: bool,
        /// When, RFC 3339.
        ended_at: String,
    },
}

/// An object inside of an org.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TouchedV1 {
    pub collection: &'static str,
    /// As a plan calls it.
    pub name: String,
    /// Its id in the org, if that became known.
    pub id: Option<String>,
    /// A word for what it was before.
    pub was: &'static str,
    /// What the plan saw of its listed fields, and what is listed.
    pub fields: Vec<FieldV1>,
}

/// The line for an event; `names` says what to call each product, `runner` who runs it.
#[must_use]
pub fn line(event: &Event, names: &BTreeMap<ProductId, String>, runner: &Runner) -> LineV1 {
    let products = |ids: &BTreeSet<ProductId>| -> Vec<ProductV1> {
        ids.iter()
            .map(|id| ProductV1 {
                id: id.to_string(),
                name: names.get(id).map_or_else(|| id.to_string(), Clone::clone),
            })
            .collect()
    };
    match event {
        Event::Started(start) => LineV1::Start {
            version: 1,
            plan: start.plan.clone(),
            account: start.account.clone(),
            endpoint: start.server.endpoint.clone(),
            issuer: start.server.issuer.clone(),
            client: runner.client.clone(),
            actor: runner.actor.clone(),
            run: runner.run.clone(),
            commit: start.commit.clone(),
            steps: start.steps,
            allowed: start.allowed.clone(),
            started_at: rfc3339(start.at),
        },
        Event::Begun(step) => LineV1::Begin {
            id: step.id.0,
            kind: step.kind.as_str(),
            org: OrgV1::from(&step.org),
            started_at: rfc3339(step.at),
        },
        Event::Step(step) => LineV1::Step {
            id: step.id.0,
            kind: step.kind.as_str(),
            org: OrgV1::from(&step.org),
            outcome: step.outcome.as_str(),
            sent: step.sent,
            status: step.status,
            request_id: step.request_id.clone(),
            before: step.before.as_ref().map(products),
            after: step.after.as_ref().map(products),
            object: step.object.as_ref().map(|object| TouchedV1 {
                collection: object.name.collection().as_str(),
                name: object.name.label(),
                id: object.id.clone(),
                was: object.was.as_str(),
                fields: object.fields.iter().map(FieldV1::from).collect(),
            }),
            deferred: products(&step.deferred),
            started_at: rfc3339(step.started_at),
            ms: u64::try_from(step.took.as_millis()).unwrap_or(u64::MAX),
            error: step.error.clone(),
            because: step.because.map(|id| id.0),
        },
        Event::WaveBegun(wave) => LineV1::Wave {
            wave: wave.wave.to_string(),
            steps: wave.steps,
            started_at: rfc3339(wave.at),
        },
        Event::WaveEnded(wave) => LineV1::Waved {
            wave: wave.wave.to_string(),
            held: wave.why.is_none(),
            looked: wave.looked,
            error: wave.why.clone(),
            ended_at: rfc3339(wave.at),
        },
        Event::Ended(end) => LineV1::End {
            outcomes: Outcome::ALL
                .iter()
                .map(|outcome| {
                    let count = end.outcomes.get(outcome).copied().unwrap_or(0);
                    (outcome.as_str(), count)
                })
                .collect(),
            interrupted: end.interrupted,
            ended_at: rfc3339(end.at),
        },
    }
}
