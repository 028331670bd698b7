//! Reads whatever is answered: of what Okta doesn't document, a refusal is an answer.

use reqwest::Method;

use super::error::Error;
use super::reader::Reader;
use crate::http::{Answer, Body, Intent};

/// No account has this id: it is shorter than any of Okta's.
const NO_ACCOUNT: &str = "0227aerialctlprobe";

/// What a path is below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Below {
    /// `/{accountId}/api/v1`.
    Api,
    /// `/{accountId}/governance/api/v1`.
    Governance,
    /// `/{accountId}/api/v1` of an account that nobody has.
    NoAccount,
}

impl Reader {
    /// Asks once, with `GET`, and takes whatever is answered.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn hear(
        &self,
        below: Below,
        path: &[&str],
        query: &[(&str, String)],
    ) -> Result<Answer, Error> {
        let mut url = match below {
            Below::Api => self.endpoint.url(path),
            Below::Governance => self.endpoint.governance_url(path),
            Below::NoAccount => self.endpoint.beside(NO_ACCOUNT).url(path),
        };
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let asked = self
            .transport
            .ask(Method::GET, &url, Body::Empty, Intent::Look);
        asked.await
    }

    /// Asks for the account once more, with a proof of possession that lacks the nonce that is known. `None`: the token needs no
    /// proof.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn hear_without_nonce(&self) -> Result<Option<Answer>, Error> {
        if !self.transport.authorizer().leave_nonce_out().await {
            return Ok(None);
        }
        self.hear(Below::Api, &["accounts"], &[]).await.map(Some)
    }
}
