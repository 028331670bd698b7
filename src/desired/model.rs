//! A desired state that is valid by construction.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::Span;
use crate::ids::{AccountId, Cell, Domain, OrgId, ProductId};

/// Everything that the files say, with names resolved to ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Desired {
    /// The account.
    pub account: Account,
    /// The orgs, by domain, then id.
    pub orgs: Vec<DesiredOrg>,
    /// Products that are handled elsewhere.
    pub ignored: BTreeSet<ProductId>,
    /// The limits of one run.
    pub limits: Guardrails,
    /// The file's own name for each product that has one.
    pub names: BTreeMap<ProductId, String>,
}

/// The account that the files are about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id, the first segment of every path.
    pub id: AccountId,
    /// Where it lives.
    pub environment: Environment,
    /// The org that issues tokens.
    pub aerial_org: Option<Domain>,
}

/// Where an account lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Environment {
    /// `https://aerial-apac.okta.com`.
    Production,
    /// `https://aerial-sandbox.okta.com`, connected to OP3 cells only.
    Sandbox,
    /// Another server, by its base URL as written.
    Url(String),
}

/// One org as the file wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesiredOrg {
    /// Its domain; absent when the file gives the id alone.
    pub domain: Option<Domain>,
    /// Its id; absent when the file gives the domain alone.
    pub id: Option<OrgId>,
    /// Its cell, its own or the default one; needed to link it.
    pub cell: Option<Cell>,
    /// Whether the org itself names the cell.
    pub cell_is_own: bool,
    /// The wanted status; absent: left alone.
    pub status: Option<WantedStatus>,
    /// The listed products; absent: left alone.
    pub products: Option<Vec<ListedProduct>>,
    /// What to do with enabled products that aren't listed.
    pub enforce: Enforce,
    /// Where the file asks for what.
    pub origin: Origin,
}

impl DesiredOrg {
    /// What to call the org: its domain, else its id.
    #[must_use]
    pub fn label(&self) -> &str {
        match (&self.domain, &self.id) {
            (Some(domain), _) => domain.as_str(),
            (None, Some(id)) => id.as_str(),
            (None, None) => "?",
        }
    }

    /// The listed products as a set; `None` where the file leaves the products alone.
    #[must_use]
    pub fn listed(&self) -> Option<BTreeSet<ProductId>> {
        let products = self.products.as_ref()?;
        Some(products.iter().map(|product| product.id.clone()).collect())
    }
}

/// A product in an org's list, after bundles and names were resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedProduct {
    /// The product.
    pub id: ProductId,
    /// The word in the org's list that brought it.
    pub span: Span,
}

/// A status that a file can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WantedStatus {
    /// People can sign in.
    Active,
    /// Nobody can sign in.
    Inactive,
}

/// What to do with enabled products that aren't listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enforce {
    /// Disable them.
    Exact,
    /// Leave them.
    Additive,
}

/// The places in the file that ask for an org's link, status and products.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// The org's entry.
    pub org: Span,
    /// Its `status` key.
    pub status: Option<Span>,
    /// Its `products` key.
    pub products: Option<Span>,
}

/// The limits of one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guardrails {
    /// Product disablements; `None`: 30 % of the enabled products when there are 10 or more.
    pub max_disabled: Option<Amount>,
    /// Links.
    pub max_linked: u64,
    /// Deactivations.
    pub max_deactivated: u64,
    /// Orgs in which nothing is taken away, by domain.
    pub protected_domains: BTreeSet<Domain>,
    /// Orgs in which nothing is taken away, by id.
    pub protected_ids: BTreeSet<OrgId>,
    /// What to do about orgs that the file doesn't list.
    pub unmanaged: UnmanagedPolicy,
}

/// A number, or a share of a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// So many.
    Count(u64),
    /// So many percent, 0 to 100.
    Percent(u64),
}

/// What to do about managed orgs that the file doesn't list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnmanagedPolicy {
    /// Report them in the plan, without a warning.
    Ignore,
    /// Warn.
    Warn,
    /// Refuse to apply.
    Fail,
}
