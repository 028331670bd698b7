//! One request and its answer: a turn, an authorization, the sending, a bound on what comes back.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue, USER_AGENT};
use reqwest::{Method, Url};
use serde_json::Value as Json;

use super::answer::Answer;
use super::authorize::{Authorization, Authorize};
use super::client::Client;
use super::crowd::Crowd;
use super::error::{HttpError, Lost};
use super::gate::{Gate, Notice, Permit};
use super::pace::PaceLimits;
use super::redact::Redactor;
use super::stop::OnStop;

/// The longest reason of the network that is shown, in characters.
const MAX_REASON: usize = 500;

/// A server, and how it is spoken to.
pub(crate) struct Peer {
    /// Its base URL: no request to another origin is sent.
    pub base: Url,
    /// Whose limits are heeded, in words: `the account`.
    pub whose: &'static str,
    /// How fast.
    pub limits: PaceLimits,
    /// Told about waits.
    pub notice: Notice,
    /// The crowds that its requests belong to, the smallest first.
    pub crowds: Vec<Crowd>,
}

/// What hangs on a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Intent {
    /// Nothing: it is given up at once when the run is to end.
    Look,
    /// It tells what became of a write, so it is sent and finished though the run is to end.
    Verify,
    /// It changes something: not sent any more when the run is to end, but finished once it is on its way.
    Write,
}

/// A body as it is sent.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Body<'a> {
    /// None.
    Empty,
    Json(&'a Json),
    /// The same where the answer may hold a secret that nobody has read yet.
    Sealed(&'a Json),
    /// A form; an authorization may add fields.
    Form(&'a [(&'a str, &'a str)]),
}

#[derive(Debug, Clone)]
pub(crate) struct HttpRequest<'a> {
    pub method: Method,
    pub url: &'a Url,
    /// Headers beside those that every request has, in lower case.
    pub headers: &'static [(&'static str, &'static str)],
    pub body: Body<'a>,
    /// What hangs on it.
    pub intent: Intent,
    /// The request, as messages show it: `PUT /orgs/00o…/products`.
    pub shown: String,
}

/// How many requests were sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sent {
    /// Those that change nothing.
    pub reads: u64,
    /// Those that change something.
    pub writes: u64,
}

/// Sends requests to one server, each with an authorization.
pub(crate) struct Sender<A> {
    route: Route,
    authorize: Arc<A>,
}

/// The way to one server. It knows nothing of who lets the requests in, so there is one code for all of them.
struct Route {
    client: Client,
    connections: reqwest::Client,
    base: Url,
    gate: Gate,
    crowds: Vec<Crowd>,
    reads: AtomicU64,
    writes: AtomicU64,
}

/// An answer, whatever its status.
pub(super) struct Exchanged {
    pub(super) answer: Answer,
    /// The server refused the authorization, and the next one may fare better.
    pub(super) renewed: bool,
}

/// Why there is no answer.
pub(super) enum NoAnswer<A> {
    Http(HttpError),
    Unauthorized(A),
}

impl<A> From<HttpError> for NoAnswer<A> {
    fn from(error: HttpError) -> Self {
        Self::Http(error)
    }
}

impl<A> std::fmt::Debug for Sender<A> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sender")
            .field("base", &self.route.base.as_str())
            .finish_non_exhaustive()
    }
}

impl Intent {
    /// What becomes of it when the run is to end before it is on its way.
    fn before_sending(self) -> OnStop {
        match self {
            Self::Look | Self::Write => OnStop::Leave,
            Self::Verify => OnStop::Finish,
        }
    }

    /// What becomes of it when the run is to end while it is on its way.
    fn under_way(self) -> OnStop {
        match self {
            Self::Look => OnStop::Leave,
            Self::Verify | Self::Write => OnStop::Finish,
        }
    }
}

impl<A> Sender<A> {
    /// Sends requests to `peer`, each with an authorization of `authorize`.
    ///
    /// # Errors
    /// When the machine's certificates can't be loaded.
    pub(crate) fn new(client: &Client, peer: Peer, authorize: Arc<A>) -> Result<Self, HttpError> {
        let route = Route {
            connections: client.connections(&peer.base)?,
            base: peer.base,
            gate: Gate::new(
                peer.limits,
                peer.whose,
                peer.notice,
                Arc::clone(client.clock()),
                client.stop().clone(),
            ),
            crowds: peer.crowds,
            client: client.clone(),
            reads: AtomicU64::new(0),
            writes: AtomicU64::new(0),
        };
        Ok(Self { route, authorize })
    }

    /// What all requests of the run share.
    pub(crate) fn client(&self) -> &Client {
        &self.route.client
    }

    /// Who lets the requests in.
    pub(crate) fn authorize(&self) -> &A {
        &self.authorize
    }

    /// How many requests were sent so far.
    pub(crate) fn sent(&self) -> Sent {
        Sent {
            reads: self.route.reads.load(Ordering::Relaxed),
            writes: self.route.writes.load(Ordering::Relaxed),
        }
    }
}

