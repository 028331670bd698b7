//! `explain`: everything that is known of one org. It holds a reader, which can't write.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::account::AccountSource;
use super::args::ExplainArgs as Args;
use super::env::Process;
use super::error::CliError;
use super::evidence::{self, Witnesses};
use super::exit::Exit;
use super::files::{self, LoadedFiles};
use super::flags::ResultFormat;
use super::log::LazyLog;
use super::output::Printer;
use super::planning::no_plan;
use super::receipts::PastReach;
use super::session::Connection;
use super::{actions, artifacts, birth, insides, log, progress, proof, receipts, rows};
use crate::clock::today;
use crate::desired::suggest::look_alike;
use crate::diagnostic::Code;
use crate::history::{LogEvent, Story};
use crate::ids::OrgName;
use crate::live::{ProductsOf, Snapshot, Survey};
use crate::log::{ReadExtent, ReadingEnd};
use crate::plan::{
    Attribution, Checked, EvidenceWanted, Matrix, MatrixRow, PlanOptions, Selection, Standing,
    plan, to_read, verdicts,
};
use crate::receipt::PastStep;
use crate::render::PlanView;
use crate::render::explain::{self, Explanation};
use crate::render::explain_json;
use crate::render::history::HistoryView;

/// Events are shown of the last 30 days.
const RECENT: Duration = Duration::from_secs(30 * 24 * 3600);

/// So many similar names are shown.
const NEAR: usize = 10;

/// Runs the command.
///
/// # Errors
/// When neither the file nor the account has the org, and when the account can't be read.
pub(super) async fn run(
    args: &Args,
    process: &Process,
    printer: &Arc<Printer>,
) -> Result<Exit, CliError> {
    let account = AccountSource::of(&args.connection, process)?;
    let LoadedFiles { desired, found } =
        files::load(&args.files, &account, process, printer).await?;
    let target = Connection::of(&args.connection, &desired, process, printer).await?;
    let reader = target.reader(&args.connection, process, printer).await?;
    let by_name = desired.by_name();
    let mut names: Vec<OrgName> = rows::names(&args.org).collect();
    // The entry may name it by an id as well, which the account knows better.
    let entries = names.iter().filter_map(|name| by_name.find(name).one());
    let entries: Vec<OrgName> = entries.map(|entry| entry.name.clone()).collect();
    names.extend(entries.iter().cloned());
    let survey = Survey {
        products: ProductsOf::These(names.iter().cloned().collect()),
        ..Survey::everything()
    };
    let (bar, progress) = progress::reading(process, printer);
    let live = reader.read(&survey, progress).await;
    bar.finish_and_clear();
    let mut live = live?;
    live.surroundings = Some(reader.surroundings().await?);
    let selection = Selection::Only(names.iter().cloned().collect());
    let today = today(process.clock.now());
    let orgs = target.orgs(&args.connection, process, printer)?;
    let inside = to_read(&desired, &live, &selection, today);
    live.insides = insides::read(inside, &orgs, process, printer).await?;
    birth::resolve(&desired, &selection, &mut live, &orgs).await?;
    let server = target.server();
    let folder = args.receipts.receipt_dir.as_path();
    let log = LazyLog::new(&target, &args.connection, printer);
    let wanted = EvidenceWanted::of([&desired], &live, &selection, today);
    let witnesses = Witnesses {
        receipts: folder,
        log: &log,
        account: &desired.account.id,
        endpoint: &server.endpoint,
    };
    let evidence = evidence::gather(wanted, &witnesses, &live, process).await?;
    let (matrix, contradictions) = Matrix::of(Some(&desired), &live, &evidence.deletions, today);
    let named = rows::orgs(&matrix, &args.org).map_err(|error| match entries.as_slice() {
        [] => error,
        _ => {
            printer.diagnostics(&contradictions, &found.sources);
            CliError {
                message: format!(
                    "{}: the file has an entry for it, and the account no such org; there is nothing to do for it",
                    args.org
                ),
                hint: None,
                ..error
            }
        }
    })?;
    let row = matrix.rows.iter().find(|row| named.contains(&row.org));
    let (Some(row), [_]) = (row, named.as_slice()) else {
        printer.diagnostics(&contradictions, &found.sources);
        return Err(
            CliError::usage(format!("{}: several orgs have this domain", args.org))
                .hint("name the one that is meant by its id; `aerialctl status` lists them"),
        );
    };
    let near = near(&matrix, row);
    let id = desired.account.id.as_str();
    let past = receipts::kept(folder, process)
        .map(|folder| {
            let of_org = |step: &PastStep| step.org.is(&row.org);
            receipts::past(
                folder,
                (&desired.account.id, &server.endpoint),
                PastReach::Recent,
                of_org,
                process,
            )
        })
        .transpose()?;
    let now = process.clock.now();
    let range = (
        now.checked_sub(RECENT).unwrap_or(now),
        log::until_now(process),
    );
    let logged = logged(&log, (&row.org, &live), range, process, printer).await?;
    let story = match &logged {
        None => None,
        Some((events, _)) => {
            let past = past.as_ref().map_or(&[][..], |past| &past.runs);
            let all = (now, now); // the receipts are told beside it
            Some(Story::of(events.clone(), &log::roster(&live), past, all))
        }
    };
    let checked = row.entry.map(|entry| {
        let options = PlanOptions {
            selection: Selection::Only([entry.name.clone()].into_iter().collect()),
            server: server.clone(),
            evidence,
            today,
            ..PlanOptions::default()
        };
        plan(&desired, &live, &options)
    });
    let (checked, refused) = match checked {
        None => (None, None),
        Some(Ok(checked)) => (Some(checked), None),
        Some(Err(reason)) => (None, Some(reason)),
    };
    let causes = Attribution::default();
    let blobs = actions::blobs(found.commit.as_deref(), process);
    let view = checked.as_ref().map(|checked: &Checked| PlanView {
        plan: checked.plan(),
        causes: &causes,
        desired: &desired,
        sources: &found.sources,
        account_wide: &[],
        blobs: blobs.as_ref(),
        remembered: None,
    });
    let log_view = story.as_ref().zip(logged.as_ref());
    let log_view = log_view.map(|(story, (_, extent))| HistoryView {
        story,
        names: &live.subscribed,
        account: id,
        endpoint: &server.endpoint,
        since: range.0,
        until: now,
        whole: extent.end == ReadingEnd::Whole,
        unreadable: extent.unreadable,
        receipts: past.is_some(),
    });
    let constraints = row.entry.and_then(|entry| {
        let steps = view.map_or(&[][..], |view| &view.plan.steps);
        verdicts(&desired, entry, row.live, steps, today)
    });
    let explanation = Explanation {
        row,
        wave: matrix.wave(row),
        constraints: constraints.as_deref(),
        columns: &matrix.columns,
        surroundings: live.surroundings.as_ref(),
        sources: &found.sources,
        view,
        near: &near,
        log: log_view,
        past: past.as_ref().map(|past| past.runs.as_slice()),
    };
    match args.format {
        ResultFormat::Human => {
            printer.result(&explain::text(explanation, printer.layout(true)))?;
        }
        ResultFormat::Json => printer.result(&artifacts::json(&explain_json::json(explanation)))?,
    }
    if let Some(view) = view {
        // Other orgs' warnings aren't about this one.
        let warnings = view.plan.warnings.iter();
        let own = warnings.filter(|warning| warning.code != Code::UnmanagedOrgs);
        printer.diagnostics(&own.cloned().collect(), &found.sources);
    }
    proof::tell(&reader, Some(&orgs), log.opened(), printer);
    match refused {
        Some(reason) => Err(no_plan(reason, &found.sources, printer)),
        None if row.standing == Standing::Contradicted => {
            printer.diagnostics(&contradictions, &found.sources);
            Err(CliError::silent(Exit::Invalid))
        }
        None => Ok(Exit::Done),
    }
}

