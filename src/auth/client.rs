//! The token endpoint: client credentials in, access token out, with clock, DPoP and nonces put right on the way.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use reqwest::header::{ACCEPT, DATE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use serde::Deserialize;

use super::error::{About, AuthError};
use super::key::SigningKey;
use super::secret::Secret;
use super::{assertion, dpop};
use crate::clock::Clock;

/// How often a token is asked for when the server has trouble.
const MAX_ATTEMPTS: u32 = 5;

/// A token is renewed so long before it ends; one that hardly lasts, after three quarters of its time.
const EARLY: Duration = Duration::from_secs(60);

/// A clock may be wrong by so much and is put right by the server's `Date`.
const MAX_SKEW: Duration = Duration::from_secs(300);

/// A service app and where its tokens come from.
#[derive(Debug)]
pub struct Client {
    /// Its client id.
    pub client_id: String,
    /// Its private key.
    pub key: SigningKey,
    /// The id of that key; the JWK's own `kid` where absent.
    pub kid: Option<String>,
    /// The token endpoint: `https://{aerialOrg}/oauth2/v1/token`.
    pub token_url: String,
    /// The HTTP client: no redirects, https or loopback alone.
    pub http: reqwest::Client,
    /// The longest wait that the server may ask for.
    pub max_wait: Duration,
}

/// A token and how it is used.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) secret: Secret,
    pub(super) dpop: bool,
    /// When the next one is fetched, on this machine's clock: a little before it ends.
    pub(super) renew_at: SystemTime,
}

/// What was learned about the server and lasts from one token to the next.
#[derive(Debug, Default)]
pub(super) struct Learned {
    /// The server's clock is so far ahead of this machine's (or behind).
    ahead: Duration,
    behind: Duration,
    /// The DPoP key, once the server asked for one.
    pub(super) dpop_key: Option<Arc<SigningKey>>,
    nonce: Option<String>,
}

impl Learned {
    /// A time of this machine on the server's clock.
    pub(super) fn server_time(&self, now: SystemTime) -> SystemTime {
        now + self.ahead - self.behind
    }

    /// Compares the clocks; whether the difference is news.
    fn compare_clocks(&mut self, headers: &HeaderMap, now: SystemTime) -> bool {
        let Some(server) = headers
            .get(DATE)
            .and_then(|value| httpdate::parse_http_date(value.to_str().ok()?).ok())
        else {
            return false;
        };
        let assumed = self.server_time(now);
        let ahead = server.duration_since(now).unwrap_or_default();
        let behind = now.duration_since(server).unwrap_or_default();
        let off = server
            .duration_since(assumed)
            .or_else(|_| assumed.duration_since(server))
            .unwrap_or_default();
        // `Date` has whole seconds, and an answer takes its time.
        if off <= Duration::from_secs(2) {
            return false;
        }
        (self.ahead, self.behind) = (ahead, behind);
        true
    }

    fn skew(&self) -> Duration {
        self.ahead.max(self.behind)
    }
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    #[serde(default)]
    token_type: String,
    #[serde(default)]
    expires_in: Option<u64>,
    #[serde(default)]
    scope: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Refusal {
    error: Option<String>,
    error_description: Option<String>,
    #[serde(rename = "errorCode")]
    error_code: Option<String>,
    #[serde(rename = "errorSummary")]
    error_summary: Option<String>,
}

impl Client {
    pub(super) fn kid(&self) -> Option<&str> {
        self.kid.as_deref().or_else(|| self.key.kid())
    }

