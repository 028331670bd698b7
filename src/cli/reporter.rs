//! Tells what a run did while it does it: the receipt on disk, the lines on the screen, the bar.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;

use indicatif::ProgressBar;

use super::env::Process;
use super::error::CliError;
use super::output::Printer;
use super::{actions, advice, credentials, progress};
use crate::aerial::Error;
use crate::diagnostic::{Severity, Sources};
use crate::disk;
use crate::http::Redactor;
use crate::plan::{Plan, Step};
use crate::receipt::wire::{LineV1, line};
use crate::receipt::{Event, Outcome, Runner, StepEnded};
use crate::render::{escape, outcome};

/// The record of a run on disk, complete after each line.
pub(super) struct ReceiptFile(File);

impl ReceiptFile {
    /// Opened before anything is read: a run that can't be recorded doesn't start.
    pub(super) fn open(path: &Path, process: &Process) -> Result<Self, CliError> {
        disk::append(&process.cwd.join(path))
            .map(Self)
            .map_err(|error| {
                CliError::failed(format!(
                    "the receipt {} can't be written: {error}",
                    path.display()
                ))
            })
    }

    fn add(&mut self, line: &LineV1, redactor: &Redactor) -> io::Result<()> {
        let mut text = escape::json(&serde_json::to_string(line)?);
        text.push('\n');
        self.0.write_all(redactor.redact(&text).as_bytes())?;
        match self.0.sync_data() {
            // A pipe or a terminal has no disk behind it.
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
            other => other,
        }
    }
}

/// Tells everybody who wants to know what happened.
pub(super) struct Reporter<'a> {
    plan: &'a Plan,
    sources: &'a Sources,
    printer: &'a Printer,
    receipt: Option<ReceiptFile>,
    runner: Runner,
    pub(super) bar: ProgressBar,
    pub(super) lines: Vec<LineV1>,
    /// The steps that did not go as planned, for the job summary.
    pub(super) problems: Vec<String>,
}

impl<'a> Reporter<'a> {
    pub(super) fn new(
        plan: &'a Plan,
        sources: &'a Sources,
        printer: &'a Printer,
        process: &Process,
        receipt: Option<ReceiptFile>,
    ) -> Self {
        let bar = progress::bar(process, printer, plan.steps.len(), "steps");
        Self {
            plan,
            sources,
            printer,
            receipt,
            runner: Runner {
                client: credentials::client_id(process),
                actor: actions::actor(process),
                run: actions::run_url(process),
            },
            bar,
            lines: Vec::new(),
            problems: Vec::new(),
        }
    }

    pub(super) fn note(&mut self, event: &Event, error: Option<&Error>) -> io::Result<()> {
        let line = line(event, &self.plan.names, &self.runner);
        if let Some(receipt) = &mut self.receipt {
            receipt.add(&line, self.printer.redactor())?;
        }
        if let Event::Step(ended) = event {
            self.lines.push(line);
            self.step(ended, error);
        }
        Ok(())
    }

    fn step(&mut self, ended: &StepEnded, error: Option<&Error>) {
        let step = self.plan.step(ended.id);
        let text = outcome::step(ended, step, self.sources);
        let good = matches!(ended.outcome, Outcome::Applied | Outcome::Unchanged);
        if !good || ended.error.is_some() {
            self.problems.push(text.clone());
        }
        self.bar.inc(1);
        let label = escape::line(ended.org.label());
        self.bar
            .set_message(self.printer.redactor().redact(&label).into_owned());
        self.bar.suspend(|| match ended.outcome {
            Outcome::Applied | Outcome::Unchanged if ended.error.is_none() => {
                self.printer.status(&text);
            }
            Outcome::Applied
            | Outcome::Unchanged
            | Outcome::Stale
            | Outcome::Deferred
            | Outcome::Skipped => {
                self.problem(Severity::Warning, &text, step, error);
            }
            Outcome::Failed => self.problem(Severity::Error, &text, step, error),
        });
    }

    fn problem(&self, severity: Severity, text: &str, step: Option<&Step>, error: Option<&Error>) {
        let place = step.map(|step| (step.origin, self.sources));
        let hint = error.and_then(advice::of_aerial);
        self.printer.problem(severity, text, hint.as_deref(), place);
    }
}
