//! Receipts of earlier runs, as evidence.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::env::Process;
use super::error::CliError;
use super::folder;
use crate::clock::{parsed, rfc3339};
use crate::desired::Desired;
use crate::desired::model::StatusGoal;
use crate::disk;
use crate::ids::{AccountId, OrgIndex, OrgName, OrgSet};
use crate::plan::{Creations, DeletionTold, Deletions, EvidenceSource, Kind, Plan};
use crate::receipt::{PastRun, PastStep, Trace, runs};

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
    let real = |path: &Path| fs::canonicalize(process.cwd.join(path)).ok();
    let within = receipt.parent().and_then(real);
    let looked_at = is_receipt(receipt) && within.is_some() && within == real(folder);
    if looked_at {
        return Ok(());
    }
    Err(CliError::refused(format!(
        "an org is to be deleted, and the receipt {} wouldn't be among those that tell the next run so: files in {} whose names end in .jsonl",
        receipt.display(),
        folder.display()
    ))
    .hint("leave --receipt out, or name with --receipt-dir the folder in which all receipts are kept"))
}

fn is_receipt(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "jsonl")
}

/// A folder of receipts; `None` for the usual one where nothing has been kept there yet.
pub(super) fn kept<'a>(folder: &'a Path, process: &Process) -> Option<&'a Path> {
    let unused = folder == Path::new(USUAL) && !process.cwd.join(folder).is_dir();
    (!unused).then_some(folder)
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
    reach: PastReach,
    asked: impl Fn(&PastStep) -> bool,
    process: &Process,
) -> Result<Vec<PastRun>, CliError> {
    let found = in_files(folder, account, endpoint, reach, asked, process)?;
    Ok(found.into_iter().map(|(_, run)| run).collect())
}

/// As [`past`], each run with the name of its receipt.
fn in_files(
    folder: &Path,
    account: &str,
    endpoint: &str,
    reach: PastReach,
    asked: impl Fn(&PastStep) -> bool,
    process: &Process,
) -> Result<Vec<(String, PastRun)>, CliError> {
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
        if !is_receipt(&entry.path()) || !entry.file_type().map_err(failed)?.is_file() {
            continue;
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
        let mut of_file = Vec::new();
        for mut run in runs(&String::from_utf8_lossy(&text)) {
            run.steps.retain(&asked);
            if !run.steps.is_empty() && run.account == account && run.endpoint == endpoint {
                let name = file.file_name().unwrap_or_default();
                of_file.push((name.to_string_lossy().into_owned(), run));
            }
        }
        found.extend(of_file.into_iter().rev());
    }
    found.reverse();
    Ok(found)
}

/// What the receipts in a folder tell of the deletions that the desired states ask for; nothing is read where they ask for none.
#[must_use]
pub(super) fn deletions<'a>(
    folder: &Path,
    desired: impl IntoIterator<Item = &'a Desired>,
    endpoint: &str,
    process: &Process,
) -> Deletions {
    let mut told = Deletions::default();
    for desired in desired {
        let orgs = desired.orgs.iter();
        let leaving = orgs.filter(|org| org.status == Some(StatusGoal::Deleted));
        let leaving: OrgSet = leaving.map(|org| org.name.clone()).collect();
        if leaving == OrgSet::default() {
            continue;
        }
        let account = desired.account.id.as_str();
        let of_them = |step: &PastStep| leaving.contains(&step.org);
        let looked_at = EvidenceSource::Receipts {
            folder: folder.display().to_string(),
        };
        match past(folder, account, endpoint, PastReach::All, of_them, process) {
            Ok(runs) => {
                told.look_at(looked_at);
                for step in runs.iter().flat_map(|run| &run.steps) {
                    told.note(&step.org, of(step));
                }
            }
            // There may come one.
            Err(_) if !process.cwd.join(folder).exists() => told.look_at(looked_at),
            Err(error) => told.look_at(EvidenceSource::Unread(error.message)),
        }
    }
    told
}

fn of(step: &PastStep) -> DeletionTold {
    match step.trace().filter(|_| step.kind == Kind::Delete) {
        Some(Trace::Certain) => DeletionTold::Asked,
        Some(Trace::Possible) => DeletionTold::Unsure,
        None => DeletionTold::NotAsked,
    }
}

/// Which of these orgs, as the receipts in a folder tell, an earlier run began to create and has no answer about. One that was
/// seen after that is no such org.
#[must_use]
pub(super) fn creations(
    folder: &Path,
    unborn: &OrgSet,
    account: &AccountId,
    endpoint: &str,
    process: &Process,
) -> Creations {
    let mut told = Creations::default();
    if *unborn == OrgSet::default() || !process.cwd.join(folder).exists() {
        return told;
    }
    let of_them = |step: &PastStep| unborn.contains(&step.org);
    let (account, reach) = (account.as_str(), PastReach::All);
    let runs = match in_files(folder, account, endpoint, reach, of_them, process) {
        Ok(runs) => runs,
        Err(error) => {
            told.unread(error.message);
            return told;
        }
    };
    let mut seen = OrgSet::default();
    // The newest first.
    for (file, run) in runs.iter().rev() {
        for step in run.steps.iter().rev() {
            if seen.contains(&step.org) {
                continue;
            }
            match step.trace() {
                Some(Trace::Certain) => seen.insert(&step.org, ()),
                Some(Trace::Possible) if step.kind == Kind::Create => {
                    told.note(&step.org, folder.join(file).display().to_string());
                }
                Some(Trace::Possible) | None => {}
            }
        }
    }
    told
}

/// When orgs were created, as far as the receipts in a folder tell: the latest time at which Okta may have answered so. A
/// request whose answer nobody saw took no longer than `timeout`, and none until after now: the orgs are there.
///
/// # Errors
/// As [`past`]; where there is no folder, it tells nothing.
pub(super) fn births(
    folder: &Path,
    wanted: &OrgSet,
    plan: &Plan,
    timeout: Duration,
    process: &Process,
) -> Result<OrgIndex<SystemTime>, CliError> {
    let mut born = OrgIndex::default();
    if *wanted == OrgSet::default() || !process.cwd.join(folder).exists() {
        return Ok(born);
    }
    let creation = |step: &PastStep| step.kind == Kind::Create && wanted.contains(&step.org);
    let (account, server) = (plan.account.as_str(), &plan.server);
    let reach = PastReach::Recent;
    let runs = past(folder, account, &server.endpoint, reach, creation, process)?;
    // The newest first: it is the one that counts.
    for step in runs.iter().rev().flat_map(|run| run.steps.iter().rev()) {
        let began = parsed(&step.at).filter(|_| step.trace().is_some());
        if let Some(began) = began
            && let Some(domain) = step.org.domain()
        {
            let org = OrgName::Domain(domain.clone());
            if !born.contains(&org) {
                let took = step.outcome.map_or(timeout, |_| step.took);
                born.insert(&org, (began + took).min(process.clock.now()));
            }
        }
    }
    Ok(born)
}
