//! What can go wrong between here and Okta.

use crate::auth::AuthError;
use crate::http::retry::Symptom;
use crate::http::{self, Failure};
use crate::plan::Kind;

/// What a request is about, for those who give advice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// `GET /accounts`.
    ReadAccount,
    /// `GET /products`.
    ListProducts,
    /// `GET /orgs`, whole or filtered.
    ListOrgs,
    /// `GET /orgs/{orgId}`.
    ReadOrg,
    /// `GET /orgs/{orgId}/products`.
    ReadOrgProducts,
    /// What else the account has: org groups, templates of request conditions.
    ReadSurroundings,
    /// A read of an org's own host.
    ReadInside,
    /// `GET /api/v1/logs` of the Aerial org.
    ReadLog,
    /// Whether a host is an org's, without credentials.
    ResolveHost,
    /// The write of a step.
    Write(Kind),
}

/// Okta's refusal of a request.
///
/// The body is `{"errorCode","errorSummary","errorCauses":[{"errorSummary"}]}` (Okta, core API overview); Aerial has codes
/// outside Okta's catalogue, so the code is a free string, and a proxy may have answered instead, so all of it may be
/// missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    /// What was refused.
    pub operation: Operation,
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
    /// The request, as messages show it: `PUT /orgs/00o…/products`.
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
    /// No answer that could be used, or no leave to wait for one.
    #[error("{0}")]
    Http(Box<http::HttpError>),
    /// No token.
    #[error("{0}")]
    Auth(Box<AuthError>),
    /// The list of managed orgs can't be true.
    #[error("the list of managed orgs is empty, which can't be: it always has the Aerial org")]
    EmptyList,
    /// Nothing lets a request in at an org's own host, or nothing may be sent there: why, in words.
    #[error("{0}")]
    NoCredential(Box<str>),
    /// An answer that can't be true; how, in words.
    #[error("{0}")]
    Untrue(String),
    /// The server answers for another account.
    #[error("the server says that this is the account {actual}, the file says {expected}")]
    OtherAccount {
        /// The id in the file.
        expected: String,
        /// The id in the answer.
        actual: String,
    },
}

/// Whether a write that was answered with this status may have had an effect. `refusal_is_final` tells whether Okta carries such
/// a write out as a whole or not at all.
#[must_use]
pub fn may_have_acted(status: u16, refusal_is_final: bool) -> bool {
    match status {
        // Turned away before anybody looked at the body.
        401 | 403 | 404 | 405 | 411 | 413 | 414 | 415 | 429 => false,
        400 | 409 | 422 => !refusal_is_final,
        _ => true,
    }
}

impl Error {
    /// The HTTP status, if there was an answer that refused.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Api(error) => Some(error.status),
            Self::Http(_)
            | Self::Auth(_)
            | Self::EmptyList
            | Self::Untrue(_)
            | Self::NoCredential(_)
            | Self::OtherAccount { .. } => None,
        }
    }

    /// The request id, if there was an answer with one.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Api(error) => error.request_id.as_deref(),
            Self::Http(error) => error.request_id(),
            Self::Auth(_)
            | Self::EmptyList
            | Self::Untrue(_)
            | Self::NoCredential(_)
            | Self::OtherAccount { .. } => None,
        }
    }

    /// Whether the run was to end while this waited.
    #[must_use]
    pub fn is_interruption(&self) -> bool {
        match self {
            Self::Http(error) => **error == http::HttpError::Interrupted,
            Self::Api(_)
            | Self::Auth(_)
            | Self::NoCredential(_)
            | Self::EmptyList
            | Self::Untrue(_)
            | Self::OtherAccount { .. } => false,
        }
    }

    /// Whether a request that failed like this may have arrived.
    #[must_use]
    pub fn may_have_arrived(&self) -> bool {
        match self {
            Self::Api(_) | Self::EmptyList | Self::Untrue(_) | Self::OtherAccount { .. } => true,
            Self::Http(error) => !error.is_unsent(),
            Self::Auth(_) | Self::NoCredential(_) => false,
        }
    }

    /// Whether a write that failed like this may have had an effect. `refusal_is_final` tells whether Okta carries such a
    /// write out as a whole or not at all.
    #[must_use]
    pub fn may_have_had_effect(&self, refusal_is_final: bool) -> bool {
        match self {
            Self::Api(error) => may_have_acted(error.status, refusal_is_final),
            Self::Http(error) => !error.is_unsent(),
            Self::Auth(_) | Self::NoCredential(_) => false,
            Self::EmptyList | Self::Untrue(_) | Self::OtherAccount { .. } => true,
        }
    }
}

