//! Why git can't give what was asked for, and what to do about it.

use git2::ErrorCode;

/// Why git can't give what was asked for.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// No repository here.
    #[error("this folder is in no git repository")]
    NoRepository,
    /// The repository belongs to somebody else, so git doesn't trust its settings.
    #[error("the repository belongs to another user, so git doesn't trust it")]
    NotOwned,
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

impl GitError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NoRevision { shallow: true, .. } | Self::NoMergeBase { shallow: true, .. } => {
                Some(
                    "this clone has only a part of the history: fetch all of it (`fetch-depth: 0` in actions/checkout, or `git fetch --unshallow`)",
                )
            }
            Self::NoRevision { .. } => {
                Some("write a branch, tag or commit; fetch it first if it is another repository's")
            }
            Self::NoMergeBase { .. } => Some("compare with a branch that this one came from"),
            Self::NotOwned => Some("git config --global --add safe.directory PATH"),
            Self::NoRepository => Some("run this in the repository that holds the desired state"),
            Self::Tip(_) => Some(
                "this keeps an old run from rolling the account back: check out the branch's newest commit, or run without --require-tip",
            ),
            Self::Outside(_) | Self::Git(_) => None,
        }
    }
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
