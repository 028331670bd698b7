//! Who the run is to Okta: credentials, the scope as a type, and the token that a request carries.
//!
//! `key` reads private keys, `assertion` and `dpop` sign with them, `client` talks to the token endpoint, `secret` keeps
//! all of it from being printed.

mod assertion;
mod client;
mod dpop;
mod error;
pub mod key;
pub mod secret;

use std::marker::PhantomData;
use std::sync::Arc;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName};

pub use client::Client;
pub use error::{About, AuthError};
pub use secret::Secret;

use crate::clock::Clock;
use client::{Learned, Token, sensitive};

/// What a token may be used for, as a type: a writer can't be made from a [`Read`] session.
pub trait Scope: Send + Sync + 'static {
    /// Okta's name of the scope.
    const NAME: &'static str;
}

/// `okta.accounts.read`.
#[derive(Debug, Clone, Copy)]
pub enum Read {}

/// `okta.accounts.manage`, which includes reading.
#[derive(Debug, Clone, Copy)]
pub enum Manage {}

impl Scope for Read {
    const NAME: &'static str = "okta.accounts.read";
}

impl Scope for Manage {
    const NAME: &'static str = "okta.accounts.manage";
}

/// How the run proves who it is.
#[derive(Debug)]
pub enum Credentials {
    /// An access token that somebody else obtained; its scopes are theirs.
    AccessToken(Secret),
    /// A service app of the Aerial org.
    Client(Box<Client>),
}

/// Credentials with the scope that they are used for.
#[derive(Debug)]
pub struct Session<S: Scope> {
    authorizer: Arc<Authorizer>,
    scope: PhantomData<S>,
}

impl<S: Scope> Session<S> {
    /// A session that asks for the scope `S` and no other.
    #[must_use]
    pub fn new(credentials: Credentials, clock: Arc<dyn Clock>) -> Self {
        Self {
            authorizer: Arc::new(Authorizer {
                credentials,
                scope: S::NAME,
                clock,
                state: tokio::sync::Mutex::default(),
            }),
            scope: PhantomData,
        }
    }

    /// What a transport needs of it.
    #[must_use]
    pub fn authorizer(&self) -> Arc<Authorizer> {
        Arc::clone(&self.authorizer)
    }
}

/// Gives each request its authorization.
#[derive(Debug)]
pub struct Authorizer {
    credentials: Credentials,
    scope: &'static str,
    clock: Arc<dyn Clock>,
    /// Held while a token is fetched: requests that need one at the same time share it.
    state: tokio::sync::Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    token: Option<Token>,
    /// Counts the tokens, so that a refusal of an old one doesn't end the new one.
    generation: u64,
    learned: Learned,
}

/// The headers that authorize one request.
#[derive(Debug, Clone)]
pub struct Authorization {
    /// `Authorization`, and `DPoP` where the token is bound to a key; marked as sensitive.
    pub headers: HeaderMap,
    generation: u64,
}

impl Authorizer {
    /// Authorizes one request; `url` is without query and fragment.
    ///
    /// # Errors
    /// When there is no token to be had.
    pub async fn authorize(&self, method: &str, url: &str) -> Result<Authorization, AuthError> {
        let mut headers = HeaderMap::new();
        let client = match &self.credentials {
            Credentials::AccessToken(token) => {
                let bearer = Secret::new(&format!("Bearer {}", token.expose()));
                headers.insert(AUTHORIZATION, sensitive(&bearer)?);
                return Ok(Authorization {
                    headers,
                    generation: 0,
                });
            }
            Credentials::Client(client) => client,
        };
        let mut state = self.state.lock().await;
        let now = self.clock.now();
        let token = match &state.token {
            Some(token) if now < token.renew_at => token.clone(),
            _ => {
                let token = client
                    .token(self.scope, &mut state.learned, self.clock.as_ref())
                    .await?;
                state.token = Some(token.clone());
                state.generation += 1;
                token
            }
        };
        let scheme = if token.dpop { "DPoP" } else { "Bearer" };
        let value = Secret::new(&format!("{scheme} {}", token.secret.expose()));
        headers.insert(AUTHORIZATION, sensitive(&value)?);
        if let Some(key) = state.learned.dpop_key.as_ref().filter(|_| token.dpop) {
            let now = state.learned.server_time(self.clock.now());
            let nonce = state.learned.nonce();
            let proof = dpop::proof(key, method, url, nonce, Some(&token.secret), now)?;
            headers.insert(HeaderName::from_static("dpop"), sensitive(&proof)?);
        }
        Ok(Authorization {
            headers,
            generation: state.generation,
        })
    }

    /// Takes note that a server refused an authorization; whether the next one may fare better.
    ///
    /// A 401 ends the token that it was about. A challenge for a DPoP nonce (400 or 401 with `dpop-nonce`) is obeyed.
    pub async fn refused(&self, status: u16, headers: &HeaderMap, refused: &Authorization) -> bool {
        if matches!(self.credentials, Credentials::AccessToken(_)) || !matches!(status, 400 | 401) {
            return false;
        }
        let mut state = self.state.lock().await;
        if let Some(nonce) = headers
            .get("dpop-nonce")
            .and_then(|value| value.to_str().ok())
            && state.learned.resource_nonce(nonce)
        {
            return true;
        }
        if status == 401 && state.generation == refused.generation {
            state.token = None;
        }
        status == 401
    }

    /// Whether a token can be had at all, for diagnosis.
    ///
    /// # Errors
    /// When there is no token to be had.
    pub async fn probe(&self, url: &str) -> Result<(), AuthError> {
        self.authorize("GET", url).await.map(|_| ())
    }

    /// The credentials in words that hold no secret.
    #[must_use]
    pub fn describe(&self) -> String {
        match &self.credentials {
            Credentials::AccessToken(_) => "an access token, as given".to_owned(),
            Credentials::Client(client) => format!(
                "client {}, key {} ({})",
                client.client_id,
                client.kid().unwrap_or("without an id"),
                client.key.alg()
            ),
        }
    }

    /// The token in words that hold no secret.
    pub async fn describe_token(&self) -> String {
        let state = self.state.lock().await;
        match &state.token {
            Some(token) if token.dpop => format!("{}, bound to a key (DPoP)", self.scope),
            Some(_) => self.scope.to_owned(),
            None => "its scopes are whatever it was given".to_owned(),
        }
    }
}
