//! What came back. Its content is the caller's; what of it ends in a message is free of the run's secrets and bounded.

use std::time::SystemTime;

use reqwest::Url;
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::error::HttpError;
use super::paging;
use super::redact::Redactor;
use super::signals::Signals;

/// The largest answer that is read, in bytes: a hundred times what Okta's largest page has.
pub const MAX_BODY: usize = 16 * 1024 * 1024;

/// The longest text of a server that is shown, in characters.
const MAX_TEXT: usize = 500;

/// The longest id of a request that is shown, in characters.
const MAX_REQUEST_ID: usize = 100;

/// An answer, whatever its status.
#[derive(Clone)]
pub struct Answer {
    status: u16,
    headers: HeaderMap,
    signals: Signals,
    received: SystemTime,
    body: Vec<u8>,
    request: String,
    redactor: Redactor,
}

/// What kind of body an answer has, when it isn't the expected one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyKind {
    /// None.
    Empty,
    /// A web page, as of a proxy or a sign-in page.
    WebPage,
    /// Something else.
    Other,
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer")
            .field("request", &self.request)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

impl Answer {
    /// The head of an answer that came at `received`; its body is still to come.
    pub(super) fn new(
        request: &str,
        status: u16,
        headers: HeaderMap,
        received: SystemTime,
        redactor: &Redactor,
    ) -> Self {
        Self {
            status,
            signals: Signals::read(&headers, received),
            headers,
            received,
            body: Vec::new(),
            request: request.to_owned(),
            redactor: redactor.clone(),
        }
    }

    /// Adds to the body.
    pub(super) fn add(&mut self, bytes: &[u8]) -> Result<(), HttpError> {
        if self.body.len() + bytes.len() > MAX_BODY {
            return Err(self.unexpected(&format!("the answer is larger than {MAX_BODY} bytes")));
        }
        self.body.extend_from_slice(bytes);
        Ok(())
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Whether the status is of the 2xx kind.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// What its headers say about limits and time.
    #[must_use]
    pub fn signals(&self) -> &Signals {
        &self.signals
    }

    /// When it came, on this machine's clock.
    #[must_use]
    pub fn received(&self) -> SystemTime {
        self.received
    }

    /// A header's text, as the server wrote it.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body, as the server wrote it: at most [`MAX_BODY`] bytes.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The request, as messages show it.
    #[must_use]
    pub fn request(&self) -> &str {
        &self.request
    }

    /// `X-Okta-Request-Id`, for Okta's support.
    #[must_use]
    pub fn request_id(&self) -> Option<String> {
        Some(self.shown(self.header("x-okta-request-id")?, MAX_REQUEST_ID))
    }

    /// The body as JSON of a type, without any secret in its texts: what is made of them later may spell them in a way in
    /// which nobody would find it. For what is shown and never written back.
    ///
    /// # Errors
    /// When it isn't, with what it is instead.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, HttpError> {
        let parsed = serde_json::from_slice::<Json>(&self.body).and_then(|mut json| {
            self.clean(&mut json, usize::MAX);
            serde_json::from_value(json)
        });
        parsed.map_err(|error| self.unreadable(&error))
    }

    fn unreadable(&self, error: &serde_json::Error) -> HttpError {
        self.unexpected(&match self.kind() {
            BodyKind::Empty => "the answer is empty".to_owned(),
            BodyKind::WebPage => "the answer is a web page, not JSON".to_owned(),
            BodyKind::Other if error.is_eof() => "the answer ends in the middle".to_owned(),
            BodyKind::Other => format!("the answer isn't what Okta documents: {error}"),
        })
    }

    /// The body as JSON, byte for byte what the server wrote: for what is compared and written back. Whoever shows any of it
    /// redacts it first.
    ///
    /// # Errors
    /// As [`Answer::json`].
    pub fn exact(&self) -> Result<Json, HttpError> {
        serde_json::from_slice(&self.body).map_err(|error| self.unreadable(&error))
    }

    /// The body of a refusal as JSON of a type, each text in it fit to be shown; the type's default where the body is
    /// something else.
    #[must_use]
    pub fn refusal<T: DeserializeOwned + Default>(&self) -> T {
        let Ok(mut json) = serde_json::from_slice::<Json>(&self.body) else {
            return T::default();
        };
        self.clean(&mut json, MAX_TEXT);
        serde_json::from_value(json).unwrap_or_default()
    }

    fn clean(&self, json: &mut Json, most: usize) {
        match json {
            Json::String(text) => *text = self.shown(text, most),
            Json::Array(items) => items.iter_mut().for_each(|item| self.clean(item, most)),
            Json::Object(fields) => fields
                .values_mut()
                .for_each(|value| self.clean(value, most)),
            Json::Null | Json::Bool(_) | Json::Number(_) => {}
        }
    }

    /// What kind of body it has.
    #[must_use]
    pub fn kind(&self) -> BodyKind {
        match self.body.trim_ascii_start().first() {
            None => BodyKind::Empty,
            Some(b'<') => BodyKind::WebPage,
            Some(_) => BodyKind::Other,
        }
    }

    /// The page after this one, which was at `page`; `None` on the last.
    ///
    /// # Errors
    /// When the `Link` header leads to another origin, or nowhere.
    pub fn next_page(&self, page: &Url) -> Result<Option<Url>, HttpError> {
        paging::next(&self.headers, page).map_err(|error| self.unexpected(&error.to_string()))
    }