    /// Gets a token for one scope.
    pub(super) async fn token(
        &self,
        scope: &'static str,
        learned: &mut Learned,
        clock: &dyn Clock,
    ) -> Result<Token, AuthError> {
        let mut attempt = 1;
        // The clock, DPoP and its nonce are put right once each.
        let mut corrections = 0;
        loop {
            let (error, pause) = match self.ask(scope, learned, clock).await? {
                Answer::Token(token) => return Ok(token),
                Answer::Corrected(_) if corrections < 3 => {
                    corrections += 1;
                    continue;
                }
                Answer::Corrected(error) => return Err(error),
                Answer::Trouble(error, pause) => (error, pause),
            };
            let backoff = Duration::from_millis(500) * 2_u32.pow(attempt - 1);
            let pause = pause.unwrap_or(backoff);
            if attempt >= MAX_ATTEMPTS || pause > self.max_wait {
                return Err(error);
            }
            tracing::info!(%error, attempt, ?pause, "asking for a token again");
            clock.sleep(pause).await;
            attempt += 1;
        }
    }

    async fn ask(
        &self,
        scope: &'static str,
        learned: &mut Learned,
        clock: &dyn Clock,
    ) -> Result<Answer, AuthError> {
        let now = clock.now();
        let server_now = learned.server_time(now);
        let signed = assertion::sign(
            &self.key,
            self.kid(),
            &self.client_id,
            &self.token_url,
            server_now,
        )?;
        let mut request = self
            .http
            .post(&self.token_url)
            .header(ACCEPT, "application/json")
            .form(&[
                ("grant_type", "client_credentials"),
                ("scope", scope),
                (
                    "client_assertion_type",
                    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                ),
                ("client_assertion", signed.expose()),
            ]);
        if let Some(key) = &learned.dpop_key {
            let nonce = learned.nonce.as_deref();
            let proof = dpop::proof(key, "POST", &self.token_url, nonce, None, server_now)?;
            request = request.header(HeaderName::from_static("dpop"), sensitive(&proof)?);
        }
        let network = |error: &reqwest::Error| {
            let error = AuthError::Network {
                url: self.token_url.clone(),
                reason: network_reason(error),
            };
            Ok(Answer::Trouble(error, None))
        };
        let mut response = match request.send().await {
            Ok(response) => response,
            Err(error) => return network(&error),
        };
        let status = response.status().as_u16();
        let headers = std::mem::take(response.headers_mut());
        let mut bytes = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if bytes.len() + chunk.len() <= 1024 * 1024 => bytes.extend(chunk),
                Ok(Some(_)) | Ok(None) => break,
                Err(error) => return network(&error),
            }
        }
        let received = clock.now();
        let clock_is_news = learned.compare_clocks(&headers, received);
        let nonce = headers
            .get("dpop-nonce")
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned);
        let nonce_is_news = nonce.is_some() && nonce != learned.nonce;
        learned.nonce = nonce.or_else(|| learned.nonce.take());
        tracing::debug!(status, scope, "token endpoint answered");
        if (200..300).contains(&status) {
            return self.granted(scope, &bytes, received);
        }
        let error = self.refusal(scope, status, &bytes);
        let AuthError::Refused { error: code, .. } = &error else {
            return Err(error);
        };
        match code.as_str() {
            "use_dpop_nonce" if nonce_is_news || learned.dpop_key.is_none() => {
                learned.want_dpop()?;
                Ok(Answer::Corrected(error))
            }
            "invalid_dpop_proof" if learned.dpop_key.is_none() => {
                learned.want_dpop()?;
                Ok(Answer::Corrected(error))
            }
            "invalid_dpop_proof" | "invalid_client" if learned.skew() > MAX_SKEW => {
                Err(AuthError::Clock {
                    seconds: learned.skew().as_secs(),
                    ahead: learned.behind > learned.ahead,
                })
            }
            "invalid_dpop_proof" | "invalid_client" if clock_is_news => {
                Ok(Answer::Corrected(error))
            }
            "temporarily_unavailable" => Ok(Answer::Trouble(error, None)),
            _ if matches!(status, 429 | 500 | 502 | 503 | 504) => {
                let pause = asked_pause(&headers, received);
                Ok(Answer::Trouble(error, pause))
            }
            _ => Err(error),
        }
    }

    fn granted(
        &self,
        scope: &'static str,
        bytes: &[u8],
        now: SystemTime,
    ) -> Result<Answer, AuthError> {
        let Ok(granted) = serde_json::from_slice::<Granted>(bytes) else {
            let error = AuthError::Network {
                url: self.token_url.clone(),
                reason: "the answer is no token: it may come from a proxy or be cut in half"
                    .to_owned(),
            };
            return Ok(Answer::Trouble(error, None));
        };
        if let Some(scopes) = &granted.scope
            && !scopes.split_whitespace().any(|one| one == scope)
        {
            return Err(AuthError::Scope {
                wanted: scope.to_owned(),
                granted: scopes.chars().take(200).collect(),
            });
        }
        let lifetime = Duration::from_secs(granted.expires_in.unwrap_or(3600).min(24 * 3600));
        Ok(Answer::Token(Token {
            secret: Secret::new(&granted.access_token),
            dpop: granted.token_type.eq_ignore_ascii_case("dpop"),
            renew_at: now + lifetime - EARLY.min(lifetime / 4),
        }))
    }

    fn refusal(&self, scope: &'static str, status: u16, bytes: &[u8]) -> AuthError {
        let body: Refusal = serde_json::from_slice(bytes).unwrap_or_default();
        let short = |text: String| -> String { text.chars().take(500).collect() };
        let description = body
            .error_description
            .or(body.error_summary)
            .unwrap_or_else(|| "the answer isn't an OAuth error".to_owned());
        AuthError::Refused {
            url: self.token_url.clone(),
            status,
            error: short(body.error.or(body.error_code).unwrap_or_default()),
            description: short(description),
            about: Box::new(About {
                client_id: self.client_id.clone(),
                kid: self.kid().map(str::to_owned),
                scope,
            }),
        }
    }
}

