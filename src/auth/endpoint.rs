//! The token endpoint: client credentials in, access token out.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use reqwest::{Method, Url};
use serde::Deserialize;

use super::assertion::Asserting;
use super::error::{About, AuthError, OAuthRefusal};
use super::key::SigningKey;
use super::learned::{MAX_SKEW, SharedLearned};
use crate::http::pace::PaceLimits;
use crate::http::{self, Answer, Body, HttpRequest, Intent, Notice, Peer, Redactor, Sender};
use crate::secret::Secret;

/// A token is renewed so long before it ends; one that hardly lasts, after three quarters of its time.
const EARLY: Duration = Duration::from_secs(60);

/// How long a token lasts where the answer doesn't say: Okta's hour.
const LIFETIME: u64 = 3600;

/// No token is trusted for longer, whatever the answer says, in seconds.
const MAX_LIFETIME: u64 = 24 * 3600;

/// A service app of the Aerial org.
#[derive(Debug)]
pub struct ServiceApp {
    pub client_id: String,
    /// Its private key.
    pub key: SigningKey,
    /// The id of that key; the JWK's own `kid` where absent.
    pub kid: Option<String>,
    /// The token endpoint: `https://{aerialOrg}/oauth2/v1/token`.
    pub token_url: Url,
}

/// Where a service app gets its tokens.
#[derive(Debug)]
pub struct TokenEndpoint {
    url: Url,
    sender: Sender<Asserting>,
}

/// A token and how it is used.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) secret: Secret,
    pub(super) dpop: bool,
    /// When the next one is fetched, on this machine's clock: a little before it ends.
    pub(super) renew_at: SystemTime,
}

#[derive(Deserialize)]
struct GrantedToken {
    access_token: String,
    #[serde(default)]
    token_type: String,
    #[serde(default)]
    expires_in: Option<u64>,
    #[serde(default)]
    scope: Option<String>,
}

impl TokenEndpoint {
    /// The token endpoint of an app. Nobody waits longer for it than `max_wait`; `notice` is told about waits.
    ///
    /// # Errors
    /// When the machine's certificates can't be loaded.
    pub fn new(
        app: ServiceApp,
        client: &http::Client,
        max_wait: Duration,
        notice: Notice,
    ) -> Result<Self, http::HttpError> {
        let peer = Peer {
            base: app.token_url.clone(),
            whose: "the token endpoint",
            limits: PaceLimits {
                max_wait,
                ..PaceLimits::default()
            },
            notice,
            crowds: Vec::new(),
        };
        let asserting = Asserting {
            client_id: app.client_id,
            key: app.key,
            kid: app.kid,
            learned: SharedLearned::default(),
            clock: Arc::clone(client.clock()),
        };
        Ok(Self {
            url: app.token_url,
            sender: Sender::new(client, peer, Arc::new(asserting))?,
        })
    }

    pub(super) fn app(&self) -> &Asserting {
        self.sender.authorize()
    }

    pub(super) fn redactor(&self) -> &Redactor {
        self.sender.client().redactor()
    }

    pub(super) fn learned(&self) -> &SharedLearned {
        &self.app().learned
    }

    /// Gets a token for a scope, or for several with blanks between them.
    pub(super) async fn token(&self, scope: &str) -> Result<Token, AuthError> {
        let fields = [
            ("grant_type", "client_credentials"),
            ("scope", scope),
            (
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ),
        ];
        let request = HttpRequest {
            method: Method::POST,
            url: &self.url,
            headers: &[],
            body: Body::Form(&fields),
            // A token more or less changes nothing.
            intent: Intent::Look,
            shown: self.url.to_string(),
        };
        self.sender
            .repeat(&request, |answer| self.judge(scope, answer))
            .await
    }

    fn judge(&self, scope: &str, answer: &Answer) -> Result<Token, AuthError> {
        if answer.is_success() {
            return self.granted(scope, answer);
        }
        let refusal: OAuthRefusal = answer.refusal();
        let code = refusal.code();
        let learned = self.learned().lock();
        if matches!(code.as_str(), "invalid_dpop_proof" | "invalid_client")
            && learned.skew() > MAX_SKEW
        {
            return Err(AuthError::Clock {
                seconds: learned.skew().as_secs(),
                ahead: learned.machine_is_ahead(),
            });
        }
        Err(AuthError::Refused {
            url: self.url.to_string(),
            status: answer.status(),
            error: code,
            description: refusal.description(),
            about: Box::new(About {
                client_id: self.app().client_id.clone(),
                kid: self.app().kid().map(str::to_owned),
                scope: scope.to_owned(),
            }),
        })
    }

    /// The token in an answer. Nothing of the body is ever quoted: a part of it is the token, wherever it stands.
    fn granted(&self, scope: &str, answer: &Answer) -> Result<Token, AuthError> {
        let granted: GrantedToken = serde_json::from_slice(answer.body()).map_err(|_| {
            let reason = "the answer is no token: it may come from a proxy or be cut in half";
            answer.unexpected(reason)
        })?;
        let secret = Secret::new(&granted.access_token);
        self.redactor().learn(&secret);
        let scopes = granted.scope.as_deref();
        let lacks = |wanted: &str| {
            scopes.is_some_and(|scopes| scopes.split_whitespace().all(|one| one != wanted))
        };
        if let Some(wanted) = scope.split_whitespace().find(|wanted| lacks(wanted)) {
            return Err(AuthError::Scope {
                wanted: wanted.to_owned(),
            });
        }
        Ok(Token {
            secret,
            dpop: granted.token_type.eq_ignore_ascii_case("dpop"),
            renew_at: answer.received() + used_for(granted.expires_in),
        })
    }
}

/// How long a token is used, in seconds, of the seconds that it lasts.
fn used_for(expires_in: Option<u64>) -> Duration {
    let lifetime = Duration::from_secs(expires_in.unwrap_or(LIFETIME).min(MAX_LIFETIME));
    lifetime - EARLY.min(lifetime / 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_renewed_a_little_before_it_ends() {
        for (expires_in, seconds) in [
            (None, 3540),
            (Some(3600), 3540),
            (Some(240), 180),
            (Some(100), 75),
            (Some(0), 0),
            (Some(u64::MAX), 24 * 3600 - 60),
        ] {
            let used = used_for(expires_in);
            assert_eq!(used, Duration::from_secs(seconds), "{expires_in:?}");
        }
    }
}