impl<A: Authorize> Sender<A> {
    /// Sends a request once.
    pub(super) async fn exchange(
        &self,
        request: &HttpRequest<'_>,
    ) -> Result<Exchanged, NoAnswer<A::Error>> {
        let permit = self.route.permit(request).await?;
        let mut bare = request.url.clone();
        bare.set_query(None);
        bare.set_fragment(None);
        let authorization = self.authorize.authorize(&request.method, bare.as_str());
        let before = request.intent.before_sending();
        let authorization = before
            .hearing(self.route.client.stop(), authorization)
            .await?
            .map_err(NoAnswer::Unauthorized)?;
        let answer = self.route.answer(request, &authorization, permit).await?;
        let renewed = self.authorize.answered(&answer, &authorization).await;
        Ok(Exchanged {
            renewed: renewed.map_err(NoAnswer::Unauthorized)? && !answer.is_success(),
            answer,
        })
    }
}

impl Route {
    /// A turn for a request to this server.
    async fn permit(&self, request: &HttpRequest<'_>) -> Result<Permit<'_>, HttpError> {
        if request.url.origin() != self.base.origin() {
            return Err(HttpError::Network {
                request: request.shown.clone(),
                lost: Lost::Elsewhere,
                unsent: true,
            });
        }
        self.gate.permit(request.intent.before_sending()).await
    }

    /// Sends a request whose turn it is.
    async fn answer(
        &self,
        request: &HttpRequest<'_>,
        authorization: &Authorization,
        permit: Permit<'_>,
    ) -> Result<Answer, HttpError> {
        let stop = self.client.stop();
        for secret in authorization.secrets() {
            self.client.redactor().learn_spent(&secret);
        }
        let before = request.intent.before_sending();
        let mut places = Vec::with_capacity(self.crowds.len());
        for crowd in &self.crowds {
            places.push(before.hearing(stop, crowd.place()).await?);
        }
        let builder = self.build(request, authorization);
        self.count(request.intent);
        let started = self.client.clock().now();
        let under_way = async {
            let lost = |error| lost(&error, &request.shown, self.client.redactor());
            let mut response = builder.send().await.map_err(lost)?;
            let mut answer = Answer::new(
                &request.shown,
                response.status().as_u16(),
                std::mem::take(response.headers_mut()),
                self.client.clock().now(),
                self.client.redactor(),
            )
            .sealed(matches!(request.body, Body::Sealed(_)));
            permit.answered(answer.status(), answer.signals());
            while let Some(chunk) = response.chunk().await.map_err(lost)? {
                answer.add(&chunk)?;
            }
            Ok::<Answer, HttpError>(answer)
        };
        let under_way = request.intent.under_way().hearing(stop, under_way).await?;
        // A server that ends the connection has ended the request; one that is left alone may not have.
        if let Err(HttpError::Network {
            lost: Lost::Timeout,
            unsent: false,
            ..
        }) = &under_way
        {
            permit.unanswered();
        }
        drop(permit);
        drop(places);
        let answer = under_way?;
        // What comes back may hold a secret that nobody has read yet; forms ask for tokens.
        let request_id = match request.body {
            Body::Form(_) => None,
            Body::Empty | Body::Json(_) | Body::Sealed(_) => answer.request_id(),
        };
        tracing::debug!(
            request = request.shown,
            status = answer.status(),
            ms = self
                .client
                .clock()
                .now()
                .duration_since(started)
                .unwrap_or_default()
                .as_millis(),
            request_id,
            "answered"
        );
        Ok(answer)
    }

    fn build(
        &self,
        request: &HttpRequest<'_>,
        authorization: &Authorization,
    ) -> reqwest::RequestBuilder {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let agent = concat!("aerialctl/", env!("CARGO_PKG_VERSION"));
        headers.insert(USER_AGENT, HeaderValue::from_static(agent));
        for (name, value) in request.headers {
            headers.insert(*name, HeaderValue::from_static(value));
        }
        headers.extend(authorization.headers.clone());
        let builder = self
            .connections
            .request(request.method.clone(), request.url.clone())
            .headers(headers);
        match request.body {
            Body::Empty => builder,
            Body::Json(json) | Body::Sealed(json) => builder
                .header(CONTENT_TYPE, "application/json")
                .body(json.to_string()),
            Body::Form(fields) => {
                let added = authorization.form.iter();
                let added = added.map(|(name, secret)| (*name, secret.expose()));
                let fields: Vec<(&str, &str)> = fields.iter().copied().chain(added).collect();
                builder.form(&fields)
            }
        }
    }

    fn count(&self, intent: Intent) {
        let counter = match intent {
            Intent::Look | Intent::Verify => &self.reads,
            Intent::Write => &self.writes,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

/// What rustls says of a certificate that it doesn't accept.
const UNTRUSTED: &str = "invalid peer certificate: ";

/// Why a request got no answer, without the URL, which the request names already.
fn lost(error: &reqwest::Error, request: &str, redactor: &Redactor) -> HttpError {
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
    let reason = redactor
        .redact(&parts.join(": "))
        .chars()
        .take(MAX_REASON)
        .collect();
    let untrusted = parts.iter().find_map(|part| part.split_once(UNTRUSTED));
    let lost = if error.is_timeout() {
        Lost::Timeout
    } else if let Some((_, why)) = untrusted {
        Lost::Untrusted(redactor.redact(why).chars().take(MAX_REASON).collect())
    } else if parts.is_empty() {
        Lost::NotMade
    } else if error.is_connect() {
        Lost::NoConnection(reason)
    } else {
        Lost::Broke(reason)
    };
    HttpError::Network {
        request: request.to_owned(),
        lost,
        unsent: error.is_connect() || error.is_builder(),
    }
}

#[cfg(test)]
mod tests;
