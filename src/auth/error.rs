//! Why there is no token.

use serde::Deserialize;

use super::key::KeyError;
use crate::http::retry::Symptom;
use crate::http::{self, Failure};

/// Why there is no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// A token that no header can carry.
    #[error("the access token has characters that no token has")]
    MalformedToken,
    /// The key can't sign.
    #[error("the private key can't be used: {0}")]
    Key(#[from] KeyError),
    /// The authorization server refused.
    #[error("{url}: {status} {error}: {}", description.trim_end_matches('.'))]
    Refused {
        /// The token URL.
        url: String,
        /// The HTTP status.
        status: u16,
        /// OAuth's `error`, or Okta's `errorCode`.
        error: String,
        /// `error_description`, or what kind of answer it was.
        description: String,
        /// What the request was about, for advice.
        about: Box<About>,
    },
    /// The authorization server gave no answer that could be used.
    #[error("{0}")]
    Http(Box<http::HttpError>),
    /// This machine's clock and the server's are too far apart to be a mere inaccuracy.
    #[error("this machine's clock is {seconds} s {} the server's", if *ahead { "ahead of" } else { "behind" })]
    Clock {
        /// How far.
        seconds: u64,
        /// Whether this machine's is the later one.
        ahead: bool,
    },
    /// The token doesn't allow what it was asked for. What it allows isn't said: nothing of the answer that holds it is.
    #[error("the token that was granted lacks the scope {wanted}")]
    Scope {
        /// The scope that was asked for.
        wanted: String,
    },
}

impl AuthError {
    /// Whether the scope that was asked for isn't granted to the app.
    #[must_use]
    pub fn lacks_scope(&self) -> bool {
        match self {
            Self::Scope { .. } => true,
            Self::Refused { error, .. } => error == "invalid_scope",
            Self::MalformedToken | Self::Key(_) | Self::Http(_) | Self::Clock { .. } => false,
        }
    }
}

/// What a token request was about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    pub client_id: String,
    /// The key id, if any.
    pub kid: Option<String>,
    pub scope: String,
}

/// The body of a refusal, OAuth's (RFC 6749, section 5.2) or Okta's.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct OAuthRefusal {
    error: Option<String>,
    error_description: Option<String>,
    #[serde(rename = "errorCode")]
    error_code: Option<String>,
    #[serde(rename = "errorSummary")]
    error_summary: Option<String>,
}

impl OAuthRefusal {
    pub(super) fn code(&self) -> String {
        let code = self.error.as_ref().or(self.error_code.as_ref());
        code.cloned().unwrap_or_default()
    }

    pub(super) fn description(&self) -> String {
        let description = self.error_description.as_ref();
        description.or(self.error_summary.as_ref()).map_or_else(
            || "the answer isn't an OAuth error".to_owned(),
            Clone::clone,
        )
    }
}

impl From<http::HttpError> for AuthError {
    fn from(error: http::HttpError) -> Self {
        Self::Http(Box::new(error))
    }
}

impl Failure for AuthError {
    fn symptom(&self) -> Symptom {
        match self {
            Self::Http(error) => error.symptom(),
            Self::Refused { error, .. } if error == "temporarily_unavailable" => Symptom::Trouble,
            Self::Refused { status, .. } => Symptom::of_status(*status),
            Self::MalformedToken | Self::Key(_) | Self::Clock { .. } | Self::Scope { .. } => {
                Symptom::Final
            }
        }
    }
}
