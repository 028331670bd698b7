//! `apply`: plan again, refuse what nobody agreed to, ask, converge.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::{Arc, PoisonError};

use indicatif::ProgressBar;
use serde_json::json;

use super::args::{Apply as Args, ResultFormat};
use super::env::Host;
use super::error::CliError;
use super::exit::Exit;
use super::output::Printer;
use super::plan::{self, Wanted};
use super::session::Target;
use super::until_interrupted;
use super::{actions, advice, artifacts, progress};
use crate::converge::{self, Converged};
use crate::diagnostic::{Severity, Sources};
use crate::git::Repo;
use crate::http::Redactor;
use crate::plan::envelope::{self, Departure};
use crate::plan::wire::PlanV1;
use crate::plan::{Allowance, Plan, of_plan};
use crate::receipt::wire::{LineV1, line};
use crate::receipt::{Event, Outcome, StepEnded};
use crate::render::{departure, escape, markdown, outcome};

/// Runs the command.
///
/// # Errors
/// When there is no plan, and when it is refused.
pub(super) async fn run(
    args: &Args,
    host: &Host,
    printer: &Arc<Printer>,
) -> Result<Exit, CliError> {
    let reviewed = args
        .plan
        .as_deref()
        .map(|path| reviewed(path, host))
        .transpose()?;
    let wanted = Wanted::load(&args.files, &args.scope, None, host, printer)?;
    if let Some(branch) = &args.require_tip {
        tip(branch, &wanted, host)?;
    }
    let receipt = args
        .receipt
        .as_deref()
        .map(|path| Receipt::open(path, host))
        .transpose()?;
    let (_target, writer, plan) = until_interrupted(host, async {
        let target = Target::of(&args.connection, &wanted.desired, host).await?;
        let writer = target.writer(&args.connection, host, printer).await?;
        let plan = wanted.plan(writer.reader(), host, printer).await?;
        Ok((target, writer, plan))
    })
    .await?;
    let plan = &plan;
    let allowed: Vec<Allowance> = args.allow.iter().copied().map(Allowance::from).collect();
    printer.diagnostics(&plan.warnings, &wanted.sources);
    if args.format == ResultFormat::Human {
        plan::show(plan, &wanted.sources, printer, || {})?;
    }
    actions::report(plan, &wanted.sources, None, host, printer);
    guarded(plan, &allowed, &wanted.sources, printer)?;
    if let Some(reviewed) = &reviewed {
        within(reviewed, plan, printer)?;
    }
    if !plan.steps.is_empty() && !args.yes {
        confirm(host, printer).await?;
    }
    let mut reporter = Reporter::new(plan, &wanted.sources, printer, host, receipt);
    let bar = reporter.bar.clone();
    let converged = {
        let run = converge::run(
            plan,
            &writer,
            host.clock.as_ref(),
            &host.stop,
            advice::of_aerial,
            |event| reporter.note(event),
        );
        tokio::pin!(run);
        tokio::select! {
            converged = &mut run => converged,
            () = host.stop.cancelled() => {
                bar.suspend(|| printer.status("Interrupted: what is on its way finishes, nothing new starts. Once more to end at once."));
                run.await
            }
        }
    };
    reporter.bar.finish_and_clear();
    let exit = exit(&converged);
    let summary = outcome::summary(|outcome| converged.count(outcome));
    actions::summarize(
        &markdown::outcome(&summary, &reporter.problems),
        host,
        printer,
    );
    // Whoever closed standard output doesn't change what was done.
    if args.format == ResultFormat::Json {
        let result = json!({
            "version": 1,
            "plan": PlanV1::from(plan),
            "planDigest": of_plan(plan),
            "steps": reporter.lines,
            "exit": exit.code(),
        });
        printer.result(&artifacts::json(&result)).ok();
    } else if !plan.steps.is_empty() {
        printer.result_line(&summary).ok();
    }
    if let Some(error) = &converged.unrecorded {
        return Err(CliError {
            exit: if converged.count(Outcome::Applied) > 0 {
                Exit::Partial
            } else {
                Exit::Failed
            },
            ..CliError::failed(format!(
                "the receipt can't be written, so no further step was started: {error}"
            ))
        });
    }
    advise(&converged, printer);
    Ok(exit)
}

/// The desired state is committed, the worktree clean, and HEAD the newest commit of the branch.
fn tip(branch: &str, wanted: &Wanted, host: &Host) -> Result<(), CliError> {
    Repo::of(&host.cwd)?.require_tip(branch)?;
    if wanted.commit().is_none() {
        return Err(CliError::refused(
            "the desired state isn't committed: HEAD has other content, or none, in these files",
        )
        .hint("commit it, and apply what is on the branch"));
    }
    Ok(())
}

fn exit(converged: &Converged) -> Exit {
    if converged.interrupted {
        Exit::Interrupted
    } else if converged.complete() {
        Exit::Done
    } else {
        Exit::Partial
    }
}

fn advise(converged: &Converged, printer: &Printer) {
    if converged.interrupted {
        printer.status("Interrupted. Running it again goes on where this ended.");
    } else if !converged.complete() {
        printer.status("Running `plan` shows what is left; running `apply` again is safe.");
    }
}

