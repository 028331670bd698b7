//! Files that hold a secret: for the user alone, and never where the next commit would take them along.

use std::fs;
use std::path::Path;

use super::env::Process;
use super::error::CliError;
use crate::disk::{self, Readers};
use crate::git;
use crate::secret::Secret;

/// Writes a new file that only its owner may read.
///
/// # Errors
/// With exit 4 when there is something already, or when git would take the file into a commit; when it can't be written.
pub(super) fn create(path: &Path, secret: &Secret, process: &Process) -> Result<(), CliError> {
    let shown = path.display();
    let whole = process.cwd.join(path);
    if fs::symlink_metadata(&whole).is_ok() {
        return Err(
            CliError::refused(format!("{shown} is there already, and isn't overwritten"))
                .hint("name another file with --out, or move that one away"),
        );
    }
    hidden_from_git(path, process)?;
    disk::replace(&whole, secret.expose().as_bytes(), Readers::Owner)
        .map_err(|error| CliError::failed(format!("{shown} can't be written: {error}")))
}

/// Refuses a place in a worktree that git doesn't ignore, and one of which that can't be told.
///
/// # Errors
/// With exit 4.
pub(super) fn hidden_from_git(path: &Path, process: &Process) -> Result<(), CliError> {
    let shown = path.display();
    let exposed = git::exposes(&process.cwd.join(path)).map_err(|error| {
        CliError::refused(format!(
            "whether git would take {shown} into a commit can't be told: {error}"
        ))
        .hint("name a place outside of the repository")
    })?;
    if !exposed {
        return Ok(());
    }
    Err(CliError::refused(format!(
        "{shown} lies in a git worktree that doesn't ignore it: the next commit could take the secret along"
    ))
    .hint("add it to .gitignore, or name a place outside of the repository"))
}
