//! What a bundle is called: after what its orgs have in common, else after what is in it.

use std::collections::{BTreeMap, BTreeSet};

use super::domain_words::DomainWords;
use crate::ids::ProductId;

/// The name of what nearly all orgs have.
const COMMON: &str = "base";

/// A name that is made of several is no longer than this, in characters.
const LONGEST: usize = 24;

/// A bundle and who uses it.
pub(super) struct Unnamed<'a> {
    pub(super) products: &'a BTreeSet<ProductId>,
    /// How many orgs have all of them.
    pub(super) having: usize,
    /// The domains' labels of the orgs whose lists use it.
    pub(super) users: Vec<&'a DomainWords<'a>>,
}

/// What is around the bundles.
pub(super) struct Surroundings<'a> {
    /// The labels of all orgs that have products.
    pub(super) all: &'a [DomainWords<'a>],
    pub(super) names: &'a BTreeMap<ProductId, String>,
    /// How many orgs have each product.
    pub(super) spread: &'a BTreeMap<&'a ProductId, usize>,
}

/// Nine in ten.
fn nearly(part: usize, whole: usize) -> bool {
    whole > 0 && part * 10 >= whole * 9
}

/// A name that nothing else has.
pub(super) fn name(
    bundle: &Unnamed<'_>,
    around: &Surroundings<'_>,
    taken: &mut BTreeSet<String>,
) -> String {
    let is_common = nearly(bundle.having, around.all.len());
    let common = is_common.then(|| COMMON.to_owned());
    let shared = if is_common {
        None
    } else {
        word(bundle, around)
    };
    let mut rarest: Vec<&ProductId> = bundle.products.iter().collect();
    rarest.sort_by_key(|id| (around.spread.get(*id).copied().unwrap_or_default(), *id));
    let called = |id: &ProductId| {
        let name = around.names.get(id).cloned();
        name.unwrap_or_else(|| id.as_str().to_ascii_lowercase())
    };
    let all: Vec<String> = bundle.products.iter().map(called).collect();
    let all = Some(all.join("-")).filter(|name| name.len() <= LONGEST);
    let sets = rarest.iter().map(|id| format!("{}-set", called(id)));
    let names = common.into_iter().chain(shared).chain(all).chain(sets);
    let mut names = names.chain((2..).map(|number| format!("{COMMON}-{number}")));
    names
        .find(|name| taken.insert(name.clone()))
        .unwrap_or_default()
}

/// The word that nearly all domains of its orgs have, and nearly no other.
fn word(bundle: &Unnamed<'_>, around: &Surroundings<'_>) -> Option<String> {
    let mut users: BTreeMap<&str, usize> = BTreeMap::new();
    for label in &bundle.users {
        let words: BTreeSet<&str> = label.words().iter().copied().collect();
        for word in words {
            *users.entry(word).or_default() += 1;
        }
    }
    let everybody = |word: &str| {
        let having = around.all.iter();
        having.filter(|label| label.words().contains(&word)).count()
    };
    let is_name = |word: &str| {
        word.len() > 1
            && word.len() <= LONGEST
            && word.starts_with(|c: char| c.is_ascii_alphabetic())
    };
    let mut words: Vec<_> = users.into_iter().collect();
    words.sort_by_key(|(word, count)| (std::cmp::Reverse(*count), *word));
    words
        .into_iter()
        .filter(|(word, count)| is_name(word) && nearly(*count, bundle.users.len()))
        .find(|(word, count)| nearly(*count, everybody(word)))
        .map(|(word, _)| word.to_owned())
}
