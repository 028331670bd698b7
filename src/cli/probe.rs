//! `probe`: asks the account what Okta's documents leave open. It holds a reader; where `--org` names a sandbox org, a writer of
//! that one org as well.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::account::AccountSource;
use super::args::ProbeArgs as Args;
use super::env::Process;
use super::error::CliError;
use super::exit::Exit;
use super::interrupted::until_interrupted;
use super::output::Printer;
use super::probe_args::ProbeFormat;
use super::probe_write::Trial;
use super::session::Connection;
use super::{artifacts, files, lock, proof};
use crate::aerial::Reader;
use crate::clock::today;
use crate::disk;
use crate::ids::{AccountId, Domain, OrgName, OrgSet};
use crate::live::{Coverage, LiveOrg, ProductsOf, Survey};
use crate::probe::{self, Hearing, Recorded};
use crate::render::escape;
use crate::render::probe::{ProbeView, json, markdown, text};

/// Of a file that may be written over no more is read, in bytes.
const MOST: u64 = 64 * 1024;

/// Runs the command.
///
/// # Errors
/// When the account can't be read, when the org may not be written to, and when it isn't as it was.
pub(super) async fn run(
    args: &Args,
    process: &Process,
    printer: &Arc<Printer>,
) -> Result<Exit, CliError> {
    let source = AccountSource::of(&args.connection, process)?;
    recorded(args, process)?;
    let files = files::load(&args.files, &source, process, printer);
    let desired = until_interrupted(process, files).await?.desired;
    let _held = match &args.org {
        Some(_) => Some(lock::hold(&args.connection, &desired.account.id, process, printer).await?),
        None => None,
    };
    // What a write has changed is put back though the run is to end: requests hear a wish of their own.
    let lasting = Process {
        stop: CancellationToken::new(),
        ..process.clone()
    };
    let mut hearing = Hearing {
        named: args.org.is_some(),
        ..Hearing::default()
    };
    let id = &desired.account.id;
    let (target, reader, org) = until_interrupted(process, async {
        let target = Connection::of(&args.connection, &desired, &lasting, printer).await?;
        // Nothing is asked that couldn't be written down.
        recorded_of(&whose(id, &target), args, process)?;
        let reader = if args.org.is_some() {
            target
                .reader_before_writing(&args.connection, &lasting, printer)
                .await?
        } else {
            target.reader(&args.connection, &lasting, printer).await?
        };
        let org = match &args.org {
            Some(domain) => Some(find(&reader, domain, printer).await?),
            None => None,
        };
        let trial = org.as_ref().map(|org| Trial {
            org,
            desired: &desired,
            target: &target,
            lasting: &lasting,
        });
        // An org that nothing may be sent to is said before anything is asked.
        trial.map_or(Ok(()), |trial| trial.fits())?;
        probe::read(&reader, &mut hearing).await?;
        Ok((target, reader, org))
    })
    .await?;
    let ended = match &org {
        Some(org) => {
            let trial = Trial {
                org,
                desired: &desired,
                target: &target,
                lasting: &lasting,
            };
            trial.write(&mut hearing, args, process, printer).await
        }
        None => Ok(()),
    };
    let org = hearing.org.as_ref().map(|org| org.id.as_str());
    let ids = [Some(desired.account.id.as_str()), org];
    let ids = ids.into_iter().flatten().filter(|_| args.shorten_ids);
    let view = ProbeView {
        hearing: &hearing,
        short: &ids.collect::<Vec<&str>>(),
    };
    let told = tell(view, args, &whose(id, &target), process, printer);
    if told.is_ok() && args.org.is_none() {
        proof::tell(&reader, None, None, printer);
    }
    // Where an org isn't as it was, that is the last word, whatever became of the answers.
    match (ended, told) {
        (Err(ended), Err(told)) => {
            printer.error(&told);
            Err(ended)
        }
        (ended, told) => ended.and(told).map(|()| Exit::Done),
    }
}

/// Prints the answers, and keeps them in their file, even where they can't be printed.
///
/// # Errors
/// When either can't be done.
fn tell(
    view: ProbeView<'_>,
    args: &Args,
    whose: &str,
    process: &Process,
    printer: &Arc<Printer>,
) -> Result<(), CliError> {
    let printed = match args.format {
        ProbeFormat::Human => printer
            .result(&text(view, printer.palette()))
            .map_err(Into::into),
        ProbeFormat::Json => artifacts::print(&json(view), printer),
        ProbeFormat::Markdown => printer.result(&markdown(view)).map_err(Into::into),
    };
    let mut record = recorded_of(whose, args, process)?;
    record.add(view.hearing, today(process.clock.now()));
    files::replace(&args.out, &record.text(), process, printer)?;
    printer.status(&format!(
        "The answers as the emulator's switches: {}",
        args.out.display()
    ));
    printed
}

/// What an earlier run wrote to the file; `None` where there is none.
///
/// # Errors
/// When there is something else.
fn recorded(args: &Args, process: &Process) -> Result<Option<Recorded>, CliError> {
    let path = process.cwd.join(&args.out);
    if path.symlink_metadata().is_err() {
        return Ok(None);
    }
    let text = disk::read_text(&path, MOST).ok();
    let ours = text.and_then(|text| Recorded::read(&text));
    ours.map(Some).ok_or_else(|| {
        let message = format!(
            "{} isn't a file that probe wrote; it stays as it is",
            args.out.display()
        );
        CliError::usage(message).hint("name another file with --out")
    })
}

/// What an earlier run wrote of the same account and server, or nothing yet.
///
/// # Errors
/// When the file has something else, or the answers of others.
fn recorded_of(whose: &str, args: &Args, process: &Process) -> Result<Recorded, CliError> {
    let Some(there) = recorded(args, process)? else {
        return Ok(Recorded::of(whose));
    };
    if there.whose.as_deref() == Some(whose) {
        return Ok(there);
    }
    let shown = args.out.display();
    let message = match &there.whose {
        Some(other) => format!(
            "{shown} has the answers of {}, and this run asks {whose}; it stays as it is",
            escape::line(other)
        ),
        None => format!("{shown} doesn't say whose answers it has; it stays as it is"),
    };
    Err(CliError::usage(message).hint("name another file with --out"))
}

/// Who answers, as the file says it.
fn whose(account: &AccountId, target: &Connection) -> String {
    format!("{account} at {}", target.server().endpoint)
}

/// The org of a domain, with its products.
///
/// # Errors
/// When it can't be read, and when it is none or several of the account's.
async fn find(reader: &Reader, domain: &Domain, printer: &Printer) -> Result<LiveOrg, CliError> {
    let survey = Survey {
        coverage: Coverage::Only(vec![OrgName::Domain(domain.clone())]),
        products: ProductsOf::These(OrgSet::default()),
    };
    printer.more(&format!("looking for {domain}"));
    let live = reader.read(&survey, |_, _| {}).await?;
    let mut orgs = live.orgs.into_iter().filter(|org| org.domain == *domain);
    let (Some(org), None) = (orgs.next(), orgs.next()) else {
        return Err(CliError::refused(format!(
            "--org {domain}: it isn't one org that the account manages; nothing was sent to it"
        )));
    };
    let products = reader.products(&org.id).await?;
    Ok(LiveOrg {
        products: Some(Arc::new(products)),
        ..org
    })
}
