//! A snapshot as a desired-state file, such that planning it right away changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Serialize, Serializer};
use serde_yaml::{Commented, FlowSeq, SpaceAfter};

use crate::ids::{Domain, ProductId, Status};
use crate::live::{LiveOrg, LiveStatus, Snapshot};

/// What an editor and a reader see first.
const INTRODUCTION: &str = "\
# yaml-language-server: $schema=./schema/desired-state.schema.json
# Made by `aerialctl import`; `aerialctl plan` right after it shows no change.
";

/// What the file says beside what was read.
#[derive(Debug)]
pub struct Head<'a> {
    /// `account.environment`.
    pub environment: &'a str,
    /// Names that a file gave to products already.
    pub names: &'a BTreeMap<ProductId, String>,
}

/// The file as the serializer writes it: in this order, quoted where YAML would take a text for something else.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ImportedFile<'a> {
    version: u8,
    account: SpaceAfter<ImportedAccount<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    products: Option<SpaceAfter<ImportedNames<'a>>>,
    orgs: Vec<ImportedOrg<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ImportedAccount<'a> {
    id: &'a str,
    environment: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    aerial_org: Option<&'a str>,
}

/// Name, id, and Okta's name beside it; by id.
struct ImportedNames<'a>(Vec<(&'a str, Commented<&'a str>)>);

impl Serialize for ImportedNames<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, id)| (name, id)))
    }
}

/// The org's display name stands beside what it is called by.
#[derive(Serialize)]
struct ImportedOrg<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    domain: Option<Commented<&'a str>>,
    id: Commented<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cell: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
    products: FlowSeq<Vec<&'a str>>,
}

/// The file. Every org is listed with its status and its products; the Aerial org without a status, which is nobody's to
/// change.
///
/// # Errors
/// When the serializer can't write it, which no account is known to cause.
pub fn desired_state(live: &Snapshot, head: &Head<'_>) -> Result<String, serde_yaml::ser::Error> {
    let Snapshot {
        account,
        account_name: _, // a file names the account by its id alone
        subscribed: _,   // only what some org has gets a name
        orgs,
        coverage: _, // `import` reads all of it
    } = live;
    let used: BTreeSet<&ProductId> = orgs
        .iter()
        .filter_map(|org| org.products.as_ref())
        .flat_map(BTreeMap::keys)
        .collect();
    let names = names(live, head.names, &used);
    let titles = live.product_names();
    let named = names.iter().map(|(id, name)| {
        let title = titles.get(*id).map_or("", String::as_str);
        (name.as_str(), beside(id.as_str(), title))
    });
    let file = ImportedFile {
        version: 1,
        account: SpaceAfter(ImportedAccount {
            id: account.as_str(),
            environment: head.environment,
            aerial_org: live
                .aerial_org()
                .map(|org| &org.domain)
                .filter(|domain| is_org_host(domain))
                .map(Domain::as_str),
        }),
        products: (!names.is_empty()).then(|| SpaceAfter(ImportedNames(named.collect()))),
        orgs: orgs.iter().map(|org| entry(org, &names)).collect(),
    };
    let options = serde_yaml::ser_options! {
        compact_list_indent: false,
        prefer_block_scalars: false,
    };
    let text = serde_yaml::to_string_with_options(&file, options)?;
    Ok(format!("{INTRODUCTION}{text}"))
}

/// A value with foreign text behind a `#`, on one line.
fn beside<'a>(value: &'a str, text: &str) -> Commented<&'a str> {
    Commented(value, super::escape::line(text).trim().to_owned())
}

fn is_org_host(domain: &Domain) -> bool {
    domain.is_oktas() && domain.behind_admin_console().is_none()
}

fn entry<'a>(org: &'a LiveOrg, names: &'a BTreeMap<&ProductId, String>) -> ImportedOrg<'a> {
    let LiveOrg {
        id,
        domain,
        display_name,
        cell,
        status,
        aerial_org,
        products,
    } = org;
    // A domain that isn't a host of Okta's can't stand in a file; the id does as well.
    let written = is_org_host(domain);
    let products = products.iter().flat_map(BTreeMap::keys);
    ImportedOrg {
        domain: written.then(|| beside(domain.as_str(), display_name)),
        id: beside(id.as_str(), if written { "" } else { display_name }),
        cell: cell.as_ref().map(|cell| cell.as_str()),
        status: match status {
            LiveStatus::Known(Status::Active) if !aerial_org => Some("active"),
            LiveStatus::Known(Status::Inactive) if !aerial_org => Some("inactive"),
            LiveStatus::Known(_) | LiveStatus::Other(_) => None,
        },
        products: FlowSeq(
            products
                .map(|id| names.get(id).map_or(id.as_str(), String::as_str))
                .collect(),
        ),
    }
}

/// A name for each product that some org has: the file's own, else one made from Okta's.
fn names<'a>(
    live: &'a Snapshot,
    given: &BTreeMap<ProductId, String>,
    used: &BTreeSet<&'a ProductId>,
) -> BTreeMap<&'a ProductId, String> {
    let shown = live.product_names();
    let mut taken: BTreeSet<String> = given.values().cloned().collect();
    let mut names = BTreeMap::new();
    for id in used {
        if !ProductId::looks_like(id.as_str()) {
            // The file knows products by ids of Okta's form alone; this one it can't name.
            continue;
        }
        let name = given.get(*id).cloned().or_else(|| {
            let name = slug(shown.get(*id)?);
            (!name.is_empty() && taken.insert(name.clone())).then_some(name)
        });
        if let Some(name) = name {
            names.insert(*id, name);
        }
    }
    names
}

/// `IT Products - Lifecycle Management with 1 OIN App` as `lifecycle-management-with-1-oin-app`.
fn slug(title: &str) -> String {
    let title = title.strip_prefix("IT Products - ").unwrap_or(title);
    let words: Vec<String> = title
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    words
        .join("-")
        .chars()
        .take(60)
        .collect::<String>()
        .trim_matches('-')
        .to_owned()
}
