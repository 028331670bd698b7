//! The emulated account as data: what a seed file says, and what is kept between runs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ids::okta_id;
use super::inside::Inside;
use super::needs::{Need, missing};
use super::switches::Switches;
use super::system_log::SystemLog;

/// An account, and everything around it that its rules need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct State {
    pub account: EmulatedAccount,
    /// The products that the account's contract includes.
    #[serde(default)]
    pub products: Vec<Product>,
    /// Products that exist and aren't subscribed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unsubscribed: Vec<Product>,
    /// What each product needs beside it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub dependencies: BTreeMap<String, Vec<Need>>,
    /// All orgs that the account could meet, linked or not.
    pub orgs: Vec<Org>,
    /// Org groups by id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub groups: BTreeMap<String, OrgGroup>,
    /// The templates of request conditions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub templates: Vec<ConditionTemplate>,
    /// Subdomains that Okta keeps for itself.
    #[serde(default = "reserved", skip_serializing_if = "is_usual_reserve")]
    pub reserved_subdomains: Vec<String>,
    /// Subdomains that another request for a new org holds at the moment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locked_subdomains: Vec<String>,
    /// The service apps that may ask for tokens; none: every well-formed assertion gets one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clients: Vec<EmulatedClient>,
    /// How to behave where Okta's documents are silent.
    #[serde(default)]
    pub switches: Switches,
    /// What has happened.
    #[serde(default, skip_serializing_if = "SystemLog::is_empty")]
    pub log: SystemLog,
}

pub(super) fn reserved() -> Vec<String> {
    ["admin", "api", "login", "www"].map(str::to_owned).into()
}

fn is_usual_reserve(subdomains: &Vec<String>) -> bool {
    *subdomains == reserved()
}

/// A group of orgs; a seed may give the ids of its orgs alone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "OrgGroupSeed", rename_all = "camelCase")]
pub struct OrgGroup {
    /// Up to 255 characters.
    pub name: String,
    /// Up to 1000 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The ids of its orgs.
    pub orgs: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OrgGroupSeed {
    Orgs(Vec<String>),
    Whole(WholeOrgGroup),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct WholeOrgGroup {
    name: String,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    orgs: Vec<String>,
}

impl From<OrgGroupSeed> for OrgGroup {
    fn from(seed: OrgGroupSeed) -> Self {
        match seed {
            OrgGroupSeed::Orgs(orgs) => Self {
                name: "Org group".to_owned(),
                description: None,
                orgs,
            },
            OrgGroupSeed::Whole(WholeOrgGroup {
                name,
                description,
                orgs,
            }) => Self {
                name,
                description,
                orgs,
            },
        }
    }
}

/// A template of a condition under which access may be requested, as Okta Identity Governance has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConditionTemplate {
    pub id: String,
    #[serde(default)]
    pub resources: Vec<serde_json::Value>,
    /// `APPLIED`, `APPLYING`, `ERROR`, `NOT_APPLIED`, `REMOVING` or `APPLIED_WITH_CHANGES`.
    #[serde(default = "not_applied")]
    pub apply_status: String,
    #[serde(default)]
    pub request_condition: serde_json::Map<String, serde_json::Value>,
}

fn not_applied() -> String {
    "NOT_APPLIED".to_owned()
}

/// A service app in the Aerial org, or in an org of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EmulatedClient {
    /// Its client id.
    pub id: String,
    /// Its public keys as JWKs, each with a `kid`.
    pub keys: Vec<serde_json::Value>,
    /// The scopes that a super admin granted to it.
    #[serde(default = "all_scopes")]
    pub scopes: Vec<String>,
    /// Whether its tokens are bound to a DPoP key.
    #[serde(default, skip_serializing_if = "is_false")]
    pub dpop: bool,
}

fn all_scopes() -> Vec<String> {
    vec![
        "okta.accounts.read".to_owned(),
        "okta.accounts.manage".to_owned(),
        "okta.logs.read".to_owned(),
    ]
}

/// The Aerial account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EmulatedAccount {
    pub id: String,
    #[serde(default = "default_name")]
    pub name: String,
    /// Whether it is in the sandbox: OP3 cells only, and orgs can be deleted.
    #[serde(default)]
    pub sandbox: bool,
}

fn default_name() -> String {
    "Emulated account".to_owned()
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    pub id: String,
    pub name: String,
}

