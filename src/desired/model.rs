//! A desired state that is valid by construction.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;

use super::baseline::Baseline;
use super::constraint::Constraints;
pub use super::listed::{ListedProduct, ProductList, Via};
use crate::diagnostic::Span;
use crate::ids::{AccountId, Cell, Domain, OrgIndex, OrgName, ProductId, Status, Wave};

/// Everything that the files say, with names resolved to ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Desired {
    pub account: Account,
    /// What the file says for orgs that don't; the orgs below have it in them already.
    pub defaults: Defaults,
    /// The orgs, by domain, then id.
    pub orgs: Vec<DesiredOrg>,
    /// Products that are handled elsewhere.
    pub ignored: BTreeSet<ProductId>,
    /// The limits of one run.
    pub guardrails: Guardrails,
    /// Which products go together, and in how many orgs.
    pub constraints: Constraints,
    /// The waves in their order; none where the file has none.
    pub waves: Vec<Arc<str>>,
    /// What orgs have inside, by name.
    pub baselines: BTreeMap<Arc<str>, Arc<Baseline>>,
    /// The file's own name for each product that has one.
    pub names: BTreeMap<ProductId, String>,
    /// What is in each bundle, those inside it taken apart.
    pub bundles: BTreeMap<String, BTreeSet<ProductId>>,
}

impl Desired {
    /// The orgs by any of their names.
    #[must_use]
    pub fn by_name(&self) -> OrgIndex<&DesiredOrg> {
        let names = self.orgs.iter().map(|org| (org.name.clone(), org));
        names.collect()
    }

    /// What an org is to have inside; `None` where the file leaves that alone.
    #[must_use]
    pub fn baseline(&self, org: &DesiredOrg) -> Option<&Arc<Baseline>> {
        self.baselines.get(org.baseline.as_ref()?)
    }

    /// The wave that an org goes with: its own, else the last; `None` where the file has no waves.
    #[must_use]
    pub fn wave(&self, org: &DesiredOrg) -> Option<Wave> {
        let mut waves = self.waves.iter().enumerate().rev();
        let (place, name) = match &org.wave {
            Some(own) => waves.find(|(_, name)| *name == own),
            None => waves.next(),
        }?;
        Some(Wave {
            place,
            name: Arc::clone(name),
        })
    }
}

/// What holds for orgs that don't say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Defaults {
    pub cell: Option<Cell>,
    pub enforce: Option<Enforce>,
    pub baseline: Option<Arc<str>>,
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
    /// Whether it is a partner's, in which orgs can be deleted outside of the sandbox too.
    pub partner: bool,
}

/// Where an account lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Environment {
    /// `https://aerial-apac.okta.com`.
    Production,
    /// `https://aerial-sandbox.okta.com`, connected to OP3 cells only.
    Sandbox,
    /// Another of Okta's Aerial servers, by its host. No file can say that an account is elsewhere.
    Host(Domain),
}

/// As the file says it.
impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Production => f.write_str("production"),
            Self::Sandbox => f.write_str("sandbox"),
            Self::Host(host) => write!(f, "https://{host}"),
        }
    }
}

/// One org as the file wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesiredOrg {
    /// What the file calls it.
    pub name: OrgName,
    /// Its cell, its own or the default one; needed to link it.
    pub cell: Option<Cell>,
    /// Whether the org itself names the cell.
    pub cell_is_own: bool,
    /// The wanted status, whatever the day; absent: left alone.
    pub status: Option<StatusGoal>,
    /// The last day before it is to be inactive.
    pub until: Option<Date>,
    /// The listed products, whatever the day; absent: left alone.
    pub products: Option<ProductList>,
    /// What to do with enabled products that aren't listed.
    pub enforce: Enforce,
    /// What it is to have inside, by the name of a baseline; absent: left alone.
    pub baseline: Option<Arc<str>>,
    /// Whose child it is, where the file says so.
    pub parent: Option<Domain>,
    /// The org on which this account's consent is granted where this one isn't managed: its parent, or itself.
    pub consent: Option<Domain>,
    /// How to create it, where it doesn't exist.
    pub create: Option<Box<NewOrg>>,
    /// Whether the entry says that it is meant, however much it looks like another.
    pub new: bool,
    /// The wave that its entry names.
    pub wave: Option<Arc<str>>,
    /// Who looks after it: shown beside the org, and what `--owner` selects by.
    pub owner: Option<Arc<str>>,
    /// What a reader should know of it, in the file's own words.
    pub note: Option<String>,
    /// Where the file asks for what.
    pub origin: Origin,
}

