//! `undo`: an ordinary plan back to what a run found, carried out as every other.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::account::AccountSource;
use super::args::UndoArgs as Args;
use super::carry_out::{Errand, carry_out};
use super::env::Process;
use super::error::CliError;
use super::exit::Exit;
use super::file_change::{FileChange, file_change};
use super::flags::{ResultFormat, WhichOrgs};
use super::input::PlanInput;
use super::interrupted::{off_thread, until_interrupted};
use super::output::Printer;
use super::planning::{Planned, no_plan, options};
use super::receipt_file::ReceiptFile;
use super::receipts::MAX_BYTES;
use super::session::Connection;
use super::{artifacts, files, insides, lock, plan, progress, proof, reviewed};
use crate::aerial::Reader;
use crate::diagnostic::{Diagnostics, Source, SourceId, Sources, counted};
use crate::disk;
use crate::live::{Coverage, ProductsOf, Survey};
use crate::org::OrgHosts;
use crate::plan::{AccountServer, Attribution, PlanOptions, plan as planned};
use crate::receipt::{Past, PastRun};
use crate::render::{PlanView, undo};
use crate::undo::{Undoing, inside_to_read, touched, undoing};

/// The run that is to be undone.
struct UndoneRun {
    run: PastRun,
    /// Which of the receipt it is, from 1, and how many there are.
    number: usize,
    of: usize,
    /// The receipt, for places in it.
    source: Source,
}

/// Runs the command.
///
/// # Errors
/// When the receipt can't be used, when there is no plan, and when it is refused.
pub(super) async fn run(
    args: &Args,
    process: &Process,
    printer: &Arc<Printer>,
) -> Result<Exit, CliError> {
    if let Some(path) = &args.out {
        files::is_free(path, files::PLAN, process)?;
    }
    let reviewed = match args.plan.clone() {
        Some(path) => {
            Some(off_thread(process, move |process| reviewed::read(&path, process)).await?)
        }
        None => None,
    };
    let scope = WhichOrgs {
        only: args.only.clone(),
        owner: args.owner.clone(),
        since: None,
    };
    let mut input = PlanInput::load_to_apply(
        &args.files,
        &scope,
        &args.receipts,
        &args.connection,
        process,
        printer,
    )
    .await?;
    input.provenance.undoes = true;
    let account = &input.desired.account.id;
    let _held = match args.out {
        Some(_) => None,
        None => Some(lock::hold(&args.connection, account, process, printer).await?),
    };
    // Not before: the run that is to be undone may be the one that was waited for.
    let (path, number) = (args.undone.clone(), args.run);
    let undone = off_thread(process, move |process| read(&path, number, process)).await?;
    if undone.run.version != 1 {
        return Err(refused(args, "is of another version of this program")
            .hint("undo it with the version that wrote it, or a later one"));
    }
    if undone.run.account != account.as_str() {
        return Err(refused(args, "is of another account than the file's"));
    }
    let receipt = args.receipt.as_deref();
    let receipt = receipt
        .map(|path| ReceiptFile::open(path, process))
        .transpose()?;
    let (target, orgs, reader) = until_interrupted(process, async {
        let target = Connection::of(&args.connection, &input.desired, process, printer).await?;
        let reader = match args.out {
            Some(_) => target.reader(&args.connection, process, printer).await?,
            None => {
                let reader = target.reader_before_writing(&args.connection, process, printer);
                reader.await?
            }
        };
        let orgs = target.orgs(&args.connection, process, printer)?;
        Ok((target, orgs, reader))
    })
    .await?;
    let server = target.server();
    if undone.run.endpoint != server.endpoint {
        return Err(refused(args, "is of a run against another server"));
    }
    printer.status(&undo::heading(&undone.run));
    if undone.of > 1 {
        let runs = counted(undone.of, "run");
        printer.status(&format!(
            "The receipt has {runs}; this is number {} (--run).",
            undone.number
        ));
    }
    if let Some(gap) = undo::gaps(&undone.run) {
        printer.warning(&gap, "look at the orgs of that run");
    }
    let (undoing, planned) = until_interrupted(
        process,
        read_and_plan(
            args,
            &undone,
            &mut input,
            server,
            (&reader, &orgs),
            process,
            printer,
        ),
    )
    .await?;
    let change = file_change(&undoing, &planned, &input, &account_of(args, process)?);
    if let Some(out) = &args.out {
        let view = PlanView {
            plan: planned.checked.plan(),
            causes: &planned.causes,
            sources: &input.sources,
            account_wide: &[],
            desired: &undoing.desired,
            blobs: None,
            remembered: None,
        };
        let json = artifacts::json(&artifacts::plan(view));
        if files::is_stdout(out) {
            artifacts::print(&artifacts::plan(view), printer)?;
            printer.diagnostics(&view.plan.warnings, view.sources);
            beside(&undoing, &change, printer, false)?;
        } else {
            files::result(out, (&json, files::PLAN), process, printer)?;
            beside(&undoing, &change, printer, true)?;
            plan::show(
                view,
                &Diagnostics::default(),
                args.calls.calls,
                printer,
                || {},
            )?;
        }
        proof::tell(&reader, Some(&orgs), None, printer);
        return Ok(Exit::Done);
    }
    let told = (change.text(), change.baselines.as_slice());
    let told = undo::wire(&undone.run, undone.number, &undoing, told);
    let told = serde_json::to_value(told).map_err(CliError::failed)?;
    if args.format == ResultFormat::Human {
        beside(&undoing, &change, printer, true)?;
    }
    input.desired = undoing.desired;
    let errand = Errand {
        format: args.format,
        calls: args.calls.calls,
        yes: args.yes,
        reviewed,
        receipt: (args.receipt.as_deref(), receipt),
        new_org_wait: Duration::ZERO,
        connection: &args.connection,
        review: "aerialctl undo RECEIPT --out FILE",
        is_of_file: false,
        beside: Some(("undo", told)),
    };
    let place = (target, reader, orgs);
    Box::pin(carry_out(planned, &input, place, errand, process, printer)).await
}

