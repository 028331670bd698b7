//! A snapshot as a desired-state file, such that planning it right away changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Serialize, Serializer};
use serde_yaml::{Commented, FlowSeq, SpaceAfter};

use crate::ids::{Domain, OrgId, Status};
use crate::live::{LiveOrg, LiveStatus, Snapshot};
use crate::shape::{AlikeOrgs, Bundle, Given, Shape, SplitBy, groups, shape, split};

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
    /// Its words.
    pub given: Given,
    /// `enforce` of the orgs that have their own.
    pub enforce: BTreeMap<OrgId, &'static str>,
    /// Orgs whose entry has no `status`, and leaves it alone.
    pub without_status: BTreeSet<OrgId>,
    /// `baseline` of the orgs that have their own.
    pub baseline: BTreeMap<OrgId, String>,
    /// `owner` and `note` of the orgs whose entry says one of them.
    pub told: BTreeMap<OrgId, (Option<String>, Option<String>)>,
}

/// Entries for another file: the lines of its `orgs`, and what it has yet to declare.
#[derive(Debug)]
pub struct Entries {
    pub orgs: String,
    /// Each with its product's id.
    pub names: Vec<(String, String)>,
    /// The lines of a key `bundles`; empty where there are none to declare.
    pub bundles: String,
}

/// What stands before the orgs, as the serializer writes it: in this order, quoted where YAML would take a text for something
/// else.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ImportedRules<'a> {
    version: u8,
    account: SpaceAfter<ImportedAccount<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    products: Option<SpaceAfter<ImportedNames<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bundles: Option<SpaceAfter<ImportedBundles<'a>>>,
}

#[derive(Serialize)]
struct BundlesAlone<'a> {
    bundles: ImportedBundles<'a>,
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

/// Names and what is in them.
struct ImportedBundles<'a>(&'a [Bundle]);

impl Serialize for ImportedBundles<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let all = self.0.iter();
        serializer.collect_map(all.map(|bundle| (&bundle.name, FlowSeq(&bundle.words))))
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
    owner: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    products: Option<FlowSeq<Vec<&'a str>>>,
}

/// The file. Every org is listed with its status and its products; the Aerial org without a status, which is nobody's to
/// change.
///
/// # Errors
/// When the serializer can't write it, which no account is known to cause.
pub fn desired_state(live: &Snapshot, head: &Head<'_>) -> Result<String, serde_yaml::ser::Error> {
    let shape = shape(live, &head.kept.given);
    let all: Vec<&LiveOrg> = live.orgs.iter().collect();
    Ok(introduction(head.schema) + &rules(live, head, &shape)? + &orgs(&all, &shape, head.kept)?)
}

/// The same as a folder, by the paths of its files: what holds for all orgs directly in it, the orgs below.
///
/// # Errors
/// As [`desired_state`].
pub fn folder(
    live: &Snapshot,
    head: &Head<'_>,
    by: SplitBy,
) -> Result<BTreeMap<String, String>, serde_yaml::ser::Error> {
    let shape = shape(live, &head.kept.given);
    let rules = rules(live, head, &shape)?;
    let rules = format!("{}{}\n", introduction(head.schema), rules.trim_end());
    let mut files = BTreeMap::from([("account.yaml".to_owned(), rules)]);
    for (name, some) in split(live, &shape, by) {
        let text = introduction(head.schema) + &orgs(&some, &shape, head.kept)?;
        files.insert(format!("orgs/{name}.yaml"), text);
    }
    if live.orgs.is_empty() {
        let text = introduction(head.schema) + &orgs(&[], &shape, head.kept)?;
        files.insert("orgs/other.yaml".to_owned(), text);
    }
    Ok(files)
}

/// The same orgs for a file that has all else.
///
/// # Errors
/// As [`desired_state`].
pub fn entries(live: &Snapshot, kept: &KeptOfFile) -> Result<Entries, serde_yaml::ser::Error> {
    let shape = shape(live, &kept.given);
    let all: Vec<&LiveOrg> = live.orgs.iter().collect();
    let bundles = if shape.bundles.is_empty() {
        String::new()
    } else {
        written(&BundlesAlone {
            bundles: ImportedBundles(&shape.bundles),
        })?
    };
    Ok(Entries {
        orgs: orgs(&all, &shape, kept)?,
        names: shape
            .names
            .iter()
            .filter(|(id, _)| !kept.given.names.contains_key(*id))
            .map(|(id, name)| (name.clone(), id.to_string()))
            .collect(),
        bundles,
    })
}

/// One org under a key `orgs` of its own.
pub(super) fn alone(
    org: &LiveOrg,
    shape: &Shape,
    kept: &KeptOfFile,
) -> Result<String, serde_yaml::ser::Error> {
    written(&OrgsAlone {
        orgs: vec![entry(org, shape, kept)],
    })
}

