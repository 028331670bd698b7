//! The files of a desired state: found, read within bounds, loaded.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::account::AccountSource;
use super::env::Process;
use super::error::CliError;
use super::exit::Exit;
use super::flags::Files;
use super::output::Printer;
use crate::desired::document::MAX_FILE_BYTES;
use crate::desired::{self, Desired};
use crate::diagnostic::{Source, Sources};
use crate::disk::{self, Readers};
use crate::git::{Repo, Revision};

/// Folders in folders: deep enough for every layout, shallow enough for a circle of links.
const MAX_DEPTH: usize = 8;

/// More bytes than this over all files aren't read.
const MAX_TOTAL_BYTES: usize = 4 * MAX_FILE_BYTES;

/// The names that are tried when the user gives none.
const DEFAULTS: [&str; 2] = ["aerial.yaml", "aerial"];

/// The texts of a desired state and where they came from.
#[derive(Debug)]
pub(super) struct Found {
    /// The texts.
    pub sources: Sources,
    /// The commit, when all of them are as it has them.
    pub commit: Option<String>,
}

/// A desired state, its texts, and where they came from.
#[derive(Debug)]
pub(super) struct LoadedFiles {
    /// The desired state.
    pub desired: Desired,
    /// The texts and their commit.
    pub found: Found,
}

/// The texts of the desired state, from the worktree or from a revision.
///
/// # Errors
/// When there is none, or one can't be read.
pub(super) fn find(args: &Files, process: &Process) -> Result<Found, CliError> {
    if let Some(expression) = &args.at {
        let repo = Repo::of(&process.cwd)?;
        let revision = repo.revision(expression)?;
        let sources = at(args, &repo, revision, "")?;
        if sources.iter().next().is_none() {
            return Err(
                CliError::failed(format!("{expression} has no file of the desired state"))
                    .hint("name it with --file PATH, relative to this folder"),
            );
        }
        return Ok(Found {
            sources,
            commit: Some(revision.to_string()),
        });
    }
    let sources = worktree(args, process)?;
    // Outside of a repository there is no commit, and that is fine.
    let commit = Repo::of(&process.cwd).ok().and_then(|repo| {
        let files: Vec<(PathBuf, &[u8])> = sources
            .iter()
            .map(|(_, source)| (PathBuf::from(&source.name), source.bytes.as_slice()))
            .collect();
        Some(repo.commit_of(&files)?.to_string())
    });
    Ok(Found { sources, commit })
}

/// The texts as a revision has them; none where it has no such file. `mark` is added to their names.
fn at(args: &Files, repo: &Repo, revision: Revision, mark: &str) -> Result<Sources, CliError> {
    let mut files = repo.files(revision, &args.files, MAX_FILE_BYTES)?;
    if args.files.is_empty() {
        for name in DEFAULTS {
            if files.is_empty() {
                files = repo.files(revision, &[PathBuf::from(name)], MAX_FILE_BYTES)?;
            }
        }
    }
    let mut seen = BTreeSet::new();
    files.retain(|file| seen.insert(file.path.clone()));
    let sources = files
        .into_iter()
        .map(|file| Source::new(format!("{}{mark}", shown(&file.path)), file.bytes));
    Ok(Sources::new(sources.collect()))
}

/// The desired state at the merge base of HEAD and a revision: what a branch started from. `None` where there was none.
///
/// # Errors
/// When git can't tell, and, with exit 3, when the state was invalid there.
pub(super) fn base(
    args: &Files,
    expression: &str,
    account: &AccountSource,
    process: &Process,
    printer: &Printer,
) -> Result<Option<Desired>, CliError> {
    let repo = Repo::of(&process.cwd)?;
    let revision = match &args.at {
        None => repo.merge_base(expression)?,
        Some(_) => repo.revision(expression)?,
    };
    let short: String = revision.to_string().chars().take(12).collect();
    let sources = at(args, &repo, revision, &format!("@{short}"))?;
    if sources.iter().next().is_none() {
        return Ok(None);
    }
    let loaded = desired::load_for(&sources, account.fallback());
    if loaded.desired.is_none() {
        printer.diagnostics(&loaded.diagnostics, &sources);
        return Err(CliError {
            exit: Exit::Invalid,
            ..CliError::failed(format!(
                "the desired state was invalid at {short}, so nothing can be compared with it"
            ))
        });
    }
    Ok(loaded.desired)
}

