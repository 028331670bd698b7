//! Gives each request its token, and gets another one when it has ended.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

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
    /// An access token that was asked for the session's scope and no other, as an emulator on this machine gives it to everybody.
    ForScope(Secret),
    /// An API token of an org (SSWS), which can do whatever its owner can.
    ApiToken(Secret),
    /// A service app of the org that issues the tokens.
    App(Box<TokenEndpoint>),
}

/// How far a session's token reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// This scope, and no other was asked for.
    Scope(Arc<str>),
    /// Nobody here knows: it was given.
    Unknown,
    /// Whatever its owner may do: it has no scopes.
    Unscoped,
}

/// Gives each request its authorization.
#[derive(Debug)]
pub struct Authorizer {
    credentials: Credentials,
    scope: Arc<str>,
    clock: Arc<dyn Clock>,
    stop: CancellationToken,
    /// Held while a token is fetched: requests that need one at the same time share it.
    current: tokio::sync::Mutex<Current>,
    /// Whether the next proof is to lack the nonce that is known.
    without_nonce: AtomicBool,
}

#[derive(Debug, Default)]
struct Current {
    token: Option<Token>,
    /// Counts the tokens, so that a refusal of an old one doesn't end the new one.
    generation: u64,
}

impl Authorizer {
    pub(super) fn new(credentials: Credentials, scope: Arc<str>, client: &http::Client) -> Self {
        match &credentials {
            Credentials::AccessToken(token)
            | Credentials::ForScope(token)
            | Credentials::ApiToken(token) => client.redactor().learn(token),
            Credentials::App(_) => {}
        }
        Self {
            credentials,
            scope,
            clock: Arc::clone(client.clock()),
            stop: client.stop().clone(),
            current: tokio::sync::Mutex::default(),
            without_nonce: AtomicBool::new(false),
        }
    }

    /// Leaves the nonce out of the next proof, for diagnosis; whether there is one to leave out: the last token may need no proof.
    pub(crate) async fn leave_nonce_out(&self) -> bool {
        let token = &self.current.lock().await.token;
        let proves = token.as_ref().is_some_and(|token| token.dpop);
        self.without_nonce.store(proves, Ordering::Relaxed);
        proves
    }

    /// Whoever fetches a token may take long; nobody waits for it when the run is to end.
    async fn current(&self) -> Result<MutexGuard<'_, Current>, AuthError> {
        tokio::select! {
            biased;
            current = self.current.lock() => Ok(current),
            () = self.stop.cancelled() => Err(http::HttpError::Interrupted.into()),
        }
    }

    /// Whether a token can be had at all, for diagnosis.
    ///
    /// # Errors
    /// When there is no token to be had.
    pub async fn probe(&self, url: &str) -> Result<(), AuthError> {
        self.authorize(&Method::GET, url).await.map(|_| ())
    }

    /// How far what it gives to requests reaches.
    #[must_use]
    pub fn reach(&self) -> Reach {
        match &self.credentials {
            Credentials::App(_) | Credentials::ForScope(_) => Reach::Scope(Arc::clone(&self.scope)),
            Credentials::AccessToken(_) => Reach::Unknown,
            Credentials::ApiToken(_) => Reach::Unscoped,
        }
    }

    /// The credentials in words that hold no secret.
    #[must_use]
    pub fn describe(&self) -> String {
        match &self.credentials {
            Credentials::AccessToken(_) => "an access token, as given".to_owned(),
            Credentials::ForScope(_) => "none: the emulator lets everybody in".to_owned(),
            Credentials::ApiToken(_) => "an API token (SSWS), which has no scopes".to_owned(),
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
            Some(_) => self.scope.to_string(),
            None if matches!(self.reach(), Reach::Scope(_)) => self.scope.to_string(),
            None => "its scopes are whatever it was given".to_owned(),
        }
    }
}

impl Authorize for Authorizer {
    type Error = AuthError;

