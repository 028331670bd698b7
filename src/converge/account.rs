//! What it takes to reach an org through the Aerial account.

use std::collections::BTreeSet;

use super::drive::Unwritten;
use super::patience::Patience;
use super::record::StepRecord;
use super::writers::Writers;
use crate::aerial::{Error, Reader, WriteAnswer};
use crate::ids::{Domain, OrgId, ProductId};
use crate::org::OrgReader;
use crate::plan::fields::ObjectIds;
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

/// The same for what is inside of an org: its own host.
#[derive(Debug, Clone)]
pub(super) struct InsideAccess<'a> {
    pub(super) account: AccountAccess<'a>,
    pub(super) domain: Domain,
    /// The ids of the org's objects that earlier steps told.
    pub(super) told: ObjectIds,
}

impl InsideAccess<'_> {
    /// Reads with the session that writes, as [`AccountAccess::reader`] does.
    pub(super) async fn reader(&self, record: &StepRecord) -> Result<OrgReader, Error> {
        let writer = self.account.writers.inside(&self.domain).await?;
        let reader = if record.sent {
            writer.verifier()
        } else {
            writer.reader()
        };
        Ok(reader.clone())
    }
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
            ..Known::default()
        };
        self.send_with(known).await
    }

    /// The same with what is known by now.
    pub(super) async fn send_with(&self, known: Known<'_>) -> Result<WriteAnswer, Unwritten> {
        let outgoing = self
            .approved
            .outgoing(self.step, known)
            .map_err(Unwritten::Gap)?;
        self.writers.send(&outgoing).await
    }
}