fn introduction(schema: &str) -> String {
    format!(
        "# yaml-language-server: $schema={schema}\n# Made by `aerialctl import`; `aerialctl plan` right after it shows no change.\n"
    )
}

/// What holds for all orgs, with an empty line behind it.
fn rules(
    live: &Snapshot,
    head: &Head<'_>,
    shape: &Shape,
) -> Result<String, serde_yaml::ser::Error> {
    let Snapshot {
        account,
        account_name: _, // a file names the account by its id alone
        subscribed: _,   // in the shape
        orgs: _,         // below
        insides: _,      // `import` writes no baselines
        coverage: _,     // `import` reads all of it
        resolved: _,     // what isn't linked is in no list
        surroundings: _, // the format has no key for it
        remembered: _,   // `import` remembers nothing
    } = live;
    let titles = live.product_names();
    let named = shape.names.iter().map(|(id, name)| {
        let title = titles.get(id).map_or("", String::as_str);
        (name.as_str(), beside(id.as_str(), title))
    });
    let names = (!shape.names.is_empty()).then(|| SpaceAfter(ImportedNames(named.collect())));
    let bundles = ImportedBundles(&shape.bundles);
    written(&ImportedRules {
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
        products: names,
        bundles: (!shape.bundles.is_empty()).then_some(SpaceAfter(bundles)),
    })
}

/// The key `orgs` with what is under it: orgs that share something side by side, under a line that says what.
fn orgs(
    orgs: &[&LiveOrg],
    shape: &Shape,
    kept: &KeptOfFile,
) -> Result<String, serde_yaml::ser::Error> {
    let mut text = String::new();
    for AlikeOrgs { heading, orgs } in groups(orgs, shape) {
        let orgs = orgs.into_iter().map(|org| entry(org, shape, kept));
        let some = written(&OrgsAlone {
            orgs: orgs.collect(),
        })?;
        let Some(heading) = heading else {
            return Ok(some);
        };
        let entries = some.strip_prefix("orgs:\n").unwrap_or(&some);
        let (key, space) = if text.is_empty() {
            ("orgs:\n", "")
        } else {
            ("", "\n")
        };
        text = text + key + space + "  # " + &heading + "\n" + entries;
    }
    Ok(text)
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
    let words: Vec<&str> = text.split_whitespace().collect();
    Commented(value, super::escape::line(&words.join(" ")))
}

/// Whether a name says anything that the domain doesn't: `Acme EMEA` of `acme-emea.okta.com` doesn't.
fn says_more(name: &str, domain: &Domain) -> bool {
    let letters = |text: &str| -> String {
        let letters = text.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let name = letters(name);
    let label = domain.as_str().split('.').next().unwrap_or_default();
    name != letters(label) && name != letters(domain.as_str())
}

fn is_org_host(domain: &Domain) -> bool {
    domain.is_oktas() && domain.behind_admin_console().is_none()
}

fn entry<'a>(org: &'a LiveOrg, shape: &'a Shape, kept: &'a KeptOfFile) -> ImportedOrg<'a> {
    let LiveOrg {
        id,
        domain,
        display_name,
        cell,
        status,
        aerial_org,
        products: _, // in the shape
    } = org;
    // A domain that isn't a host of Okta's can't stand in a file; the id does as well.
    let written = is_org_host(domain);
    let told = kept.told.get(id);
    let name = if says_more(display_name, domain) {
        display_name
    } else {
        ""
    };
    // What stands there by its id is known to people by its domain.
    let named = match (written, name) {
        (true, _) => String::new(),
        (false, "") => domain.to_string(),
        (false, name) => format!("{domain} {name}"),
    };
    ImportedOrg {
        domain: written.then(|| beside(domain.as_str(), name)),
        id: beside(id.as_str(), &named),
        cell: cell.as_ref().map(|cell| cell.as_str()),
        status: match status {
            _ if kept.without_status.contains(id) => None,
            LiveStatus::Known(Status::Active) if !aerial_org => Some("active"),
            LiveStatus::Known(Status::Inactive) if !aerial_org => Some("inactive"),
            LiveStatus::Known(_) | LiveStatus::Other(_) => None,
        },
        enforce: kept.enforce.get(id).copied(),
        baseline: kept.baseline.get(id).map(String::as_str),
        owner: told.and_then(|(owner, _)| owner.as_deref()),
        note: told.and_then(|(_, note)| note.as_deref()),
        products: shape
            .list(org)
            .map(|words| FlowSeq(words.iter().map(String::as_str).collect())),
    }
}
