//! The desired state of a command: its files found and read, loaded, its findings told.

use std::path::Path;

use super::account::AccountSource;
use super::env::Process;
use super::error::CliError;
use super::exit::Exit;
use super::flags::Files;
use super::found::{self, Found};
use super::interrupted::off_thread;
use super::output::Printer;
use crate::desired::{self, Desired, Loaded};
use crate::disk::{self, Readers};

/// A desired state, its texts, and where they came from.
#[derive(Debug)]
pub(super) struct LoadedFiles {
    /// The desired state.
    pub desired: Desired,
    /// The texts and their commit.
    pub found: Found,
}

/// The texts, and what came of them; what was noted about the files is among the findings.
///
/// # Errors
/// When there is none, or one can't be read.
pub(super) async fn check(
    args: &Files,
    account: &AccountSource,
    process: &Process,
) -> Result<(Found, Loaded), CliError> {
    let (args, account) = (args.clone(), account.clone());
    off_thread(process, move |process| {
        let mut found = found::find(&args, process)?;
        let mut loaded = desired::load_for(&found.sources, account.fallback());
        let mut notes = std::mem::take(&mut found.notes);
        notes.extend(loaded.diagnostics);
        loaded.diagnostics = notes;
        Ok((found, loaded))
    })
    .await
}

/// The desired state; its findings are printed.
///
/// # Errors
/// When a file can't be read; with exit 3 when the desired state is invalid, with exit 4 when it is about another account
/// than the pinned one.
pub(super) async fn load(
    args: &Files,
    account: &AccountSource,
    process: &Process,
    printer: &Printer,
) -> Result<LoadedFiles, CliError> {
    let (found, loaded) = check(args, account, process).await?;
    printer.diagnostics(&loaded.diagnostics, &found.sources);
    match loaded.desired {
        Some(desired) => {
            account.check(&desired)?;
            Ok(LoadedFiles { desired, found })
        }
        None => Err(CliError::silent(Exit::Invalid)),
    }
}

/// Whether a path to write to is `-`, which is standard output.
pub(super) fn is_stdout(path: &Path) -> bool {
    path == Path::new("-")
}

/// Writes a file as a whole, without any secret.
///
/// # Errors
/// When the folder can't be written to, and where [`disk::replace`] refuses.
pub(super) fn replace(
    path: &Path,
    content: &str,
    process: &Process,
    printer: &Printer,
) -> Result<(), CliError> {
    disk::replace(
        &process.cwd.join(path),
        printer.redactor().redact(content).as_bytes(),
        Readers::ByUmask,
    )
    .map_err(|error| CliError::failed(format!("{} can't be written: {error}", path.display())))
}
