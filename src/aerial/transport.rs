//! An API of Okta's as requests and answers: what is asked, and what a refusal says.

use std::sync::Arc;

use reqwest::{Method, Url};
use serde::de::DeserializeOwned;

use super::error::{ApiError, Error, Operation};
use super::wire::ErrorBody;
use crate::auth::{Authorizer, Reach};
use crate::http::pace::PaceLimits;
use crate::http::{
    self, Answer, Authorize, Body, BodyKind, Crowd, HttpRequest, Intent, Notice, Once, Peer,
    Redactor, Sender, Sent,
};
use crate::plan::Method as WriteMethod;

/// Causes of a refusal that are shown.
const MAX_CAUSES: usize = 20;

/// How a server is spoken to.
#[derive(Clone)]
pub struct SendOptions {
    /// What all requests of the run share.
    pub client: http::Client,
    pub limits: PaceLimits,
    /// Told about waits.
    pub notice: Notice,
}

/// A server's API, and how messages show requests to it.
#[derive(Debug, Clone)]
pub(crate) struct Api {
    /// Its base URL.
    pub(crate) base: Url,
    /// Whose limits are heeded, in words: `the account`.
    pub(crate) whose: &'static str,
    /// What stands before the path in messages: a host, or nothing.
    pub(crate) host: String,
    /// What every path begins with, and no message shows.
    pub(crate) prefix: String,
    /// The crowds that its requests belong to.
    pub(crate) crowds: Vec<Crowd>,
}

/// Sends requests to one server, authorized by `A`, and reads its refusals.
#[derive(Debug)]
pub(crate) struct Transport<A = Authorizer> {
    host: String,
    prefix: String,
    sender: Sender<A>,
}

impl<A> Transport<A>
where
    A: Authorize,
    Error: From<A::Error>,
{
    pub(crate) fn new(api: Api, authorize: Arc<A>, options: &SendOptions) -> Result<Self, Error> {
        let peer = Peer {
            base: api.base,
            whose: api.whose,
            limits: options.limits,
            notice: Arc::clone(&options.notice),
            crowds: api.crowds,
        };
        Ok(Self {
            host: api.host,
            prefix: api.prefix,
            sender: Sender::new(&options.client, peer, authorize)?,
        })
    }

    /// A request as messages show it.
    pub(crate) fn shown(&self, method: &Method, url: &Url) -> String {
        let path = url.path();
        let path = path.strip_prefix(&self.prefix).unwrap_or(path);
        format!("{method} {}{path}", self.host)
    }

    /// Whether a URL lies below what every path of this API begins with: several hosts may share an origin.
    pub(crate) fn has_below(&self, url: &Url) -> bool {
        let below = url.path().strip_prefix(&self.prefix);
        below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    pub(crate) fn sent(&self) -> Sent {
        self.sender.sent()
    }

    /// What the run's secrets are.
    pub(crate) fn redactor(&self) -> &Redactor {
        self.sender.client().redactor()
    }

    /// Reads JSON; an answer that isn't the expected JSON counts as cut, and is asked for again.
    pub(crate) async fn get_json<T: DeserializeOwned>(&self, asked: Asked<'_>) -> Result<T, Error> {
        self.get_checked(asked, |answer| Ok(answer.json()?)).await
    }

    /// Reads until the answer passes a check, as often as makes sense.
    pub(crate) async fn get_checked<T>(
        &self,
        asked: Asked<'_>,
        check: impl Fn(&Answer) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let request = self.request(Method::GET, asked.url, Body::Empty, asked.intent);
        self.sender
            .repeat(&request, |answer| check(accepted(answer, asked.operation)?))
            .await
    }

    /// Sends a request once and takes whatever is answered, a refusal as well.
    pub(crate) async fn ask(
        &self,
        method: Method,
        url: &Url,
        body: Body<'_>,
        intent: Intent,
    ) -> Result<Answer, Error> {
        let request = self.request(method, url, body, intent);
        let asked = self.sender.once(&request, |answer| Ok(answer.clone()));
        asked.await.map_err(|failure| match failure {
            Once::Renewed(error) | Once::Failed(error) => error,
        })
    }

    /// Writes once. What became of it after a failure is the caller's to find out.
    pub(crate) async fn write(
        &self,
        operation: Operation,
        method: WriteMethod,
        url: &Url,
        body: Body<'_>,
    ) -> Result<Answer, Once<Error>> {
        let method = match method {
            WriteMethod::Post => Method::POST,
            WriteMethod::Put => Method::PUT,
        };
        let request = self.request(method, url, body, Intent::Write);
        self.sender
            .once(&request, |answer| Ok(accepted(answer, operation)?.clone()))
            .await
    }

    fn request<'a>(
        &self,
        method: Method,
        url: &'a Url,
        body: Body<'a>,
        intent: Intent,
    ) -> HttpRequest<'a> {
        HttpRequest {
            shown: self.shown(&method, url),
            method,
            url,
            headers: &[],
            body,
            intent,
        }
    }
}

impl Transport {
    /// Who lets its requests in.
    pub(crate) fn authorizer(&self) -> &Authorizer {
        self.sender.authorize()
    }

    /// How far the token of its requests reaches.
    pub(crate) fn reach(&self) -> Reach {
        self.sender.authorize().reach()
    }
}

/// A read, and what it is about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) operation: Operation,
    pub(crate) url: &'a Url,
    pub(crate) intent: Intent,
}

/// An answer of the 2xx kind, or what the refusal says.
fn accepted(answer: &Answer, operation: Operation) -> Result<&Answer, Error> {
    if answer.is_success() {
        return Ok(answer);
    }
    let body: ErrorBody = answer.refusal();
    let summary = body.error_summary.or(body.error_description);
    let causes = body.error_causes.unwrap_or_default().into_iter();
    Err(Error::Api(Box::new(ApiError {
        operation,
        status: answer.status(),
        code: body.error_code.or(body.error).unwrap_or_default(),
        summary: summary.unwrap_or_else(|| {
            match answer.kind() {
                _ if answer.is_sealed() => "why isn't shown, since it may hold a secret",
                BodyKind::Empty => "the answer is empty",
                BodyKind::WebPage => "the answer is a web page",
                BodyKind::Other => "the answer isn't an Okta error",
            }
            .to_owned()
        }),
        causes: causes
            .filter_map(|cause| cause.error_summary)
            .take(MAX_CAUSES)
            .collect(),
        request_id: answer.request_id(),
        request: answer.request().to_owned(),
    })))
}
