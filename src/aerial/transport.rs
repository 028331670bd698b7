//! The account's API as requests and answers: what is asked, and what a refusal says.

use std::sync::Arc;

use reqwest::{Method, Url};
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::endpoint::Endpoint;
use super::error::{ApiError, Error, Operation};
use super::wire::ErrorBody;
use crate::auth::Authorizer;
use crate::http::pace::PaceLimits;
use crate::http::{
    self, Answer, Body, BodyKind, HttpRequest, Intent, Notice, Once, Peer, Sender, Sent,
};

/// Causes of a refusal that are shown.
const MAX_CAUSES: usize = 20;

/// How an account is spoken to.
#[derive(Clone)]
pub struct SendOptions {
    /// What all requests of the run share.
    pub client: http::Client,
    pub limits: PaceLimits,
    /// Told about waits.
    pub notice: Notice,
}

/// Sends requests for one account.
#[derive(Debug)]
pub(super) struct Transport {
    endpoint: Endpoint,
    sender: Sender<Authorizer>,
}

impl Transport {
    pub(super) fn new(
        endpoint: Endpoint,
        authorizer: Arc<Authorizer>,
        options: &SendOptions,
    ) -> Result<Self, Error> {
        let peer = Peer {
            base: endpoint.base().clone(),
            whose: "the account",
            limits: options.limits,
            notice: Arc::clone(&options.notice),
        };
        Ok(Self {
            endpoint,
            sender: Sender::new(&options.client, peer, authorizer)?,
        })
    }

    pub(super) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    pub(super) fn sent(&self) -> Sent {
        self.sender.sent()
    }

    /// Reads JSON; an answer that isn't the expected JSON counts as cut, and is asked for again.
    pub(super) async fn get_json<T: DeserializeOwned>(&self, asked: Asked<'_>) -> Result<T, Error> {
        self.get_checked(asked, |answer| Ok(answer.json()?)).await
    }

    /// Reads until the answer passes a check, as often as makes sense.
    pub(super) async fn get_checked<T>(
        &self,
        asked: Asked<'_>,
        check: impl Fn(&Answer) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let request = self.request(Method::GET, asked.url, Body::Empty, asked.intent);
        self.sender
            .repeat(&request, |answer| check(accepted(answer, asked.operation)?))
            .await
    }

    /// Writes once. What became of it after a failure is the caller's to find out.
    pub(super) async fn write<T>(
        &self,
        operation: Operation,
        method: &Method,
        url: &Url,
        body: &Json,
        check: impl Fn(&Answer) -> Result<T, Error>,
    ) -> Result<T, Once<Error>> {
        let request = self.request(method.clone(), url, Body::Json(body), Intent::Write);
        self.sender
            .once(&request, |answer| check(accepted(answer, operation)?))
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
            shown: self.endpoint.shown(&method, url),
            method,
            url,
            headers: &[],
            body,
            intent,
        }
    }
}

/// A read, and what it is about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) operation: Operation,
    pub(super) url: &'a Url,
    pub(super) intent: Intent,
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
