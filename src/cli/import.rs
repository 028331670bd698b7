//! `import`: a desired-state file from the live account. It holds a reader, which can't write.

use std::path::Path;
use std::sync::Arc;

use similar::TextDiff;

use super::account::AccountSource;
use super::args_import::{ImportArgs as Args, SplitWord};
use super::env::Process;
use super::error::CliError;
use super::existing::{Existing, steps, unwritable};
use super::exit::Exit;
use super::output::Printer;
use super::session::Connection;
use super::{adopt, files, import_folder, progress, proof};
use crate::desired;
use crate::diagnostic::counted;
use crate::live::{Snapshot, Survey};
use crate::render::escape;
use crate::render::yaml::{self, Head, KeptOfFile};
use crate::shape::{Given, SplitBy};

/// Runs the command.
///
/// # Errors
/// When the account can't be read, and when the file would be overwritten unasked.
pub(super) async fn run(
    args: &Args,
    process: &Process,
    printer: &Arc<Printer>,
) -> Result<Exit, CliError> {
    if args.update {
        return adopt::run(args, process, printer).await;
    }
    let out = args.out.as_deref();
    let folder = out.filter(|path| import_folder::is_meant(path, process));
    if folder.is_none() && args.split.is_some() {
        return Err(CliError::usage("--split is for a folder")
            .hint("write its path with a `/` at the end: --out aerial/"));
    }
    let given = &args.account;
    let desired = given
        .load(&args.files, &args.connection, process, printer)
        .await?;
    let target = Connection::of(&args.connection, &desired, process, printer).await?;
    let reader = target.reader(&args.connection, process, printer).await?;
    let (bar, progress) = progress::reading(process, printer);
    let live = reader.read(&Survey::everything(), progress).await;
    bar.finish_and_clear();
    let live = live?;
    let kept = KeptOfFile {
        given: Given {
            taken: desired.names.values().cloned().collect(),
            names: desired.names.clone(),
            bundles: desired.bundles.clone(),
            ..Given::default()
        },
        ..KeptOfFile::default()
    };
    let head = Head {
        schema: desired::schema::url(),
        environment: &desired.account.environment.to_string(),
        kept: &kept,
    };
    if let Some(path) = folder {
        let by = match args.split {
            Some(SplitWord::Bundle) => SplitBy::Bundle,
            Some(SplitWord::Prefix) | None => SplitBy::Prefix,
        };
        let texts = yaml::folder(&live, &head, by).map_err(unwritable)?;
        changes_nothing(texts.values().map(String::as_str), &live)?;
        import_folder::write(path, &texts, process, printer)?;
        let orgs = counted(live.orgs.len(), "org");
        let files = counted(texts.len(), "file");
        printer.status(&format!("wrote {files} to {} with {orgs}", path.display()));
        proof::tell(&reader, None, None, printer);
        return Ok(Exit::Done);
    }
    let text = yaml::desired_state(&live, &head).map_err(unwritable)?;
    changes_nothing([text.as_str()], &live)?;
    match args.out.as_deref().filter(|path| !files::is_stdout(path)) {
        None => printer.result(&text)?,
        Some(path) => write(path, &text, &live, args, process, printer)?,
    }
    proof::tell(&reader, None, None, printer);
    Ok(Exit::Done)
}

/// The law of this command, held before anybody relies on it.
fn changes_nothing<'a>(
    texts: impl IntoIterator<Item = &'a str>,
    live: &Snapshot,
) -> Result<(), CliError> {
    if steps(texts, live, None) == Some(0) {
        return Ok(());
    }
    Err(CliError::failed(
        "the account can't be written as a file that changes nothing: it has a status or a product id that the format doesn't know",
    )
    .hint("`aerialctl status --format json` shows all of it"))
}

/// Writes the file; of one that is there, all but its orgs stays.
fn write(
    path: &Path,
    text: &str,
    live: &Snapshot,
    args: &Args,
    process: &Process,
    printer: &Printer,
) -> Result<(), CliError> {
    let source = AccountSource::of(&args.connection, process)?;
    let found = Existing::at(path, source.fallback(), process)?;
    let replaced = match &found {
        Some(existing) => existing.with_orgs_of(live)?,
        None => None,
    };
    let new = replaced.as_ref().map_or(text, |new| new.text.as_str());
    if let Some(existing) = found.filter(|existing| existing.text() != new)
        && !args.force
    {
        let shown = path.display();
        if !existing.is_desired_state() {
            return Err(
                CliError::refused(format!("{shown} exists and is no desired state"))
                    .hint("add --force to put one in its place"),
            );
        }
        let before = existing.text();
        let diff = TextDiff::from_lines(before.as_ref(), new);
        printer.result(&escape::lines(&diff.unified_diff().to_string()))?;
        return Err(CliError::refused(format!(
            "{shown} exists and says something else; the difference is above"
        ))
        .hint("add --force to write it like this"));
    }
    for note in replaced.iter().flat_map(|new| &new.lost) {
        printer.warning(note, "git, or a copy, has what the file said before");
    }
    files::replace(path, new, process, printer)?;
    let orgs = counted(live.orgs.len(), "org");
    let kept = replaced.map_or_else(String::new, |new| {
        let names = match new.named {
            0 => String::new(),
            more => format!(", and `products` has {}", counted(more, "more name")),
        };
        let bundles = if new.bundled {
            ", and it has `bundles`"
        } else {
            ""
        };
        format!("; all but its orgs is as it was{names}{bundles}")
    });
    printer.status(&format!("wrote {} with {orgs}{kept}", path.display()));
    Ok(())
}
