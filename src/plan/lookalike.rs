//! Entries without a live org that look like a managed org which no entry lists: a typo must not become a link, which can't be
//! undone.

use super::matching::OrgPair;
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
    let managed: Vec<&Domain> = unmanaged.iter().filter_map(OrgName::domain).collect();
    let of = |pair: &OrgPair<'_>| {
        let want = pair.desired;
        let meant = want.new || want.create.is_some() || want.name.id().is_some();
        let domain = want
            .name
            .domain()
            .filter(|_| pair.live.is_none() && !meant)?;
        // A name that differs otherwise is the worse sign.
        let alike = managed.iter().filter(|other| look_alike(domain, other));
        let near = alike.min_by_key(|other| is_numbered(domain, other))?;
        Some(Lookalike {
            entry: want.name.clone(),
            origin: want.origin.org,
            managed: (*near).clone(),
            numbered: is_numbered(domain, near),
        })
    };
    pairs.filter_map(of).collect()
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
