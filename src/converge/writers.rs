//! What writes, for one approved plan: to the account, and to the hosts of orgs.

use super::drive::Unwritten;
use crate::aerial::{WriteAnswer, WriteError, Writer};
use crate::ids::AccountId;
use crate::org::OrgHosts;
use crate::plan::{Host, Outgoing, Plan};

/// The writers of a run.
#[derive(Debug)]
pub(super) struct Writers {
    account: Writer,
    orgs: OrgHosts,
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
    pub(super) fn open(plan: &Plan, account: Writer, orgs: OrgHosts) -> Result<Self, OtherAccount> {
        if *account.account() == plan.account {
            Ok(Self { account, orgs })
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

    /// Sends a write to its host.
    pub(super) async fn send(&self, outgoing: &Outgoing) -> Result<WriteAnswer, Unwritten> {
        match outgoing.host() {
            Host::Account => self.account.send(outgoing).await.map_err(Unwritten::Failed),
            Host::Org(domain) => {
                let writer = self.orgs.writer(domain, outgoing.kind()).await;
                let writer = writer.map_err(WriteError::Failed);
                let writer = writer.map_err(Unwritten::Failed)?;
                writer.send(outgoing).await.map_err(Unwritten::Failed)
            }
        }
    }
}
