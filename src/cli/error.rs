//! An error at the edge: what happened, what to do, and the exit code.

use std::fmt::Display;

use super::advice;
use super::exit::Exit;
use crate::aerial;
use crate::auth::AuthError;
use crate::files::FilesError;
use crate::git::GitError;
use crate::http;

/// An error that ends a command.
#[derive(Debug)]
pub(super) struct CliError {
    /// The exit code.
    pub exit: Exit,
    /// What happened; empty when it was said already.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

impl CliError {
    /// Exit 1.
    pub(super) fn failed(message: impl Display) -> Self {
        Self::new(Exit::Failed, message)
    }

    /// Exit 4.
    pub(super) fn refused(message: impl Display) -> Self {
        Self::new(Exit::Refused, message)
    }

    /// Exit 64.
    pub(super) fn usage(message: impl Display) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// An end that needs no more words.
    #[must_use]
    pub(super) fn silent(exit: Exit) -> Self {
        Self::new(exit, "")
    }

    fn new(exit: Exit, message: impl Display) -> Self {
        Self {
            exit,
            message: message.to_string(),
            hint: None,
        }
    }

    /// Adds advice.
    #[must_use]
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl From<aerial::Error> for CliError {
    fn from(error: aerial::Error) -> Self {
        if error.is_interruption() {
            return Self::silent(Exit::Interrupted);
        }
        Self {
            hint: advice::of_aerial(&error),
            ..Self::failed(advice::words(&error))
        }
    }
}

impl From<http::HttpError> for CliError {
    fn from(error: http::HttpError) -> Self {
        Self::from(aerial::Error::from(error))
    }
}

impl From<AuthError> for CliError {
    fn from(error: AuthError) -> Self {
        Self::from(aerial::Error::from(error))
    }
}

impl From<GitError> for CliError {
    fn from(error: GitError) -> Self {
        let hint = advice::of_git(&error);
        let mut end = match &error {
            GitError::Tip(_) => Self::refused(error),
            GitError::NoRepository
            | GitError::NotOwned
            | GitError::NoRevision { .. }
            | GitError::NoMergeBase { .. }
            | GitError::Reftable
            | GitError::Sha256
            | GitError::Git(_) => Self::failed(error),
        };
        end.hint = hint.map(str::to_owned);
        end
    }
}

impl From<FilesError> for CliError {
    fn from(error: FilesError) -> Self {
        let hint = advice::of_files(&error);
        let mut end = Self::failed(&error);
        if matches!(error, FilesError::TooLarge { .. }) {
            end.exit = Exit::Invalid;
        }
        match hint {
            Some(hint) => end.hint(hint),
            None => end,
        }
    }
}

impl From<std::io::Error> for CliError {
    fn from(error: std::io::Error) -> Self {
        Self::failed(format!("the output can't be written: {error}"))
    }
}
