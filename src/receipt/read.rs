//! Receipts read back: what earlier runs did, as far as their lines are whole. The last line of a run that was killed may be
//! cut, and a file may hold several runs.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::Deserialize;

use super::event::Outcome;
use crate::ids::{OrgName, ProductId};
use crate::plan::Kind;
use crate::plan::wire::{FieldV1, OrgV1};

/// An earlier run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastRun {
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
    /// `zones/Corporate`: collection and name.
    pub name: String,
    /// Each field with what there was before, as JSON.
    pub fields: Vec<(String, String)>,
}

/// What is known of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trace {
    /// It was seen to hold.
    Certain,
    /// It may or may not have had an effect.
    Possible,
}

impl PastRun {
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
}

impl PastStep {
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

#[derive(Deserialize)]
#[serde(tag = "event", rename_all = "lowercase")]
enum PastLine {
    Start {
        account: String,
        #[serde(default)]
        endpoint: String,
        client: Option<String>,
        commit: Option<String>,
        actor: Option<String>,
        run: Option<String>,
        #[serde(rename = "startedAt", default)]
        started_at: String,
    },
    #[serde(rename_all = "camelCase")]
    Begin {
        id: u32,
        kind: String,
        org: OrgV1,
        #[serde(default)]
        started_at: String,
    },
    #[serde(rename_all = "camelCase")]
    Step {
        id: u32,
        kind: String,
        org: OrgV1,
        outcome: String,
        #[serde(default)]
        sent: bool,
        status: Option<u16>,
        request_id: Option<String>,
        before: Option<Vec<PastProduct>>,
        after: Option<Vec<PastProduct>>,
        #[serde(default)]
        started_at: String,
        #[serde(default)]
        ms: u64,
        error: Option<String>,
        object: Option<ObjectLine>,
    },
    End {},
    #[serde(other)]
    Another,
}

#[derive(Deserialize)]
struct PastProduct {
    id: String,
}

#[derive(Deserialize)]
struct ObjectLine {
    collection: String,
    name: String,
    #[serde(default)]
    fields: Vec<FieldV1>,
}

impl From<ObjectLine> for PastObject {
    fn from(line: ObjectLine) -> Self {
        let name = match line.name.as_str() {
            "" => line.collection,
            name => format!("{}/{name}", line.collection),
        };
        let fields = line.fields.into_iter();
        let fields = fields.map(|field| (clipped(field.path), clipped(field.before.to_string())));
        Self {
            name: clipped(name),
            fields: fields.collect(),
        }
    }
}

/// A set of products; `None` where one of them can't be one.
fn products(list: Option<Vec<PastProduct>>) -> Option<BTreeSet<ProductId>> {
    let ids = list?
        .into_iter()
        .map(|product| ProductId::parse(&product.id));
    ids.collect::<Result<_, _>>().ok()
}

/// The longest text that is kept of a receipt, in characters: whoever wrote the file may have written anything.
const MAX_TEXT: usize = 300;

fn clipped(text: String) -> String {
    match text.char_indices().nth(MAX_TEXT) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// The runs that a text records. What isn't a line of a receipt is passed over: it proves nothing, and what follows it may be
/// of another run, whose own beginning it was. So is a step without its run.
#[must_use]
pub fn runs(text: &str) -> Vec<PastRun> {
    let mut runs: Vec<PastRun> = Vec::new();
    // Whether the lines are of the last of them.
    let mut whole = false;
    for (number, line) in (1..).zip(text.lines()) {
        let mut understood = true;
        match serde_json::from_str(line) {
            Ok(PastLine::Start {
                account,
                endpoint,
                client,
                commit,
                actor,
                run,
                started_at,
            }) => {
                whole = true;
                runs.push(PastRun {
                    account,
                    endpoint,
                    client: client.map(clipped),
                    commit: commit.map(clipped),
                    actor: actor.map(clipped),
                    url: run.map(clipped),
                    at: clipped(started_at),
                    ended: false,
                    unread: 0,
                    steps: Vec::new(),
                });
            }
            Ok(PastLine::Begin {
                id,
                kind,
                org,
                started_at,
            }) => {
                let kind = Kind::ALL.into_iter().find(|one| one.as_str() == kind);
                if let (Some(run), Some(kind), Some(org)) =
                    (current(&mut runs, whole), kind, org.name())
                {
                    run.steps.push(PastStep {
                        id,
                        kind,
                        org,
                        outcome: None,
                        sent: false,
                        status: None,
                        request_id: None,
                        before: None,
                        after: None,
                        took: Duration::ZERO,
                        at: clipped(started_at),
                        error: None,
                        object: None,
                        line: number,
                    });
                } else {
                    understood = false;
                }
            }
            Ok(PastLine::Step {
                id,
                kind,
                org,
                outcome,
                sent,
                status,
                request_id,
                before,
                after,
                started_at,
                ms,
                error,
                object,
            }) => {
                let kind = Kind::ALL.into_iter().find(|one| one.as_str() == kind);
                let outcome = Outcome::ALL.into_iter().find(|one| one.as_str() == outcome);
                if let (Some(run), Some(kind), Some(outcome), Some(org)) =
                    (current(&mut runs, whole), kind, outcome, org.name())
                {
                    run.steps
                        .retain(|step| step.id != id || step.outcome.is_some());
                    run.steps.push(PastStep {
                        id,
                        kind,
                        org,
                        outcome: Some(outcome),
                        sent,
                        status,
                        request_id: request_id.map(clipped),
                        before: products(before),
                        after: products(after),
                        took: Duration::from_millis(ms),
                        at: clipped(started_at),
                        error: error.map(clipped),
                        object: object.map(PastObject::from),
                        line: number,
                    });
                } else {
                    understood = false;
                }
            }
            Ok(PastLine::End {}) => {
                if let Some(run) = current(&mut runs, whole) {
                    run.ended = true;
                }
            }
            Ok(PastLine::Another) => understood = false,
            Err(_) => {
                whole = false;
                understood = line.trim().is_empty();
            }
        }
        if let Some(run) = runs.last_mut().filter(|_| !understood) {
            run.unread += 1;
        }
    }
    runs
}

fn current(runs: &mut [PastRun], whole: bool) -> Option<&mut PastRun> {
    runs.last_mut().filter(|_| whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_of_whole_lines() {
        let text = r#"{"event":"step","id":1,"kind":"delete","org":{"id":"00oX","domain":null},"outcome":"applied"}
{"event":"start","version":1,"account":"0227a","steps":2}
{"event":"step","id":1,"kind":"delete","org":{"id":"00oA","domain":"a.okta.com"},"outcome":"applied"}
{"event":"step","id":2,"kind":"delete","org":{"id":"00oB","domain":null},"outcome":"failed"}
{"event":"step","id":2,"kind":"delete","org":{"id":"00oF","domain":null},"outcome":"failed","sent":true,"status":400}
{"event":"step","id":2,"kind":"delete","org":{"id":"00oG","domain":null},"outcome":"failed","sent":true,"status":null}
{"event":"step","id":2,"kind":"delete","org":{"id":"00oT","domain":null},"outcome":"failed","sent":true,"status":408}
{"event":"step","id":3,"kind":"renovate","org":{"id":"00oC","domain":null},"outcome":"applied"}
{"event":"step","id":4,"kind":"link","org":{"id":null,"domain":null},"outcome":"applied"}
{"event":"end","interrupted":false}
{"event":"start","version":1,"account":"0227b","endpoint":"emulator","steps":1}
{"event":"begin","id":1,"kind":"link","org":{"id":null,"domain":"d.okta.com"}}
{"event":"begin","id":2,"kind":"delete","org":{"id":"00oH","domain":null}}
{"event":"step","id":1,"kind":"link","org":{"id":null,"domain":"d.okta.com"},"outcome":"applied"}
{"event":"step","id":3,"kind":"del{"event":"start","version":1,"account":"0227c","steps":1}
{"event":"step","id":1,"kind":"delete","org":{"id":"00oE","domain":null},"outcome":"applied"}"#;
        let told: Vec<(String, String, Vec<String>)> = runs(text)
            .into_iter()
            .map(|run| {
                let steps = run
                    .steps
                    .iter()
                    .map(|step| format!("{} {} {:?}", step.kind.as_str(), step.org, step.trace()));
                (run.account, run.endpoint, steps.collect())
            })
            .collect();
        let run = |account: &str, endpoint: &str, steps: &[&str]| {
            let steps = steps.iter().map(|step| (*step).to_owned());
            (account.to_owned(), endpoint.to_owned(), steps.collect())
        };
        assert_eq!(
            told,
            [
                run(
                    "0227a",
                    "",
                    &[
                        "delete a.okta.com Some(Certain)",
                        "delete 00oB None",
                        "delete 00oF None",
                        "delete 00oG Some(Possible)",
                        "delete 00oT Some(Possible)",
                    ]
                ),
                run(
                    "0227b",
                    "emulator",
                    &[
                        "delete 00oH Some(Possible)",
                        "link d.okta.com Some(Certain)"
                    ]
                ),
            ]
        );
    }
}
