//! The desired state of a command: its files found and read, loaded, its findings told.

use std::path::Path;

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
pub(super) async fn check(args: &Files, process: &Process) -> Result<(Found, Loaded), CliError> {
    let args = args.clone();
    off_thread(process, move |process| {
        let mut found = found::find(&args, process)?;
        let mut loaded = desired::load(&found.sources);
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
/// When a file can't be read, and, with exit 3, when the desired state is invalid.
pub(super) async fn load(
    args: &Files,
    process: &Process,
    printer: &Printer,
) -> Result<LoadedFiles, CliError> {
    let (found, loaded) = check(args, process).await?;
    printer.diagnostics(&loaded.diagnostics, &found.sources);
    match loaded.desired {
        Some(desired) => Ok(LoadedFiles { desired, found }),
        None => Err(CliError::silent(Exit::Invalid)),
    }
}

/// Writes a file as a whole.
///
/// # Errors
/// When the folder can't be written to, and where [`disk::replace`] refuses.
pub(super) fn replace(process: &Process, path: &Path, content: &str) -> Result<(), CliError> {
    disk::replace(
        &process.cwd.join(path),
        content.as_bytes(),
        Readers::ByUmask,
    )
    .map_err(|error| CliError::failed(format!("{} can't be written: {error}", path.display())))
}
