//! The orgs that an event names, as they are called now or were then: rather one too many.

use std::collections::{BTreeMap, BTreeSet};

use crate::history::{LogEvent, LoggedOrg};
use crate::ids::{Domain, OrgId};
use crate::live::LiveOrg;

/// Orgs by id and by each domain that they have or had.
#[derive(Debug, Default)]
pub(super) struct KnownNames<'a> {
    ids: BTreeSet<&'a OrgId>,
    domains: BTreeMap<&'a Domain, BTreeSet<&'a OrgId>>,
}

impl<'a> FromIterator<&'a LiveOrg> for KnownNames<'a> {
    fn from_iter<I: IntoIterator<Item = &'a LiveOrg>>(orgs: I) -> Self {
        let mut names = Self::default();
        for org in orgs {
            names.ids.insert(&org.id);
            names
                .domains
                .entry(&org.domain)
                .or_default()
                .insert(&org.id);
        }
        names
    }
}

impl<'a> KnownNames<'a> {
    /// For each org that an event names, those that it may be.
    pub(super) fn of(&self, event: &LogEvent) -> Vec<BTreeSet<&'a OrgId>> {
        let orgs = std::iter::once(&event.org).chain(&event.others);
        let named = orgs.filter(|org| org.name().is_some());
        named.map(|org| self.may_be(org)).collect()
    }

    fn may_be(&self, org: &LoggedOrg) -> BTreeSet<&'a OrgId> {
        let by_id = org.id.iter().filter_map(|id| self.ids.get(id));
        let by_domain = org
            .domain
            .iter()
            .filter_map(|domain| self.domains.get(domain));
        by_id.chain(by_domain.flatten()).copied().collect()
    }
}
