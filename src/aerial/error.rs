//! What can go wrong between here and Okta, in words for the person who reads it.

use std::time::{Duration, SystemTime};

use crate::auth::AuthError;
use crate::clock;

/// Okta's refusal of a request.
///
/// The body is `{"errorCode","errorSummary","errorCauses":[{"errorSummary"}]}` (Okta, core API overview); Aerial has codes
/// outside Okta's catalogue, so the code is a free string, and a proxy may have answered instead, so all of it may be
/// missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    /// The HTTP status.
    pub status: u16,
    /// `errorCode`; empty when the body wasn't Okta's.
    pub code: String,
    /// `errorSummary`, else what kind of body there was.
    pub summary: String,
    /// The `errorSummary` of each cause.
    pub causes: Vec<String>,
    /// `X-Okta-Request-Id`, for Okta's support.
    pub request_id: Option<String>,
    /// `PUT /orgs/00o…/products`.
    pub request: String,
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.request, self.status)?;
        if !self.code.is_empty() {
            write!(f, " {}", self.code)?;
        }
        if !self.summary.is_empty() {
            write!(f, ": {}", self.summary.trim_end_matches('.'))?;
        }
        for cause in &self.causes {
            write!(f, "; {}", cause.trim_end_matches('.'))?;
        }
        if let Some(id) = &self.request_id {
            write!(f, " (request {id})")?;
        }
        Ok(())
    }
}

impl std::error::Error for ApiError {}

/// Any failure of a request, after the retries that are safe.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Okta, or something between, refused.
    #[error("{0}")]
    Api(Box<ApiError>),
    /// No connection, or none that lasted.
    #[error("{request}: {reason}")]
    Network {
        /// The request.
        request: String,
        /// What the network said.
        reason: String,
        /// Whether the request can't have arrived.
        unsent: bool,
    },
    /// An answer that isn't what Okta documents.
    #[error("{request}: {reason}")]
    Nonsense {
        /// The request.
        request: String,
        /// What is wrong with the answer.
        reason: String,
        /// `X-Okta-Request-Id`, if any.
        request_id: Option<String>,
    },
    /// No token.
    #[error("{0}")]
    Auth(Box<AuthError>),
    /// The server asked for a longer wait than the user allows.
    #[error("{why}: nothing may be sent before {}, longer than --max-wait allows ({} s)", clock::day_and_time(*until), max_wait.as_secs())]
    WaitTooLong {
        /// Why there is a wait.
        why: &'static str,
        /// Until when.
        until: SystemTime,
        /// The bound.
        max_wait: Duration,
    },
    /// The list of managed orgs can't be true.
    #[error("the list of managed orgs is empty, which can't be: it always has the Aerial org")]
    EmptyList,
    /// The server answers for another account.
    #[error("the server says that this is the account {actual}, the file says {expected}")]
    OtherAccount {
        /// The id in the file.
        expected: String,
        /// The id in the answer.
        actual: String,
    },
    /// The run was interrupted while this waited.
    #[error("interrupted")]
    Interrupted,
}

impl Error {
    /// The HTTP status, if there was an answer.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Api(error) => Some(error.status),
            Self::Network { .. }
            | Self::Nonsense { .. }
            | Self::Auth(_)
            | Self::WaitTooLong { .. }
            | Self::EmptyList
            | Self::OtherAccount { .. }
            | Self::Interrupted => None,
        }
    }

    /// The request id, if there was an answer with one.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Api(error) => error.request_id.as_deref(),
            Self::Nonsense { request_id, .. } => request_id.as_deref(),
            Self::Network { .. }
            | Self::Auth(_)
            | Self::WaitTooLong { .. }
            | Self::EmptyList
            | Self::OtherAccount { .. }
            | Self::Interrupted => None,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let text = match self {
            Self::Api(error) => return api_hint(error).map(str::to_owned),
            Self::Auth(error) => return error.hint(),
            Self::Network { .. } => {
                "check the endpoint (`account.environment` in the file, or AERIAL_ENDPOINT), the proxy settings and the network"
            }
            Self::Nonsense { .. } => {
                "is a proxy, a sign-in page or another service answering at this endpoint?"
            }
            Self::WaitTooLong { .. } => {
                "run it again later, allow a longer wait with --max-wait, or find out what else uses up the account's rate limit"
            }
            Self::EmptyList => {
                "nothing was planned on it; check that the token is allowed to see the account's orgs"
            }
            Self::OtherAccount { .. } => {
                "correct `account.id` in the file, or use the credentials of that account's Aerial org"
            }
            Self::Interrupted => return None,
        };
        Some(text.to_owned())
    }
}

fn api_hint(error: &ApiError) -> Option<&'static str> {
    let link = error.request.starts_with("POST /orgs");
    match error.status {
        400 | 403 | 404 | 409 if link => Some(
            "check three things: the org is associated with your Okta contract and in this cell, its super admin (or its parent's) has consented to this Aerial account, and no other account has linked it",
        ),
        401 => Some(
            "the token was not accepted: it may have expired (it lasts an hour), or be another account's",
        ),
        403 => Some(
            "the app needs the scope (okta.accounts.read to plan, okta.accounts.manage to apply) under \"Okta API Scopes\", and may need an admin role in the Aerial org",
        ),
        404 if error.request.starts_with("GET /orgs/") => {
            Some("the org isn't managed by this account")
        }
        404 => Some(
            "check `account.id` and `account.environment` in the file: the server doesn't know this account",
        ),
        429 => Some("something else uses up the account's rate limit; run it again later"),
        500 | 502 | 504 => Some(
            "Okta, or something between, had trouble; run it again later, and give the request id to Okta's support if it stays",
        ),
        503 => Some("Okta may be in maintenance (read-only mode); run it again later"),
        300..=399 => Some(
            "redirects are never followed, since the token would go with them; correct the endpoint",
        ),
        _ => None,
    }
}
