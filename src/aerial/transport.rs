//! The only place that sends: authorization, pacing, bounds on answers, no redirects.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue, USER_AGENT};
use reqwest::{Method, Url};
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::endpoint::Endpoint;
use super::error::{ApiError, Error};
use super::pacer::{Notice, Pacer};
use super::pacing::Limits;
use super::retry::{self, Effect, Verdict};
use super::wire::ErrorBody;
use crate::auth::Authorizer;
use crate::clock::Clock;
use tokio_util::sync::CancellationToken;

/// The largest answer that is read, in bytes.
pub const MAX_BODY: usize = 16 * 1024 * 1024;

/// So many 429s for one request, each after the wait that the server asked for, are enough.
const MAX_THROTTLES: u32 = 30;

/// One new token and one DPoP nonce for a request: a further refusal has another reason.
const MAX_RENEWALS: u32 = 2;

/// What a run may set about its requests.
#[derive(Clone)]
pub struct Options {
    /// The pace.
    pub limits: Limits,
    /// The longest that one request may take.
    pub timeout: Duration,
    /// Told about waits.
    pub notice: Notice,
    /// Where time comes from.
    pub clock: Arc<dyn Clock>,
    /// The user's wish that the run ends.
    pub stop: CancellationToken,
}

/// Sends requests for one account.
pub(super) struct Transport {
    http: reqwest::Client,
    endpoint: Endpoint,
    authorizer: Arc<Authorizer>,
    pacer: Pacer,
    clock: Arc<dyn Clock>,
    stop: CancellationToken,
    reads: AtomicU64,
    writes: AtomicU64,
}

/// An answer of the 2xx kind.
pub(super) struct Answer {
    /// The HTTP status.
    pub(super) status: u16,
    /// The headers.
    pub(super) headers: HeaderMap,
    /// The body, at most [`MAX_BODY`] bytes.
    body: Vec<u8>,
    /// What was asked, for messages.
    request: String,
}

/// How many requests were sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sent {
    /// GETs.
    pub reads: u64,
    /// POSTs and PUTs.
    pub writes: u64,
}

impl std::fmt::Debug for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Transport")
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}

impl Answer {
    /// The `X-Okta-Request-Id`.
    pub(super) fn request_id(&self) -> Option<String> {
        request_id(&self.headers)
    }

    /// The body as JSON of a type.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_slice(&self.body)
            .map_err(|error| self.nonsense(describe(&self.body, &error)))
    }

    /// An error about this answer's content.
    pub(super) fn nonsense(&self, reason: String) -> Error {
        Error::Nonsense {
            request: self.request.clone(),
            reason,
            request_id: self.request_id(),
        }
    }
}

/// What kind of body isn't the expected JSON.
fn describe(body: &[u8], error: &serde_json::Error) -> String {
    let start = body.trim_ascii_start();
    if start.is_empty() {
        "the answer is empty".to_owned()
    } else if start.starts_with(b"<") {
        "the answer is a web page, not JSON".to_owned()
    } else if error.is_eof() {
        "the answer ends in the middle".to_owned()
    } else {
        format!("the answer isn't what Okta documents: {error}")
    }
}

fn request_id(headers: &HeaderMap) -> Option<String> {
    let text = headers.get("x-okta-request-id")?.to_str().ok()?;
    Some(text.chars().take(100).collect())
}

impl Transport {
    pub(super) fn new(
        endpoint: Endpoint,
        authorizer: Arc<Authorizer>,
        options: &Options,
    ) -> Result<Self, Error> {
        Ok(Self {
            http: super::endpoint::http_client_for(endpoint.base(), options.timeout)?,
            endpoint,
            authorizer,
            pacer: Pacer::new(
                options.limits,
                Arc::clone(&options.clock),
                options.stop.clone(),
                Arc::clone(&options.notice),
            ),
            clock: Arc::clone(&options.clock),
            stop: options.stop.clone(),
            reads: AtomicU64::new(0),
            writes: AtomicU64::new(0),
        })
    }

    pub(super) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    pub(super) fn sent(&self) -> Sent {
        Sent {
            reads: self.reads.load(Ordering::Relaxed),
            writes: self.writes.load(Ordering::Relaxed),
        }
    }

    /// Reads JSON; an answer that isn't the expected JSON counts as cut, and is asked for again.
    pub(super) async fn get_json<T: DeserializeOwned>(&self, url: &Url) -> Result<T, Error> {
        self.get_checked(url, |answer| answer.json()).await
    }

    /// Reads until the answer passes a check, as often as [`retry`] allows.
    pub(super) async fn get_checked<T>(
        &self,
        url: &Url,
        check: impl Fn(Answer) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut attempt = 1;
        let mut throttles = 0;
        let mut renewals = 0;
        loop {
            let error = match self.send(&Method::GET, url, None, &mut renewals).await {
                Ok(answer) => match check(answer) {
                    Ok(value) => return Ok(value),
                    Err(error) => error,
                },
                Err(Failure::Renewed(_)) => continue,
                Err(Failure::Error(error)) => error,
            };
            let throttled = error.status() == Some(429);
            throttles += u32::from(throttled);
            match retry::classify(Effect::Read, &error, attempt, fastrand::f64()) {
                Verdict::Retry(pause) if throttles < MAX_THROTTLES => {
                    tracing::info!(%error, attempt, ?pause, "trying again");
                    tokio::select! {
                        () = self.clock.sleep(pause) => {}
                        () = self.stop.cancelled() => return Err(Error::Interrupted),
                    }
                }
                Verdict::Retry(_) | Verdict::LookFirst(_) | Verdict::GiveUp => return Err(error),
            }
            attempt += u32::from(!throttled);
        }
    }

