//! One moment of an account, as it was read.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::SystemTime;

use crate::ids::{AccountId, Cell, Domain, OrgId, OrgIndex, OrgName, OrgSet, ProductId, Status};
use crate::inside::OrgInside;

/// What the account was when it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    pub account: AccountId,
    /// The account's name, cleaned by nobody: escape it before showing it.
    pub account_name: String,
    /// The products that can be enabled, with Okta's names.
    pub subscribed: BTreeMap<ProductId, String>,
    /// The managed orgs, by domain, then id.
    pub orgs: Vec<LiveOrg>,
    /// What was read inside of orgs with a baseline, by the orgs' ids.
    pub insides: BTreeMap<OrgId, OrgInside>,
    /// How much of the account was read.
    pub coverage: Coverage,
    /// Whether there is an org at these hosts, linked or not: of each whose creation depends on it.
    pub resolved: BTreeMap<Domain, bool>,
    /// What else the account has, where somebody asked: it is shown, and nothing is planned of it.
    pub surroundings: Option<AccountSurroundings>,
    /// What of it is older, where that was wanted.
    pub remembered: Option<Remembered>,
}

/// What of a snapshot was remembered from an earlier run, and how old that is. The list of orgs never is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remembered {
    /// When the System Log was asked, and the list of orgs read after it.
    pub at: SystemTime,
    /// Orgs whose products were read.
    pub read: usize,
    /// Orgs whose products are remembered: no event has named them since.
    pub orgs: usize,
    /// When the oldest of these were read.
    pub oldest: Option<SystemTime>,
    /// Why all was read, where it was.
    pub whole: Option<String>,
}

/// What else an account has. What it doesn't answer for is a sentence that says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountSurroundings {
    /// The org groups, by name.
    pub groups: Result<Vec<LiveGroup>, String>,
    /// The templates of request conditions, by name.
    pub templates: Result<Vec<LiveTemplate>, String>,
}

/// An org group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveGroup {
    pub id: String,
    pub name: String,
    pub description: String,
    /// The orgs in it.
    pub orgs: Result<BTreeSet<OrgId>, String>,
}

/// A template of request conditions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveTemplate {
    pub id: String,
    pub name: String,
    /// Okta's word: `APPLIED`, `APPLYING`, `ERROR`, `NOT_APPLIED`, `REMOVING`, `APPLIED_WITH_CHANGES`.
    pub state: String,
}

impl AccountSurroundings {
    /// The groups that an org is in, by their names.
    ///
    /// # Errors
    /// The sentence that says why they aren't known: of a group that nobody could look into, the org may be a member.
    pub fn groups_of(&self, org: &OrgId) -> Result<Vec<&LiveGroup>, &str> {
        let groups = self.groups.as_ref().map_err(String::as_str)?;
        let mut member = Vec::new();
        for group in groups {
            if group.orgs.as_ref().map_err(String::as_str)?.contains(org) {
                member.push(group);
            }
        }
        Ok(member)
    }

    /// Every sentence that says what isn't known, each once.
    #[must_use]
    pub fn unknown(&self) -> Vec<&str> {
        let groups = self.groups.iter().flatten();
        let members = groups.filter_map(|group| group.orgs.as_ref().err());
        let whole = [self.groups.as_ref().err(), self.templates.as_ref().err()];
        let all = whole.into_iter().flatten().chain(members);
        let mut all: Vec<&str> = all.map(String::as_str).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// How much of an account is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Coverage {
    /// The whole list of managed orgs.
    Whole,
    /// These orgs alone: what isn't in the list may exist all the same.
    Only(Vec<OrgName>),
}

/// What is to be read of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// Which orgs.
    pub coverage: Coverage,
    /// The products of which of them.
    pub products: ProductsOf,
}

/// The orgs whose products are read, at one request each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProductsOf {
    /// Every managed org.
    All,
    /// These, as far as they are managed.
    These(OrgSet),
}

impl Survey {
    /// The whole account, with every org's products.
    #[must_use]
    pub fn everything() -> Self {
        Self {
            coverage: Coverage::Whole,
            products: ProductsOf::All,
        }
    }

    /// The list of managed orgs without any products.
    #[must_use]
    pub fn orgs_alone() -> Self {
        Self {
            coverage: Coverage::Whole,
            products: ProductsOf::These(OrgSet::default()),
        }
    }

