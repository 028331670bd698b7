//! What writes, for one approved plan.

use crate::aerial::{WriteAnswer, WriteError, Writer};
use crate::plan::{Approved, Outgoing};

/// The writers of a run.
#[derive(Debug)]
pub struct Writers {
    account: Writer,
}

impl Writers {
    /// Takes the account's writer, once there is a plan for it to carry out.
    #[must_use]
    pub fn open(_: &Approved, account: Writer) -> Self {
        Self { account }
    }

    pub(super) fn account(&self) -> &Writer {
        &self.account
    }

    /// Sends a write to its host.
    pub(super) async fn send(&self, outgoing: &Outgoing) -> Result<WriteAnswer, WriteError> {
        self.account.send(outgoing).await
    }
}
