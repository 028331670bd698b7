//! Whether git would pick a file up.

use std::path::Path;

use git2::{ErrorCode, Repository};

use super::error::GitError;

/// Whether a path, there or not, lies in a worktree that doesn't ignore it. Its folder is there.
///
/// # Errors
/// When that can't be told.
pub fn exposes(path: &Path) -> Result<bool, GitError> {
    super::extensions::allow();
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Ok(false);
    };
    let real = |path: &Path| {
        let real = path.canonicalize();
        real.map_err(|error| GitError::Git(error.to_string()))
    };
    let folder = real(folder)?;
    let repository = match Repository::discover(&folder) {
        Err(error) if error.code() == ErrorCode::NotFound => return Ok(false),
        found => found?,
    };
    let Some(workdir) = repository.workdir() else {
        return Ok(false);
    };
    let path = folder.join(name);
    let Ok(inside) = path.strip_prefix(real(workdir)?) else {
        return Ok(false);
    };
    Ok(!repository.is_path_ignored(inside)?)
}
