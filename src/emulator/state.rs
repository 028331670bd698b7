//! The emulated account as data: what a seed file says, and what is kept between runs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

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
    pub dependencies: BTreeMap<String, Vec<String>>,
    /// All orgs that the account could meet, linked or not.
    pub orgs: Vec<Org>,
    /// Org groups by id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub groups: BTreeMap<String, Vec<String>>,
    /// The service apps that may ask for tokens; none: every well-formed assertion gets one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clients: Vec<EmulatedClient>,
    /// How to behave where Okta's documents are silent.
    #[serde(default)]
    pub switches: Switches,
}

/// A service app in the Aerial org.
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
    /// When it was created, RFC 3339.
    #[serde(default = "default_created")]
    pub created_date: String,
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

fn default_created() -> String {
    "2023-12-08T20:15:18.000Z".to_owned()
}

fn yes() -> bool {
    true
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn is_false(flag: &bool) -> bool {
    !*flag
}

/// The readings of what Okta doesn't document. The defaults are the cautious ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one independent reading of the documents"
)]
pub struct Switches {
    /// The status for an org that isn't managed, where the documents list none: 404, 403 or 400.
    pub unknown_org: u16,
    /// The status for a link of an org that is linked already: 400, 409 or 200.
    pub linked_again: u16,
    /// Whether `POST /orgs` needs a cell.
    pub cell_required: bool,
    /// Whether a refused product update has been carried out in part.
    pub partial_updates: bool,
    /// Whether a product update to nothing is accepted.
    pub empty_products: bool,
    /// Whether the same product may stand twice in an update.
    pub duplicate_products: bool,
    /// Whether products of an inactive org may be changed.
    pub products_on_inactive: bool,
    /// How many reads after a product update still show the products before it.
    pub settle_reads: u32,
    /// How pages are linked: `absolute`, `relative` or `joined` (one header).
    pub link_style: LinkStyle,
    /// Whether filters are evaluated; otherwise they get 400 `E0000031`.
    pub filters: bool,
    /// Requests in each window; 0 sends no rate-limit headers.
    pub rate_limit: u64,
    /// How long a window lasts.
    pub rate_window_seconds: u64,
    /// How long each answer takes, in milliseconds.
    pub latency_ms: u64,
    /// Whether DPoP proofs of API calls need the nonce as well.
    pub resource_nonce: bool,
    /// Whether errors have Okta's body; otherwise a web page.
    pub error_bodies: bool,
}

/// How pages are linked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LinkStyle {
    /// A header for each relation, with whole URLs.
    Absolute,
    /// A header for each relation, with paths.
    Relative,
    /// One header with all relations.
    Joined,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            unknown_org: 404,
            linked_again: 400,
            cell_required: true,
            partial_updates: false,
            empty_products: true,
            duplicate_products: false,
            products_on_inactive: false,
            settle_reads: 0,
            link_style: LinkStyle::Absolute,
            filters: true,
            rate_limit: 12_000,
            rate_window_seconds: 60,
            latency_ms: 0,
            resource_nonce: false,
            error_bodies: true,
        }
    }
}

impl State {
    /// Fills in what a seed may leave out, in a way that gives the same ids each time.
    pub fn complete(&mut self) {
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
        }
    }

    /// A product of an org that isn't there with what it needs.
    fn lack(&self, org: &Org) -> Option<String> {
        let has = |id: &String| org.products.contains(id);
        let mut needs = self.dependencies.iter().filter(|(product, _)| has(product));
        needs.find_map(|(product, needed)| {
            let lacking = needed.iter().find(|needed| !has(needed))?;
            Some(format!(
                "{} has {product} without {lacking}, which `dependencies` says it needs",
                org.domain
            ))
        })
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
    use sha2::{Digest as _, Sha256};
    const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let hash = Sha256::digest(domain.as_bytes());
    let tail: String = hash
        .iter()
        .take(15)
        .filter_map(|byte| ALPHABET.get(usize::from(*byte) % ALPHABET.len()))
        .map(|byte| char::from(*byte))
        .collect();
    format!("00o{tail}g4")
}