fn account_of(args: &Args, process: &Process) -> Result<AccountSource, CliError> {
    AccountSource::of(&args.connection, process)
}

/// What is left alone, and what the file has to say: with the result, or beside it.
fn beside(
    undoing: &Undoing,
    change: &FileChange,
    printer: &Printer,
    is_result: bool,
) -> Result<(), CliError> {
    let text = format!(
        "{}{}",
        undo::left(undoing, printer.layout(false)),
        change.words()
    );
    if text.is_empty() {
        return Ok(());
    }
    if is_result {
        printer.result(&text)?;
    } else {
        printer.detail(text.trim_end());
    }
    Ok(())
}

fn refused(args: &Args, why: &str) -> CliError {
    CliError::refused(format!(
        "the receipt {} {why}; nothing was changed",
        args.undone.display()
    ))
    .hint("name the files, and the environment, of the account that the receipt is of")
}

/// The run of a receipt.
///
/// # Errors
/// When the file can't be read, and when it has no such run.
fn read(path: &Path, number: Option<usize>, process: &Process) -> Result<UndoneRun, CliError> {
    let shown = path.display().to_string();
    let bytes = disk::read(&process.cwd.join(path), MAX_BYTES).map_err(|error| {
        let failed = CliError::failed(format!("the receipt {shown} can't be read: {error}"));
        if error.kind() == io::ErrorKind::FileTooLarge {
            failed.hint("give the file that `apply --receipt FILE` wrote")
        } else {
            failed
        }
    })?;
    let mut past = Past::default();
    past.read(&shown, &String::from_utf8_lossy(&bytes));
    let mut all = past.runs;
    let of = all.len();
    if of == 0 {
        return Err(
            CliError::failed(format!("{shown} has no run of `apply` in it"))
                .hint("give a receipt, by default one of .aerialctl/receipts"),
        );
    }
    let number = number.unwrap_or(of);
    if number == 0 || number > of {
        return Err(CliError::usage(format!(
            "--run {number}: {shown} has {}",
            counted(of, "run")
        )));
    }
    Ok(UndoneRun {
        run: all.swap_remove(number - 1),
        number,
        of,
        source: Source::new(shown, bytes),
    })
}

/// Reads the list of orgs, and the products and the inside of those that the run touched, and plans.
///
/// # Errors
/// When a read fails, and when there is a reason for which there is no plan.
async fn read_and_plan(
    args: &Args,
    undone: &UndoneRun,
    input: &mut PlanInput,
    server: AccountServer,
    (reader, orgs): (&Reader, &OrgHosts),
    process: &Process,
    printer: &Printer,
) -> Result<(Undoing, Planned), CliError> {
    let survey = Survey {
        coverage: Coverage::Whole,
        products: ProductsOf::These(touched(&undone.run)),
    };
    let (bar, progress) = progress::reading(process, printer);
    let live = reader.read(&survey, progress).await;
    bar.finish_and_clear();
    let mut live = live?;
    let inside = inside_to_read(&undone.run, &input.desired, &input.selection, &live);
    live.insides = insides::read(inside, orgs, process, printer).await?;
    let sources = input.sources.iter().map(|(_, source)| source.clone());
    let mut sources: Vec<Source> = sources.collect();
    let receipt = SourceId::nth(sources.len());
    sources.push(undone.source.clone());
    input.sources = Sources::new(sources);
    let undoing = undoing(
        &undone.run,
        receipt,
        &input.desired,
        &input.selection,
        &live,
    );
    let options = PlanOptions {
        selection: undoing.selection(),
        ..options(input, &args.allow.allowances(), server, process)
    };
    let checked = planned(&undoing.desired, &live, &options)
        .map_err(|reason| no_plan(reason, &input.sources, printer))?;
    let planned = Planned {
        checked,
        causes: Attribution::default(),
        live,
        options,
    };
    Ok((undoing, planned))
}