/// Whether there is a desired state: one that was named, or one of the default names.
pub(super) fn any(args: &Files, process: &Process) -> bool {
    let there = |name| process.cwd.join(name).exists();
    args.at.is_some() || !args.files.is_empty() || DEFAULTS.into_iter().any(there)
}

/// The texts in the worktree.
fn worktree(args: &Files, process: &Process) -> Result<Sources, CliError> {
    let mut named = args.files.clone();
    if named.is_empty() {
        let default = DEFAULTS
            .into_iter()
            .map(PathBuf::from)
            .find(|path| process.cwd.join(path).exists());
        named.push(default.ok_or_else(|| {
            CliError::failed("there is no aerial.yaml here, and no folder aerial")
                .hint("name the desired state with --file PATH, or go to the folder that has it")
        })?);
    }
    let mut found: Vec<PathBuf> = Vec::new();
    let mut seen = BTreeSet::new();
    for path in &named {
        let full = process.cwd.join(path);
        let files = if full.is_dir() {
            let mut inside = Vec::new();
            walk(&process.cwd, path, 0, &mut inside)?;
            if inside.is_empty() {
                return Err(CliError::failed(format!(
                    "the folder {} has no *.yaml or *.yml file",
                    path.display()
                )));
            }
            inside
        } else {
            vec![path.clone()]
        };
        for file in files {
            let full = process.cwd.join(&file);
            if seen.insert(full.canonicalize().unwrap_or(full)) {
                found.push(file);
            }
        }
    }
    let mut total = 0;
    let mut sources = Vec::with_capacity(found.len());
    for path in found {
        let bytes = read(&process.cwd.join(&path), &path)?;
        total += bytes.len();
        if total > MAX_TOTAL_BYTES {
            return Err(CliError::failed(format!(
                "the files of the desired state have more than {MAX_TOTAL_BYTES} bytes in all"
            )));
        }
        sources.push(Source::new(shown(&path), bytes));
    }
    Ok(Sources::new(sources))
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

fn walk(cwd: &Path, folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), CliError> {
    let failed = |error: std::io::Error| {
        CliError::failed(format!(
            "the folder {} can't be read: {error}",
            folder.display()
        ))
    };
    let mut entries = Vec::new();
    for entry in fs::read_dir(cwd.join(folder)).map_err(failed)? {
        entries.push(folder.join(entry.map_err(failed)?.file_name()));
    }
    entries.sort();
    for path in entries {
        let hidden = path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with('.'));
        let yaml = path
            .extension()
            .is_some_and(|extension| extension == "yaml" || extension == "yml");
        let full = cwd.join(&path);
        if hidden {
            continue;
        }
        if full.is_dir() {
            if depth < MAX_DEPTH {
                walk(cwd, &path, depth + 1, found)?;
            }
        } else if yaml {
            found.push(path);
        }
    }
    Ok(())
}

/// One byte more than allowed is read at most: the loader says that the file is too large.
fn read(full: &Path, shown: &Path) -> Result<Vec<u8>, CliError> {
    let failed = |error: std::io::Error| {
        let shown = shown.display();
        if error.kind() == std::io::ErrorKind::NotFound {
            CliError::failed(format!("there is no file {shown}"))
                .hint("name the desired state with --file PATH")
        } else {
            CliError::failed(format!("{shown} can't be read: {error}"))
        }
    };
    let file = fs::File::open(full).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    let mut bytes = Vec::new();
    let limit = u64::try_from(MAX_FILE_BYTES).unwrap_or(u64::MAX);
    if metadata.len() > limit {
        return Err(CliError {
            exit: Exit::Invalid,
            message: format!(
                "{}:1:1: the file has {} bytes; a desired state may have {MAX_FILE_BYTES}, room for about 100,000 orgs",
                shown.display(),
                metadata.len()
            ),
            hint: Some("split it into several files in a folder".to_owned()),
        });
    }
    file.take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    Ok(bytes)
}

/// The desired state; its findings are printed.
///
/// # Errors
/// When a file can't be read; with exit 3 when the desired state is invalid, with exit 4 when it is about another account
/// than the pinned one.
pub(super) fn load(
    args: &Files,
    account: &AccountSource,
    process: &Process,
    printer: &Printer,
) -> Result<LoadedFiles, CliError> {
    let found = find(args, process)?;
    let loaded = desired::load_for(&found.sources, account.fallback());
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
