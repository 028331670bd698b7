//! Why the comment isn't up to date.

use crate::http::retry::Symptom;
use crate::http::{self, Failure};

/// Why the comment isn't up to date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommentError {
    /// GitHub refused.
    #[error("{request}: {status} {message}")]
    Refused {
        /// The request, as messages show it.
        request: String,
        /// The HTTP status.
        status: u16,
        /// GitHub's words; empty where it has none.
        message: String,
    },
    /// No answer, or one that isn't GitHub's.
    #[error("{0}")]
    Http(http::HttpError),
}

impl From<http::HttpError> for CommentError {
    fn from(error: http::HttpError) -> Self {
        Self::Http(error)
    }
}

impl Failure for CommentError {
    fn symptom(&self) -> Symptom {
        match self {
            Self::Refused { status, .. } => Symptom::of_status(*status),
            Self::Http(error) => error.symptom(),
        }
    }
}
