//! Whose consent a plan grants: one step for each org that gives it, however many take it.

use std::collections::BTreeMap;

use super::change::{Change, GrantConsent};
use super::difference::OrgDiff;
use super::kinds::Kind;
use super::unfit::Subscription;
use crate::desired::model::Desired;
use crate::diagnostic::Span;
use crate::ids::{Match, OrgName};

/// Which org's consent each org takes before it is linked.
pub(super) type Givers = BTreeMap<OrgName, OrgName>;

/// The grants that the links among the differences need, and for whom each is.
pub(super) fn of(
    diffs: &[OrgDiff],
    desired: &Desired,
    account: Subscription<'_>,
) -> (Vec<OrgDiff>, Givers) {
    let (wanted, managed) = (account.entries, account.managed);
    let mut grants: BTreeMap<OrgName, (GrantConsent, Span)> = BTreeMap::new();
    let mut givers = Givers::new();
    let links = |diff: &&OrgDiff| {
        let mut changes = diff.changes.iter();
        changes.any(|(change, _)| change.effect().kind() == Kind::Link)
    };
    for diff in diffs.iter().filter(links) {
        let Match::One(want) = wanted.find(&diff.org) else {
            continue;
        };
        let Some(domain) = &want.consent else {
            continue;
        };
        // The org that gives it may be managed, or listed by both of its names.
        let by_domain = OrgName::Domain(domain.clone());
        let giver = match (managed.find(&by_domain), wanted.find(&by_domain)) {
            (Match::One(live), _) => live.name(),
            (_, Match::One(entry)) => entry.name.clone(),
            _ => by_domain,
        };
        givers.insert(diff.org.clone(), giver.clone());
        grants.entry(giver).or_insert_with(|| {
            let grant = GrantConsent {
                giver: domain.clone(),
                account: desired.account.id.clone(),
            };
            (grant, want.origin.consent.unwrap_or(want.origin.org))
        });
    }
    let steps = grants.into_iter().map(|(org, (grant, span))| OrgDiff {
        wave: wanted
            .find(&org)
            .one()
            .and_then(|entry| desired.wave(entry)),
        org,
        changes: vec![(Change::Consent(grant), span)],
        unread: None,
        withheld: None,
    });
    (steps.collect(), givers)
}
