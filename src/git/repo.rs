//! Finding the repository, and commits in it.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use git2::{ErrorCode, Oid, Repository, RepositoryOpenFlags};

use super::error::GitError;
use crate::files::Worktree;

/// A repository, seen from a folder in its worktree.
pub struct Repo {
    pub(super) repository: Repository,
    /// The folder as the user sees it, links and all.
    folder: PathBuf,
    /// The folder, relative to the worktree.
    prefix: PathBuf,
    pub(super) workdir: PathBuf,
}

/// A commit of the repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revision(pub(super) Oid);

impl Revision {
    /// The first digits of its id.
    #[must_use]
    pub fn short(self) -> String {
        self.to_string().chars().take(12).collect()
    }
}

impl std::fmt::Display for Revision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// The nearest folder with a `.git`, which no commit can bring along. A folder that merely looks like a repository (`HEAD`,
/// `objects`, `refs`) may be a commit's own, made to be found in place of the repository that it is in.
pub(super) fn root_of(folder: &Path) -> Option<&Path> {
    let has_git = |folder: &&Path| folder.join(".git").symlink_metadata().is_ok();
    folder.ancestors().find(has_git)
}

/// The same repository, if git's own variables (`GIT_CONFIG_GLOBAL`, `GIT_CONFIG_SYSTEM`) name a configuration that trusts
/// it; they are looked at for nothing else, and no other repository is opened because of them.
fn trusted_by_environment(root: &Path) -> Option<Repository> {
    let none: [&OsStr; 0] = [];
    let found = Repository::discover_path(root, none).ok()?;
    let opened = Repository::open_ext(root, RepositoryOpenFlags::FROM_ENV, none).ok()?;
    let same = |path: &Path| path.canonicalize().ok();
    (same(opened.path())? == same(&found)?).then_some(opened)
}

impl Repo {
    /// Finds the repository that a folder is in: a clone, a linked worktree, a subfolder of either.
    ///
    /// # Errors
    /// When there is none, it belongs to another user, or it is of a kind that libgit2 can't read.
    pub fn of(folder: &Path) -> Result<Self, GitError> {
        super::extensions::allow();
        let real = folder
            .canonicalize()
            .map_err(|error| GitError::Git(error.to_string()))?;
        let root = root_of(&real).ok_or(GitError::NoRepository)?;
        let repository = Repository::open(root).or_else(|error| {
            let code = error.code();
            if code == ErrorCode::NotFound {
                return Err(GitError::NoRepository);
            }
            let trusted = (code == ErrorCode::Owner).then(|| trusted_by_environment(root));
            trusted.flatten().ok_or_else(|| error.into())
        })?;
        let workdir = repository
            .workdir()
            .ok_or(GitError::NoRepository)?
            .canonicalize()
            .map_err(|error| GitError::Git(error.to_string()))?;
        let prefix = real
            .strip_prefix(&workdir)
            .map_err(|_| GitError::NoRepository)?
            .to_owned();
        Ok(Self {
            repository,
            folder: folder.to_owned(),
            prefix,
            workdir,
        })
    }

    /// Whether the folder is the worktree's root.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.prefix.as_os_str().is_empty()
    }

    /// The files as they lie in the worktree.
    #[must_use]
    pub fn worktree(&self) -> Worktree {
        let git = self.repository.path().canonicalize().ok();
        Worktree::new(self.workdir.clone(), git)
    }

    /// A path as the user wrote it in the folder, as a path from the worktree's root, which may have `..` in it; `None`
    /// where it lies outside of the repository by its own words.
    #[must_use]
    pub fn inside(&self, path: &Path) -> Option<PathBuf> {
        let from_root = if path.has_root() {
            self.absolute(path)?
        } else {
            self.prefix.join(path)
        };
        let mut depth = 0_usize;
        for part in from_root.components() {
            match part {
                Component::Normal(_) => depth += 1,
                Component::ParentDir => depth = depth.checked_sub(1)?,
                Component::CurDir => {}
                Component::RootDir | Component::Prefix(_) => return None,
            }
        }
        Some(from_root)
    }

    /// The worktree may be named with the links that lead to it, or without them.
    fn absolute(&self, path: &Path) -> Option<PathBuf> {
        if let Ok(inside) = path.strip_prefix(&self.workdir) {
            return Some(inside.to_owned());
        }
        if let Ok(inside) = path.strip_prefix(&self.folder) {
            return Some(self.prefix.join(inside));
        }
        let (parent, name) = (path.parent()?.canonicalize().ok()?, path.file_name()?);
        let inside = parent.strip_prefix(&self.workdir).ok()?;
        Some(inside.join(name))
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

    /// The newest commit that HEAD (or another) and a revision have in common: what this branch started from.
    ///
    /// # Errors
    /// When there is none here.
    pub fn merge_base(&self, of: &str, expression: &str) -> Result<Revision, GitError> {
        let other = self.revision(expression)?;
        let head = self.revision(of)?;
        self.repository
            .merge_base(head.0, other.0)
            .map(Revision)
            .map_err(|_| GitError::NoMergeBase {
                of: of.to_owned(),
                revision: expression.to_owned(),
                shallow: self.repository.is_shallow(),
            })
    }
}
