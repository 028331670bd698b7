//! Why there is no token, and what to do about it.

use super::key::KeyError;

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
    /// The authorization server can't be reached.
    #[error("{url}: {reason}")]
    Network {
        /// The token URL.
        url: String,
        /// What the network said.
        reason: String,
    },
    /// This machine's clock and the server's are too far apart to be a mere inaccuracy.
    #[error("this machine's clock is {seconds} s {} the server's", if *ahead { "ahead of" } else { "behind" })]
    Clock {
        /// How far.
        seconds: u64,
        /// Whether this machine's is the later one.
        ahead: bool,
    },
    /// The token doesn't allow what it was asked for.
    #[error("the token lacks the scope {wanted}; it has `{granted}`")]
    Scope {
        /// The scope that was asked for.
        wanted: String,
        /// The scopes that the server granted.
        granted: String,
    },
}

/// What a token request was about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// The client id.
    pub client_id: String,
    /// The key id, if any.
    pub kid: Option<String>,
    /// The scope.
    pub scope: &'static str,
}

impl AuthError {
    /// Whether the scope that was asked for isn't granted to the app.
    #[must_use]
    pub fn lacks_scope(&self) -> bool {
        match self {
            Self::Scope { .. } => true,
            Self::Refused { error, .. } => error == "invalid_scope",
            Self::MalformedToken | Self::Key(_) | Self::Network { .. } | Self::Clock { .. } => {
                false
            }
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let text = match self {
            Self::MalformedToken => {
                "set AERIAL_ACCESS_TOKEN to the token alone, without `Bearer` and without line breaks"
            }
            Self::Key(_) => {
                "give AERIAL_PRIVATE_KEY (or the file AERIAL_PRIVATE_KEY_FILE) the private key that belongs to the public key registered for the app"
            }
            Self::Network { .. } => {
                "check `account.aerialOrg` in the file (or AERIAL_ISSUER), the proxy settings and the network"
            }
            Self::Clock { .. } => {
                "set this machine's clock: differences up to 5 minutes are corrected, larger ones point at a mistake"
            }
            Self::Scope { wanted, .. } => {
                return Some(grant(wanted));
            }
            Self::Refused {
                status,
                error,
                description,
                about,
                ..
            } => return refused(*status, error, description, about),
        };
        Some(text.to_owned())
    }
}

fn grant(scope: &str) -> String {
    format!(
        "a super admin of the Aerial org must grant {scope} to the app, on its \"Okta API Scopes\" tab"
    )
}

/// Advice for what the authorization server says. Descriptions may change, so these are best effort; the error itself is
/// always shown beside them.
fn refused(status: u16, error: &str, description: &str, about: &About) -> Option<String> {
    let says = |words: &[&str]| {
        let description = description.to_lowercase();
        words.iter().any(|word| description.contains(word))
    };
    let kid = about.kid.as_deref().unwrap_or("(none)");
    let client = &about.client_id;
    let text = match error {
        "invalid_scope" => grant(about.scope),
        "invalid_client" if says(&["issued before", "in the future", "expired", "expiration", "too far"]) => {
            "set this machine's clock; it and the server's disagree".to_owned()
        }
        "invalid_client" if says(&["already been used"]) => {
            "something in between sent the request twice; run it again".to_owned()
        }
        "invalid_client" if says(&["audience"]) => {
            "`account.aerialOrg` (or AERIAL_ISSUER) must be the Aerial org's own domain, not its `-admin` host and not a custom domain".to_owned()
        }
        "invalid_client" if says(&["kid", "jwks", "key", "signature", "jwt"]) => format!(
            "check that the key id {kid} (AERIAL_KEY_ID, or the JWK's `kid`) is registered for the client {client}, and that the private key belongs to it"
        ),
        "invalid_client" => format!(
            "check that AERIAL_CLIENT_ID ({client}) is an API Services app of this Aerial org with public key / private key authentication"
        ),
        "unauthorized_client" => {
            "the app must be an API Services app in the Aerial org itself, with the client-credentials grant".to_owned()
        }
        "access_denied" => {
            "the Aerial org's network zones or policies keep this machine out; ask its super admin".to_owned()
        }
        "invalid_dpop_proof" => "the server did not accept the DPoP proof; check this machine's clock".to_owned(),
        _ if status == 404 || (300..400).contains(&status) => {
            "`account.aerialOrg` (or AERIAL_ISSUER) doesn't seem to be an Okta org's own domain".to_owned()
        }
        _ if status == 429 => "too many token requests; run it again later".to_owned(),
        _ if status >= 500 || error == "temporarily_unavailable" => {
            "Okta had trouble; run it again later".to_owned()
        }
        _ => return None,
    };
    Some(text)
}
