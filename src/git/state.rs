//! Whether the worktree's files are those of a commit.

use std::path::Path;

use git2::{DiffOptions, ObjectType, Oid};

use super::error::GitError;
use super::repo::{Repo, Revision};
use crate::files::{EntryKind, Text};

/// The bit of an index entry that a sparse checkout sets.
const SKIP_WORKTREE: u16 = 1 << 14;

impl Repo {
    /// Those of these files (from the root) that a sparse checkout leaves out.
    #[must_use]
    pub fn skipped<'a>(&self, files: &[&'a Path]) -> Vec<&'a Path> {
        if files.is_empty() {
            return Vec::new();
        }
        let Ok(index) = self.repository.index() else {
            return Vec::new();
        };
        let skipped = |path: &Path| {
            let entry = index.get_path(path, 0);
            entry.is_some_and(|entry| entry.flags_extended & SKIP_WORKTREE != 0)
        };
        files.iter().copied().filter(|path| skipped(path)).collect()
    }

    /// Whether a commit has these files with these bytes, after git's own filters: line endings may differ.
    ///
    /// # Errors
    /// When git can't tell.
    pub fn has(&self, revision: Revision, files: &[Text]) -> Result<bool, GitError> {
        let tree = self.tree(revision)?;
        let mut others: Vec<&Path> = Vec::new();
        for file in files {
            let path = &file.located.path;
            let Ok(Some((id, EntryKind::File))) = tree.entry(path) else {
                return Ok(false);
            };
            if Oid::hash_object(ObjectType::Blob, &file.bytes)? != id {
                others.push(path);
            }
        }
        if others.is_empty() {
            return Ok(true);
        }
        // Only what a filter may have changed costs more than its own hash.
        let mut options = DiffOptions::new();
        options.disable_pathspec_match(true);
        for path in others {
            options.pathspec(path);
        }
        let commit = self.repository.find_commit(revision.0)?;
        let diff = self
            .repository
            .diff_tree_to_workdir(Some(&commit.tree()?), Some(&mut options))?;
        Ok(diff.deltas().len() == 0)
    }
}
