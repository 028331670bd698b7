//! What came back. Its content is the caller's; what of it ends in a message is free of the run's secrets and bounded.

use std::time::SystemTime;

use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName};
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};

use super::error::HttpError;
use super::paging;
use super::redact::Redactor;
use super::signals::Signals;

/// The largest answer that is read, in bytes: a hundred times what Okta's largest page has.
pub const MAX_BODY: usize = 16 * 1024 * 1024;

/// So much an answer may take once it is parsed, in bytes, the texts in it aside.
const MAX_PARSED: usize = 128 * 1024 * 1024;

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
    /// Whether it may hold a secret that nobody has read yet: then no word of it is ever shown.
    sealed: bool,
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
            sealed: false,
        }
    }

    /// The same where it may hold a secret that nobody has read yet.
    pub(super) fn sealed(self, sealed: bool) -> Self {
        Self { sealed, ..self }
    }

    /// Whether no word of it may be shown.
    #[must_use]
    pub fn is_sealed(&self) -> bool {
        self.sealed
    }

    /// The same once the secret in it is known to the redactor.
    #[must_use]
    pub fn unsealed(&self) -> Self {
        self.clone().sealed(false)
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

    /// The names of its headers, each once, sorted, in lower case.
    #[must_use]
    pub fn header_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.headers.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        names
    }

    /// Every value of a header that is a text.
    pub fn header_values(&self, name: &str) -> impl Iterator<Item = &str> {
        let values = self.headers.get_all(name).into_iter();
        values.filter_map(|value| value.to_str().ok())
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
        if self.sealed {
            return None;
        }
        Some(self.shown(self.header("x-okta-request-id")?, MAX_REQUEST_ID))
    }

    /// The body as JSON of a type, without any secret in its texts: what is made of them later may spell them in a way in
    /// which nobody would find it. For what is shown and never written back.
    ///
    /// # Errors
    /// When it isn't, with what it is instead.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, HttpError> {
        self.bounded()?;
        let parsed = serde_json::from_slice::<Json>(&self.body).and_then(|mut json| {
            self.clean(&mut json, usize::MAX);
            serde_json::from_value(json)
        });
        parsed.map_err(|error| self.unreadable(&error))
    }

    /// Refuses what takes many times its size once it is parsed: no page of Okta's has that many values.
    fn bounded(&self) -> Result<(), HttpError> {
        if parsed_size(&self.body) > MAX_PARSED {
            return Err(self.unexpected("the answer has more values than any of Okta's"));
        }
        Ok(())
    }

    fn unreadable(&self, error: &serde_json::Error) -> HttpError {
        self.unexpected(&match self.kind() {
            BodyKind::Empty => "the answer is empty".to_owned(),
            BodyKind::WebPage => "the answer is a web page, not JSON".to_owned(),
            BodyKind::Other if error.is_eof() => "the answer ends in the middle".to_owned(),
            BodyKind::Other if self.sealed => "the answer isn't what Okta documents".to_owned(),
            BodyKind::Other => format!("the answer isn't what Okta documents: {error}"),
        })
    }

    /// The body as JSON, byte for byte what the server wrote: for what is compared and written back. Whoever shows any of it
    /// redacts it first.
    ///
    /// # Errors
    /// As [`Answer::json`].
    pub fn exact(&self) -> Result<Json, HttpError> {
        self.bounded()?;
        serde_json::from_slice(&self.body).map_err(|error| self.unreadable(&error))
    }

    /// The body of a refusal as JSON of a type, each text in it fit to be shown; the type's default where the body is
    /// something else. Of a sealed answer that is Okta's code alone.
    #[must_use]
    pub fn refusal<T: DeserializeOwned + Default>(&self) -> T {
        if self.bounded().is_err() {
            return T::default();
        }
        let Ok(mut json) = serde_json::from_slice::<Json>(&self.body) else {
            return T::default();
        };
        if self.sealed {
            let code = json.get("errorCode").and_then(Json::as_str);
            let code = code.filter(|code| is_okta_code(code));
            json = code.map_or_else(|| json!({}), |code| json!({"errorCode": code}));
        }
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

/// About how many bytes JSON takes once it is parsed, at most: a mapping has room for several fields from the start.
fn parsed_size(body: &[u8]) -> usize {
    const MAPPING: usize = 640;
    const VALUE: usize = 64;
    let sizes = body.iter().map(|byte| match byte {
        b'{' => MAPPING,
        b'[' | b',' => VALUE,
        _ => 0,
    });
    sizes.sum()
}

/// `E0000001`: too short for a secret.
fn is_okta_code(text: &str) -> bool {
    let digits = text.strip_prefix('E').unwrap_or_default();
    digits.len() == 7 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests;
