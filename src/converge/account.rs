//! What it takes to reach an org through the Aerial account.

use std::collections::BTreeSet;

use super::drive::Unwritten;
use super::patience::Patience;
use super::record::StepRecord;
use super::writers::Writers;
use crate::aerial::{Reader, WriteAnswer};
use crate::ids::{OrgId, ProductId};
use crate::plan::{Approved, Known, StepId};

/// One step's way to the Aerial account.
#[derive(Debug, Clone, Copy)]
pub(super) struct AccountAccess<'a> {
    pub(super) writers: &'a Writers,
    pub(super) approved: &'a Approved,
    pub(super) step: StepId,
    pub(super) patience: Patience<'a>,
}

/// The same for an org whose id is known.
#[derive(Debug, Clone)]
pub(super) struct OrgAccess<'a> {
    pub(super) account: AccountAccess<'a>,
    pub(super) id: OrgId,
}

impl<'a> AccountAccess<'a> {
    /// The way to one of its orgs.
    pub(super) fn org(self, id: OrgId) -> OrgAccess<'a> {
        OrgAccess { account: self, id }
    }

    /// Reads with the writer's session and at its pace. Once a write may have arrived, what became of it is read though the
    /// run is to end.
    pub(super) fn reader(&self, record: &StepRecord) -> &'a Reader {
        if record.sent {
            self.writers.account().verifier()
        } else {
            self.writers.account().reader()
        }
    }

    /// Sends the step's request, its gaps closed with what is known by now.
    pub(super) async fn send(
        &self,
        record: &StepRecord,
        existing: Option<&BTreeSet<ProductId>>,
    ) -> Result<WriteAnswer, Unwritten> {
        let known = Known {
            org: record.org.id(),
            existing,
        };
        let outgoing = self
            .approved
            .outgoing(self.step, known)
            .map_err(Unwritten::Gap)?;
        self.writers.send(&outgoing).await
    }
}
