//! Entries without a live org that look like a managed org which no entry lists: a typo must not become a link, which can't be
//! undone.

use std::collections::{BTreeMap, BTreeSet};

use super::matching::OrgPair;
use crate::desired::model::DesiredOrg;
use crate::desired::suggest::is_one_slip;
use crate::diagnostic::Span;
use crate::ids::{Domain, OrgName};

/// An entry, and the managed org that it may have been meant to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lookalike {
    pub(super) entry: OrgName,
    pub(super) origin: Span,
    pub(super) managed: Domain,
    /// The two differ in digits alone: numbered orgs look like each other, and are meant.
    pub(super) numbered: bool,
}

impl Lookalike {
    /// Did you mean.
    pub(super) fn question(&self) -> String {
        format!(
            "{}: did you mean the managed org {}, which no entry lists?",
            self.entry, self.managed
        )
    }
}

/// The lookalikes among the entries of a run. What says that it is meant is none: `new: true`, a `create` or an `id`.
pub(super) fn among<'a>(
    pairs: impl Iterator<Item = &'a OrgPair<'a>>,
    unmanaged: &[OrgName],
) -> Vec<Lookalike> {
    let unlinked = pairs.filter_map(|pair| {
        let want = pair.desired;
        let meant = want.new || want.create.is_some() || want.name.id().is_some();
        let domain = want.name.domain();
        Some((want, domain.filter(|_| pair.live.is_none() && !meant)?))
    });
    let unlinked: Vec<(&DesiredOrg, &Domain)> = unlinked.collect();
    let mut by_outline: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (place, (_, domain)) in unlinked.iter().enumerate() {
        for outline in outlines(domain) {
            by_outline.entry(outline).or_default().push(place);
        }
    }
    // A name that differs otherwise than in digits is the worse sign; of several the first.
    let mut nearest: BTreeMap<usize, (bool, &Domain)> = BTreeMap::new();
    let managed = unmanaged.iter().filter_map(OrgName::domain);
    for other in managed.filter(|_| !unlinked.is_empty()) {
        let places = outlines(other).filter_map(|outline| by_outline.get(&outline));
        let places: BTreeSet<usize> = places.flatten().copied().collect();
        for place in places {
            let Some((_, domain)) = unlinked.get(place) else {
                continue;
            };
            let new = (is_numbered(domain, other), other);
            if look_alike(domain, other) {
                let near = nearest.entry(place).or_insert(new);
                if near.0 && !new.0 {
                    *near = new;
                }
            }
        }
    }
    let found = nearest.into_iter().filter_map(|(place, near)| {
        let (want, _) = unlinked.get(place)?;
        Some(Lookalike {
            entry: want.name.clone(),
            origin: want.origin.org,
            managed: near.1.clone(),
            numbered: near.0,
        })
    });
    found.collect()
}

/// The first label, and what it becomes with any one letter less: two that look alike have one of these in common, so that not
/// every name has to be held against every other.
fn outlines(domain: &Domain) -> impl Iterator<Item = String> {
    let label = domain.subdomain();
    let fewer = label.char_indices().map(|(at, letter)| {
        let (before, after) = label.split_at(at);
        let after = after.strip_prefix(letter).unwrap_or_default();
        format!("{before}{after}")
    });
    std::iter::once(label.to_owned()).chain(fewer)
}

/// One edit or transposition in the first label, or the same label on another of Okta's domains.
fn look_alike(one: &Domain, other: &Domain) -> bool {
    if one.above() == other.above() {
        is_one_slip(one.subdomain(), other.subdomain())
    } else {
        one.subdomain() == other.subdomain() && one.is_oktas() && other.is_oktas()
    }
}

fn is_numbered(one: &Domain, other: &Domain) -> bool {
    let letters = |domain: &Domain| domain.subdomain().replace(|c: char| c.is_ascii_digit(), "");
    one.above() == other.above() && letters(one) == letters(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_looks_alike_has_an_outline_in_common() {
        let mut labels = BTreeSet::from(["x".to_owned()]);
        for _ in 0..4 {
            let longer = labels
                .iter()
                .flat_map(|label| ["a", "b", "1"].map(|one| format!("{label}{one}")));
            let longer: Vec<String> = longer.collect();
            labels.extend(longer);
        }
        let domains = ["okta.com", "oktapreview.com"];
        let domains = labels.iter().flat_map(|label| {
            domains.map(|above| Domain::parse(&format!("{label}.{above}")).unwrap())
        });
        let domains: Vec<Domain> = domains.collect();
        let outlines: Vec<BTreeSet<String>> = domains
            .iter()
            .map(|domain| outlines(domain).collect())
            .collect();
        let mut alike = 0;
        for (one, mine) in domains.iter().zip(&outlines) {
            for (other, theirs) in domains.iter().zip(&outlines) {
                if look_alike(one, other) {
                    alike += 1;
                    assert!(!mine.is_disjoint(theirs), "{one} {other}");
                }
            }
        }
        assert!(alike > 1_000, "{alike}");
    }
}