    /// Whether an org's products are wanted.
    #[must_use]
    pub fn wants_products(&self, org: &LiveOrg) -> bool {
        self.covers(&org.id, &org.domain)
    }

    /// Whether an org is one of those that are looked at more closely.
    #[must_use]
    pub fn covers(&self, id: &OrgId, domain: &Domain) -> bool {
        match &self.products {
            ProductsOf::All => true,
            ProductsOf::These(orgs) => orgs.contains(&OrgName::Both(id.clone(), domain.clone())),
        }
    }
}

/// A managed org.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveOrg {
    pub id: OrgId,
    pub domain: Domain,
    /// Its display name; may be empty.
    pub display_name: String,
    /// Its cell, when the answer had one.
    pub cell: Option<Cell>,
    pub status: LiveStatus,
    /// Whether it is the account's Aerial org, which issues the tokens.
    pub aerial_org: bool,
    /// The enabled products with Okta's names; `None` when they weren't read.
    pub products: Option<Arc<BTreeMap<ProductId, String>>>,
}

/// Lists of products that orgs share: most have what others have.
#[derive(Debug, Default)]
pub struct SharedProducts(BTreeSet<Arc<BTreeMap<ProductId, String>>>);

impl SharedProducts {
    /// The same products, shared with those that had them before.
    pub fn of(
        &mut self,
        products: BTreeMap<ProductId, String>,
    ) -> Arc<BTreeMap<ProductId, String>> {
        if let Some(known) = self.0.get(&products) {
            return Arc::clone(known);
        }
        let products = Arc::new(products);
        self.0.insert(Arc::clone(&products));
        products
    }
}

impl LiveOrg {
    /// What it is called: both of its names.
    #[must_use]
    pub fn name(&self) -> OrgName {
        OrgName::Both(self.id.clone(), self.domain.clone())
    }

    /// Whether it is the Aerial org: the server says so, or the file does, by its domain.
    #[must_use]
    pub fn is_aerial_org(&self, named: Option<&Domain>) -> bool {
        self.aerial_org || named == Some(&self.domain)
    }

    /// Whether a product is known to be enabled.
    #[must_use]
    pub fn has(&self, product: &ProductId) -> bool {
        let products = self.products.as_ref();
        products.is_some_and(|products| products.contains_key(product))
    }

    /// The enabled products; `None` when they weren't read.
    #[must_use]
    pub fn enabled(&self) -> Option<BTreeSet<ProductId>> {
        Some(self.products.as_ref()?.keys().cloned().collect())
    }
}

/// An org's status as the server gives it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum LiveStatus {
    /// One that Okta documents.
    Known(Status),
    /// A value that Okta doesn't document, or an empty text for no value at all.
    Other(String),
}

impl LiveStatus {
    /// Reads the wire's word; upper case is documented, any case is understood.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Status::parse(text).map_or_else(|| Self::Other(text.to_owned()), Self::Known)
    }

    /// The wire's word; empty where the server sent none.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Known(status) => status.as_str(),
            Self::Other(text) => text,
        }
    }

    /// Whether it is this one.
    #[must_use]
    pub fn is(&self, status: Status) -> bool {
        *self == Self::Known(status)
    }
}

impl Snapshot {
    /// The managed orgs by any of their names.
    #[must_use]
    pub fn by_name(&self) -> OrgIndex<&LiveOrg> {
        self.orgs.iter().map(|org| (org.name(), org)).collect()
    }

    /// The part of it that a narrower survey would have read: a plan must not depend on what was read for another one.
    #[must_use]
    pub fn within(&self, survey: &Survey) -> Self {
        let mut part = self.clone();
        for org in &mut part.orgs {
            if !survey.wants_products(org) {
                org.products = None;
            }
        }
        part
    }

    /// Okta's name for a product: from the subscription, else from an org that has it.
    #[must_use]
    pub fn product_names(&self) -> BTreeMap<ProductId, String> {
        let mut names = self.subscribed.clone();
        for (id, name) in self
            .orgs
            .iter()
            .filter_map(|org| org.products.as_deref())
            .flatten()
        {
            if !name.is_empty() {
                names.entry(id.clone()).or_insert_with(|| name.clone());
            }
        }
        names
    }

    /// The Aerial org, when the list has it.
    #[must_use]
    pub fn aerial_org(&self) -> Option<&LiveOrg> {
        self.orgs.iter().find(|org| org.aerial_org)
    }
}
