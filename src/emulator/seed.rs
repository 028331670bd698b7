//! What an account starts as, where no seed says it.

use std::collections::BTreeMap;

use super::inside::Inside;
use super::state::{ADMIN, EmulatedAccount, Org, State, default_created, reserved};
use super::switches::Switches;
use super::system_log::SystemLog;

impl State {
    /// An account without orgs and products.
    #[must_use]
    pub fn empty(id: &str, name: &str) -> Self {
        Self {
            account: EmulatedAccount {
                id: id.to_owned(),
                name: name.to_owned(),
                sandbox: false,
            },
            products: Vec::new(),
            unsubscribed: Vec::new(),
            dependencies: BTreeMap::new(),
            orgs: Vec::new(),
            groups: BTreeMap::new(),
            templates: Vec::new(),
            reserved_subdomains: reserved(),
            locked_subdomains: Vec::new(),
            clients: Vec::new(),
            switches: Switches::default(),
            log: SystemLog::default(),
        }
    }

    /// Makes the world such that an org can be created: its parent exists, and it doesn't. Without `consented` the parent
    /// hasn't consented yet.
    pub fn expect_child_of(&mut self, parent: &str, cell: &str, consented: bool) {
        let parent = parent.to_lowercase();
        match self.orgs.iter_mut().find(|org| org.domain == parent) {
            // Who is in the account has consented, whatever an entry asks for.
            Some(org) => org.consent = org.linked || (org.consent && consented),
            None => self.orgs.push(Org {
                cell: cell.to_owned(),
                consent: consented,
                ..Org::named(&parent)
            }),
        }
    }
}

impl Org {
    /// An org that exists, belongs to the contract and has consented, and isn't linked.
    #[must_use]
    pub fn named(domain: &str) -> Self {
        Self {
            domain: domain.to_owned(),
            id: String::new(),
            name: String::new(),
            cell: "ok1".to_owned(),
            status: "ACTIVE".to_owned(),
            aerial_org: false,
            linked: false,
            associated: true,
            consent: true,
            other_account: false,
            parent: None,
            products: Vec::new(),
            created_date: default_created(),
            created_by: ADMIN.to_owned(),
            made_at: None,
            org_creator: true,
            aerial_feature: true,
            consents_to: None,
            consent_date: None,
            api_tokens: Vec::new(),
            clients: Vec::new(),
            inside: None,
            deletion_requested: false,
        }
    }

    /// What is in it.
    pub(super) fn contents(&self) -> Inside {
        match &self.inside {
            Some(inside) => (**inside).clone(),
            None => Inside::new(&self.domain, &self.id, &self.name, &self.began()),
        }
    }

    /// When its first objects were made.
    pub(super) fn began(&self) -> String {
        self.made_at.clone().unwrap_or_else(default_created)
    }
}
