//! What a catalogue holds.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::{AccountId, Domain, OrgId, ProductId, Status};
use crate::live::{Coverage, LiveOrg, LiveStatus, Snapshot};

/// Products and orgs of one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountCatalogue {
    pub account: AccountId,
    /// The products that can be enabled, with Okta's names.
    pub products: BTreeMap<ProductId, String>,
    /// The managed orgs, by domain, then id.
    pub orgs: BTreeSet<KnownOrg>,
}

/// A managed org.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct KnownOrg {
    pub domain: Domain,
    pub id: OrgId,
    /// Whether it is the account's Aerial org.
    pub aerial_org: bool,
}

/// What is another than it was: lines to read, such as `+ product P000300 Okta Identity Governance`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shift(pub Vec<String>);

impl AccountCatalogue {
    /// What an account has now.
    #[must_use]
    pub fn of(live: &Snapshot) -> Self {
        let orgs = live.orgs.iter().map(|org| KnownOrg {
            domain: org.domain.clone(),
            id: org.id.clone(),
            aerial_org: org.aerial_org,
        });
        Self {
            account: live.account.clone(),
            products: live.subscribed.clone(),
            orgs: orgs.collect(),
        }
    }

    /// The account as far as a catalogue knows it: which orgs there are, and nothing of what they have.
    #[must_use]
    pub fn account(&self) -> Snapshot {
        let org = |known: &KnownOrg| LiveOrg {
            id: known.id.clone(),
            domain: known.domain.clone(),
            display_name: String::new(),
            cell: None,
            // As most are: what is wrong with an org is found only where it is in use.
            status: LiveStatus::Known(Status::Active),
            aerial_org: known.aerial_org,
            products: None,
        };
        Snapshot {
            account: self.account.clone(),
            account_name: String::new(),
            subscribed: self.products.clone(),
            orgs: self.orgs.iter().map(org).collect(),
            insides: BTreeMap::new(),
            coverage: Coverage::Whole,
            resolved: BTreeMap::new(),
            surroundings: None,
            remembered: None,
        }
    }

    /// What has come, gone or got another name since an earlier one.
    #[must_use]
    pub fn since(&self, before: Option<&Self>) -> Shift {
        let (no_products, no_orgs) = (BTreeMap::new(), BTreeSet::new());
        let old = before.map_or(&no_products, |before| &before.products);
        let mut lines = Vec::new();
        for (id, name) in old {
            match self.products.get(id) {
                None => lines.push(format!("- product {id} {name}")),
                Some(now) if now != name => {
                    lines.push(format!("~ product {id} {name}: it is called {now} now"));
                }
                Some(_) => {}
            }
        }
        for (id, name) in &self.products {
            if !old.contains_key(id) {
                lines.push(format!("+ product {id} {name}"));
            }
        }
        let old = before.map_or(&no_orgs, |before| &before.orgs);
        let org = |org: &KnownOrg| format!("org {} ({})", org.domain, org.id);
        lines.extend(
            old.difference(&self.orgs)
                .map(|one| format!("- {}", org(one))),
        );
        lines.extend(
            self.orgs
                .difference(old)
                .map(|one| format!("+ {}", org(one))),
        );
        Shift(lines)
    }
}
