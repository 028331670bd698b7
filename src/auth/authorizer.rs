//! Gives each request its token, and gets another one when it has ended.

use std::sync::Arc;

use reqwest::Method;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName};
use tokio::sync::MutexGuard;
use tokio_util::sync::CancellationToken;

use super::dpop;
use super::endpoint::{Token, TokenEndpoint};
use super::error::AuthError;
use crate::clock::Clock;
use crate::http::{self, Answer, Authorization, Authorize, sensitive};
use crate::secret::Secret;

/// How the run proves who it is.
#[derive(Debug)]
pub enum Credentials {
    /// An access token that somebody else obtained; its scopes are theirs.
    AccessToken(Secret),
    /// A service app of the Aerial org.
    App(Box<TokenEndpoint>),
}

/// Gives each request its authorization.
#[derive(Debug)]
pub struct Authorizer {
    credentials: Credentials,
    scope: &'static str,
    clock: Arc<dyn Clock>,
    stop: CancellationToken,
    /// Held while a token is fetched: requests that need one at the same time share it.
    current: tokio::sync::Mutex<Current>,
}

#[derive(Debug, Default)]
struct Current {
    token: Option<Token>,
    /// Counts the tokens, so that a refusal of an old one doesn't end the new one.
    generation: u64,
}

impl Authorizer {
    pub(super) fn new(
        credentials: Credentials,
        scope: &'static str,
        client: &http::Client,
    ) -> Self {
        if let Credentials::AccessToken(token) = &credentials {
            client.redactor().learn(token);
        }
        Self {
            credentials,
            scope,
            clock: Arc::clone(client.clock()),
            stop: client.stop().clone(),
            current: tokio::sync::Mutex::default(),
        }
    }

    /// Whoever fetches a token may take long; nobody waits for it when the run is to end.
    async fn current(&self) -> Result<MutexGuard<'_, Current>, AuthError> {
        tokio::select! {
            biased;
            current = self.current.lock() => Ok(current),
            () = self.stop.cancelled() => Err(http::Error::Interrupted.into()),
        }
    }

    /// Whether a token can be had at all, for diagnosis.
    ///
    /// # Errors
    /// When there is no token to be had.
    pub async fn probe(&self, url: &str) -> Result<(), AuthError> {
        self.authorize(&Method::GET, url).await.map(|_| ())
    }

    /// The credentials in words that hold no secret.
    #[must_use]
    pub fn describe(&self) -> String {
        match &self.credentials {
            Credentials::AccessToken(_) => "an access token, as given".to_owned(),
            Credentials::App(endpoint) => {
                let app = endpoint.app();
                format!(
                    "client {}, key {} ({})",
                    app.client_id,
                    app.kid().unwrap_or("without an id"),
                    app.key.alg()
                )
            }
        }
    }

    /// The token in words that hold no secret.
    pub async fn describe_token(&self) -> String {
        match &self.current.lock().await.token {
            Some(token) if token.dpop => format!("{}, bound to a key (DPoP)", self.scope),
            Some(_) => self.scope.to_owned(),
            None => "its scopes are whatever it was given".to_owned(),
        }
    }
}

impl Authorize for Authorizer {
    type Error = AuthError;

    async fn authorize(&self, method: &Method, url: &str) -> Result<Authorization, AuthError> {
        let endpoint = match &self.credentials {
            Credentials::AccessToken(token) => {
                return Ok(Authorization {
                    headers: HeaderMap::from_iter([header("Bearer", token)?]),
                    ..Authorization::default()
                });
            }
            Credentials::App(endpoint) => endpoint,
        };
        let mut current = self.current().await?;
        let now = self.clock.now();
        let token = match &current.token {
            Some(token) if now < token.renew_at => token.clone(),
            _ => {
                // Boxed, since it is rare and as large as the request that waits for it.
                let token = Box::pin(endpoint.token(self.scope)).await?;
                current.token = Some(token.clone());
                current.generation += 1;
                token
            }
        };
        let scheme = if token.dpop { "DPoP" } else { "Bearer" };
        let mut headers = HeaderMap::from_iter([header(scheme, &token.secret)?]);
        let learned = endpoint.learned().lock();
        if let Some(key) = learned.dpop_key().filter(|_| token.dpop) {
            let now = learned.server_time(self.clock.now());
            let nonce = learned.nonce();
            let proof = dpop::proof(key, method.as_str(), url, nonce, Some(&token.secret), now)?;
            let proof = sensitive(&proof).map_err(|_| AuthError::MalformedToken)?;
            headers.insert(HeaderName::from_static("dpop"), proof);
        }
        Ok(Authorization {
            headers,
            generation: current.generation,
            ..Authorization::default()
        })
    }

    /// A 401 ends the token that it was about. A challenge for a DPoP nonce (400 or 401 with `dpop-nonce`) is obeyed.
    async fn answered(&self, answer: &Answer, used: &Authorization) -> Result<bool, AuthError> {
        let Credentials::App(endpoint) = &self.credentials else {
            return Ok(false);
        };
        if !matches!(answer.status(), 400 | 401) {
            return Ok(false);
        }
        if let Some(nonce) = answer.header("dpop-nonce")
            && endpoint.learned().lock().take_nonce(nonce)
        {
            return Ok(true);
        }
        if answer.status() != 401 {
            return Ok(false);
        }
        let mut current = self.current().await?;
        if current.generation == used.generation {
            current.token = None;
        }
        Ok(true)
    }
}

fn header(
    scheme: &str,
    token: &Secret,
) -> Result<(HeaderName, reqwest::header::HeaderValue), AuthError> {
    let value = Secret::new(&format!("{scheme} {}", token.expose()));
    let value = sensitive(&value).map_err(|_| AuthError::MalformedToken)?;
    Ok((AUTHORIZATION, value))
}
