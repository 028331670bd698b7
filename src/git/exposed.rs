//! Whether git would pick a file up.

use std::path::Path;

use git2::Repository;

use super::error::GitError;

/// Whether a path, there or not, lies in a worktree that doesn't ignore it, or has it already.
///
/// # Errors
/// When that can't be told.
pub fn exposes(path: &Path) -> Result<bool, GitError> {
    super::extensions::allow();
    // What of its folders is there may be reached through links; what is to be made is below that.
    let mut above = path.ancestors().skip(1);
    let Some(folder) = above.find(|folder| folder.exists()) else {
        return Ok(false);
    };
    let Ok(name) = path.strip_prefix(folder) else {
        return Ok(false);
    };
    let real = |path: &Path| {
        let real = path.canonicalize();
        real.map_err(|error| GitError::Git(error.to_string()))
    };
    let folder = real(folder)?;
    let Some(root) = super::repo::root_of(&folder) else {
        return Ok(false);
    };
    let repository = Repository::open(root)?;
    let Some(workdir) = repository.workdir() else {
        return Ok(false);
    };
    let path = folder.join(name);
    let Ok(inside) = path.strip_prefix(real(workdir)?) else {
        return Ok(false);
    };
    let index = repository.index()?;
    // In a conflict there is no stage 0.
    let tracked = (0..=3).any(|stage| index.get_path(inside, stage).is_some());
    Ok(tracked || !repository.is_path_ignored(inside)?)
}
