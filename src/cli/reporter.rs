//! Tells what a run did while it does it: the receipt on disk, the lines on the screen, the bar.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use indicatif::ProgressBar;

use super::env::Process;
use super::output::Printer;
use super::receipt_file::ReceiptFile;
use super::{actions, advice, advice_of_orgs, begun, credentials, progress};
use crate::aerial::{Error, Operation};
use crate::diagnostic::{Severity, Sources};
use crate::ids::OrgSet;
use crate::plan::{Kind, Plan, Step, StepId};
use crate::receipt::wire::{LineV1, line};
use crate::receipt::{Event, Outcome, Runner, StepEnded, WaveEnded};
use crate::render::recap::recap;
use crate::render::{escape, outcome};

/// Tells everybody who wants to know what happened.
pub(super) struct Reporter<'a> {
    plan: &'a Plan,
    sources: &'a Sources,
    printer: &'a Printer,
    receipt: Option<ReceiptFile>,
    /// What this machine remembers.
    begun: Option<ReceiptFile>,
    runner: Runner,
    pub(super) bar: ProgressBar,
    pub(super) lines: Vec<LineV1>,
    /// Orgs that may have been created a moment ago.
    pub(super) young: OrgSet,
    /// How the waves ended.
    pub(super) waves: Vec<LineV1>,
    /// Whether one of them was the last of the run: what comes after it is skipped.
    halted: bool,
    ended: Vec<StepEnded>,
    /// What has been advised already.
    advised: BTreeSet<String>,
    /// What is to be done about a step.
    advice: BTreeMap<StepId, String>,
}

impl<'a> Reporter<'a> {
    pub(super) fn new(
        plan: &'a Plan,
        sources: &'a Sources,
        printer: &'a Printer,
        process: &Process,
        receipt: Option<ReceiptFile>,
        begun: Option<ReceiptFile>,
    ) -> Self {
        let bar = progress::bar(process, printer, plan.steps.len(), "steps");
        Self {
            plan,
            sources,
            printer,
            receipt,
            begun,
            runner: Runner {
                client: credentials::client_id(process),
                actor: actions::actor(process),
                run: actions::run_url(process),
            },
            bar,
            lines: Vec::new(),
            young: OrgSet::default(),
            waves: Vec::new(),
            halted: false,
            ended: Vec::new(),
            advised: BTreeSet::new(),
            advice: BTreeMap::new(),
        }
    }

    pub(super) fn note(&mut self, event: &Event, error: Option<&Error>) -> io::Result<()> {
        let line = line(event, &self.plan.names, &self.runner);
        // What has happened is told even where it can't be recorded: then the screen is all there is.
        let begun = self.begun.as_mut().filter(|_| is_kept(event));
        let files = [self.receipt.as_mut(), begun];
        let redactor = self.printer.redactor();
        let added = files
            .into_iter()
            .flatten()
            .map(|file| file.add(&line, redactor));
        let added: Vec<io::Result<()>> = added.collect();
        let recorded = added.into_iter().collect();
        match event {
            Event::Step(ended) => {
                self.lines.push(line);
                self.step(ended, error);
            }
            Event::WaveBegun(wave) => self.tell(&outcome::wave_begun(wave)),
            Event::WaveEnded(wave) => {
                self.waves.push(line);
                self.wave(wave);
            }
            Event::Started(_) | Event::Begun(_) | Event::Ended(_) => {}
        }
        recorded
    }

    fn step(&mut self, ended: &StepEnded, error: Option<&Error>) {
        let step = self.plan.step(ended.id);
        let text = outcome::step(ended, self.plan.steps.len(), step, self.sources);
        self.ended.push(ended.clone());
        self.bar.inc(1);
        let label = escape::line(ended.org.label());
        self.bar
            .set_message(self.printer.redactor().redact(&label).into_owned());
        let young = step.is_some_and(|step| self.young.contains(&step.org));
        let hint = error.and_then(|error| match advice::of_aerial(error) {
            Some(hint) if young && is_refused_link(error) => {
                Some(format!("{}; else {hint}", advice_of_orgs::YOUNG))
            }
            hint => hint,
        });
        if let Some(hint) = &hint {
            self.advice.insert(ended.id, hint.clone());
        }
        let hint = hint.filter(|hint| self.advised.insert(hint.clone()));
        let hint = hint.as_deref();
        self.bar.suspend(|| match (ended.outcome, &ended.error) {
            (Outcome::Applied | Outcome::Unchanged, None) => self.printer.status(&text),
            // Hundreds can follow from one failure: the recap counts them.
            (Outcome::Skipped, _) if self.halted || ended.because.is_some() => {
                self.printer.more(&text);
            }
            (
                Outcome::Applied
                | Outcome::Unchanged
                | Outcome::Stale
                | Outcome::Deferred
                | Outcome::Skipped,
                _,
            ) => self.problem(Severity::Warning, &text, step, hint),
            (Outcome::Failed, _) => self.problem(Severity::Error, &text, step, hint),
        });
    }

    fn wave(&mut self, ended: &WaveEnded) {
        let text = outcome::wave_ended(ended);
        self.halted |= ended.why.is_some();
        match &ended.why {
            None => self.tell(&text),
            Some(_) => self.bar.suspend(|| {
                let hint =
                    "nothing of a later wave is started; running it again takes up this wave first";
                self.problem(Severity::Error, &text, None, Some(hint));
            }),
        }
    }

    fn tell(&self, text: &str) {
        self.bar.suspend(|| self.printer.status(text));
    }

    fn problem(&self, severity: Severity, text: &str, step: Option<&Step>, hint: Option<&str>) {
        let place = step.map(|step| (step.origin, self.sources));
        self.printer.problem(severity, text, hint, place);
    }

    /// What did not go as planned, by cause.
    #[must_use]
    pub(super) fn recap(&self) -> Vec<String> {
        recap(&self.ended, &self.advice, self.plan, self.sources)
    }
}

/// Whether this machine remembers it: what is begun that another run mustn't send again, and the run around it.
fn is_kept(event: &Event) -> bool {
    match event {
        Event::Started(_) | Event::Ended(_) => true,
        Event::Begun(step) => begun::is_kept(step.kind),
        Event::Step(step) => begun::is_kept(step.kind),
        Event::WaveBegun(_) | Event::WaveEnded(_) => false,
    }
}

fn is_refused_link(error: &Error) -> bool {
    let Error::Api(error) = error else {
        return false;
    };
    matches!(error.operation, Operation::Write(Kind::Link)) && (400..500).contains(&error.status)
}
