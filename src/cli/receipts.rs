//! Receipts of earlier runs, as evidence.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::env::Process;
use super::error::CliError;
use super::folder;
use crate::clock::rfc3339;
use crate::disk;
use crate::ids::{AccountId, OrgSet};
use crate::plan::{Deletions, Kind};
use crate::receipt::{PastRun, PastStep, Trace, runs};

/// The largest receipt that is read, in bytes: some 30,000 steps.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// The receipts that are read, in files: a run an hour for a year.
const MAX_FILES: usize = 10_000;

/// Of the receipts that lie there because nobody named another place, so many are read, the newest.
const RECENT: usize = 1_000;

/// All receipts of a folder that somebody named, in bytes.
const MAX_TOTAL: u64 = 1024 * 1024 * 1024;

/// Those that lie there because nobody named another place: some 120,000 steps.
const RECENT_BYTES: u64 = 64 * 1024 * 1024;

/// Where receipts lie unless somebody says otherwise.
pub(super) const USUAL: &str = ".aerialctl/receipts";

/// The file for the receipt of a run that starts now: `.aerialctl/receipts/{start}-{account}.jsonl`. Its folder is there then.
///
/// # Errors
/// When it can't be made, and when a link stands in its place.
pub(super) fn usual(account: &AccountId, process: &Process) -> Result<PathBuf, CliError> {
    let folder = folder::ready("receipts", process)?;
    fs::create_dir_all(folder)
        .map_err(|error| CliError::failed(format!("{USUAL} can't be made: {error}")))?;
    // 2026-11-26T03:04:25.598Z without what file systems dislike.
    let start = rfc3339(process.clock.now());
    let start: String = start.chars().filter(|c| !"-:.".contains(*c)).collect();
    Ok(Path::new(USUAL).join(format!("{start}-{account}.jsonl")))
}

/// The runs in an account at an endpoint that the receipts (`*.jsonl`) in a folder record, by file name, with those of their
/// steps that are asked for. What was done to an emulated account, or in the sandbox, tells nothing of another one with the
/// same id.
///
/// # Errors
/// When the folder or a receipt can't be read, or there is more than is read: half of the evidence proves nothing.
pub(super) fn past(
    folder: &Path,
    account: &str,
    endpoint: &str,
    asked: impl Fn(&PastStep) -> bool,
    process: &Process,
) -> Result<Vec<PastRun>, CliError> {
    let shown = folder.display();
    let failed = |error: io::Error| {
        CliError::failed(format!("the receipts in {shown} can't be read: {error}"))
    };
    let too_much = |what: &str| {
        CliError::failed(format!("the receipts in {shown} are too {what} to be read"))
            .hint("move old ones elsewhere, but for those that show a deletion")
    };
    let usual = folder == Path::new(USUAL);
    if usual {
        folder::unlinked("receipts", process)?;
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(process.cwd.join(folder)).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let receipt = entry.path().extension().is_some_and(|end| end == "jsonl");
        if !receipt || !entry.file_type().map_err(failed)?.is_file() {
            continue;
        }
        files.push(entry.path());
        if files.len() > MAX_FILES && !usual {
            return Err(too_much("many"));
        }
    }
    files.sort();
    if usual {
        // By their names the newest come last.
        files.drain(..files.len().saturating_sub(RECENT));
    }
    let mut found = Vec::new();
    let mut left = if usual { RECENT_BYTES } else { MAX_TOTAL };
    // The newest first: of those that nobody named, the oldest are left out where they are too much.
    for file in files.iter().rev() {
        let most = left.min(MAX_BYTES);
        let text = match disk::read(file, most) {
            Ok(text) => text,
            Err(error) if error.kind() != io::ErrorKind::FileTooLarge => return Err(failed(error)),
            Err(_) if usual && most < MAX_BYTES => break,
            Err(_) => return Err(too_much("large")),
        };
        left = left.saturating_sub(text.len() as u64);
        let mut of_file = Vec::new();
        for mut run in runs(&String::from_utf8_lossy(&text)) {
            run.steps.retain(&asked);
            if !run.steps.is_empty() && run.account == account && run.endpoint == endpoint {
                of_file.push(run);
            }
        }
        found.extend(of_file.into_iter().rev());
    }
    found.reverse();
    Ok(found)
}

/// What they say of deletions.
///
/// # Errors
/// As [`past`].
pub(super) fn deletions(
    folder: &Path,
    account: &str,
    endpoint: &str,
    process: &Process,
) -> Result<Deletions, CliError> {
    let is_deletion = |step: &PastStep| step.kind == Kind::Delete;
    let runs = past(folder, account, endpoint, is_deletion, process)?;
    let (mut asked, mut unsure) = (OrgSet::default(), OrgSet::default());
    for step in runs.iter().flat_map(|run| &run.steps) {
        match step.trace() {
            Some(Trace::Certain) => asked.insert(&step.org, ()),
            Some(Trace::Possible) => unsure.insert(&step.org, ()),
            None => {}
        }
    }
    Ok(Deletions::Known { asked, unsure })
}