/// Refuses a plan that exceeds a limit which nobody has lifted.
fn guarded(
    plan: &Plan,
    allowed: &[Allowance],
    sources: &Sources,
    printer: &Printer,
) -> Result<(), CliError> {
    let refusals = plan::breaches(plan, allowed, Severity::Error);
    if refusals.is_empty() {
        return Ok(());
    }
    printer.diagnostics(&refusals, sources);
    Err(CliError::refused(
        "the plan was refused by a guardrail; nothing was changed",
    ))
}

fn reviewed(path: &Path, host: &Host) -> Result<PlanV1, CliError> {
    let shown = path.display();
    let bytes = std::fs::read(host.cwd.join(path)).map_err(|error| {
        CliError::failed(format!("the reviewed plan {shown} can't be read: {error}"))
    })?;
    serde_json::from_slice(&bytes).map_err(|error| {
        CliError::failed(format!("{shown} is no plan: {error}"))
            .hint("give the file that `plan --out FILE` wrote")
    })
}

/// Refuses a plan with a step that the reviewed plan doesn't have.
fn within(reviewed: &PlanV1, plan: &Plan, printer: &Printer) -> Result<(), CliError> {
    let new = PlanV1::from(plan);
    let departures: Vec<Departure> = envelope::departures(reviewed, &new);
    if departures.is_empty() {
        return Ok(());
    }
    printer.detail(&departure::departures(&departures, &new));
    Err(
        CliError::refused("the plan is no longer the one that was reviewed; nothing was changed")
            .hint("review a new plan: `aerialctl plan --out FILE`"),
    )
}

async fn confirm(host: &Host, printer: &Printer) -> Result<(), CliError> {
    if !(host.terminal.stdin && host.terminal.stderr) {
        return Err(CliError::refused("nobody is here to confirm the plan: this isn't a terminal")
            .hint("add --yes to apply it without being asked, best together with --plan and a reviewed plan"));
    }
    printer.prompt("Apply this plan? Only `yes` goes on:");
    let stdin = Arc::clone(&host.stdin);
    let answer = tokio::task::spawn_blocking(move || {
        let mut answer = String::new();
        let mut stdin = stdin.lock().unwrap_or_else(PoisonError::into_inner);
        io::BufRead::read_line(&mut **stdin, &mut answer).map(|_| answer)
    });
    let answer = tokio::select! {
        answer = answer => answer.map_err(io::Error::other).and_then(|answer| answer),
        () = host.stop.cancelled() => return Err(CliError::silent(Exit::Interrupted)),
    };
    match answer {
        Ok(answer) if answer.trim() == "yes" => Ok(()),
        _ => Err(CliError::refused("not confirmed; nothing was changed")),
    }
}

/// The record of a run on disk, complete after each line.
struct Receipt(File);

impl Receipt {
    /// Opened before anything is read: a run that can't be recorded doesn't start.
    fn open(path: &Path, host: &Host) -> Result<Self, CliError> {
        File::options()
            .create(true)
            .append(true)
            .open(host.cwd.join(path))
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
struct Reporter<'a> {
    plan: &'a Plan,
    sources: &'a Sources,
    printer: &'a Printer,
    receipt: Option<Receipt>,
    bar: ProgressBar,
    lines: Vec<LineV1>,
    /// The steps that did not go as planned, for the job summary.
    problems: Vec<String>,
}

impl<'a> Reporter<'a> {
    fn new(
        plan: &'a Plan,
        sources: &'a Sources,
        printer: &'a Printer,
        host: &Host,
        receipt: Option<Receipt>,
    ) -> Self {
        let bar = progress::bar(host, plan.steps.len(), "steps");
        Self {
            plan,
            sources,
            printer,
            receipt,
            bar,
            lines: Vec::new(),
            problems: Vec::new(),
        }
    }

    fn note(&mut self, event: &Event) -> io::Result<()> {
        let line = line(event, &self.plan.names);
        if let Some(receipt) = &mut self.receipt {
            receipt.add(&line, self.printer.redactor())?;
        }
        if let Event::Step(ended) = event {
            self.lines.push(line);
            self.step(ended);
        }
        Ok(())
    }

    fn step(&mut self, ended: &StepEnded) {
        let step = self.plan.steps.iter().find(|step| step.id == ended.id);
        let text = outcome::step(ended, step, self.sources);
        if !matches!(ended.outcome, Outcome::Applied | Outcome::Unchanged) {
            self.problems.push(text.clone());
        }
        self.bar.inc(1);
        self.bar.set_message(escape::line(ended.org.label()));
        self.bar.suspend(|| match ended.outcome {
            Outcome::Applied | Outcome::Unchanged => self.printer.status(&text),
            Outcome::Stale | Outcome::Deferred | Outcome::Skipped => {
                self.problem(Severity::Warning, &text, ended);
            }
            Outcome::Failed => self.problem(Severity::Error, &text, ended),
        });
    }

    fn problem(&self, severity: Severity, text: &str, ended: &StepEnded) {
        let place = self
            .plan
            .steps
            .iter()
            .find(|step| step.id == ended.id)
            .map(|step| (step.origin, self.sources));
        self.printer
            .problem(severity, text, ended.hint.as_deref(), place);
    }
}