/// An org that is created where it doesn't exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOrg {
    /// The org that it is created from.
    pub parent: Domain,
    /// Its own host: one label below the same domain of Okta's as the parent's.
    pub domain: Domain,
    pub name: String,
    pub website: Option<String>,
    pub admin: NewAdmin,
}

/// The super admin of a new org.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAdmin {
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub login: String,
    /// The environment variable that has the password.
    pub password_from: String,
}

impl DesiredOrg {
    /// What to call the org in text: its domain, else its id.
    #[must_use]
    pub fn label(&self) -> &str {
        self.name.label()
    }

    /// The word of its list that brought a product.
    #[must_use]
    pub fn lists_at(&self, product: &ListedProduct) -> Span {
        let place = self.products.as_ref().and_then(|list| list.place(product));
        place.or(self.origin.products).unwrap_or(self.origin.org)
    }
}

/// What an org is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusGoal {
    /// People can sign in.
    Active,
    /// Nobody can sign in.
    Inactive,
    /// Gone: inactive in one run, and in a later one Okta is asked to delete it.
    Deleted,
}

impl StatusGoal {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Active, Self::Inactive, Self::Deleted];

    /// The word in the file.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Deleted => "deleted",
        }
    }

    /// The status that it has, or has first.
    #[must_use]
    pub fn status(self) -> Status {
        match self {
            Self::Active => Status::Active,
            Self::Inactive | Self::Deleted => Status::Inactive,
        }
    }
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
    /// Its `until` key.
    pub until: Option<Span>,
    /// Its `products` key.
    pub products: Option<Span>,
    /// Its `consent` key.
    pub consent: Option<Span>,
    /// Its `create` key.
    pub create: Option<Span>,
}

/// The limits of one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guardrails {
    /// Product disablements; `None`: 30 % of the enabled products when there are 10 or more.
    pub max_disabled: Option<Amount>,
    pub max_linked: u64,
    /// Orgs in which something inside is made or changed.
    pub max_configured: u64,
    pub max_created: u64,
    pub max_consented: u64,
    /// Deactivations.
    pub max_deactivated: u64,
    /// Deletions.
    pub max_deleted: u64,
    /// Orgs in which nothing is taken away, each by any of its names.
    pub protected: BTreeSet<OrgName>,
    /// What to do about orgs that the file doesn't list.
    pub unmanaged: UnmanagedPolicy,
    /// What to do about orgs with a baseline whose inside can't be read.
    pub unread: UnreadPolicy,
    /// What to do about entries that look like one of those.
    pub lookalikes: LookalikePolicy,
}

impl Default for Guardrails {
    /// What holds when the file is silent.
    fn default() -> Self {
        Self {
            max_disabled: None,
            max_linked: 10,
            max_configured: 10,
            max_created: 1,
            max_consented: 1,
            max_deactivated: 0,
            max_deleted: 0,
            protected: BTreeSet::new(),
            unmanaged: UnmanagedPolicy::Warn,
            unread: UnreadPolicy::Warn,
            lookalikes: LookalikePolicy::Fail,
        }
    }
}

/// A number, or a share of a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// A number of products.
    Count(u64),
    /// A percentage, 0 to 100.
    Percent(u64),
}

/// What to do about managed orgs that the file doesn't list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnmanagedPolicy {
    /// Report them in the plan, without a warning.
    Ignore,
    Warn,
    /// Refuse to apply.
    Fail,
}

/// What to do about orgs with a baseline whose inside can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnreadPolicy {
    Warn,
    /// Refuse to apply.
    Fail,
}

/// What to do about an entry without a live org that looks like a managed org which no entry lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LookalikePolicy {
    Warn,
    /// Refuse to apply.
    Fail,
}

impl UnreadPolicy {
    /// The word in the file.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

impl LookalikePolicy {
    /// The word in the file.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}
