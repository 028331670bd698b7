//! `catalog`: the account's products and orgs beside the file, for checks without the network. It holds a reader, which can't
//! write.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::account::AccountSource;
use super::args_import::CatalogArgs as Args;
use super::catalog_file::{self, FoundCatalogue};
use super::env::Process;
use super::error::CliError;
use super::exit::Exit;
use super::files::{self, LoadedFiles};
use super::flags::Files;
use super::output::Printer;
use super::session::Connection;
use super::{progress, proof};
use crate::catalogue::{self, AccountCatalogue};
use crate::diagnostic::{Sources, counted};
use crate::live::{Snapshot, Survey};
use crate::render::escape;

/// Runs the command.
///
/// # Errors
/// When the account can't be read, and when there is no one place for its catalogue.
pub(super) async fn run(
    args: &Args,
    process: &Process,
    printer: &Arc<Printer>,
) -> Result<Exit, CliError> {
    if args.files.at.is_some() && !args.check {
        return Err(
            CliError::usage("a revision can't be written to").hint("--at goes with --check alone")
        );
    }
    let source = AccountSource::of(&args.connection, process)?;
    let LoadedFiles { desired, found } =
        files::load(&args.files, &source, process, printer).await?;
    let place = place(args, &found.sources, process)?;
    let target = Connection::of(&args.connection, &desired, process, printer).await?;
    let reader = target.reader(&args.connection, process, printer).await?;
    let (bar, progress) = progress::reading(process, printer);
    let live = reader.read(&Survey::orgs_alone(), progress).await;
    bar.finish_and_clear();
    let now = AccountCatalogue::of(&live?);
    let at = args.files.at.as_deref();
    let places = std::slice::from_ref(&place);
    let before = catalog_file::find(places, at, process)?;
    let exit = tell(&place, before.as_ref(), &now, args, process, printer)?;
    proof::tell(&reader, None, None, printer);
    Ok(exit)
}

/// Writes what the account has to the catalogue that lies beside the files. Where none lies there, none is wanted; what is broken,
/// another account's, or one of several is left for `catalog` to speak of.
///
/// # Errors
/// When it can't be written.
pub(super) fn refresh(
    files: &Files,
    sources: &Sources,
    live: &Snapshot,
    process: &Process,
    printer: &Printer,
) -> Result<(), CliError> {
    for place in catalog_file::places(files, sources) {
        let Some(source) = catalog_file::optional(&place, None, process)? else {
            continue;
        };
        let now = AccountCatalogue::of(live);
        let earlier = catalogue::read(&source.bytes).ok();
        if earlier.is_none_or(|earlier| earlier.account != now.account || earlier == now) {
            continue;
        }
        files::replace(&place, &text(&now)?, process, printer)?;
        let shown = escape::line(&place.display().to_string());
        printer.status(&format!("refreshed {shown}"));
    }
    Ok(())
}

/// A catalogue as it is written.
fn text(catalogue: &AccountCatalogue) -> Result<String, CliError> {
    let text = catalogue::write(catalogue)
        .map_err(|error| CliError::failed(format!("the catalogue can't be written: {error}")))?;
    Ok(escape::json(&text))
}

/// Where the account's catalogue lies, or is to lie.
fn place(args: &Args, sources: &Sources, process: &Process) -> Result<PathBuf, CliError> {
    let places = catalog_file::places(&args.files, sources);
    if places.len() < 2 {
        let none = || {
            CliError::usage("standard input has no place beside it for a catalogue")
                .hint("name the file with --file")
        };
        return places.into_iter().next().ok_or_else(none);
    }
    let mut existing = Vec::new();
    for place in &places {
        if catalog_file::optional(place, args.files.at.as_deref(), process)?.is_some() {
            existing.push(place.clone());
        }
    }
    let of_account = catalog_file::places_of_account(&args.files, sources);
    match (existing.as_slice(), of_account.as_slice()) {
        ([one], _) | ([], [one]) => Ok(one.clone()),
        ([], []) => Err(CliError::usage(
            "several files are named, none of them has `account`, and the account's catalogue lies beside one of them",
        )
        .hint("write `account` with its `id` into the one it is to lie beside")),
        ([], _) => Err(CliError::usage(
            "several of the named files have `account`, and the account's catalogue lies beside one of them",
        )
        .hint("leave it to the one that the catalogue is to lie beside, or write that once by hand")),
        (_, _) => Err(CliError::usage(
            "there are several catalogues beside the named files, and an account has one",
        )
        .hint("remove the one that isn't this account's")),
    }
}

/// Says what has changed, and writes it.
fn tell(
    place: &Path,
    before: Option<&FoundCatalogue>,
    now: &AccountCatalogue,
    args: &Args,
    process: &Process,
    printer: &Printer,
) -> Result<Exit, CliError> {
    let shown = escape::line(&place.display().to_string());
    let text = text(now)?;
    let has = format!(
        "{}, {}",
        counted(now.products.len(), "product"),
        counted(now.orgs.len(), "org")
    );
    if before.is_some_and(|before| before.source.bytes == text.as_bytes()) {
        printer.result_line(&format!("{shown} is up to date: {has}."))?;
        return Ok(Exit::Done);
    }
    let earlier = before.and_then(|before| match &before.catalogue {
        Ok(earlier) => Some(earlier),
        Err(broken) => {
            let why = format!("{shown} was no catalogue: {broken}");
            printer.warning(&why, "all of it counts as new");
            None
        }
    });
    let earlier = earlier.filter(|earlier| earlier.account == now.account);
    // Beside nothing all of it would be new: the count says as much.
    let news = earlier.map(|earlier| now.since(Some(earlier)).0);
    for line in news.into_iter().flatten() {
        printer.result_line(&escape::line(&line))?;
    }
    if args.check {
        let said = match before {
            Some(_) => format!("{shown} isn't up to date: the account has {has}."),
            None => format!("there is no {shown} yet: the account has {has}."),
        };
        printer.result_line(&said)?;
        return Ok(Exit::Pending);
    }
    files::replace(place, &text, process, printer)?;
    printer.result_line(&format!("wrote {shown}: {has}."))?;
    Ok(Exit::Done)
}
