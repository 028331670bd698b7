//! `--require-tip`: an old run that is started again must not roll the account back.

use git2::{BranchType, Status, StatusOptions};

use super::error::GitError;
use super::repo::Repo;

impl Repo {
    /// Checks that the worktree is clean and HEAD is the newest commit of a branch: of its remote-tracking branch where
    /// there is one, which is what others see.
    ///
    /// # Errors
    /// When it isn't so, in words.
    pub fn require_tip(&self, branch: &str) -> Result<(), GitError> {
        // A shallow checkout names whatever commit it fetched as the branch's newest.
        if self.repository.is_shallow() {
            return Err(GitError::NoRevision {
                revision: format!("{branch} as it is now"),
                shallow: true,
            });
        }
        let mut options = StatusOptions::new();
        options.include_untracked(false).include_ignored(false);
        let statuses = self.repository.statuses(Some(&mut options))?;
        let changed = statuses
            .iter()
            .filter(|entry| entry.status() != Status::CURRENT)
            .filter_map(|entry| entry.path().ok().map(str::to_owned))
            .next();
        if let Some(path) = changed {
            return Err(GitError::Tip(format!(
                "the worktree has changes that aren't committed: {path}"
            )));
        }
        let head = self.revision("HEAD")?;
        let remote = self
            .repository
            .find_branch(&format!("origin/{branch}"), BranchType::Remote);
        let local = self.repository.find_branch(branch, BranchType::Local);
        let (name, found) = match (remote, local) {
            (Ok(remote), _) => (format!("origin/{branch}"), remote),
            (Err(_), Ok(local)) => (branch.to_owned(), local),
            (Err(_), Err(_)) => {
                return Err(GitError::NoRevision {
                    revision: branch.to_owned(),
                    shallow: self.repository.is_shallow(),
                });
            }
        };
        let tip = found.get().peel_to_commit()?.id();
        if tip != head.0 {
            return Err(GitError::Tip(format!(
                "HEAD is {}, which isn't the newest commit of {name}, {}",
                short(&head.to_string()),
                short(&tip.to_string())
            )));
        }
        Ok(())
    }
}

fn short(id: &str) -> String {
    id.chars().take(12).collect()
}
