//! What a file or a folder was called in an earlier commit.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use git2::{Delta, DiffFindOptions, DiffOptions};

use super::error::GitError;
use super::repo::{Repo, Revision};

/// More changed files than this aren't compared with each other.
const MAX_COMPARED: usize = 1_000;

impl Repo {
    /// What stood, in an earlier commit, for a path (from the root) of a later one, or of the worktree: the file that it was
    /// made of, or for a folder the folder that most of its files come from. `None` where nothing alike was there.
    ///
    /// # Errors
    /// When git can't tell.
    pub fn earlier_name(
        &self,
        earlier: Revision,
        later: Option<Revision>,
        path: &Path,
    ) -> Result<Option<PathBuf>, GitError> {
        let before = self.repository.find_commit(earlier.0)?.tree()?;
        let mut options = DiffOptions::new();
        options.include_untracked(true).recurse_untracked_dirs(true);
        let mut diff = match later {
            Some(later) => {
                let after = self.repository.find_commit(later.0)?.tree()?;
                self.repository.diff_tree_to_tree(
                    Some(&before),
                    Some(&after),
                    Some(&mut options),
                )?
            }
            None => self
                .repository
                .diff_tree_to_workdir_with_index(Some(&before), Some(&mut options))?,
        };
        let mut find = DiffFindOptions::new();
        find.renames(true)
            .copies(false)
            .for_untracked(true)
            .rename_limit(MAX_COMPARED);
        diff.find_similar(Some(&mut find))?;
        let mut counts: BTreeMap<PathBuf, usize> = BTreeMap::new();
        for delta in diff
            .deltas()
            .filter(|delta| delta.status() == Delta::Renamed)
        {
            let (Some(old), Some(new)) = (delta.old_file().path(), delta.new_file().path()) else {
                continue;
            };
            let Ok(rest) = new.strip_prefix(path) else {
                continue;
            };
            // `okta/emea/a.yaml` from `aerial/emea/a.yaml`: the folder `okta` was `aerial`.
            let old = old.to_string_lossy();
            let earlier = if rest.as_os_str().is_empty() {
                Some(PathBuf::from(old.as_ref()))
            } else {
                old.strip_suffix(&format!("/{}", rest.to_string_lossy()))
                    .map(PathBuf::from)
            };
            *counts.entry(earlier.unwrap_or_default()).or_default() += 1;
        }
        counts.remove(Path::new(""));
        let most = counts.into_iter().max_by_key(|(_, count)| *count);
        Ok(most.map(|(path, _)| path))
    }
}
