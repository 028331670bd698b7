//! Receipts of earlier runs, as evidence.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::env::Process;
use super::error::CliError;
use super::folder;
use crate::clock::rfc3339;
use crate::disk;
use crate::ids::AccountId;
use crate::plan::{Kind, Plan};
use crate::receipt::{Past, PastStep};

/// The largest receipt that is read, in bytes: some 30,000 steps.
pub(super) const MAX_BYTES: u64 = 16 * 1024 * 1024;

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

/// How far back is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PastReach {
    /// The newest, where nobody named the folder.
    Recent,
    /// All there is: evidence without its oldest part proves nothing.
    All,
}

/// The file for the receipt of a run that starts now and for which nobody named one: `{start}-{account}.jsonl` in the folder
/// that serves as evidence, which is there then.
///
/// # Errors
/// When the folder can't be made, and when a link stands in the place of the usual one.
pub(super) fn unnamed(
    folder: &Path,
    account: &AccountId,
    process: &Process,
) -> Result<PathBuf, CliError> {
    if folder == Path::new(USUAL) {
        folder::ready("receipts", process)?;
    }
    let shown = folder.display();
    fs::create_dir_all(process.cwd.join(folder))
        .map_err(|error| CliError::failed(format!("{shown} can't be made: {error}")))?;
    // 2026-11-26T03:04:25.598Z without what file systems dislike.
    let start = rfc3339(process.clock.now());
    let start: String = start.chars().filter(|c| !"-:.".contains(*c)).collect();
    Ok(folder.join(format!("{start}-{account}.jsonl")))
}

/// Refuses a plan with a deletion whose receipt would lie where the next run doesn't look for it: nothing else tells that run
/// not to ask again.
///
/// # Errors
/// With exit 4 when it would.
pub(super) fn serves(
    plan: &Plan,
    receipt: &Path,
    folder: &Path,
    process: &Process,
) -> Result<(), CliError> {
    if plan.count(Kind::Delete) == 0 {
        return Ok(());
    }
    if is_among(receipt, folder, process) {
        return Ok(());
    }
    Err(CliError::refused(format!(
        "an org is to be deleted, and the receipt {} wouldn't be among those that tell the next run so: files in {} whose names end in .jsonl",
        receipt.display(),
        folder.display()
    ))
    .hint("leave --receipt out, or name with --receipt-dir the folder in which all receipts are kept"))
}

/// Whether a receipt is one of those that tell the next run what happened.
pub(super) fn is_among(receipt: &Path, folder: &Path, process: &Process) -> bool {
    let real = |path: &Path| fs::canonicalize(process.cwd.join(path)).ok();
    let within = receipt.parent().and_then(real);
    is_receipt(receipt) && within.is_some() && within == real(folder)
}

fn is_receipt(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "jsonl")
}

/// A folder of receipts; `None` for the usual one where nothing has been kept there yet.
pub(super) fn kept<'a>(folder: &'a Path, process: &Process) -> Option<&'a Path> {
    let unused = folder == Path::new(USUAL) && !process.cwd.join(folder).is_dir();
    (!unused).then_some(folder)
}

/// What the receipts (`*.jsonl`) in a folder record of the runs in an account at an endpoint, by file name: of each run those of
/// its steps that are asked for. What was done to an emulated account, or in the sandbox, tells nothing of another one with the
/// same id.
///
/// # Errors
/// When the folder or a receipt can't be read, or there is more than is read: half of the evidence proves nothing.
pub(super) fn past(
    folder: &Path,
    of: (&AccountId, &str),
    reach: PastReach,
    asked: impl Fn(&PastStep) -> bool,
    process: &Process,
) -> Result<Past, CliError> {
    let shown = folder.display();
    let failed = |error: io::Error| {
        CliError::failed(format!("the receipts in {shown} can't be read: {error}"))
    };
    let too_much = |what: &str| {
        CliError::failed(format!("the receipts in {shown} are too {what} to be read"))
            .hint("move old ones elsewhere, but for those that show a deletion or a creation")
    };
    let usual = folder == Path::new(USUAL);
    if usual {
        folder::unlinked("receipts", process)?;
    }
    let recent = usual && reach == PastReach::Recent;
    let mut files = Vec::new();
    for entry in fs::read_dir(process.cwd.join(folder)).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if !is_receipt(&entry.path()) {
            continue;
        }
        // Whatever stands in a receipt's place may have taken it: it isn't passed over.
        if !entry.file_type().map_err(failed)?.is_file() {
            let name = folder.join(entry.file_name());
            return Err(CliError::failed(format!(
                "{} has the name of a receipt and isn't a file: a link, a folder or a pipe",
                name.display()
            ))
            .hint("put the receipt itself there, or take that away"));
        }
        files.push(entry.path());
        if files.len() > MAX_FILES && !recent {
            return Err(too_much("many"));
        }
    }
    files.sort();
    if recent {
        // By their names the newest come last.
        files.drain(..files.len().saturating_sub(RECENT));
    }
    let mut found = Vec::new();
    let mut left = if recent { RECENT_BYTES } else { MAX_TOTAL };
    // The newest first: of those that nobody named, the oldest are left out where they are too much.
    for file in files.iter().rev() {
        let most = left.min(MAX_BYTES);
        let text = match disk::read(file, most) {
            Ok(text) => text,
            Err(error) if error.kind() != io::ErrorKind::FileTooLarge => return Err(failed(error)),
            Err(_) if recent && most < MAX_BYTES => break,
            Err(_) => return Err(too_much("large")),
        };
        left = left.saturating_sub(text.len() as u64);
        let mut of_file = Past::default();
        let shown = folder.join(file.file_name().unwrap_or_default());
        let text = String::from_utf8_lossy(&text);
        of_file.read(&shown.display().to_string(), &text);
        narrow(&mut of_file, of, &asked);
        found.push(of_file);
    }
    let mut past = Past::default();
    found
        .into_iter()
        .rev()
        .for_each(|of_file| past.append(of_file));
    Ok(past)
}

/// Leaves the runs in an account at an endpoint, and those of their steps that are asked for.
pub(super) fn narrow(
    past: &mut Past,
    (account, endpoint): (&AccountId, &str),
    asked: impl Fn(&PastStep) -> bool,
) {
    past.retain(|run| run.account == account.as_str() && run.endpoint == endpoint);
    for run in &mut past.runs {
        run.steps.retain(&asked);
    }
}
