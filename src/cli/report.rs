//! `report`: the account, and the plan, as one page. It holds a reader, which can't write.

use std::sync::Arc;

use super::args::ReportArgs as Args;
use super::env::Process;
use super::error::CliError;
use super::evidence::{self, Witnesses};
use super::exit::Exit;
use super::input::PlanInput;
use super::log::LazyLog;
use super::output::Printer;
use super::planning::{no_plan, options};
use super::reading::AccountReading;
use super::session::Connection;
use super::{actions, birth, files, insides, proof};
use crate::diagnostic::Diagnostics;
use crate::live::{Snapshot, Survey};
use crate::plan::{
    Attribution, EvidenceWanted, Matrix, NoPlan, PlanOptions, Selection, plan, survey, to_read,
};
use crate::render::PlanView;
use crate::render::page::{PagePlan, PageView, page};

/// Runs the command.
///
/// # Errors
/// When the account can't be read or the page not be written; as `plan` where there is no plan, of which the page then says
/// why.
pub(super) async fn run(
    args: &Args,
    process: &Process,
    printer: &Arc<Printer>,
) -> Result<Exit, CliError> {
    files::is_free(&args.out, files::PAGE, process)?;
    let memory = ("--incremental", args.incremental.incremental.as_deref());
    files::apart(("--out", Some(&args.out)), memory, process)?;
    let receipts = &args.receipts;
    let (files, scope, connection) = (&args.files, &args.scope, &args.connection);
    let input = PlanInput::load(files, scope, None, receipts, connection, process, printer).await?;
    let target = Connection::of(connection, &input.desired, process, printer).await?;
    let reader = target.reader(connection, process, printer).await?;
    let allowances = args.allow.allowances();
    let mut options = options(&input, &allowances, target.server(), process);
    let log = LazyLog::new(&target, connection, printer);
    let about = (&target, &input.desired);
    let reading = AccountReading::new(&reader, &args.incremental, &log, about, process, printer);
    let mut live = reading.read(&Survey::everything()).await?;
    let wanted = EvidenceWanted::of([&input.desired], &live, &input.selection, options.today);
    let witnesses = Witnesses {
        receipts: &input.receipts,
        log: &log,
        account: &input.desired.account.id,
        endpoint: &options.server.endpoint,
    };
    options.evidence = evidence::gather(wanted, &witnesses, &live, process).await?;
    live.surroundings = Some(reader.surroundings().await?);
    let orgs = target.orgs(connection, process, printer)?;
    let inside = to_read(&input.desired, &live, &input.selection, options.today);
    live.insides = insides::read(inside, &orgs, process, printer).await?;
    birth::resolve(&input.desired, &input.selection, &mut live, &orgs).await?;
    let own = survey(&input.desired, &input.selection, false);
    let planned = plan(&input.desired, &live.within(&own), &options);
    let causes = Attribution::default();
    let blobs = actions::blobs(input.provenance.commit.as_deref(), process);
    let shown = match &planned {
        Ok(checked) => PagePlan::Made(PlanView {
            plan: checked.plan(),
            causes: &causes,
            desired: &input.desired,
            sources: &input.sources,
            account_wide: &input.account_wide,
            blobs: blobs.as_ref(),
            remembered: live.remembered.as_ref(),
        }),
        Err(NoPlan::Unfit(found)) => PagePlan::Impossible(found),
        Err(NoPlan::Unlawful(_)) => PagePlan::Unasked,
    };
    let html = html(&input, &live, &options, shown, process);
    if files::is_stdout(&args.out) {
        printer.result(&html)?;
    } else {
        files::result(&args.out, (&html, files::PAGE), process, printer)?;
        printer.status(&format!("wrote {}", args.out.display()));
    }
    proof::tell(&reader, Some(&orgs), log.opened(), printer);
    match planned {
        Ok(_) => Ok(Exit::Done),
        Err(reason) => Err(no_plan(reason, &input.sources, printer)),
    }
}

/// The page of an account, and of a plan as far as there is one.
#[must_use]
pub(super) fn html(
    input: &PlanInput,
    live: &Snapshot,
    options: &PlanOptions,
    plan: PagePlan<'_>,
    process: &Process,
) -> String {
    let made = process.clock.now();
    let (mut matrix, _) = Matrix::of(
        Some(&input.desired),
        live,
        &options.evidence.deletions,
        options.today,
    );
    let of = matrix.rows.len();
    if input.selection != Selection::All {
        matrix
            .rows
            .retain(|row| row.entry.is_some_and(|entry| input.selection.covers(entry)));
    }
    page(PageView {
        matrix: &matrix,
        live,
        of,
        server: &options.server,
        provenance: &input.provenance,
        sources: &input.sources,
        made,
        notices: &Diagnostics::default(),
        plan,
    })
}
