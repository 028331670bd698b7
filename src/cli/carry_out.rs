//! A plan carried out, whatever made it: shown, permitted, confirmed, converged, told.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde_json::{Value as Json, json};

use super::confirm::confirm;
use super::env::Process;
use super::error::CliError;
use super::exit::Exit;
use super::flags::{ConnectionFlags, ResultFormat};
use super::input::PlanInput;
use super::interrupted::until_interrupted;
use super::output::Printer;
use super::plan;
use super::planning::{Planned, told};
use super::receipt_file::ReceiptFile;
use super::reporter::Reporter;
use super::run_result::{as_json, nothing_done};
use super::session::Connection;
use super::waves::Lookout;
use super::{actions, artifacts, begun, birth, evidence, receipts, reviewed};
use crate::aerial::Reader;
use crate::clock::time_of_day;
use crate::converge::{self, Converged, NewOrgs, Timing};
use crate::diagnostic::{Diagnostics, Severity, Sources};
use crate::ids::{OrgIndex, OrgName};
use crate::org::OrgHosts;
use crate::plan::wire::PlanV1;
use crate::plan::{Confirmation, Kind, Plan, Refusals, Refused};
use crate::render::{PlanView, departure, markdown, outcome};

/// So many reasons for a refusal are repeated at the end.
const SHOWN: usize = 3;

