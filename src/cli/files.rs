//! The desired state of a command: its files found and read, loaded, its findings told.

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::account::AccountSource;
use super::env::Process;
use super::error::CliError;
use super::exit::Exit;
use super::flags::Files;
use super::found::{self, Found};
use super::interrupted::off_thread;
use super::output::Printer;
use super::{advice, credentials};
use crate::clock::today;
use crate::desired::{self, Desired, Loaded};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Sources};
use crate::disk::{self, Readers};

/// So many folders above a file may be the whole desired state's.
const MAX_ABOVE: usize = 3;

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
    let (found, loaded, ()) = check_as(args, account, process, |_, _| ()).await?;
    Ok((found, loaded))
}

/// The same of texts that something is done to before.
///
/// # Errors
/// As [`check`].
pub(super) async fn check_as<T: Send + 'static>(
    args: &Files,
    account: &AccountSource,
    process: &Process,
    prepare: impl FnOnce(&mut Sources, Date) -> T + Send + 'static,
) -> Result<(Found, Loaded, T), CliError> {
    let (args, account) = (args.clone(), account.clone());
    off_thread(process, move |process| {
        let mut found = found::find(&args, process)?;
        let today = today(process.clock.now());
        let prepared = prepare(&mut found.sources, today);
        let mut loaded = desired::load_on(&found.sources, account.fallback(), today);
        if loaded.desired.is_none()
            && lacks_others(&loaded.diagnostics)
            && let Some(folder) = folder_of_all(&args, &account, process)
        {
            loaded.diagnostics = loaded.diagnostics.map(|one| in_folder(one, &folder));
        }
        let mut notes = std::mem::take(&mut found.notes);
        notes.extend(loaded.diagnostics.map(advice::with_variables));
        if let Some(desired) = &loaded.desired {
            notes.extend(secrets(desired, &found.sources, process));
        }
        if notes.has_errors() {
            loaded.desired = None;
        }
        loaded.diagnostics = notes;
        Ok((found, loaded, prepared))
    })
    .await
}

/// What the environment keeps secret and a baseline says: it would be written into orgs, and into what is reviewed.
fn secrets(desired: &Desired, sources: &Sources, process: &Process) -> Diagnostics {
    let known = credentials::given(process);
    let objects = desired.baselines.values().flat_map(|one| &one.objects);
    let with_secret = objects.filter(|object| known.redact_json(&object.body).is_some());
    let told = with_secret.map(|object| {
        sources.conceal(object.span.source);
        let message = format!("a secret of this run stands in {}", object.name);
        Diagnostic::error(Code::SecretInBaseline, message)
            .at(object.span)
            .help("remove it, and take it for known to everybody who could read the file")
    });
    told.collect()
}

/// What another file of the same desired state may have.
fn is_elsewhere(code: Code) -> bool {
    matches!(code, Code::MissingKey | Code::UnknownProduct)
}

fn lacks_others(found: &Diagnostics) -> bool {
    found.iter().any(|one| is_elsewhere(one.code))
}

/// The folder that the one named file lies in, or one above it, where that folder as a whole is valid.
fn folder_of_all(args: &Files, account: &AccountSource, process: &Process) -> Option<PathBuf> {
    let [file] = args.files.as_slice() else {
        return None;
    };
    let folders = file.ancestors().skip(1).take(MAX_ABOVE);
    let mut folders = folders.filter(|folder| folder.file_name().is_some());
    folders
        .find(|folder| {
            let whole = Files {
                files: vec![folder.to_path_buf()],
                at: args.at.clone(),
            };
            found::find(&whole, process).is_ok_and(|found| {
                desired::load_for(&found.sources, account.fallback())
                    .desired
                    .is_some()
            })
        })
        .map(Path::to_path_buf)
}

fn in_folder(finding: Diagnostic, folder: &Path) -> Diagnostic {
    if !is_elsewhere(finding.code) {
        return finding;
    }
    finding.help(format!(
        "this file is a part of a desired state: name the folder that has all of it, `--file {}`",
        folder.display()
    ))
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
    accept(found, loaded, account, printer)
}

/// What was checked, where it is valid; its findings are printed.
///
/// # Errors
/// As [`load`].
pub(super) fn accept(
    found: Found,
    loaded: Loaded,
    account: &AccountSource,
    printer: &Printer,
) -> Result<LoadedFiles, CliError> {
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

/// What a plan begins with; a desired state in JSON has more of its account.
pub(super) const PLAN: &str = "{\n  \"version\": 1,\n  \"account\": \"";

/// What the page begins with.
pub(super) const PAGE: &str = "<!DOCTYPE html>";

/// Writes a result as [`replace`] does, and over nothing of another kind: a slip of the hand must not cost a desired state, a receipt or
/// a key.
///
/// # Errors
/// As there, and when something else is there.
pub(super) fn result(
    path: &Path,
    (content, beginning): (&str, &str),
    process: &Process,
    printer: &Printer,
) -> Result<(), CliError> {
    is_free(path, beginning, process)?;
    replace(path, content, process, printer)
}

/// Whether [`result`] would write there; asked before anything is read, too, since what is read for nothing may be 5,000 orgs.
///
/// # Errors
/// When something of another kind is there.
pub(super) fn is_free(path: &Path, beginning: &str, process: &Process) -> Result<(), CliError> {
    let failed = |error| CliError::failed(format!("{} can't be written: {error}", path.display()));
    if is_stdout(path) || disk::is_free_for(&process.cwd.join(path), beginning).map_err(failed)? {
        return Ok(());
    }
    Err(other_kind(path))
}

/// Refuses two flags that name the same file.
///
/// # Errors
/// When they do: each output would replace the other.
pub(super) fn apart(
    (flag, path): (&str, Option<&Path>),
    (other_flag, other): (&str, Option<&Path>),
    process: &Process,
) -> Result<(), CliError> {
    match (path, other) {
        (Some(path), Some(other)) if !is_stdout(path) && is_same(path, other, process) => {
            Err(CliError::usage(format!(
                "{flag} and {other_flag} name the same file, and each would replace the other's"
            )))
        }
        _ => Ok(()),
    }
}

/// Whether two paths lead to the same place, be anything there or not.
fn is_same(one: &Path, other: &Path, process: &Process) -> bool {
    let place = |path: &Path| {
        let path = process.cwd.join(path);
        let parent = path.parent().and_then(|parent| parent.canonicalize().ok());
        parent.map_or(path.clone(), |parent| {
            parent.join(path.file_name().unwrap_or_default())
        })
    };
    place(one) == place(other)
}

/// What is said of a file that isn't what a flag is for.
pub(super) fn other_kind(path: &Path) -> CliError {
    let shown = path.display();
    CliError::usage(format!(
        "{shown} is a file of another kind; it stays as it is"
    ))
    .hint("name another file, or take that one away first")
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
        Readers::AsBefore,
    )
    .map_err(|error| CliError::failed(format!("{} can't be written: {error}", path.display())))
}
