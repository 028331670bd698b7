//! The newest commit of a branch as others see it, for `--require-tip`.

use git2::{Branch, BranchType, ErrorCode};

use super::error::GitError;
use super::repo::{Repo, Revision};

/// The newest commit of a branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tip {
    /// The branch that has it, such as `origin/main`.
    pub name: String,
    /// The commit.
    pub revision: Revision,
}

impl Repo {
    /// The newest commit of a branch: at the branch's upstream, else at `origin`, else at the one remote that has it, as last
    /// fetched; in a repository without remotes the branch itself.
    ///
    /// # Errors
    /// When no remote has it, or several have, and when the clone is shallow: then it can't be told.
    pub fn tip(&self, branch: &str) -> Result<Tip, GitError> {
        // A shallow checkout names whatever commit it fetched as the branch's newest.
        if self.repository.is_shallow() {
            return Err(GitError::NoRevision {
                revision: format!("{branch} as it is now"),
                shallow: true,
            });
        }
        let branch = branch.strip_prefix("refs/heads/").unwrap_or(branch);
        let local = found(self.repository.find_branch(branch, BranchType::Local))?;
        if let Some(local) = &local
            && let Some(upstream) = found(local.upstream())?
            && upstream.get().is_remote()
        {
            return tip(&upstream);
        }
        if let Some(remote) = self.at_a_remote(branch)? {
            return tip(&remote);
        }
        match local {
            _ if self.has_remotes()? => Err(GitError::Tip(format!(
                "no remote has the branch `{branch}`, so its newest commit isn't known"
            ))),
            Some(local) => tip(&local),
            None => Err(GitError::NoRevision {
                revision: branch.to_owned(),
                shallow: false,
            }),
        }
    }

    /// The branch at `origin`, else at the one remote that has it.
    fn at_a_remote(&self, branch: &str) -> Result<Option<Branch<'_>>, GitError> {
        let origin = self
            .repository
            .find_branch(&format!("origin/{branch}"), BranchType::Remote);
        if let Some(origin) = found(origin)? {
            return Ok(Some(origin));
        }
        let mut having = Vec::new();
        for one in self.repository.branches(Some(BranchType::Remote))? {
            let (one, _) = one?;
            let name = one.name()?.unwrap_or_default().to_owned();
            // A remote's name may have slashes in it, and so may the branch's.
            if name.strip_suffix(branch).is_some_and(|remote| {
                remote
                    .strip_suffix('/')
                    .is_some_and(|remote| self.repository.find_remote(remote).is_ok())
            }) {
                having.push((name, one));
            }
        }
        if having.len() > 1 {
            let names: Vec<String> = having.into_iter().map(|(name, _)| name).collect();
            return Err(GitError::Tip(format!(
                "several remotes have the branch `{branch}` ({}), and it has no upstream that says which one counts",
                names.join(", ")
            )));
        }
        Ok(having.pop().map(|(_, one)| one))
    }

    fn has_remotes(&self) -> Result<bool, GitError> {
        let configured = !self.repository.remotes()?.is_empty();
        Ok(configured
            || self
                .repository
                .branches(Some(BranchType::Remote))?
                .next()
                .is_some())
    }
}

fn tip(branch: &Branch<'_>) -> Result<Tip, GitError> {
    Ok(Tip {
        name: branch.name()?.unwrap_or_default().to_owned(),
        revision: Revision(branch.get().peel_to_commit()?.id()),
    })
}

/// What isn't there is no error here.
fn found<T>(result: Result<T, git2::Error>) -> Result<Option<T>, GitError> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}
