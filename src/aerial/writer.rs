//! Writes to an account, one call at a time. Made from a session with the scope `okta.accounts.manage` alone.
//!
//! No method here sends anything twice: what became of a write whose answer was lost is found out by reading.

use std::collections::BTreeSet;

use reqwest::Method;

use super::endpoint::Endpoint;
use super::error::Error;
use super::reader::Reader;
use super::transport::{Answer, Failure, Options};
use super::wire;
use crate::auth::{Manage, Session};
use crate::ids::ProductId;
use crate::live::LiveOrg;
use crate::plan::{Method as WriteMethod, Outgoing};

/// Writes to an account; reads with the same session and at the same pace.
#[derive(Debug)]
pub struct Writer {
    reader: Reader,
}

/// A write's answer, of the 2xx kind.
pub struct WriteAnswer(Answer);

impl std::fmt::Debug for WriteAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("WriteAnswer").field(&self.0.status).finish()
    }
}

impl WriteAnswer {
    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.0.status
    }

    /// `X-Okta-Request-Id`.
    #[must_use]
    pub fn request_id(&self) -> Option<String> {
        self.0.request_id()
    }

    /// The org in it: what links and status calls answer.
    ///
    /// # Errors
    /// When there is none.
    pub fn org(&self) -> Result<LiveOrg, Error> {
        let org: wire::Org = self.0.json()?;
        org.into_live().map_err(|reason| self.0.nonsense(reason))
    }

    /// The products in it: what products calls answer.
    ///
    /// # Errors
    /// When there are none.
    pub fn products(&self) -> Result<BTreeSet<ProductId>, Error> {
        let products = wire::products(self.0.json()?);
        let products = products.map_err(|reason| self.0.nonsense(reason))?;
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
        options: &Options,
    ) -> Result<Self, Error> {
        Ok(Self {
            reader: Reader::new(endpoint, session, options)?,
        })
    }

    /// Reads with the same session and at the same pace.
    #[must_use]
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// Sends a write, once: the only place that does.
    ///
    /// # Errors
    /// When there is no 2xx answer.
    pub async fn send(&self, outgoing: &Outgoing) -> Result<WriteAnswer, WriteError> {
        let segments: Vec<&str> = outgoing.path().iter().map(String::as_str).collect();
        let url = self.reader.transport.endpoint().url(&segments);
        let method = match outgoing.method() {
            WriteMethod::Post => Method::POST,
            WriteMethod::Put => Method::PUT,
        };
        let transport = &self.reader.transport;
        let answer = transport.write(&method, &url, outgoing.body()).await?;
        Ok(WriteAnswer(answer))
    }
}

impl From<Failure> for WriteError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Renewed(error) => Self::TokenRenewed(error),
            Failure::Error(error) => Self::Failed(error),
        }
    }
}
