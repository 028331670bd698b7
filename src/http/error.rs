//! Why a request has no answer that could be used. No text here names a flag, a variable or a key of the file: how to change
//! what was set is for those who know where it was set.

use std::time::{Duration, SystemTime};

use super::pace::Reason;
use crate::clock;

/// Why a request has no answer that could be used, after the retries that are safe.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// No connection, or none that lasted.
    #[error("{request}: {lost}")]
    Network {
        /// The request, as messages show it.
        request: String,
        /// What the network said.
        lost: Lost,
        /// Whether the request can't have arrived.
        unsent: bool,
    },
    /// An answer that isn't what the server documents.
    #[error("{request}: {reason}")]
    UnexpectedAnswer {
        /// The request, as messages show it.
        request: String,
        /// What is wrong with the answer.
        reason: String,
        /// The server's id of the request, if any.
        request_id: Option<String>,
    },
    /// The server asked for a longer wait than is allowed.
    #[error("{}: nothing may be sent before {}, longer than allowed ({} s)", reason.of(whose), clock::day_and_time(*until), max_wait.as_secs())]
    WaitTooLong {
        /// Why there is a wait.
        reason: Reason,
        /// Whose limit it is: `the account`.
        whose: &'static str,
        until: SystemTime,
        /// The bound on time without any progress.
        max_wait: Duration,
    },
    /// The run is to end, and this waited.
    #[error("interrupted")]
    Interrupted,
}

/// What became of a request that got no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Lost {
    /// Nothing came within the time that one request may take.
    #[error("no answer in time")]
    Timeout,
    /// There was no connection: a name that doesn't resolve, a closed port.
    #[error("no connection: {0}")]
    NoConnection(String),
    /// There was none, since the server's certificate isn't good.
    #[error("the server's certificate isn't trusted: {0}")]
    Untrusted(String),
    /// There was one, and it ended early.
    #[error("the connection broke: {0}")]
    Broke(String),
    /// It couldn't be put into the form of a request.
    #[error("the request could not be made")]
    NotMade,
    /// Its URL isn't at the origin that the authorization is for.
    #[error("the request is for another origin, where the token must not go")]
    Elsewhere,
    /// This machine has no certificates to judge a server by.
    #[error("{0}")]
    NoCertificates(String),
}

impl HttpError {
    /// Whether the request can't have arrived, so that it had no effect.
    #[must_use]
    pub fn is_unsent(&self) -> bool {
        match self {
            Self::Network { unsent, .. } => *unsent,
            Self::UnexpectedAnswer { .. } => false,
            Self::WaitTooLong { .. } | Self::Interrupted => true,
        }
    }

    /// The server's id of the request, if there was an answer with one.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::UnexpectedAnswer { request_id, .. } => request_id.as_deref(),
            Self::Network { .. } | Self::WaitTooLong { .. } | Self::Interrupted => None,
        }
    }
}