enum Answer {
    Token(Token),
    /// Something was put right: the next request may fare better.
    Corrected(AuthError),
    /// It may work later, after a pause that the server may have named.
    Trouble(AuthError, Option<Duration>),
}

impl Learned {
    fn want_dpop(&mut self) -> Result<(), AuthError> {
        if self.dpop_key.is_none() {
            self.dpop_key = Some(Arc::new(SigningKey::generate()?));
        }
        Ok(())
    }

    /// Takes a nonce that a resource server asked for.
    pub(super) fn resource_nonce(&mut self, nonce: &str) -> bool {
        let news = self.nonce.as_deref() != Some(nonce);
        self.nonce = Some(nonce.to_owned());
        news
    }

    /// The nonce for resource calls: the last one heard.
    pub(super) fn nonce(&self) -> Option<&str> {
        self.nonce.as_deref()
    }
}

/// A secret as a header's value that no log prints.
pub(super) fn sensitive(secret: &Secret) -> Result<HeaderValue, AuthError> {
    let mut value =
        HeaderValue::from_str(secret.expose()).map_err(|_| AuthError::MalformedToken)?;
    value.set_sensitive(true);
    Ok(value)
}

/// How long the server asks to wait: `Retry-After`, else the reset of its rate limit, read on its own clock.
fn asked_pause(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok();
    if let Some(seconds) = text(RETRY_AFTER.as_str()).and_then(|text| text.parse().ok()) {
        return Some(Duration::from_secs(seconds));
    }
    let reset = Duration::from_secs(text("x-rate-limit-reset")?.parse().ok()?);
    let server = text(DATE.as_str())
        .and_then(|text| httpdate::parse_http_date(text).ok())
        .unwrap_or(now);
    let left = SystemTime::UNIX_EPOCH
        .checked_add(reset)?
        .duration_since(server)
        .ok()?;
    Some(left + Duration::from_secs(1))
}

/// The innermost cause, without the request.
fn network_reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time (--timeout)".to_owned();
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    format!("no connection: {cause}")
}
