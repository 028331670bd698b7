//! Why git can't give what was asked for.

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
    #[error("{of} and `{revision}` have no common ancestor in this repository")]
    NoMergeBase {
        /// The one.
        of: String,
        /// As the user wrote it.
        revision: String,
        /// Whether the repository holds only a part of the history.
        shallow: bool,
    },
    /// The newest commit of a branch can't be told.
    #[error("{0}")]
    Tip(String),
    /// References in a format that libgit2 can't read.
    #[error("the repository keeps its branches in a reftable, which aerialctl can't read")]
    Reftable,
    /// Objects that are named by another hash.
    #[error("the repository names its objects by SHA-256, which aerialctl can't read")]
    Sha256,
    /// Anything else that git says.
    #[error("git: {0}")]
    Git(String),
}

impl From<git2::Error> for GitError {
    fn from(error: git2::Error) -> Self {
        let message = error.message();
        if error.code() == ErrorCode::Owner {
            Self::NotOwned
        } else if message.contains("refstorage") {
            Self::Reftable
        } else if message.contains("object format") || message.contains("objectformat") {
            Self::Sha256
        } else {
            Self::Git(message.to_owned())
        }
    }
}