    /// Writes once. What became of it after a failure is the caller's to find out.
    pub(super) async fn write(
        &self,
        method: &Method,
        url: &Url,
        body: &Json,
    ) -> Result<Answer, Failure> {
        self.send(method, url, Some(body), &mut 0).await
    }

    async fn send(
        &self,
        method: &Method,
        url: &Url,
        body: Option<&Json>,
        renewals: &mut u32,
    ) -> Result<Answer, Failure> {
        let request = self.endpoint.shown(method, url);
        let permit = self.pacer.permit().await.map_err(Failure::Error)?;
        if body.is_some() && self.stop.is_cancelled() {
            return Err(Failure::Error(Error::Interrupted));
        }
        let mut bare = url.clone();
        bare.set_query(None);
        bare.set_fragment(None);
        let authorization = self
            .authorizer
            .authorize(method.as_str(), bare.as_str())
            .await
            .map_err(|error| Failure::Error(Error::Auth(Box::new(error))))?;
        let mut headers = authorization.headers.clone();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(
            USER_AGENT,
            HeaderValue::from_static(concat!("aerialctl/", env!("CARGO_PKG_VERSION"))),
        );
        let mut builder = self
            .http
            .request(method.clone(), url.clone())
            .headers(headers);
        if let Some(body) = body {
            builder = builder
                .header(CONTENT_TYPE, "application/json")
                .body(body.to_string());
            self.writes.fetch_add(1, Ordering::Relaxed);
        } else {
            self.reads.fetch_add(1, Ordering::Relaxed);
        }
        let started = self.clock.now();
        let network = |error: &reqwest::Error| {
            Failure::Error(Error::Network {
                request: request.clone(),
                reason: reason(error),
                unsent: error.is_connect() || error.is_builder(),
            })
        };
        let mut response = builder.send().await.map_err(|error| network(&error))?;
        let status = response.status();
        permit.answered(status.as_u16(), response.headers());
        let headers = std::mem::take(response.headers_mut());
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| network(&error))? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > MAX_BODY {
                return Err(Failure::Error(Error::Nonsense {
                    request,
                    reason: format!("the answer is larger than {MAX_BODY} bytes"),
                    request_id: request_id(&headers),
                }));
            }
        }
        drop(permit);
        let took = self.clock.now().duration_since(started).unwrap_or_default();
        tracing::debug!(
            %request,
            status = status.as_u16(),
            ms = took.as_millis(),
            request_id = request_id(&headers),
            "answered"
        );
        if status.is_success() {
            return Ok(Answer {
                status: status.as_u16(),
                headers,
                body: bytes,
                request,
            });
        }
        let error = Error::Api(Box::new(api_error(
            status.as_u16(),
            &headers,
            &bytes,
            request,
        )));
        if *renewals < MAX_RENEWALS
            && self
                .authorizer
                .refused(status.as_u16(), &headers, &authorization)
                .await
        {
            *renewals += 1;
            return Err(Failure::Renewed(error));
        }
        Err(Failure::Error(error))
    }
}

/// Why a request has no 2xx answer.
pub(super) enum Failure {
    /// The token was refused, and the next request will carry a new one. Nothing happened.
    Renewed(Error),
    /// Anything else.
    Error(Error),
}

/// An error's chain without the URL, which the request names already.
pub(super) fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time (--timeout)".to_owned();
    }
    let mut deepest: &dyn std::error::Error = error;
    let mut parts: Vec<String> = Vec::new();
    while let Some(source) = deepest.source() {
        let text = source.to_string();
        // The library names its own layers, which tell the reader nothing.
        let layer = text.starts_with("client error (");
        if !layer && parts.last().is_none_or(|last| !last.contains(&text)) {
            parts.push(text);
        }
        deepest = source;
    }
    if parts.is_empty() {
        return "the request could not be made".to_owned();
    }
    let what = if error.is_connect() {
        "no connection: "
    } else {
        "the connection broke: "
    };
    format!("{what}{}", parts.join(": "))
}

fn api_error(status: u16, headers: &HeaderMap, bytes: &[u8], request: String) -> ApiError {
    let short = |text: String| -> String { text.chars().take(500).collect() };
    let body: ErrorBody = serde_json::from_slice(bytes).unwrap_or_default();
    let summary = match (body.error_summary, body.error_description) {
        (Some(summary), _) | (None, Some(summary)) => summary,
        (None, None) if bytes.trim_ascii().is_empty() => "the answer is empty".to_owned(),
        (None, None) if bytes.trim_ascii_start().starts_with(b"<") => {
            "the answer is a web page".to_owned()
        }
        (None, None) => "the answer isn't an Okta error".to_owned(),
    };
    ApiError {
        status,
        code: short(body.error_code.or(body.error).unwrap_or_default()),
        summary: short(summary),
        causes: body
            .error_causes
            .unwrap_or_default()
            .into_iter()
            .filter_map(|cause| cause.error_summary)
            .take(20)
            .map(short)
            .collect(),
        request_id: request_id(headers),
        request,
    }
}
