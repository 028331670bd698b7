//! Finding the repository, and commits in it.

use std::path::{Path, PathBuf};

use git2::{ErrorCode, Oid, Repository};

use super::error::GitError;

/// A repository, seen from a folder in its worktree.
pub struct Repo {
    pub(super) repository: Repository,
    /// The folder, relative to the worktree.
    pub(super) prefix: PathBuf,
    pub(super) workdir: PathBuf,
}

/// A commit of the repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revision(pub(super) Oid);

impl std::fmt::Display for Revision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl Repo {
    /// Finds the repository that a folder is in: a clone, a linked worktree, a subfolder of either.
    ///
    /// # Errors
    /// When there is none, or it belongs to another user.
    pub fn of(folder: &Path) -> Result<Self, GitError> {
        let repository = Repository::discover(folder).map_err(|error| {
            if error.code() == ErrorCode::NotFound {
                GitError::NoRepository
            } else {
                error.into()
            }
        })?;
        let workdir = repository
            .workdir()
            .ok_or(GitError::NoRepository)?
            .canonicalize()
            .map_err(|error| GitError::Git(error.to_string()))?;
        let folder = folder
            .canonicalize()
            .map_err(|error| GitError::Git(error.to_string()))?;
        let prefix = folder
            .strip_prefix(&workdir)
            .map_err(|_| GitError::NoRepository)?
            .to_owned();
        Ok(Self {
            repository,
            prefix,
            workdir,
        })
    }

    /// The commit that a branch, tag or other expression names.
    ///
    /// # Errors
    /// When it names none here.
    pub fn revision(&self, expression: &str) -> Result<Revision, GitError> {
        self.repository
            .revparse_single(expression)
            .and_then(|object| object.peel_to_commit())
            .map(|commit| Revision(commit.id()))
            .map_err(|_| GitError::NoRevision {
                revision: expression.to_owned(),
                shallow: self.repository.is_shallow(),
            })
    }

    /// The newest commit that HEAD and a revision have in common: what this branch started from.
    ///
    /// # Errors
    /// When there is none here.
    pub fn merge_base(&self, expression: &str) -> Result<Revision, GitError> {
        let other = self.revision(expression)?;
        let head = self.revision("HEAD")?;
        self.repository
            .merge_base(head.0, other.0)
            .map(Revision)
            .map_err(|_| GitError::NoMergeBase {
                revision: expression.to_owned(),
                shallow: self.repository.is_shallow(),
            })
    }
}