/// An org.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact about the org that a rule asks for"
)]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Org {
    pub domain: String,
    /// Its id; made from the domain where a seed gives none.
    #[serde(default)]
    pub id: String,
    /// Its name; its subdomain where a seed gives none.
    #[serde(default)]
    pub name: String,
    #[serde(default = "default_cell")]
    pub cell: String,
    /// `ACTIVE` or `INACTIVE`.
    #[serde(default = "default_status")]
    pub status: String,
    /// Whether it is the account's Aerial org.
    #[serde(default, skip_serializing_if = "is_false")]
    pub aerial_org: bool,
    /// Whether it is linked to the account.
    #[serde(default = "yes")]
    pub linked: bool,
    /// Whether it belongs to the customer's contract.
    #[serde(default = "yes")]
    pub associated: bool,
    /// Whether its super admin has consented; a child's consent is its parent's.
    #[serde(default = "yes")]
    pub consent: bool,
    /// Whether another Aerial account manages it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub other_account: bool,
    /// The domain of the org that it was created from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// The ids of its enabled products.
    #[serde(default)]
    pub products: Vec<String>,
    /// When it was linked, RFC 3339: the date that Okta shows as created.
    #[serde(default = "default_created")]
    pub created_date: String,
    /// Who linked it.
    #[serde(default = "default_admin", skip_serializing_if = "is_default_admin")]
    pub created_by: String,
    /// When it was made by the Org Creator, RFC 3339; it answers nothing for a while after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_at: Option<String>,
    /// Whether it may create orgs.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub org_creator: bool,
    /// Whether it has Aerial's consent endpoints; otherwise they answer 405.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub aerial_feature: bool,
    /// The other Aerial account that it has consented to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consents_to: Option<String>,
    /// When it consented, RFC 3339; absent: when it was linked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent_date: Option<String>,
    /// The SSWS tokens of its own API; with none and no clients, it takes what the account takes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub api_tokens: Vec<String>,
    /// Its own service apps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clients: Vec<EmulatedClient>,
    /// What is in it; absent: what every org begins with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inside: Option<Box<Inside>>,
    /// Whether its deletion was requested.
    #[serde(default, skip_serializing_if = "is_false")]
    pub deletion_requested: bool,
}

fn default_cell() -> String {
    "ok1".to_owned()
}

fn default_status() -> String {
    "ACTIVE".to_owned()
}

pub(super) fn default_created() -> String {
    "2023-12-08T20:15:18.000Z".to_owned()
}

/// Who does what nobody is named for: a user id in the shape of Okta's.
pub(super) const ADMIN: &str = "00uabcdefg1234567890";

fn default_admin() -> String {
    ADMIN.to_owned()
}

fn is_default_admin(admin: &str) -> bool {
    admin == ADMIN
}

fn yes() -> bool {
    true
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn is_true(flag: &bool) -> bool {
    *flag
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn is_false(flag: &bool) -> bool {
    !*flag
}

impl State {
    /// Fills in what a seed may leave out, in a way that gives the same ids each time.
    pub fn complete(&mut self) {
        self.log.complete();
        for org in &mut self.orgs {
            org.domain = org.domain.to_lowercase();
            org.cell = org.cell.to_lowercase();
            org.status = org.status.to_uppercase();
            if org.id.is_empty() {
                org.id = org_id(&org.domain);
            }
            if org.name.is_empty() {
                org.name = subdomain(&org.domain).to_owned();
            }
            org.products.sort();
            org.products.dedup();
            let began = org.began();
            if let Some(inside) = &mut org.inside {
                inside.complete(&org.domain, &org.id, &org.name, &began);
            }
        }
    }

    /// A product of an org that isn't there with what it needs.
    fn lack(&self, org: &Org) -> Option<String> {
        let has = |id: &str| org.products.iter().any(|product| product == id);
        let (product, lacking) = missing(&self.dependencies, has)?;
        Some(format!(
            "{} has {product} without {lacking}, which `dependencies` says it needs",
            org.domain
        ))
    }

    /// What is wrong with it, if anything.
    #[must_use]
    pub fn problem(&self) -> Option<String> {
        let mut ids = std::collections::BTreeSet::new();
        let mut domains = std::collections::BTreeSet::new();
        for org in &self.orgs {
            if !ids.insert(&org.id) || !domains.insert(&org.domain) {
                return Some(format!("the org {} stands in it twice", org.domain));
            }
            if !matches!(org.status.as_str(), "ACTIVE" | "INACTIVE") {
                return Some(format!(
                    "the status of {} is neither ACTIVE nor INACTIVE",
                    org.domain
                ));
            }
            if let Some(lack) = self.lack(org) {
                return Some(lack);
            }
            if org.linked && org.other_account {
                return Some(format!(
                    "{} is linked to this account and to another one",
                    org.domain
                ));
            }
        }
        None
    }
}

/// The first label of a domain.
pub(super) fn subdomain(domain: &str) -> &str {
    domain.split('.').next().unwrap_or(domain)
}

/// An id in the shape of Okta's for an org, always the same for the same domain.
pub(super) fn org_id(domain: &str) -> String {
    okta_id("00o", domain)
}
