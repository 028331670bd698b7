//! Writes to an org's own host, one call at a time: what an approved plan gives out, and nothing else.

use std::sync::Arc;

use serde_json::Value as Json;

use super::keyring::OrgKeyring;
use super::reader::{OrgReader, url};
use crate::aerial::{Error, Operation, WriteAnswer, WriteError};
use crate::http::Body;
use crate::plan::Outgoing;

/// Writes to an org's own host; reads with the same session and at the same pace.
#[derive(Debug)]
pub struct OrgWriter {
    reader: OrgReader,
    verifier: OrgReader,
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
    /// A secret in its body is put there at the last moment, and nobody keeps the body.
    ///
    /// # Errors
    /// When there is no 2xx answer, and when the secret isn't to be had.
    pub(crate) async fn send(&self, outgoing: &Outgoing) -> Result<WriteAnswer, WriteError> {
        let url = url(&self.reader.base, outgoing.path(), &[]);
        let operation = Operation::Write(outgoing.kind());
        let mut sealed;
        let body = match outgoing.sealed() {
            None => Body::Json(outgoing.body()),
            Some((pointer, variable)) => {
                let secret = self.keyring.variable(variable);
                let secret = secret.map_err(|error| {
                    WriteError::Failed(Error::NoCredential(error.to_string().into()))
                })?;
                sealed = outgoing.body().clone();
                if let Some(place) = sealed.pointer_mut(pointer) {
                    *place = Json::String(secret.expose().to_owned());
                }
                Body::Sealed(&sealed)
            }
        };
        let transport = &self.reader.transport;
        let sent = transport.write(operation, outgoing.method(), &url, body);
        Ok(WriteAnswer(sent.await?))
    }
}
