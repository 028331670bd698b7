//! Writes to an org's own host, one call at a time: what an approved plan gives out, and nothing else.

use std::sync::Arc;

use super::keyring::OrgKeyring;
use super::reader::{OrgReader, url};
use crate::aerial::{Operation, WriteAnswer, WriteError};
use crate::http::Body;
use crate::plan::Outgoing;

/// Writes to an org's own host; reads with the same session and at the same pace.
#[derive(Debug)]
pub struct OrgWriter {
    reader: OrgReader,
    verifier: OrgReader,
    #[expect(dead_code, reason = "the kinds of steps that use it come next")]
    keyring: Arc<dyn OrgKeyring>,
}

impl OrgWriter {
    pub(super) fn new(reader: OrgReader, keyring: Arc<dyn OrgKeyring>) -> Self {
        Self {
            verifier: reader.verifying(),
            reader,
            keyring,
        }
    }

    /// Reads with the same session and at the same pace.
    #[must_use]
    pub fn reader(&self) -> &OrgReader {
        &self.reader
    }

    /// The same, for what became of a write: its reads are sent and finished though the run is to end.
    #[must_use]
    pub fn verifier(&self) -> &OrgReader {
        &self.verifier
    }

    /// Sends a write, once.
    ///
    /// # Errors
    /// When there is no 2xx answer.
    pub(crate) async fn send(&self, outgoing: &Outgoing) -> Result<WriteAnswer, WriteError> {
        let url = url(&self.reader.base, outgoing.path(), &[]);
        let operation = Operation::Write(outgoing.kind());
        let body = Body::Json(outgoing.body());
        let transport = &self.reader.transport;
        let sent = transport.write(operation, outgoing.method(), &url, body);
        Ok(WriteAnswer(sent.await?))
    }
}
