//! Receipts of earlier runs, as evidence.

use std::fs;
use std::io;
use std::path::Path;

use super::env::Process;
use super::error::CliError;
use crate::disk;
use crate::ids::OrgSet;
use crate::plan::{Deletions, Kind};
use crate::receipt::writes;

/// The largest receipt that is read, in bytes: some 30,000 steps.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// The receipts that are read, in files: a run an hour for a year.
const MAX_FILES: usize = 10_000;

/// What the receipts (`*.jsonl`) in a folder say of deletions in an account at an endpoint: what was done to an emulated
/// account, or in the sandbox, tells nothing of another one with the same id.
///
/// # Errors
/// When the folder or a receipt can't be read, or there is more than is read: half of the evidence proves nothing.
pub(super) fn deletions(
    folder: &Path,
    account: &str,
    endpoint: &str,
    process: &Process,
) -> Result<Deletions, CliError> {
    let shown = folder.display();
    let failed = |error: io::Error| {
        CliError::failed(format!("the receipts in {shown} can't be read: {error}"))
    };
    let too_much = |what: &str| {
        CliError::failed(format!("the receipts in {shown} are too {what} to be read"))
            .hint("move old ones elsewhere, but for those that show a deletion")
    };
    let (mut asked, mut unsure) = (OrgSet::default(), OrgSet::default());
    let mut files = 0;
    for entry in fs::read_dir(process.cwd.join(folder)).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let receipt = entry.path().extension().is_some_and(|end| end == "jsonl");
        if !receipt || !entry.file_type().map_err(failed)?.is_file() {
            continue;
        }
        files += 1;
        if files > MAX_FILES {
            return Err(too_much("many"));
        }
        let text = disk::read(&entry.path(), MAX_BYTES).map_err(|error| {
            if error.kind() == io::ErrorKind::FileTooLarge {
                too_much("large")
            } else {
                failed(error)
            }
        })?;
        for step in writes(&String::from_utf8_lossy(&text)) {
            let same = step.account == account && step.endpoint == endpoint;
            if same && step.kind == Kind::Delete {
                let evidence = if step.certain {
                    &mut asked
                } else {
                    &mut unsure
                };
                evidence.insert(&step.org, ());
            }
        }
    }
    Ok(Deletions::Known { asked, unsure })
}
