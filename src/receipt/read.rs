//! Receipts read back: what earlier runs did, as far as their lines are whole. The last line of a run that was killed may be
//! cut, and a file may hold several runs.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::Deserialize;

use super::event::{ObjectWas, Outcome};
use super::past::{Past, PastField, PastObject, PastRun, PastStep, ReceiptGap};
use crate::ids::{ObjectName, ProductId};
use crate::plan::Kind;
use crate::plan::wire::{FieldV1, OrgV1};

/// The version of receipts that is understood.
const VERSION: u32 = 1;

#[derive(Deserialize)]
#[serde(tag = "event", rename_all = "lowercase")]
enum PastLine {
    Start {
        #[serde(default = "first_version")]
        version: u32,
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
    /// How the waves went is told by the steps.
    Wave {},
    Waved {},
    End {},
    #[serde(other)]
    Another,
}

fn first_version() -> u32 {
    VERSION
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
    was: String,
    #[serde(default)]
    fields: Vec<FieldV1>,
}

impl From<ObjectLine> for PastObject {
    fn from(line: ObjectLine) -> Self {
        let name = ObjectName::labelled(&line.collection, &line.name);
        let label = match line.name.as_str() {
            "" => line.collection,
            name => format!("{}/{name}", line.collection),
        };
        let fields = line.fields.into_iter().map(|field| PastField {
            path: field.path,
            before: field.before,
            after: field.after,
        });
        Self {
            label: clipped(label),
            name,
            was: ObjectWas::ALL
                .into_iter()
                .find(|one| one.as_str() == line.was),
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

impl Past {
    /// Takes in what a receipt tells. What isn't one of its lines proves nothing, and what follows it may be of another run,
    /// whose own beginning it was; so may a step without its run.
    pub fn read(&mut self, receipt: &str, text: &str) {
        let mut reading = Reading {
            past: self,
            receipt,
            run: None,
            is_of_run: false,
            strays: false,
            open: BTreeMap::new(),
            closed: BTreeSet::new(),
        };
        for (number, line) in (1..).zip(text.lines()) {
            if !line.trim().is_empty() {
                let line = serde_json::from_str(line).ok();
                reading.line(number, line);
            }
        }
        reading.close();
    }
}

/// A receipt that is being read.
struct Reading<'a> {
    past: &'a mut Past,
    receipt: &'a str,
    /// The run that began last.
    run: Option<usize>,
    /// Whether the lines are of it.
    is_of_run: bool,
    /// Whether a line was met of which nothing tells whose it is.
    strays: bool,
    /// Steps of the run that have begun and not ended, by number.
    open: BTreeMap<u32, Vec<usize>>,
    /// Those that have ended: their end is a step of its own.
    closed: BTreeSet<usize>,
}

impl Reading<'_> {
    fn line(&mut self, number: u32, line: Option<PastLine>) {
        let is_line = line.is_some();
        let understood = match line {
            Some(PastLine::Start {
                version,
                account,
                endpoint,
                client,
                commit,
                actor,
                run,
                started_at,
            }) => {
                self.close();
                self.run = Some(self.past.runs.len());
                self.is_of_run = true;
                self.past.runs.push(PastRun {
                    receipt: self.receipt.to_owned(),
                    version,
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
                // What a later version means by its lines, nobody knows yet.
                version == VERSION
            }
            Some(PastLine::Begin {
                id,
                kind,
                org,
                started_at,
            }) => self
                .step(|| {
                    let step = PastStep {
                        id,
                        kind: kind_of(&kind)?,
                        org: org.name()?,
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
                    };
                    Some(step)
                })
                .is_some(),
            Some(PastLine::Step {
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
            }) => self
                .step(|| {
                    let mut outcomes = Outcome::ALL.into_iter();
                    let step = PastStep {
                        id,
                        kind: kind_of(&kind)?,
                        org: org.name()?,
                        outcome: Some(outcomes.find(|one| one.as_str() == outcome)?),
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
                    };
                    Some(step)
                })
                .is_some(),
            Some(PastLine::Wave {} | PastLine::Waved {}) => self.current().is_some(),
            Some(PastLine::End {}) => self.current().map(|run| run.ended = true).is_some(),
            Some(PastLine::Another) => false,
            None => {
                self.is_of_run = false;
                false
            }
        };
        if !understood {
            self.gap(number, is_line && self.is_of_run);
        }
    }

    fn current(&mut self) -> Option<&mut PastRun> {
        let run = self.run.filter(|_| self.is_of_run)?;
        self.past.runs.get_mut(run)
    }

    /// Adds a step to the run that the lines are of.
    fn step(&mut self, step: impl FnOnce() -> Option<PastStep>) -> Option<()> {
        let run = self.run.filter(|_| self.is_of_run)?;
        let steps = &mut self.past.runs.get_mut(run)?.steps;
        let step = step()?;
        let begun = self.open.entry(step.id).or_default();
        if step.outcome.is_none() {
            begun.push(steps.len());
        } else {
            // The end of another step closes nothing, whatever its number.
            begun.retain(|at| {
                let same = steps
                    .get(*at)
                    .is_some_and(|begun| begun.kind == step.kind && begun.org.is(&step.org));
                if same {
                    self.closed.insert(*at);
                }
                !same
            });
        }
        steps.push(step);
        Some(())
    }

    /// Leaves of the steps that have ended their ends alone.
    fn close(&mut self) {
        self.open.clear();
        let closed = std::mem::take(&mut self.closed);
        if let Some(run) = self.run.and_then(|run| self.past.runs.get_mut(run)) {
            let mut at = 0..;
            run.steps
                .retain(|_| at.next().is_none_or(|at| !closed.contains(&at)));
        }
    }

    fn gap(&mut self, line: u32, is_of_run: bool) {
        let run = self.run.and_then(|run| self.past.runs.get_mut(run));
        let is_first = match run {
            Some(run) => {
                run.unread += 1;
                is_of_run && run.unread == 1
            }
            None => false,
        };
        let is_first = is_first || (!is_of_run && !self.strays);
        self.strays |= !is_of_run;
        if is_first {
            self.past.gaps.push(ReceiptGap {
                receipt: self.receipt.to_owned(),
                line,
                run: self.run.filter(|_| is_of_run),
            });
        }
    }
}

fn kind_of(word: &str) -> Option<Kind> {
    Kind::ALL.into_iter().find(|one| one.as_str() == word)
}
