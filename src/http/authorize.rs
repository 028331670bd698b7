//! What a request needs to be let in. Who gives it, and what a refusal means, is known to the rooms that implement
//! [`Authorize`]; this room only sends it, and sends it nowhere else.

use reqwest::Method;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};

use super::answer::Answer;
use super::error::HttpError;
use crate::secret::Secret;

/// What authorizes one request.
#[derive(Debug, Clone, Default)]
pub struct Authorization {
    /// Headers; those that hold a secret are marked as sensitive.
    pub headers: HeaderMap,
    /// Fields of the form that is sent, beside the request's own.
    pub form: Vec<(&'static str, Secret)>,
    /// Which of the tokens it holds, where there are several in a run: for whoever made it.
    pub generation: u64,
}

impl Authorization {
    /// The secrets in it: without the scheme that stands before a token.
    pub(super) fn secrets(&self) -> impl Iterator<Item = Secret> {
        let headers = self.headers.values().filter(|value| value.is_sensitive());
        let headers = headers.filter_map(|value| {
            let text = value.to_str().ok()?;
            Some(Secret::new(
                text.split_once(' ').map_or(text, |(_, token)| token),
            ))
        });
        headers.chain(self.form.iter().map(|(_, secret)| secret.clone()))
    }
}

/// Lets requests in.
pub trait Authorize {
    /// Why there is nothing to authorize a request with.
    type Error;

    /// What authorizes the next request: made anew for each, since some of it works once. `url` is without query and
    /// fragment.
    fn authorize(
        &self,
        method: &Method,
        url: &str,
    ) -> impl Future<Output = Result<Authorization, Self::Error>>;

    /// Takes note of an answer, whatever its status: whether the same request may fare better with the next authorization.
    fn answered(
        &self,
        answer: &Answer,
        used: &Authorization,
    ) -> impl Future<Output = Result<bool, Self::Error>>;
}

/// Asks without credentials.
#[derive(Debug, Clone, Copy)]
pub struct Nobody;

impl Authorize for Nobody {
    type Error = HttpError;

    async fn authorize(&self, _: &Method, _: &str) -> Result<Authorization, HttpError> {
        Ok(Authorization::default())
    }

    async fn answered(&self, _: &Answer, _: &Authorization) -> Result<bool, HttpError> {
        Ok(false)
    }
}

/// A token as it was given, the same for all requests.
#[derive(Debug, Clone)]
pub struct Bearer(HeaderMap);

/// A secret that no header can carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it has characters that no token has")]
pub struct MalformedSecret;

impl Bearer {
    /// `Authorization: Bearer …`.
    ///
    /// # Errors
    /// When the token has characters that no header can carry.
    pub fn new(token: &Secret) -> Result<Self, MalformedSecret> {
        let value = sensitive(&Secret::new(&format!("Bearer {}", token.expose())))?;
        Ok(Self(HeaderMap::from_iter([(AUTHORIZATION, value)])))
    }
}

impl Authorize for Bearer {
    type Error = HttpError;

    async fn authorize(&self, _: &Method, _: &str) -> Result<Authorization, HttpError> {
        Ok(Authorization {
            headers: self.0.clone(),
            ..Authorization::default()
        })
    }

    async fn answered(&self, _: &Answer, _: &Authorization) -> Result<bool, HttpError> {
        Ok(false)
    }
}

/// A secret as a header's value that no log prints.
///
/// # Errors
/// When it has characters that no header can carry.
pub fn sensitive(secret: &Secret) -> Result<HeaderValue, MalformedSecret> {
    let mut value = HeaderValue::from_str(secret.expose()).map_err(|_| MalformedSecret)?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_secrets_are_the_sensitive_headers_and_the_form() {
        let mut authorization = Authorization {
            form: vec![("client_assertion", Secret::new("signed"))],
            ..Authorization::default()
        };
        let token = sensitive(&Secret::new("DPoP token")).unwrap();
        let proof = sensitive(&Secret::new("proof")).unwrap();
        authorization.headers.insert(AUTHORIZATION, token);
        authorization.headers.insert("dpop", proof);
        authorization
            .headers
            .insert("x-nothing", "plain".parse().unwrap());
        let secrets: Vec<String> = authorization
            .secrets()
            .map(|secret| secret.expose().to_owned())
            .collect();
        assert_eq!(secrets, ["token", "proof", "signed"]);
    }

    #[test]
    fn promise_6_a_bearer_prints_nothing() {
        let bearer = Bearer::new(&Secret::new("canary-7f3a")).unwrap();
        assert!(!format!("{bearer:?}").contains("canary"));
        assert_eq!(
            Bearer::new(&Secret::new("a\nb")).unwrap_err().to_string(),
            "it has characters that no token has"
        );
    }
}
