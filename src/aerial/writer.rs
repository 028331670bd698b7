//! Writes to an account, one call at a time. Made from a session with the scope `okta.accounts.manage` alone.
//!
//! No method here sends anything twice: what became of a write whose answer was lost is found out by reading.

use std::collections::BTreeSet;

use super::endpoint::Endpoint;
use super::error::{Error, Operation};
use super::reader::Reader;
use super::transport::SendOptions;
use super::wire;
use crate::auth::{Manage, Session};
use crate::http::{Answer, Body, HttpError, Once};
use crate::ids::{AccountId, ObjectId, ProductId};
use crate::live::LiveOrg;
use crate::plan::Outgoing;

/// Writes to an account; reads with the same session and at the same pace.
#[derive(Debug)]
pub struct Writer {
    reader: Reader,
    verifier: Reader,
}

/// A write's answer, of the 2xx kind.
#[derive(Debug)]
pub struct WriteAnswer(pub(crate) Answer);

impl WriteAnswer {
    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.0.status()
    }

    /// `X-Okta-Request-Id`.
    #[must_use]
    pub fn request_id(&self) -> Option<String> {
        self.0.request_id()
    }

    /// Its body, where it is JSON.
    #[must_use]
    pub(crate) fn body(&self) -> Option<serde_json::Value> {
        self.0.exact().ok()
    }

    /// The `id` of what it is about, where the answer has one.
    #[must_use]
    pub(crate) fn id(&self) -> Option<String> {
        let body = self.body()?;
        let id = ObjectId::parse(body.get("id")?.as_str()?);
        id.ok().map(|id| id.to_string())
    }

    /// The same once the secret in it is known to the redactor.
    #[must_use]
    pub(crate) fn unsealed(&self) -> Self {
        Self(self.0.unsealed())
    }

    /// An error about its content.
    #[must_use]
    pub(crate) fn unexpected(&self, reason: &str) -> HttpError {
        self.0.unexpected(reason)
    }

    /// The org in it: what links and status calls answer.
    ///
    /// # Errors
    /// When there is none.
    pub fn org(&self) -> Result<LiveOrg, Error> {
        let org: wire::ServedOrg = self.0.json()?;
        let org = org.into_live();
        Ok(org.map_err(|reason| self.0.unexpected(&reason))?)
    }

    /// The products in it: what products calls answer.
    ///
    /// # Errors
    /// When there are none.
    pub fn products(&self) -> Result<BTreeSet<ProductId>, Error> {
        let products = wire::products(self.0.json()?);
        let products = products.map_err(|reason| self.0.unexpected(&reason))?;
        Ok(products.into_keys().collect())
    }
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

    /// The account that it writes to.
    #[must_use]
    pub fn account(&self) -> &AccountId {
        self.reader.endpoint.account()
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

    /// Sends a write, once: the only place that does.
    ///
    /// # Errors
    /// When there is no 2xx answer.
    pub(crate) async fn send(&self, outgoing: &Outgoing) -> Result<WriteAnswer, WriteError> {
        let transport = &self.reader.transport;
        let segments: Vec<&str> = outgoing.path().iter().map(String::as_str).collect();
        let url = self.reader.endpoint.url(&segments);
        let operation = Operation::Write(outgoing.kind());
        let body = Body::Json(outgoing.body());
        let sent = transport.write(operation, outgoing.method(), &url, body);
        Ok(WriteAnswer(sent.await?))
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
