//! Writes to an account, one call at a time. Made from a session with the scope `okta.accounts.manage` alone.
//!
//! No method here sends anything twice: what became of a write whose answer was lost is found out by reading.

use std::collections::BTreeSet;

use reqwest::{Method, Url};
use serde_json::{Value as Json, json};

use super::endpoint::Endpoint;
use super::error::{Error, Operation};
use super::reader::Reader;
use super::transport::SendOptions;
use super::wire;
use crate::auth::{Manage, Session};
use crate::http::{Answer, Once};
use crate::ids::{OrgId, ProductId};
use crate::live::{LiveOrg, Status};

/// Writes to an account; reads with the same session and at the same pace.
#[derive(Debug)]
pub struct Writer {
    reader: Reader,
    verifier: Reader,
}

/// What a write's answer says.
#[derive(Debug)]
pub struct Written<T> {
    /// The answer's content.
    pub value: T,
    /// The HTTP status, of the 2xx kind.
    pub status: u16,
    /// `X-Okta-Request-Id`.
    pub request_id: Option<String>,
}

/// Why a write has no good answer.
#[derive(Debug)]
pub enum WriteError {
    /// It had no effect, and the next one will carry another token.
    TokenRenewed(Error),
    /// It may or may not have had an effect.
    Failed(Error),
}

impl Writer {
    /// A writer.
    ///
    /// # Errors
    /// When the machine's certificates can't be loaded.
    pub fn new(
        endpoint: Endpoint,
        session: &Session<Manage>,
        options: &SendOptions,
    ) -> Result<Self, Error> {
        let reader = Reader::new(endpoint, session, options)?;
        Ok(Self {
            verifier: reader.verifying(),
            reader,
        })
    }

    /// Reads with the same session and at the same pace.
    #[must_use]
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// The same, for what became of a write: its reads are sent and finished though the run is to end.
    #[must_use]
    pub fn verifier(&self) -> &Reader {
        &self.verifier
    }

    /// `POST /orgs` with `{"orgId"|"domain","cell"}`: can't be undone.
    ///
    /// # Errors
    /// When there is no 2xx answer with an org in it.
    pub async fn link(&self, body: &Json) -> Result<Written<LiveOrg>, WriteError> {
        let url = self.endpoint().url(&["orgs"]);
        self.org_call(Operation::LinkOrg, &Method::POST, &url, body)
            .await
    }

    /// `PUT /orgs/{orgId}/status`; the values are upper case on the wire.
    ///
    /// # Errors
    /// When there is no 2xx answer with an org in it.
    pub async fn set_status(
        &self,
        org: &OrgId,
        status: &Status,
    ) -> Result<Written<LiveOrg>, WriteError> {
        let url = self.endpoint().org_url(org, &["status"]);
        let body = json!({"status": status.as_str()});
        self.org_call(Operation::SetStatus, &Method::PUT, &url, &body)
            .await
    }

    /// `PUT /orgs/{orgId}/products`: replaces the whole set.
    ///
    /// # Errors
    /// When there is no 2xx answer with a list of products in it.
    pub async fn put_products(
        &self,
        org: &OrgId,
        products: &BTreeSet<ProductId>,
    ) -> Result<Written<BTreeSet<ProductId>>, WriteError> {
        let url = self.endpoint().org_url(org, &["products"]);
        let body: Json = products.iter().map(|id| json!({ "id": id })).collect();
        let written = self
            .reader
            .transport
            .write(
                Operation::SetProducts,
                &Method::PUT,
                &url,
                &body,
                |answer| {
                    let list = answer.json()?;
                    let list = wire::products(list).map_err(|reason| answer.unexpected(&reason))?;
                    Ok(Written::of(answer, list.into_keys().collect()))
                },
            )
            .await?;
        Ok(written)
    }

    fn endpoint(&self) -> &Endpoint {
        self.reader.transport.endpoint()
    }

    async fn org_call(
        &self,
        operation: Operation,
        method: &Method,
        url: &Url,
        body: &Json,
    ) -> Result<Written<LiveOrg>, WriteError> {
        let written = self
            .reader
            .transport
            .write(operation, method, url, body, |answer| {
                let org: wire::Org = answer.json()?;
                let org = org
                    .into_live()
                    .map_err(|reason| answer.unexpected(&reason))?;
                Ok(Written::of(answer, org))
            })
            .await?;
        Ok(written)
    }
}

impl<T> Written<T> {
    fn of(answer: &Answer, value: T) -> Self {
        Self {
            value,
            status: answer.status(),
            request_id: answer.request_id(),
        }
    }
}

impl From<Once<Error>> for WriteError {
    fn from(failure: Once<Error>) -> Self {
        match failure {
            Once::Renewed(error) => Self::TokenRenewed(error),
            Once::Failed(error) => Self::Failed(error),
        }
    }
}