    async fn authorize(&self, method: &Method, url: &str) -> Result<Authorization, AuthError> {
        let as_given = |scheme, token| {
            Ok(Authorization {
                headers: HeaderMap::from_iter([header(scheme, token)?]),
                ..Authorization::default()
            })
        };
        let endpoint = match &self.credentials {
            Credentials::AccessToken(token) | Credentials::ForScope(token) => {
                return as_given("Bearer", token);
            }
            Credentials::ApiToken(token) => return as_given("SSWS", token),
            Credentials::App(endpoint) => endpoint,
        };
        let mut current = self.current().await?;
        let now = self.clock.now();
        let token = match &current.token {
            Some(token) if now < token.renew_at => token.clone(),
            _ => {
                // Boxed, since it is rare and as large as the request that waits for it.
                let token = Box::pin(endpoint.token(&self.scope)).await?;
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
            let bare = self.without_nonce.swap(false, Ordering::Relaxed);
            let nonce = learned.nonce().filter(|_| !bare);
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::auth::endpoint::ServiceApp;
    use crate::auth::key::SigningKey;
    use crate::http::fixtures::{self, Frozen, Say, Stub};

    /// An authorizer whose token endpoint is a stub, and its wish to stop.
    fn authorizer(stub: &Stub, clock: Arc<dyn Clock>) -> (Authorizer, CancellationToken) {
        let (client, stop) = fixtures::client(clock, Duration::from_secs(20));
        let app = ServiceApp {
            client_id: "0oaclient".into(),
            key: SigningKey::generate().unwrap(),
            kid: None,
            token_url: stub.url.clone(),
        };
        let max_wait = Duration::from_secs(3600);
        let endpoint = TokenEndpoint::new(app, &client, max_wait, Arc::new(|_| {})).unwrap();
        let credentials = Credentials::App(Box::new(endpoint));
        (
            Authorizer::new(credentials, Arc::from("a.scope"), &client),
            stop,
        )
    }

    #[tokio::test]
    async fn a_wait_for_a_token_ends_within_200_ms_of_the_wish_to_stop() {
        let throttled = Say::Answer(429, "Retry-After: 600\r\n".into(), "{}".into());
        for (say, sleeps) in [(throttled, 1), (Say::status(503), 1), (Say::Silence, 0)] {
            let stub = Stub::new(&[say]).await;
            let clock = Frozen::new();
            let (authorizer, stop) = authorizer(&stub, Arc::<Frozen>::clone(&clock));
            // The second waits for what the first is to bring.
            let waiting = async {
                let first = authorizer.authorize(&Method::GET, "https://x/");
                let second = authorizer.authorize(&Method::GET, "https://x/");
                tokio::join!(first, second)
            };
            let stopped = async {
                stub.heard(1).await;
                while clock.sleeps().len() < sleeps {
                    tokio::task::yield_now().await;
                }
                stop.cancel();
                Duration::from_millis(200)
            };
            tokio::pin!(waiting);
            let bound = tokio::select! {
                _ = &mut waiting => panic!("it waits"),
                bound = stopped => bound,
            };
            let (first, second) = tokio::time::timeout(bound, waiting).await.unwrap();
            for ended in [first, second] {
                let error = ended.unwrap_err();
                assert_eq!(error, AuthError::from(http::HttpError::Interrupted));
            }
            assert_eq!(stub.asked().len(), 1);
        }
    }

    #[tokio::test]
    async fn promise_6_a_granted_token_is_known_before_it_is_used() {
        let granted = r#"{"access_token":"granted-canary-1","token_type":"Bearer"}"#;
        let stub = Stub::new(&[Say::json(granted)]).await;
        let (authorizer, _stop) = authorizer(&stub, Frozen::new());
        let authorization = authorizer
            .authorize(&Method::GET, "https://x/")
            .await
            .unwrap();
        assert_eq!(authorization.generation, 1);
        let Credentials::App(endpoint) = &authorizer.credentials else {
            panic!("an app");
        };
        let redactor = endpoint.redactor();
        assert_eq!(redactor.redact("granted-canary-1"), "***");
        // The assertion that brought it is known as well.
        let sent = stub.asked().remove(0);
        let (_, assertion) = sent.split_once("client_assertion=").unwrap();
        assert_eq!(redactor.redact(assertion), "***");
    }

    #[tokio::test]
    async fn a_given_token_is_known_and_never_renewed() {
        let (client, _stop) = fixtures::client(Frozen::new(), Duration::from_secs(20));
        let token = Credentials::AccessToken(Secret::new("given-canary-2"));
        let authorizer = Authorizer::new(token, Arc::from("a.scope"), &client);
        assert_eq!(client.redactor().redact("given-canary-2"), "***");
        let authorization = authorizer
            .authorize(&Method::GET, "https://x/")
            .await
            .unwrap();
        assert_eq!(
            authorization.headers["authorization"],
            "Bearer given-canary-2"
        );
        assert_eq!(authorizer.describe(), "an access token, as given");
    }
}
