//! Pairs the orgs of the file with those of the account: by id, else by domain without case.

use std::collections::{BTreeMap, BTreeSet};

use super::step::OrgRef;
use crate::desired::model::{Desired, DesiredOrg};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::ids::{Domain, OrgId};
use crate::live::{LiveOrg, Snapshot};

/// An org of the file and what it is in the account.
pub(super) struct Pair<'a> {
    /// As the file wants it.
    pub(super) desired: &'a DesiredOrg,
    /// As it is; `None` when it isn't managed.
    pub(super) live: Option<&'a LiveOrg>,
}

/// The result of pairing.
pub(super) struct Matching<'a> {
    /// One pair for each org of the file.
    pub(super) pairs: Vec<Pair<'a>>,
    /// Managed orgs that the file names nowhere.
    pub(super) unmanaged: Vec<OrgRef>,
}

/// Pairs all orgs; contradictions are reported and leave their org out.
pub(super) fn pair<'a>(
    desired: &'a Desired,
    live: &'a Snapshot,
    found: &mut Diagnostics,
) -> Matching<'a> {
    let by_id: BTreeMap<&OrgId, &LiveOrg> = live.orgs.iter().map(|org| (&org.id, org)).collect();
    let mut by_domain: BTreeMap<&Domain, &LiveOrg> = BTreeMap::new();
    let mut ambiguous: BTreeSet<&Domain> = BTreeSet::new();
    for org in &live.orgs {
        if by_domain.insert(&org.domain, org).is_some() {
            ambiguous.insert(&org.domain);
        }
    }
    let mut taken: BTreeMap<&OrgId, Span> = BTreeMap::new();
    let mut pairs = Vec::with_capacity(desired.orgs.len());
    for org in &desired.orgs {
        if let Some(domain) = org.domain.as_ref().filter(|_| org.id.is_none())
            && ambiguous.contains(domain)
        {
            found.push(
                Diagnostic::error(
                    Code::AmbiguousOrg,
                    format!("the account has several orgs with the domain {domain}"),
                )
                .at(org.origin.org)
                .help("name the one that is meant by its `id`"),
            );
            continue;
        }
        let of_id = org.id.as_ref().and_then(|id| by_id.get(id).copied());
        let of_domain = org
            .domain
            .as_ref()
            .filter(|domain| !ambiguous.contains(domain))
            .and_then(|domain| by_domain.get(domain).copied());
        if let (Some(id), Some(other)) = (&org.id, of_domain)
            && other.id != *id
        {
            found.push(
                Diagnostic::error(
                    Code::OrgMismatch,
                    format!(
                        "the id {id} and the domain {} belong to different orgs",
                        other.domain
                    ),
                )
                .at(org.origin.org)
                .help(of_id.map_or_else(
                    || format!("{} has the id {}", other.domain, other.id),
                    |own| {
                        format!(
                            "{} has the id {}; the id {id} belongs to {}",
                            other.domain, other.id, own.domain
                        )
                    },
                )),
            );
            continue;
        }
        let found_live = if org.id.is_some() { of_id } else { of_domain };
        if let Some(live) = found_live
            && let Some(before) = taken.insert(&live.id, org.origin.org)
        {
            found.push(
                Diagnostic::error(
                    Code::DuplicateOrg,
                    format!(
                        "two entries are the same org, {} ({})",
                        live.domain, live.id
                    ),
                )
                .label(org.origin.org, "here")
                .label(before, "and here")
                .help("keep one of the two entries"),
            );
            continue;
        }
        pairs.push(Pair {
            desired: org,
            live: found_live,
        });
    }
    let listed: BTreeSet<&OrgId> = taken.keys().copied().collect();
    let aerial = desired.account.aerial_org.as_ref();
    let unmanaged = live
        .orgs
        .iter()
        // The Aerial org is always in the list, and the file names it in `account`: it is nobody's leftover.
        .filter(|org| !listed.contains(&org.id) && !org.aerial_org && Some(&org.domain) != aerial)
        .map(|org| OrgRef {
            id: Some(org.id.clone()),
            domain: Some(org.domain.clone()),
        })
        .collect();
    Matching { pairs, unmanaged }
}
