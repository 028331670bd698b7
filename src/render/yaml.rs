//! A snapshot as a desired-state file, such that planning it right away changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Serialize, Serializer};
use serde_yaml::{Commented, FlowSeq, SpaceAfter};

use crate::ids::{Domain, OrgId, ProductId, Status};
use crate::live::{LiveOrg, LiveStatus, Snapshot};

/// What the file says beside what was read.
#[derive(Debug)]
pub struct Head<'a> {
    /// Where editors find the schema.
    pub schema: &'a str,
    /// `account.environment`.
    pub environment: &'a str,
    pub kept: &'a KeptOfFile,
}

/// What a file that there was says and the new one is to say as well.
#[derive(Debug, Default)]
pub struct KeptOfFile {
    /// Names that it gave to products.
    pub names: BTreeMap<ProductId, String>,
    /// Words that mean something in it, these names included.
    pub taken: BTreeSet<String>,
    /// Products that are handled elsewhere: they aren't listed.
    pub ignored: BTreeSet<ProductId>,
    /// `enforce` of the orgs that have their own.
    pub enforce: BTreeMap<OrgId, &'static str>,
    /// Orgs whose entry has no `status`, and leaves it alone.
    pub without_status: BTreeSet<OrgId>,
    /// `products` of the orgs whose entry still says of them what is true: the words of the list; `None` where there is no list.
    pub lists: BTreeMap<OrgId, Option<Vec<String>>>,
    /// `baseline` of the orgs that have their own.
    pub baseline: BTreeMap<OrgId, String>,
}

/// Entries for another file: the lines of its `orgs`, and names that it has yet to declare.
#[derive(Debug)]
pub struct Entries {
    pub orgs: String,
    /// Each with its product's id.
    pub names: Vec<(String, String)>,
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
struct OrgsAlone<'a> {
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
    #[serde(skip_serializing_if = "Option::is_none")]
    enforce: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    products: Option<FlowSeq<Vec<&'a str>>>,
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
        insides: _,  // `import` writes no baselines
        coverage: _, // `import` reads all of it
        resolved: _, // what isn't linked is in no list
    } = live;
    let names = names(live, head.kept);
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
        orgs: orgs
            .iter()
            .map(|org| entry(org, &names, head.kept))
            .collect(),
    };
    let text = written(&file)?;
    let introduction = format!(
        "# yaml-language-server: $schema={}\n# Made by `aerialctl import`; `aerialctl plan` right after it shows no change.\n",
        head.schema
    );
    Ok(introduction + &text)
}

/// The same orgs for a file that has all else. With `naming`, products that it has no name for get one.
///
/// # Errors
/// As [`desired_state`].
pub fn entries(
    live: &Snapshot,
    kept: &KeptOfFile,
    naming: bool,
) -> Result<Entries, serde_yaml::ser::Error> {
    let mut names = names(live, kept);
    if !naming {
        names.retain(|id, _| kept.names.contains_key(*id));
    }
    let orgs = live.orgs.iter().map(|org| entry(org, &names, kept));
    Ok(Entries {
        orgs: written(&OrgsAlone {
            orgs: orgs.collect(),
        })?,
        names: names
            .iter()
            .filter(|(id, _)| !kept.names.contains_key(**id))
            .map(|(id, name)| (name.clone(), id.to_string()))
            .collect(),
    })
}

fn written(file: &impl Serialize) -> Result<String, serde_yaml::ser::Error> {
    let options = serde_yaml::ser_options! {
        compact_list_indent: false,
        prefer_block_scalars: false,
    };
    serde_yaml::to_string_with_options(file, options)
}

/// A value with foreign text behind a `#`, on one line.
fn beside<'a>(value: &'a str, text: &str) -> Commented<&'a str> {
    Commented(value, super::escape::line(text).trim().to_owned())
}

fn is_org_host(domain: &Domain) -> bool {
    domain.is_oktas() && domain.behind_admin_console().is_none()
}

fn entry<'a>(
    org: &'a LiveOrg,
    names: &'a BTreeMap<&ProductId, String>,
    kept: &'a KeptOfFile,
) -> ImportedOrg<'a> {
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
    let as_it_is = || {
        let products = products.iter().flat_map(BTreeMap::keys);
        products
            .filter(|id| !kept.ignored.contains(id))
            .map(|id| names.get(id).map_or(id.as_str(), String::as_str))
            .collect()
    };
    ImportedOrg {
        domain: written.then(|| beside(domain.as_str(), display_name)),
        id: beside(id.as_str(), if written { "" } else { display_name }),
        cell: cell.as_ref().map(|cell| cell.as_str()),
        status: match status {
            _ if kept.without_status.contains(id) => None,
            LiveStatus::Known(Status::Active) if !aerial_org => Some("active"),
            LiveStatus::Known(Status::Inactive) if !aerial_org => Some("inactive"),
            LiveStatus::Known(_) | LiveStatus::Other(_) => None,
        },
        enforce: kept.enforce.get(id).copied(),
        baseline: kept.baseline.get(id).map(String::as_str),
        products: match kept.lists.get(id) {
            Some(words) => words
                .as_ref()
                .map(|words| words.iter().map(String::as_str).collect()),
            None => Some(as_it_is()),
        }
        .map(FlowSeq),
    }
}

/// A name for each product that some org lists: the file's own, else one made from Okta's.
fn names<'a>(live: &'a Snapshot, kept: &KeptOfFile) -> BTreeMap<&'a ProductId, String> {
    let written = live
        .orgs
        .iter()
        .filter(|org| !kept.lists.contains_key(&org.id));
    let products = written.filter_map(|org| org.products.as_ref());
    let used: BTreeSet<&ProductId> = products
        .flat_map(BTreeMap::keys)
        .filter(|id| !kept.ignored.contains(id))
        .collect();
    let shown = live.product_names();
    let mut taken = kept.taken.clone();
    let mut names = BTreeMap::new();
    for id in used {
        if !ProductId::looks_like(id.as_str()) {
            // The file knows products by ids of Okta's form alone; this one it can't name.
            continue;
        }
        let name = kept.names.get(id).cloned().or_else(|| {
            let name = slug(shown.get(id)?);
            (!name.is_empty() && taken.insert(name.clone())).then_some(name)
        });
        if let Some(name) = name {
            names.insert(id, name);
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
