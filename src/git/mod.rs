//! Files of a revision, as bytes: no checkout, no network.

mod tip;

use std::path::{Component, Path, PathBuf};

use git2::{ErrorCode, ObjectType, Oid, Repository, Tree};

/// Folders in folders of a revision.
const MAX_DEPTH: usize = 8;

/// Why git can't give what was asked for.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// No repository here.
    #[error("this folder is in no git repository")]
    NoRepository,
    /// The repository belongs to somebody else, so git doesn't trust its settings.
    #[error("the repository belongs to another user, so git doesn't trust it")]
    NotOwned,
    /// No such revision.
    #[error("there is no revision `{revision}` in this repository")]
    NoRevision {
        /// As the user wrote it.
        revision: String,
        /// Whether the repository holds only a part of the history.
        shallow: bool,
    },
    /// Two revisions without a common ancestor in this repository.
    #[error("HEAD and `{revision}` have no common ancestor in this repository")]
    NoMergeBase {
        /// As the user wrote it.
        revision: String,
        /// Whether the repository holds only a part of the history.
        shallow: bool,
    },
    /// A path outside of the repository.
    #[error("{0} is outside of the repository")]
    Outside(String),
    /// The worktree isn't what a rollback-safe run may apply.
    #[error("{0}")]
    Tip(String),
    /// Anything else that git says.
    #[error("git: {0}")]
    Git(String),
}

impl From<git2::Error> for GitError {
    fn from(error: git2::Error) -> Self {
        if error.code() == ErrorCode::Owner {
            Self::NotOwned
        } else {
            Self::Git(error.message().to_owned())
        }
    }
}

/// A repository, seen from a folder in its worktree.
pub struct Repo {
    repository: Repository,
    /// The folder, relative to the worktree.
    prefix: PathBuf,
    workdir: PathBuf,
}

/// A commit of the repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revision(Oid);

impl std::fmt::Display for Revision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A file of a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path, as the user would write it from the folder.
    pub path: PathBuf,
    /// Its content.
    pub bytes: Vec<u8>,
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

    /// The files of a revision at paths as the user wrote them from the folder; of a folder its YAML files. A path that
    /// isn't there gives none.
    ///
    /// # Errors
    /// When a path is outside of the repository, or git can't read.
    pub fn files(
        &self,
        revision: Revision,
        paths: &[PathBuf],
        limit: usize,
    ) -> Result<Vec<File>, GitError> {
        let tree = self.repository.find_commit(revision.0)?.tree()?;
        let mut found = Vec::new();
        for path in paths {
            let inside = self.inside(path)?;
            if inside.as_os_str().is_empty() {
                self.walk(&tree, path, 0, limit, &mut found)?;
                continue;
            }
            let Ok(entry) = tree.get_path(&inside) else {
                continue;
            };
            match entry.kind() {
                Some(ObjectType::Tree) => {
                    let folder = self.repository.find_tree(entry.id())?;
                    self.walk(&folder, path, 0, limit, &mut found)?;
                }
                Some(ObjectType::Blob) => found.push(self.file(entry.id(), path.clone(), limit)?),
                _ => {}
            }
        }
        Ok(found)
    }

    fn walk(
        &self,
        tree: &Tree<'_>,
        at: &Path,
        depth: usize,
        limit: usize,
        found: &mut Vec<File>,
    ) -> Result<(), GitError> {
        let mut entries: Vec<(PathBuf, Oid, Option<ObjectType>)> = tree
            .iter()
            .filter_map(|entry| {
                let name = entry.name().ok().filter(|name| !name.starts_with('.'))?;
                Some((at.join(name), entry.id(), entry.kind()))
            })
            .collect();
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        for (path, id, kind) in entries {
            let yaml = path
                .extension()
                .is_some_and(|extension| extension == "yaml" || extension == "yml");
            match kind {
                Some(ObjectType::Tree) if depth < MAX_DEPTH => {
                    let folder = self.repository.find_tree(id)?;
                    self.walk(&folder, &path, depth + 1, limit, found)?;
                }
                Some(ObjectType::Blob) if yaml => found.push(self.file(id, path, limit)?),
                _ => {}
            }
        }
        Ok(())
    }

    /// One byte more than the limit at most: the loader says that the file is too large.
    fn file(&self, id: Oid, path: PathBuf, limit: usize) -> Result<File, GitError> {
        let blob = self.repository.find_blob(id)?;
        let content = blob.content();
        let bytes = content.get(..=limit).unwrap_or(content).to_vec();
        Ok(File { path, bytes })
    }

    /// A path from the folder as a path from the worktree, without `.` and `..`.
    fn inside(&self, path: &Path) -> Result<PathBuf, GitError> {
        let outside = || GitError::Outside(path.display().to_string());
        let joined = if path.is_absolute() {
            path.strip_prefix(&self.workdir)
                .map_err(|_| outside())?
                .to_owned()
        } else {
            self.prefix.join(path)
        };
        let mut inside = PathBuf::new();
        for part in joined.components() {
            match part {
                Component::Normal(name) => inside.push(name),
                Component::ParentDir => {
                    if !inside.pop() {
                        return Err(outside());
                    }
                }
                Component::CurDir => {}
                Component::RootDir | Component::Prefix(_) => return Err(outside()),
            }
        }
        Ok(inside)
    }

    /// HEAD, when the files in the worktree are what HEAD has: the commit that a desired state came from.
    #[must_use]
    pub fn commit_of(&self, files: &[(PathBuf, &[u8])]) -> Option<Revision> {
        let head = self.revision("HEAD").ok()?;
        let tree = self.repository.find_commit(head.0).ok()?.tree().ok()?;
        let same = files.iter().all(|(path, bytes)| {
            self.inside(path)
                .ok()
                .and_then(|inside| tree.get_path(&inside).ok())
                .and_then(|entry| {
                    Some(entry.id() == Oid::hash_object(ObjectType::Blob, bytes).ok()?)
                })
                .unwrap_or(false)
        });
        (same && !files.is_empty()).then_some(head)
    }
}
