//! What is kept.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use super::told::ToldOfOrgs;
use super::whole::WholeReason;
use crate::ids::{OrgId, ProductId};
use crate::live::LiveOrg;

/// What one run leaves to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountMemory {
    pub owner: MemoryOwner,
    /// Where the System Log goes on: given out before anything below was read.
    pub position: String,
    /// What the account was subscribed to.
    pub subscribed: BTreeSet<ProductId>,
    /// The orgs whose products are known.
    pub orgs: BTreeMap<OrgId, RememberedOrg>,
    /// What the log told, for as long as the account may not show it.
    pub told: ToldOfOrgs,
}

/// Whose memory it is. What another program, account or client saw is none of this run's knowledge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemoryOwner {
    /// The version of the program.
    pub program: String,
    pub account: String,
    /// The origin of the account's API.
    pub endpoint: String,
    /// The origin of the org whose log it is.
    pub issuer: Option<String>,
    /// The client id; `None` where a token was given.
    pub client: Option<String>,
}

/// An org as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RememberedOrg {
    /// With its products.
    pub org: LiveOrg,
    /// When these were read, by this machine's clock.
    pub at: SystemTime,
}

impl RememberedOrg {
    /// How old it is; `None` where it is of a time to come.
    pub(super) fn age(&self, now: SystemTime) -> Option<Duration> {
        now.duration_since(self.at).ok()
    }
}

impl AccountMemory {
    /// The memory, if it is this owner's.
    ///
    /// # Errors
    /// When it isn't, and when it is of a time to come.
    pub fn of(self, owner: &MemoryOwner, now: SystemTime) -> Result<Self, WholeReason> {
        let MemoryOwner {
            program,
            account,
            endpoint,
            issuer,
            client,
        } = &self.owner;
        let differs = [
            (*account != owner.account, "account"),
            (*endpoint != owner.endpoint, "endpoint"),
            (*issuer != owner.issuer, "Aerial org"),
            (*client != owner.client, "client"),
            (*program != owner.program, "version of this program"),
        ];
        if let Some((_, what)) = differs.into_iter().find(|(differs, _)| *differs) {
            return Err(WholeReason::Foreign(what));
        }
        if self.orgs.values().any(|org| org.age(now).is_none()) {
            return Err(WholeReason::Ahead);
        }
        Ok(self)
    }
}
