//! `apply`: plan again, refuse what nobody agreed to, ask, converge.

use std::sync::Arc;

use super::account::AccountSource;
use super::args::ApplyArgs as Args;
use super::base::require_tip;
use super::carry_out::{Errand, carry_out};
use super::env::Process;
use super::error::CliError;
use super::exit::Exit;
use super::input::PlanInput;
use super::interrupted::{off_thread, until_interrupted};
use super::log::LazyLog;
use super::output::Printer;
use super::planning::{PlanReaders, read_and_plan};
use super::reading::AccountReading;
use super::receipt_file::ReceiptFile;
use super::session::Connection;
use super::{files, lock, reviewed, waves};
use crate::plan::wire::PlanV1;

/// Runs the command.
///
/// # Errors
/// When there is no plan, and when it is refused.
pub(super) async fn run(
    args: &Args,
    process: &Process,
    printer: &Arc<Printer>,
) -> Result<Exit, CliError> {
    let reviewed = match args.plan.clone() {
        Some(path) => {
            Some(off_thread(process, move |process| reviewed::read(&path, process)).await?)
        }
        None => None,
    };
    let input = PlanInput::load_to_apply(
        &args.files,
        &args.scope,
        &args.receipts,
        &args.connection,
        process,
        printer,
    )
    .await?;
    if args.waves {
        waves::require(&input.desired)?;
    }
    let _held = lock::hold(
        &args.connection,
        &input.desired.account.id,
        process,
        printer,
    )
    .await?;
    if let Some(branch) = &args.require_tip {
        let account = AccountSource::of(&args.connection, process)?;
        let files = &args.files;
        require_tip(branch, files, &account, &input.desired, process, printer).await?;
    }
    let memory = ("--incremental", args.incremental.incremental.as_deref());
    files::apart(("--receipt", args.receipt.as_deref()), memory, process)?;
    let receipt = args
        .receipt
        .as_deref()
        .map(|path| ReceiptFile::open(path, process))
        .transpose()?;
    let allowances = args.allow.allowances();
    let (target, reader, orgs, planned) = until_interrupted(process, async {
        let target = Connection::of(&args.connection, &input.desired, process, printer).await?;
        let reader = target
            .reader_before_writing(&args.connection, process, printer)
            .await?;
        let server = target.server();
        let orgs = target.orgs(&args.connection, process, printer)?;
        let unread = reviewed.iter().flat_map(|reviewed| &reviewed.unread);
        let log = LazyLog::new(&target, &args.connection, printer);
        let about = (&target, &input.desired);
        let reading =
            AccountReading::new(&reader, &args.incremental, &log, about, process, printer);
        let readers = PlanReaders {
            account: &reading,
            orgs: &orgs,
            log: &log,
            unread_before: unread.filter_map(|unread| unread.org.name()).collect(),
            reviewed_on: reviewed.as_ref().and_then(PlanV1::day),
            in_turn: args.waves,
        };
        let plan = |server| {
            Box::pin(read_and_plan(
                &input,
                &allowances,
                server,
                &readers,
                process,
                printer,
            ))
        };
        let mut planned = plan(server.clone()).await?;
        let remembers = planned
            .live
            .remembered
            .as_ref()
            .is_some_and(|one| one.orgs > 0);
        // Whether a plan is within its limits, and which of its waves is done, depends on all orgs.
        if remembers && !planned.checked.plan().steps.is_empty() {
            printer.status("This plan is held against the whole account, which is read for it.");
            reading.forget();
            planned = plan(server).await?;
        }
        Ok((target, reader, orgs, planned))
    })
    .await?;
    let errand = Errand {
        format: args.format,
        calls: args.calls.calls,
        yes: args.yes,
        reviewed,
        receipt: (args.receipt.as_deref(), receipt),
        new_org_wait: args.new_org_wait,
        connection: &args.connection,
        review: "aerialctl plan --out FILE",
        is_of_file: true,
        beside: None,
    };
    let place = (target, reader, orgs);
    Box::pin(carry_out(planned, &input, place, errand, process, printer)).await
}
