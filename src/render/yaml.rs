//! A snapshot as a desired-state file, such that planning it right away changes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::ids::Status;
use crate::ids::{Domain, ProductId};
use crate::live::{LiveOrg, LiveStatus, Snapshot};

/// What the file says beside what was read.
#[derive(Debug)]
pub struct Head<'a> {
    /// `account.environment`.
    pub environment: &'a str,
    /// Names that a file gave to products already.
    pub names: &'a BTreeMap<ProductId, String>,
}

/// The file. Every org is listed with its status and its products; the Aerial org without a status, which is nobody's to
/// change.
#[must_use]
pub fn desired_state(live: &Snapshot, head: &Head<'_>) -> String {
    let used: BTreeSet<&ProductId> = live
        .orgs
        .iter()
        .filter_map(|org| org.products.as_ref())
        .flat_map(BTreeMap::keys)
        .collect();
    let names = names(live, head.names, &used);
    let mut text = "# yaml-language-server: $schema=./schema/desired-state.schema.json\n# Made by `aerialctl import`; `aerialctl plan` right after it shows no change.\nversion: 1\naccount:\n".to_owned();
    // Writing to a string can't fail.
    _ = writeln!(text, "  id: {}", quoted(live.account.as_str()));
    _ = writeln!(text, "  environment: {}", quoted(head.environment));
    if let Some(org) = live.aerial_org() {
        _ = writeln!(text, "  aerialOrg: {}", quoted(org.domain.as_str()));
    }
    if !names.is_empty() {
        text.push_str("\nproducts:\n");
        let shown = live.product_names();
        for (id, name) in &names {
            let title = shown
                .get(*id)
                .map(|title| comment(title))
                .unwrap_or_default();
            _ = writeln!(text, "  {name}: {id}{title}");
        }
    }
    text.push_str("\norgs:\n");
    for org in &live.orgs {
        entry(&mut text, org, &names);
    }
    text
}

fn entry(text: &mut String, org: &LiveOrg, names: &BTreeMap<&ProductId, String>) {
    // A domain that isn't a host name can't be written as one; the id does as well.
    let domain = Domain::parse(org.domain.as_str())
        .is_ok_and(|domain| domain.behind_admin_console().is_none());
    if domain {
        _ = writeln!(
            text,
            "  - domain: {}{}",
            quoted(org.domain.as_str()),
            comment(&org.display_name)
        );
        _ = writeln!(text, "    id: {}", quoted(org.id.as_str()));
    } else {
        _ = writeln!(
            text,
            "  - id: {}{}",
            quoted(org.id.as_str()),
            comment(&org.display_name)
        );
    }
    if let Some(cell) = &org.cell {
        _ = writeln!(text, "    cell: {}", quoted(cell.as_str()));
    }
    match &org.status {
        LiveStatus::Known(Status::Active) if !org.aerial_org => {
            text.push_str("    status: active\n");
        }
        LiveStatus::Known(Status::Inactive) if !org.aerial_org => {
            text.push_str("    status: inactive\n");
        }
        LiveStatus::Known(_) | LiveStatus::Other(_) => {}
    }
    let products: Vec<&str> = org
        .products
        .iter()
        .flat_map(BTreeMap::keys)
        .map(|id| names.get(id).map_or(id.as_str(), String::as_str))
        .collect();
    _ = writeln!(text, "    products: [{}]", products.join(", "));
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

/// A scalar that is read back as the same text: quoted where YAML could take it for something else.
fn quoted(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.len() > 5
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'));
    if plain {
        text.to_owned()
    } else {
        serde_json::Value::from(text).to_string()
    }
}

/// Foreign text behind a `#`, on one line.
fn comment(text: &str) -> String {
    let line = super::escape::line(text);
    if line.trim().is_empty() {
        String::new()
    } else {
        format!(" # {}", line.trim())
    }
}
