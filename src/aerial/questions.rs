//! Reads whatever is answered: of what Okta doesn't document, a refusal is an answer.

use reqwest::Method;

use super::error::Error;
use super::reader::Reader;
use crate::http::{Answer, Body, Intent};

/// What a path is below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Below {
    /// `/{accountId}/api/v1`.
    Api,
    /// `/{accountId}/governance/api/v1`.
    Governance,
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
        query: &[(&str, &str)],
    ) -> Result<Answer, Error> {
        let mut url = match below {
            Below::Api => self.endpoint.url(path),
            Below::Governance => self.endpoint.governance_url(path),
        };
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let asked = self
            .transport
            .ask(Method::GET, &url, Body::Empty, Intent::Look);
        asked.await
    }
}
