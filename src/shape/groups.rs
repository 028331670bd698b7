//! Orgs that say the same side by side, and orgs of one kind in one file.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::account::Shape;
use super::domain_words::{DomainWords, natural};
use crate::ids::{OrgId, Status};
use crate::live::{LiveOrg, Snapshot};

/// Fewer are no group.
const FEWEST: usize = 3;

/// So many words of a list are in a heading.
const HEADING: usize = 8;

/// Orgs that stand together.
#[derive(Debug, PartialEq, Eq)]
pub struct AlikeOrgs<'a> {
    /// What they share; `None` where that isn't worth a line.
    pub heading: Option<String>,
    /// By domain, numbers in it by their value, then id.
    pub orgs: Vec<&'a LiveOrg>,
}

/// How the orgs are spread over files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SplitBy {
    /// By the first word of their labels that most don't have.
    Prefix,
    /// By the first bundle in their lists.
    Bundle,
}

/// The file of what goes nowhere else.
const OTHERS: &str = "other";

/// A folder with more files is worse than a file with more orgs.
const MOST_FILES: usize = 200;

/// The orgs in groups, the largest first: those with the same list, then those that are alike to nobody, then the inactive ones.
#[must_use]
pub fn groups<'a>(orgs: &[&'a LiveOrg], shape: &Shape) -> Vec<AlikeOrgs<'a>> {
    let mut alike: BTreeMap<&[String], Vec<&LiveOrg>> = BTreeMap::new();
    let (mut inactive, mut alone) = (Vec::new(), Vec::new());
    for org in orgs {
        match shape.list(org) {
            _ if org.status.is(Status::Inactive) => inactive.push(*org),
            Some(list) => alike.entry(list).or_default().push(org),
            None => alone.push(*org),
        }
    }
    let (many, few): (Vec<_>, Vec<_>) = alike
        .into_iter()
        .partition(|(_, orgs)| orgs.len() >= FEWEST);
    alone.extend(few.into_iter().flat_map(|(_, orgs)| orgs));
    let mut found: Vec<(String, Vec<&LiveOrg>)> = many
        .into_iter()
        .map(|(list, orgs)| (heading(list), orgs))
        .collect();
    found.sort_by_key(|(_, orgs)| Reverse(orgs.len()));
    let lists: BTreeSet<Option<&[String]>> = alone.iter().map(|org| shape.list(org)).collect();
    let own = if lists.len() == alone.len() {
        "each with products of its own"
    } else {
        "with products that few others have"
    };
    found.push((own.to_owned(), alone));
    found.push(("inactive".to_owned(), inactive));
    found.retain(|(_, orgs)| !orgs.is_empty());
    let shown = found.len() > 1 && found.iter().any(|(_, orgs)| orgs.len() >= FEWEST);
    if !shown {
        let mut orgs = orgs.to_vec();
        sort(&mut orgs);
        return vec![AlikeOrgs {
            heading: None,
            orgs,
        }];
    }
    let groups = found.into_iter().map(|(heading, mut orgs)| {
        sort(&mut orgs);
        AlikeOrgs {
            heading: Some(heading),
            orgs,
        }
    });
    groups.collect()
}

fn sort(orgs: &mut [&LiveOrg]) {
    orgs.sort_by_cached_key(|org| (natural(org.domain.as_str()), org.id.clone()));
}

fn heading(list: &[String]) -> String {
    if list.is_empty() {
        return "no products".to_owned();
    }
    let words: Vec<&str> = list.iter().take(HEADING).map(String::as_str).collect();
    let more = match list.len() - words.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{more}", words.join(", "))
}

/// The orgs by the name of the file that they go to.
#[must_use]
pub fn split<'a>(
    live: &'a Snapshot,
    shape: &Shape,
    by: SplitBy,
) -> BTreeMap<String, Vec<&'a LiveOrg>> {
    let keys = match by {
        SplitBy::Prefix => prefixes(&live.orgs),
        SplitBy::Bundle => {
            let bundles: BTreeSet<&str> = shape
                .bundles
                .iter()
                .map(|bundle| bundle.name.as_str())
                .collect();
            let first = |org: &LiveOrg| {
                let list = shape.list(org)?.iter();
                let mut bundles = list.filter(|word| bundles.contains(word.as_str()));
                bundles.next().cloned()
            };
            let orgs = live.orgs.iter();
            orgs.filter_map(|org| Some((&org.id, first(org)?)))
                .collect()
        }
    };
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for key in keys.values() {
        *counts.entry(key).or_default() += 1;
    }
    let mut counts: Vec<_> = counts
        .into_iter()
        .filter(|(_, orgs)| *orgs >= FEWEST)
        .collect();
    counts.sort_by_key(|(key, orgs)| (Reverse(*orgs), *key));
    let files: BTreeSet<&str> = counts
        .into_iter()
        .take(MOST_FILES)
        .map(|(key, _)| key)
        .collect();
    let mut split: BTreeMap<String, Vec<&LiveOrg>> = BTreeMap::new();
    for org in &live.orgs {
        let key = keys.get(&org.id).map(String::as_str);
        let key = key.filter(|key| files.contains(key)).unwrap_or(OTHERS);
        split.entry(key.to_owned()).or_default().push(org);
    }
    split
}

/// The first word of each label, the next one where half of all begin with the same.
fn prefixes(orgs: &[LiveOrg]) -> BTreeMap<&OrgId, String> {
    let labels: Vec<(&OrgId, DomainWords<'_>)> = orgs
        .iter()
        .map(|org| (&org.id, DomainWords::of(&org.domain)))
        .collect();
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, label) in &labels {
        if let Some(word) = label.words().first() {
            *first.entry(word).or_default() += 1;
        }
    }
    let common = first
        .into_iter()
        .find(|(_, count)| count * 2 >= labels.len());
    let common = common.map(|(word, _)| word);
    let own = |label: &DomainWords<'_>| {
        let words = label.words();
        let at = usize::from(words.first().copied() == common);
        words.get(at).map(|word| (*word).to_owned())
    };
    let keyed = labels.iter();
    keyed
        .filter_map(|(id, label)| Some((*id, own(label)?)))
        .collect()
}