    /// An error about this answer's content.
    #[must_use]
    pub fn unexpected(&self, reason: &str) -> HttpError {
        HttpError::UnexpectedAnswer {
            request: self.request.clone(),
            reason: self.shown(reason, MAX_TEXT),
            request_id: self.request_id(),
        }
    }

    /// A text without secrets, and cut after that: a secret that is cut isn't known any more.
    fn shown(&self, text: &str, most: usize) -> String {
        self.redactor.redact(text).chars().take(most).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;
    use serde::Deserialize;

    fn answer(headers: &[(&'static str, &str)], body: &str) -> Answer {
        let redactor = Redactor::default();
        redactor.learn(&Secret::new("canary-7f3a-and-more"));
        let headers = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        let received = SystemTime::UNIX_EPOCH;
        let mut answer = Answer::new(
            "GET /orgs",
            200,
            HeaderMap::from_iter(headers),
            received,
            &redactor,
        );
        answer.add(body.as_bytes()).unwrap();
        answer
    }

    fn reason(error: HttpError) -> String {
        let HttpError::UnexpectedAnswer { reason, .. } = error else {
            panic!("{error}");
        };
        reason
    }

    #[test]
    fn a_body_that_is_no_json_is_told_by_its_kind() {
        for (body, says) in [
            ("", "the answer is empty"),
            (" \n", "the answer is empty"),
            (" <html>", "the answer is a web page, not JSON"),
            ("[1, 2", "the answer ends in the middle"),
            (
                "\"x\"",
                "the answer isn't what Okta documents: invalid type: string \"x\", expected a sequence",
            ),
        ] {
            let error = answer(&[], body).json::<Vec<u32>>().unwrap_err();
            assert_eq!(reason(error), says, "{body:?}");
        }
        assert_eq!(answer(&[], "[1]").json::<Vec<u32>>().unwrap(), [1]);
        assert_eq!(answer(&[], "x").kind(), BodyKind::Other);
    }

    #[test]
    fn promise_6_no_message_about_an_answer_holds_a_secret() {
        let canary = "canary-7f3a-and-more";
        let id = format!("req-{canary}");
        let answer = answer(
            &[
                ("x-okta-request-id", &id),
                ("link", "<https://canary-7f3a-and-more.x/>; rel=next"),
            ],
            &format!(
                r#"{{"errorSummary":"you sent {canary}","errorCauses":[{{"errorSummary":"{canary}"}}]}}"#
            ),
        );
        assert_eq!(answer.request_id().unwrap(), "req-***");
        let page = Url::parse("https://example.com/").unwrap();
        let link = answer.next_page(&page).unwrap_err().to_string();
        assert!(link.contains("another origin, https://***.x"), "{link}");
        let error = answer.json::<Vec<u32>>().unwrap_err();
        assert!(!error.to_string().contains("canary"), "{error}");
        assert_eq!(error.request_id(), Some("req-***"));
        let error = self::answer(&[], &format!("\"{canary}\""));
        let error = error.json::<Vec<u32>>().unwrap_err().to_string();
        assert!(error.contains("invalid type: string \"***\""), "{error}");
        let refusal: Json = answer.refusal();
        assert_eq!(
            refusal.to_string(),
            r#"{"errorCauses":[{"errorSummary":"***"}],"errorSummary":"you sent ***"}"#
        );
    }

    #[test]
    fn promise_6_a_secret_is_not_cut_before_it_is_found() {
        let text = format!("{}canary-7f3a-and-more", "x".repeat(MAX_TEXT - 5));
        let shown = reason(answer(&[], "").unexpected(&text));
        assert!(shown.ends_with("xx***"), "{shown}");
        let long = reason(answer(&[], "").unexpected(&"ä".repeat(MAX_TEXT * 3)));
        assert_eq!(long.chars().count(), MAX_TEXT);
        let id = "r".repeat(MAX_REQUEST_ID * 2);
        let answer = answer(&[("x-okta-request-id", &id)], "");
        assert_eq!(answer.request_id().unwrap().len(), MAX_REQUEST_ID);
    }

    #[test]
    fn a_refusal_that_is_none_is_the_type_s_default() {
        #[derive(Default, Deserialize, Debug, PartialEq)]
        #[serde(default)]
        struct Refusal {
            error: Option<String>,
        }
        for body in ["", "<html>", "[1]", "{\"error\": 7}"] {
            let refusal: Refusal = answer(&[], body).refusal();
            assert_eq!(refusal, Refusal::default(), "{body}");
        }
        let refusal: Refusal = answer(&[], r#"{"error": "x"}"#).refusal();
        assert_eq!(refusal.error.as_deref(), Some("x"));
    }

    #[test]
    fn a_body_has_a_bound() {
        let mut answer = answer(&[], "");
        let block = vec![b' '; MAX_BODY];
        answer.add(&block).unwrap();
        assert_eq!(answer.body().len(), MAX_BODY);
        let error = reason(answer.add(b" ").unwrap_err());
        assert_eq!(error, "the answer is larger than 16777216 bytes");
    }

    #[test]
    fn the_2xx_kind_is_success() {
        for (status, success) in [(199, false), (200, true), (299, true), (300, false)] {
            let headers = HeaderMap::new();
            let redactor = Redactor::default();
            let at = SystemTime::UNIX_EPOCH;
            let answer = Answer::new("GET /", status, headers, at, &redactor);
            assert_eq!(answer.is_success(), success, "{status}");
            assert_eq!(answer.status(), status);
        }
    }
}
