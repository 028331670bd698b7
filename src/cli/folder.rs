//! `.aerialctl`: the folder that this program keeps for itself where it runs.

use std::fs;
use std::path::{Path, PathBuf};

use super::env::Process;
use super::error::CliError;
use crate::disk::{self, Readers};

/// Its name, in the working directory.
const FOLDER: &str = ".aerialctl";

/// Makes the folder, which keeps itself out of git.
///
/// # Errors
/// When it can't be made, and when a link stands in its place or in that of `name` in it: whoever wrote the repository doesn't
/// say where files of this machine are read and written.
pub(super) fn ready(name: &str, process: &Process) -> Result<PathBuf, CliError> {
    let path = unlinked(name, process)?;
    let folder = process.cwd.join(FOLDER);
    fs::create_dir_all(&folder)
        .map_err(|error| CliError::failed(format!("{FOLDER} can't be made: {error}")))?;
    let ignored = folder.join(".gitignore");
    if !ignored.exists() {
        disk::replace(&ignored, b"*\n", Readers::AsBefore).map_err(|error| {
            CliError::failed(format!("{FOLDER}/.gitignore can't be written: {error}"))
        })?;
    }
    Ok(path)
}

/// Makes the folder where a path that somebody named lies in it.
///
/// # Errors
/// As [`ready`].
pub(super) fn ready_for(path: &Path, process: &Process) -> Result<(), CliError> {
    let Ok(inside) = path.strip_prefix(FOLDER) else {
        return Ok(());
    };
    for below in inside.ancestors() {
        if let Some(name) = below.to_str().filter(|name| !name.is_empty()) {
            ready(name, process)?;
        }
    }
    Ok(())
}

/// The path of `name` in the folder, whether it is there or not.
///
/// # Errors
/// When a link stands in the folder's place or in that of `name`.
pub(super) fn unlinked(name: &str, process: &Process) -> Result<PathBuf, CliError> {
    let folder = process.cwd.join(FOLDER);
    let path = folder.join(name);
    let shown = Path::new(FOLDER).join(name);
    for (place, shown) in [(&folder, Path::new(FOLDER)), (&path, &shown)] {
        if fs::symlink_metadata(place).is_ok_and(|there| there.is_symlink()) {
            return Err(CliError::failed(format!(
                "{} is a link, which isn't followed",
                shown.display()
            ))
            .hint("remove it"));
        }
    }
    Ok(path)
}
