//! `status`: the live account. It holds a reader, which can't write.

use std::sync::Arc;

use super::account::AccountSource;
use super::args::StatusArgs as Args;
use super::env::Process;
use super::error::CliError;
use super::evidence::{self, Witnesses};
use super::exit::Exit;
use super::files::{self, LoadedFiles};
use super::flags::StatusFormat;
use super::log::LazyLog;
use super::output::Printer;
use super::reading::AccountReading;
use super::session::Connection;
use super::{artifacts, found, insides, proof, rows};
use crate::clock::today;
use crate::desired::{self, Desired};
use crate::diagnostic::{Source, Sources};
use crate::live::AccountSurroundings;
use crate::plan::{EvidenceWanted, Matrix, Provenance, Selection, ends_soon, to_read};
use crate::render::page::{PagePlan, PageView, page};
use crate::render::{matrix, remembered};

/// Runs the command.
///
/// # Errors
/// When the account can't be read, and when a flag names an org or a product that isn't there.
pub(super) async fn run(
    args: &Args,
    process: &Process,
    printer: &Arc<Printer>,
) -> Result<Exit, CliError> {
    let account = AccountSource::of(&args.connection, process)?;
    let alone = account_alone(&account).filter(|_| !found::any(&args.files, process));
    let compared = alone.is_none();
    rows::check(&args.filter, compared)?;
    let (desired, sources, commit) = match alone {
        Some(desired) => (desired, Sources::default(), None),
        None => {
            let LoadedFiles { desired, found } =
                files::load(&args.files, &account, process, printer).await?;
            (desired, found.sources, found.commit)
        }
    };
    let survey = rows::survey(&args.filter, &desired)?;
    let target = Connection::of(&args.connection, &desired, process, printer).await?;
    let reader = target.reader(&args.connection, process, printer).await?;
    let log = LazyLog::new(&target, &args.connection, printer);
    let about = (&target, &desired);
    let reading = AccountReading::new(&reader, &args.incremental, &log, about, process, printer);
    let mut live = reading.read(&survey).await?;
    let today = today(process.clock.now());
    live.surroundings = Some(reader.surroundings().await?);
    let orgs = if args.inside {
        let orgs = target.orgs(&args.connection, process, printer)?;
        let mut inside = to_read(&desired, &live, &Selection::All, today);
        inside.retain(|org| survey.covers(&org.id, &org.domain));
        live.insides = insides::read(inside, &orgs, process, printer).await?;
        Some(orgs)
    } else {
        None
    };
    let server = target.server();
    let folder = &args.receipts.receipt_dir;
    let mut wanted = EvidenceWanted::of([&desired], &live, &Selection::All, today);
    // The matrix has no creations.
    wanted.unborn.clear();
    wanted.leaving.retain(|org| {
        live.orgs
            .iter()
            .any(|one| one.name().is(org) && survey.covers(&one.id, &one.domain))
    });
    let witnesses = Witnesses {
        receipts: folder,
        log: &log,
        account: &desired.account.id,
        endpoint: &server.endpoint,
    };
    let deletions = evidence::gather(wanted, &witnesses, &live, process)
        .await?
        .deletions;
    let (mut shown, refused) = Matrix::of(compared.then_some(&desired), &live, &deletions, today);
    printer.diagnostics(&refused, &sources);
    let ends = ends_soon(&desired, &rows::selection(&args.filter, &desired)?, today);
    printer.diagnostics(&ends, &sources);
    let all = shown.rows.len();
    rows::narrow(&mut shown, &args.filter)?;
    match args.format {
        StatusFormat::Human => {
            let (width, palette) = (printer.width(), printer.palette());
            printer.result(&matrix::table(&shown, &live, all, width, palette))?;
        }
        StatusFormat::Json => artifacts::print(&matrix::json(&shown, &live), printer)?,
        StatusFormat::Csv => {
            printer.result(&matrix::csv(&shown, &live))?;
            // No column can say it.
            let unknown = live
                .surroundings
                .iter()
                .flat_map(AccountSurroundings::unknown);
            let unknown = unknown.map(str::to_owned).chain(shown.left_out());
            for sentence in unknown {
                printer.status(&format!("not known: {sentence}"));
            }
            if let Some(one) = &live.remembered {
                printer.status(&remembered::sentence(one));
            }
        }
        StatusFormat::Html => {
            let view = PageView {
                matrix: &shown,
                live: &live,
                of: all,
                server: &server,
                provenance: &Provenance::of(&sources, commit),
                sources: &sources,
                made: process.clock.now(),
                plan: PagePlan::Unasked,
                notices: &ends,
            };
            printer.result(&page(view))?;
        }
    }
    proof::tell(&reader, orgs.as_ref(), log.opened(), printer);
    Ok(Exit::Done)
}

/// What is known where there is no file: the account that something else names.
fn account_alone(account: &AccountSource) -> Option<Desired> {
    let known = account.fallback()?;
    let nothing = Source::new("", "version: 1\norgs: []\n");
    desired::load_for(&Sources::new(vec![nothing]), Some(known)).desired
}
