//! `plan`: the dry run. It holds a reader, which can't write.

use std::sync::Arc;
use std::time::Duration;

use super::args::PlanArgs as Args;
use super::env::Process;
use super::error::CliError;
use super::exit::Exit;
use super::flags::{ConnectionFlags, PlanFormat};
use super::input::PlanInput;
use super::log::LazyLog;
use super::output::Printer;
use super::planning::{PlanReaders, read_and_plan, told};
use super::reading::AccountReading;
use super::session::Connection;
use super::{actions, artifacts, birth, comment, files, log, proof, report};
use crate::diagnostic::{Diagnostics, Severity, counted};
use crate::http::Sent;
use crate::ids::OrgSet;
use crate::plan::{Breach, Kind, Plan};
use crate::render::page::PagePlan;
use crate::render::{PlanView, github, human, markdown, summary};

/// Runs the command.
///
/// # Errors
/// When there is no plan.
pub(super) async fn run(
    args: &Args,
    process: &Process,
    printer: &Arc<Printer>,
) -> Result<Exit, CliError> {
    let ended = made(args, process, printer).await;
    if let Err(error) = &ended
        && args.comment
        && error.exit != Exit::Interrupted
    {
        comment::void(args, error, process, printer).await;
    }
    ended
}

async fn made(args: &Args, process: &Process, printer: &Arc<Printer>) -> Result<Exit, CliError> {
    if let Some(path) = &args.out {
        files::is_free(path, files::PLAN, process)?;
    }
    let memory = ("--incremental", args.incremental.incremental.as_deref());
    files::apart(("--out", args.out.as_deref()), memory, process)?;
    let base = args.base.as_deref();
    let input = PlanInput::load(
        &args.files,
        &args.scope,
        base,
        &args.receipts,
        &args.connection,
        process,
        printer,
    )
    .await?;
    let target = Connection::of(&args.connection, &input.desired, process, printer).await?;
    let reader = target.reader(&args.connection, process, printer).await?;
    let log = LazyLog::new(&target, &args.connection, printer);
    if args.who {
        log.open(process).await?;
    }
    let started = process.clock.now();
    let allowances = args.allow.allowances();
    let orgs = target.orgs(&args.connection, process, printer)?;
    let about = (&target, &input.desired);
    let reading = AccountReading::new(&reader, &args.incremental, &log, about, process, printer);
    let readers = PlanReaders {
        account: &reading,
        orgs: &orgs,
        log: &log,
        unread_before: OrgSet::default(),
        reviewed_on: None,
        in_turn: false,
    };
    let mut planned = read_and_plan(
        &input,
        &allowances,
        target.server(),
        &readers,
        process,
        printer,
    )
    .await?;
    let took = process
        .clock
        .now()
        .duration_since(started)
        .unwrap_or_default();
    let plan = planned.checked.plan();
    if args.who {
        let log = log.open(process).await?;
        let folder = &args.receipts.receipt_dir;
        let since = started.checked_sub(log::KEPT).unwrap_or(started);
        let range = (since, log::until_now(process));
        let runs = log::runs(folder, &input.desired, &target, range, process)?;
        let causes = std::mem::take(&mut planned.causes);
        let about = (plan, causes);
        planned.causes =
            log::makers(log, about, &planned.live, runs.as_ref(), process, printer).await?;
    }
    let blobs = actions::blobs(input.provenance.commit.as_deref(), process);
    let view = PlanView {
        plan,
        causes: &planned.causes,
        sources: &input.sources,
        account_wide: &input.account_wide,
        desired: &input.desired,
        blobs: blobs.as_ref(),
        remembered: planned.live.remembered.as_ref(),
    };
    let needs = birth::needs(plan, &orgs).await;
    let refused: Vec<Breach> = plan
        .breaches
        .iter()
        .filter(|breach| !plan.allowances.lift(breach))
        .cloned()
        .collect();
    let told = told(plan, &refused, Severity::Warning);
    if args.format == PlanFormat::Human {
        printer.annotate(&told, &input.sources);
    } else {
        printer.diagnostics(&plan.warnings, &input.sources);
        printer.diagnostics(&needs, &input.sources);
        printer.diagnostics(&told, &input.sources);
    }
    let out = args.out.as_deref().filter(|path| !files::is_stdout(path));
    if let Some(path) = out {
        let json = artifacts::json(&artifacts::plan(view));
        files::result(path, (&json, files::PLAN), process, printer)?;
    }
    let page = || {
        let made = PagePlan::Made(view);
        report::html(&input, &planned.live, &planned.options, made, process)
    };
    actions::report(view, out, || Some(page()), process, printer);
    if args.comment {
        let client = target.client(&args.connection, process, printer);
        comment::keep(args, view, client, process, printer).await;
    }
    // `--out -`: standard output holds one result, and that is it.
    let format = if out.is_none() && args.out.is_some() {
        PlanFormat::Json
    } else {
        args.format
    };
    let prove = || proof::tell(&reader, Some(&orgs), log.opened(), printer);
    match format {
        PlanFormat::Json => artifacts::print(&artifacts::plan(view), printer)?,
        PlanFormat::Markdown => printer.result(&markdown::plan(view, markdown::LIMIT))?,
        PlanFormat::Github => {
            for line in github::plan(view) {
                printer.result_command(&line)?;
            }
        }
        PlanFormat::Html => printer.result(&page())?,
        PlanFormat::Human => show(view, &needs, args.calls.calls, printer, || {
            if !plan.steps.is_empty() {
                printer.status(&budget(plan, reader.sent(), took, &args.connection));
            }
            prove();
        })?,
    }
    if format != PlanFormat::Human {
        prove();
    }
    if args.fail_on_refusal && !(refused.is_empty() && plan.withheld.is_empty()) {
        return Ok(Exit::Refused);
    }
    Ok(if args.detailed_exitcode && plan.is_pending() {
        Exit::Pending
    } else {
        Exit::Done
    })
}

/// Which account, something in between, the changes, the warnings, and what it comes to: a terminal's last lines are the
/// plan's.
///
/// # Errors
/// When standard output is closed.
pub(super) fn show(
    view: PlanView<'_>,
    needs: &Diagnostics,
    calls: bool,
    printer: &Printer,
    between: impl FnOnce(),
) -> Result<(), CliError> {
    printer.status(&summary::header(view.plan));
    between();
    let layout = printer.layout(calls);
    printer.result(&human::body(view, layout))?;
    printer.diagnostics(&view.plan.warnings, view.sources);
    printer.diagnostics(needs, view.sources);
    printer.result(&human::ending(view, layout))?;
    Ok(())
}

/// What carrying it out costs: for each step a look, a write and a check, in rounds of as many as may be under way, at the pace
/// that reading had.
fn budget(plan: &Plan, sent: Sent, took: Duration, connection: &ConnectionFlags) -> String {
    let writes = plan.steps.len();
    let at_a_time = usize::from(connection.concurrency);
    let per_call = took
        .mul_f64(f64::from(connection.concurrency))
        .checked_div(u32::try_from(sent.reads).unwrap_or(u32::MAX).max(1))
        .unwrap_or_default();
    let rounds: usize = Kind::ALL
        .into_iter()
        .map(|kind| plan.count(kind))
        .map(|steps| steps.div_ceil(at_a_time) * 3)
        .sum();
    let estimate = per_call
        .saturating_mul(u32::try_from(rounds).unwrap_or(u32::MAX))
        .as_secs_f64();
    format!(
        "to apply: {} and about {} reads, {at_a_time} at a time, about {} s",
        counted(writes, "write"),
        writes * 2,
        estimate.ceil().max(1.0)
    )
}
