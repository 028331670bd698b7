//! What writes, for one approved plan: to the account, and to the hosts of orgs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::drive::Unwritten;
use crate::aerial::{Error, WriteAnswer, WriteError, Writer};
use crate::ids::{AccountId, Collection, Domain};
use crate::org::{OrgHosts, OrgWriter};
use crate::plan::change::Change;
use crate::plan::{Host, Kind, Outgoing, Plan};

/// The writers of a run.
#[derive(Debug)]
pub(super) struct Writers {
    account: Writer,
    orgs: Arc<OrgHosts>,
    /// What of each org's inside the plan has steps for.
    inside: BTreeMap<Domain, BTreeSet<Collection>>,
}

/// The writer is another account's than the plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the plan is about the account {plan}, and what would write is for {writer}")]
pub struct OtherAccount {
    plan: AccountId,
    writer: AccountId,
}

impl Writers {
    /// Takes the account's writer for a plan about the same account, and what opens the hosts of orgs.
    ///
    /// # Errors
    /// When it is another account's.
    pub(super) fn open(
        plan: &Plan,
        account: Writer,
        orgs: Arc<OrgHosts>,
    ) -> Result<Self, OtherAccount> {
        if *account.account() == plan.account {
            let mut inside: BTreeMap<Domain, BTreeSet<Collection>> = BTreeMap::new();
            for step in &plan.steps {
                if let Change::Configure(change) = &step.change {
                    let collections = inside.entry(change.domain.clone()).or_default();
                    collections.insert(change.object.collection());
                }
            }
            Ok(Self {
                account,
                orgs,
                inside,
            })
        } else {
            Err(OtherAccount {
                plan: plan.account.clone(),
                writer: account.account().clone(),
            })
        }
    }

    pub(super) fn account(&self) -> &Writer {
        &self.account
    }

    /// What opens the hosts of orgs.
    pub(super) fn orgs(&self) -> &OrgHosts {
        &self.orgs
    }

    /// What changes an org's inside, as far as the plan does.
    pub(super) async fn inside(&self, domain: &Domain) -> Result<Arc<OrgWriter>, Error> {
        let none = BTreeSet::new();
        let collections = self.inside.get(domain).unwrap_or(&none);
        self.orgs.inside_writer(domain, collections).await
    }

    /// Sends a write to its host.
    pub(super) async fn send(&self, outgoing: &Outgoing) -> Result<WriteAnswer, Unwritten> {
        match outgoing.host() {
            Host::Account => self.account.send(outgoing).await.map_err(Unwritten::Failed),
            Host::Org(domain) => {
                let writer = if outgoing.kind() == Kind::Configure {
                    self.inside(domain).await
                } else {
                    self.orgs.life_writer(domain).await
                };
                let writer = writer.map_err(WriteError::Failed);
                let writer = writer.map_err(Unwritten::Failed)?;
                writer.send(outgoing).await.map_err(Unwritten::Failed)
            }
        }
    }
}