impl From<http::HttpError> for Error {
    fn from(error: http::HttpError) -> Self {
        Self::Http(Box::new(error))
    }
}

impl From<AuthError> for Error {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Http(http) if *http == http::HttpError::Interrupted => Self::Http(http),
            AuthError::MalformedToken
            | AuthError::Key(_)
            | AuthError::Refused { .. }
            | AuthError::Http(_)
            | AuthError::Clock { .. }
            | AuthError::Scope { .. } => Self::Auth(Box::new(error)),
        }
    }
}

impl Failure for Error {
    fn symptom(&self) -> Symptom {
        match self {
            Self::Api(error) => Symptom::of_status(error.status),
            Self::Http(error) => error.symptom(),
            // The token endpoint has been asked again as often as made sense.
            Self::Auth(_)
            | Self::EmptyList
            | Self::Untrue(_)
            | Self::NoCredential(_)
            | Self::OtherAccount { .. } => Symptom::Final,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Lost;

    fn api(status: u16) -> Error {
        Error::Api(Box::new(ApiError {
            operation: Operation::Write(Kind::Enable),
            status,
            code: String::new(),
            summary: String::new(),
            causes: Vec::new(),
            request_id: None,
            request: "PUT /x".into(),
        }))
    }

    fn network(unsent: bool) -> Error {
        Error::from(http::HttpError::Network {
            request: "PUT /x".into(),
            lost: Lost::Timeout,
            unsent,
        })
    }

    #[test]
    fn what_may_have_had_an_effect() {
        for status in [400, 409, 422] {
            assert!(!api(status).may_have_had_effect(true), "{status}");
            assert!(api(status).may_have_had_effect(false), "{status}");
        }
        for (error, may) in [
            (api(302), true),
            (api(401), false),
            (api(403), false),
            (api(404), false),
            (api(405), false),
            (api(408), true),
            (api(499), true),
            (api(429), false),
            (api(500), true),
            (api(504), true),
            (network(false), true),
            (network(true), false),
            (Error::from(http::HttpError::Interrupted), false),
            (Error::from(AuthError::MalformedToken), false),
        ] {
            for refusal_is_final in [false, true] {
                let effect = error.may_have_had_effect(refusal_is_final);
                assert_eq!(effect, may, "{error}");
            }
        }
    }

    #[test]
    fn what_is_worth_another_try() {
        for (error, symptom) in [
            (api(429), Symptom::Throttled),
            (api(502), Symptom::Trouble),
            (api(404), Symptom::Final),
            (network(true), Symptom::Trouble),
            (Error::from(http::HttpError::Interrupted), Symptom::Final),
            (Error::from(AuthError::MalformedToken), Symptom::Final),
            (Error::EmptyList, Symptom::Final),
        ] {
            assert_eq!(error.symptom(), symptom, "{error}");
        }
    }

    #[test]
    fn an_interrupted_wait_for_a_token_is_an_interruption() {
        let waiting = AuthError::from(http::HttpError::Interrupted);
        assert!(Error::from(waiting).is_interruption());
        assert!(!Error::from(AuthError::MalformedToken).is_interruption());
        assert!(!network(true).is_interruption());
        assert!(!api(500).is_interruption());
    }
}