/// How a plan is to be carried out.
pub(super) struct Errand<'a> {
    pub(super) format: ResultFormat,
    /// Whether the calls are listed.
    pub(super) calls: bool,
    /// Whether nobody is asked.
    pub(super) yes: bool,
    pub(super) reviewed: Option<PlanV1>,
    /// The receipt that somebody named, and the open file.
    pub(super) receipt: (Option<&'a Path>, Option<ReceiptFile>),
    pub(super) new_org_wait: Duration,
    pub(super) connection: &'a ConnectionFlags,
    /// The command that makes a plan to be reviewed.
    pub(super) review: &'static str,
    /// Whether its places lie in the commit that the file was taken from.
    pub(super) is_of_file: bool,
    /// What stands beside the plan in JSON, and under which key.
    pub(super) beside: Option<(&'static str, Json)>,
}

/// Carries out a plan.
///
/// # Errors
/// When it is refused, and when the account can't be written to.
pub(super) async fn carry_out(
    planned: Planned,
    input: &PlanInput,
    (target, reader, orgs): (Connection, Reader, OrgHosts),
    mut errand: Errand<'_>,
    process: &Process,
    printer: &Arc<Printer>,
) -> Result<Exit, CliError> {
    let orgs = Arc::new(orgs);
    let commit = input.provenance.commit.as_deref();
    let blobs = actions::blobs(commit.filter(|_| errand.is_of_file), process);
    let view = PlanView {
        plan: planned.checked.plan(),
        causes: &planned.causes,
        sources: &input.sources,
        account_wide: &input.account_wide,
        desired: &input.desired,
        blobs: blobs.as_ref(),
        remembered: planned.live.remembered.as_ref(),
    };
    if errand.format == ResultFormat::Human {
        plan::show(view, &Diagnostics::default(), errand.calls, printer, || {})?;
    } else {
        printer.diagnostics(&view.plan.warnings, &input.sources);
    }
    actions::report(view, None, || None, process, printer);
    errand.reviewed = errand
        .reviewed
        .map(|plan| reviewed::redacted(plan, printer.redactor()));
    let permitted = planned
        .checked
        .permit(errand.reviewed.as_ref())
        .map_err(|why| {
            nothing_done(
                why.checked.plan(),
                Exit::Refused,
                (errand.format, errand.beside.as_ref()),
                printer,
            );
            refused(&why, &errand, &input.sources, printer)
        })?;
    if errand.reviewed.is_some() {
        reviewed::tell_veiled(permitted.plan(), printer);
    }
    birth::refuse(permitted.plan(), &orgs).await?;
    let (named, receipt) = errand.receipt;
    if let Some(receipt) = named {
        receipts::serves(permitted.plan(), receipt, &input.receipts, process)?;
    }
    let confirmation = if permitted.plan().steps.is_empty() {
        Confirmation::Needless
    } else if errand.yes {
        Confirmation::ByFlag
    } else {
        confirm(process, printer).await.inspect_err(|error| {
            nothing_done(
                permitted.plan(),
                error.exit,
                (errand.format, errand.beside.as_ref()),
                printer,
            );
        })?
    };
    let approved = permitted.confirm(confirmation);
    let plan = approved.plan();
    birth::ready(plan, &orgs)?;
    // Unasked, a run leaves a receipt only where it has a step to record.
    let (receipt, kept) = match receipt {
        None if !plan.steps.is_empty() => unnamed_receipt(plan, &input.receipts, process, printer)?,
        opened => (opened, named.map(Path::to_owned)),
    };
    let begun = begun(plan, kept.as_deref(), &input.receipts, process, printer)?;
    let writer = target.writer(&approved, errand.connection, process, printer);
    let writer = until_interrupted(process, writer).await?;
    if plan.count(Kind::Create) > 0 && !errand.new_org_wait.is_zero() {
        printer.status(&format!(
            "An org that is created is left alone for {} s (--new-org-wait); other steps go on meanwhile.",
            errand.new_org_wait.as_secs_f64()
        ));
    }
    let young = birth::young(plan, &input.desired);
    let new_orgs = NewOrgs {
        wait: errand.new_org_wait,
        born: births(
            &input.receipts,
            &young,
            plan,
            errand.connection.timeout,
            process,
            printer,
        ),
    };
    let mut reporter = Reporter::new(plan, &input.sources, printer, process, receipt, begun);
    reporter.young = young.into_iter().collect();
    for step in plan.steps.iter().filter(|step| step.kind() == Kind::Link) {
        let born = new_orgs.born.find(&step.org).one();
        let until = born.and_then(|born| born.checked_add(new_orgs.wait));
        if let Some(until) = until.filter(|until| *until > process.clock.now()) {
            printer.status(&format!(
                "{} was created a moment ago and is left alone until {} (--new-org-wait).",
                step.org.label(),
                time_of_day(until)
            ));
        }
    }
    let bar = reporter.bar.clone();
    let timing = Timing {
        clock: process.clock.as_ref(),
        stop: &process.stop,
        new_orgs: &new_orgs,
    };
    let lookout = Lookout {
        input,
        plan,
        options: &planned.options,
        account: &reader,
        orgs: &orgs,
        bar: &bar,
    };
    let converged = {
        let run = converge::run(
            &approved,
            writer,
            Arc::clone(&orgs),
            timing,
            async |wave| lookout.look(wave, process, printer).await,
            |event, error| reporter.note(event, error),
        );
        tokio::pin!(run);
        tokio::select! {
            converged = &mut run => converged,
            () = process.stop.cancelled() => {
                bar.suspend(|| printer.status("Interrupted: what is on its way finishes, nothing new starts. Once more to end at once."));
                run.await
            }
        }
    };
    let converged = converged.map_err(CliError::failed)?;
    reporter.bar.finish_and_clear();
    let exit = exit(&converged);
    let summary = outcome::summary(|outcome| converged.count(outcome));
    let recap = reporter.recap();
    if !recap.is_empty() && errand.format == ResultFormat::Human {
        printer.detail(&format!("\n{}\n", recap.join("\n")));
    }
    actions::summarize(&markdown::outcome(&summary, &recap), process, printer);
    // Whoever closed standard output doesn't change what was done.
    if errand.format == ResultFormat::Json {
        let mut result = as_json(plan, &json!(reporter.lines), exit, errand.beside.as_ref());
        if let Some(result) = result.as_object_mut().filter(|_| plan.in_turn) {
            result.insert("waves".to_owned(), json!(reporter.waves));
        }
        printer.result(&artifacts::json(&result)).ok();
    } else if !plan.steps.is_empty() {
        printer.result_line(&summary).ok();
    }
    if let Some(kept) = kept.filter(|_| !plan.steps.is_empty()) {
        printer.status(&format!("The receipt: {}", kept.display()));
    }
    if let Some(error) = &converged.unrecorded {
        return Err(CliError {
            exit: if converged.sent {
                Exit::Partial
            } else {
                Exit::Failed
            },
            ..CliError::failed(format!(
                "the receipt can't be written, so no further step was started: {error}"
            ))
        });
    }
    advise(&converged, plan.provenance.command(), printer);
    Ok(exit)
}

/// The receipt of a run for which nobody named one, and where it lies. A run that can't leave one goes on, with a warning.
///
/// # Errors
/// With exit 4 where the plan asks for a deletion, of which nothing else would tell the next run.
fn unnamed_receipt(
    plan: &Plan,
    folder: &Path,
    process: &Process,
    printer: &Printer,
) -> Result<(Option<ReceiptFile>, Option<PathBuf>), CliError> {
    let opened = receipts::unnamed(folder, &plan.account, process).and_then(|path| {
        let file = ReceiptFile::open(&path, process)?;
        Ok((Some(file), Some(path)))
    });
    match opened {
        Err(error) if plan.count(Kind::Delete) > 0 => Err(CliError::refused(format!(
            "an org is to be deleted, and nothing would tell the next run so: {}; nothing was changed",
            error.message
        ))
        .hint("name a folder that can be written to with --receipt-dir, with all receipts in it")),
        Err(error) => {
            printer.warning(
                &format!("this run leaves no receipt: {}", error.message),
                "name a file for it with --receipt",
            );
            Ok((None, None))
        }
        Ok(opened) => Ok(opened),
    }
}

/// What remembers the creations and deletions of a run on this machine. Without it, that a run has begun one stands in its
/// receipt alone, which only runs with the same folder look at.
///
/// # Errors
/// With exit 4 where the receipt doesn't lie there either.
fn begun(
    plan: &Plan,
    receipt: Option<&Path>,
    folder: &Path,
    process: &Process,
    printer: &Printer,
) -> Result<Option<ReceiptFile>, CliError> {
    let why = match begun::open(plan, process) {
        Ok(opened) => return Ok(opened),
        Err(error) => error.message,
    };
    match receipt.filter(|receipt| receipts::is_among(receipt, folder, process)) {
        Some(receipt) => {
            let shown = receipt.display();
            printer.warning(
                &format!("what this run creates or deletes is recorded in {shown} alone: {why}"),
                "apply from the same folder, or with the same --receipt-dir, next time",
            );
            Ok(None)
        }
        None => Err(CliError::refused(format!(
            "an org is to be created or deleted, and nothing would tell the next run so: {why}; nothing was changed"
        ))
        .hint("leave --receipt out, or name with --receipt-dir the folder in which all receipts are kept")),
    }
}

/// When orgs that may have been created a moment ago were. Where the receipts can't be read, it may have been just now.
fn births(
    folder: &Path,
    young: &[OrgName],
    plan: &Plan,
    timeout: Duration,
    process: &Process,
    printer: &Printer,
) -> OrgIndex<SystemTime> {
    evidence::births(folder, young, plan, timeout, process).unwrap_or_else(|error| {
        printer.warning(
            &format!("when orgs were created isn't known: {}", error.message),
            "they are linked only after the wait for new ones (--new-org-wait)",
        );
        let now = process.clock.now();
        young.iter().map(|org| (org.clone(), now)).collect()
    })
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

fn advise(converged: &Converged, command: &str, printer: &Printer) {
    if converged.interrupted {
        printer.status("Interrupted. Running it again goes on where this ended.");
    } else if !converged.complete() {
        let look = if command == "apply" {
            "plan"
        } else {
            "undo --out -"
        };
        printer.status(&format!(
            "Running `{look}` shows what is left; running `{command}` again is safe."
        ));
    }
}

/// Says why a plan may not run.
fn refused(why: &Refused, errand: &Errand<'_>, sources: &Sources, printer: &Printer) -> CliError {
    let plan = why.checked.plan();
    match &why.refusals {
        Refusals::Guardrails(breaches) => {
            let told = told(plan, breaches, Severity::Error);
            printer.diagnostics(&told, sources);
            let error =
                CliError::refused("the plan was refused by a guardrail; nothing was changed");
            let mut before = errand.reviewed.iter().flat_map(|plan| &plan.guardrails);
            if before.any(|breach| breach.allowed) {
                error.hint(format!(
                    "what was allowed when the reviewed plan was made has to be allowed again: give `{}` the same --allow",
                    plan.provenance.command()
                ))
            } else {
                error
            }
        }
        Refusals::Withheld(withheld) => {
            // The plan's warnings have said it, each at its place, and what to do.
            let why: Vec<&str> = withheld.iter().map(|one| one.why.as_str()).collect();
            let (shown, rest) = why.split_at_checked(SHOWN).unwrap_or((&why, &[]));
            let more = match rest.len() {
                0 => String::new(),
                more => format!("; likewise {more} more"),
            };
            CliError::refused(format!("{}{more}; nothing was changed", shown.join("; ")))
        }
        Refusals::Envelope(departures) => {
            let new = PlanV1::from(plan);
            printer.detail(&departure::departures(departures, &new));
            CliError::refused(
                "the plan is no longer the one that was reviewed; nothing was changed",
            )
            .hint(format!("review a new plan: `{}`", errand.review))
        }
    }
}
