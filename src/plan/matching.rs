//! Pairs the orgs of the file with those of the account: by id, else by domain without case.

use std::collections::{BTreeMap, BTreeSet};

use crate::desired::model::{Desired, DesiredOrg};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::ids::{Match, OrgId, OrgIndex, OrgName};
use crate::live::{LiveOrg, Snapshot};

/// An org of the file and what it is in the account.
pub(super) struct OrgPair<'a> {
    /// As the file wants it.
    pub(super) desired: &'a DesiredOrg,
    /// As it is; `None` when it isn't managed.
    pub(super) live: Option<&'a LiveOrg>,
}

/// The result of pairing.
pub(super) struct Matching<'a> {
    /// One pair for each org of the file.
    pub(super) pairs: Vec<OrgPair<'a>>,
    /// Managed orgs that the file names nowhere.
    pub(super) unmanaged: Vec<OrgName>,
    /// The managed orgs by any of their names.
    pub(super) managed: OrgIndex<&'a LiveOrg>,
}

/// Pairs all orgs; contradictions are reported and leave their org out.
pub(super) fn pair<'a>(
    desired: &'a Desired,
    live: &'a Snapshot,
    found: &mut Diagnostics,
) -> Matching<'a> {
    let managed = live.by_name();
    let mut taken: BTreeMap<&OrgId, Span> = BTreeMap::new();
    let mut pairs = Vec::with_capacity(desired.orgs.len());
    for org in &desired.orgs {
        let found_live = match managed.find(&org.name) {
            Match::One(live) => Some(*live),
            Match::Nobody => None,
            Match::Several => {
                found.push(
                    Diagnostic::error(
                        Code::AmbiguousOrg,
                        format!("the account has several orgs with the domain {}", org.name),
                    )
                    .at(org.origin.org)
                    .help("name the one that is meant by its `id`"),
                );
                continue;
            }
        };
        // An id decides; that the domain beside it is another org's is a contradiction all the same.
        let namesake = org
            .name
            .domain()
            .filter(|_| org.name.id().is_some())
            .and_then(|domain| managed.find(&OrgName::Domain(domain.clone())).one());
        if let (Some(id), Some(other)) = (org.name.id(), namesake)
            && other.id != *id
        {
            found.push(mismatch(org, id, other, found_live));
            continue;
        }
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
        pairs.push(OrgPair {
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
        .filter(|org| !listed.contains(&org.id) && !org.is_aerial_org(aerial))
        .map(LiveOrg::name)
        .collect();
    Matching {
        pairs,
        unmanaged,
        managed,
    }
}

fn mismatch(org: &DesiredOrg, id: &OrgId, other: &LiveOrg, own: Option<&LiveOrg>) -> Diagnostic {
    let has = format!("{} has the id {}", other.domain, other.id);
    Diagnostic::error(
        Code::OrgMismatch,
        format!(
            "the id {id} and the domain {} belong to different orgs",
            other.domain
        ),
    )
    .at(org.origin.org)
    .help(match own {
        None => has,
        Some(own) => format!("{has}; the id {id} belongs to {}", own.domain),
    })
}

/// That an entry has another domain beside its id than the account lists for it: the org was renamed, or another is meant.
pub(super) fn other_domain(want: &DesiredOrg, live: &LiveOrg) -> Option<Diagnostic> {
    let written = want
        .name
        .domain()
        .filter(|written| **written != live.domain)?;
    let help = if live.domain.is_oktas() {
        format!(
            "if the org was renamed, write `domain: {}`; if {written} is meant, correct the `id`",
            live.domain
        )
    } else {
        "remove `domain`: the `id` alone names the org, which the account lists by a domain that isn't Okta's".to_owned()
    };
    let message = format!(
        "the org with the id {} is {}, the file says {written}",
        live.id, live.domain
    );
    let error = Diagnostic::error(Code::DomainDiffers, message);
    Some(error.at(want.origin.org).help(help))
}