/// What the System Log tells of an org; `None`, and why is said, where it can't be read: everything else is known without it.
///
/// # Errors
/// When the run is to end.
async fn logged(
    log: &LazyLog<'_>,
    (org, live): (&OrgName, &Snapshot),
    range: (SystemTime, SystemTime),
    process: &Process,
    printer: &Printer,
) -> Result<Option<(Vec<LogEvent>, ReadExtent)>, CliError> {
    let read = async {
        let log = log.open(process).await?;
        let told = log::of_org(log, org, &log::roster(live), range).await;
        told.map_err(log::failed)
    };
    match read.await {
        Ok(read) => Ok(Some(read)),
        Err(CliError { exit, .. }) if exit == Exit::Interrupted => Err(CliError::silent(exit)),
        Err(error) => {
            let message = format!("who changed this org isn't told: {}", error.message);
            printer.warning(&message, error.hint.as_deref().unwrap_or_default());
            Ok(None)
        }
    }
}

/// Orgs that a reader could confuse with this one, the nearest names first: unmanaged ones, and those that the file lists and
/// nobody has linked.
fn near<'a>(matrix: &'a Matrix<'_>, row: &MatrixRow<'_>) -> Vec<(&'a OrgName, Standing)> {
    let one_sided = matrix
        .rows
        .iter()
        .filter(|other| matches!(other.standing, Standing::Unmanaged | Standing::NotLinked));
    let mut near: Vec<(usize, &OrgName, Standing)> = one_sided
        .filter_map(|other| {
            let distance = look_alike(other.org.label(), row.org.label())?;
            Some((distance, &other.org, other.standing))
        })
        .collect();
    near.sort_unstable_by_key(|(distance, org, _)| (*distance, *org));
    let near = near.into_iter().take(NEAR);
    near.map(|(_, org, standing)| (org, standing)).collect()
}
