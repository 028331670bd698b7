//! The one way to look an org up: by id, else by domain, and two orgs of one domain are never taken for one.

use std::collections::hash_map::Entry;

use super::domain::Domain;
use super::id::OrgId;
use super::org_name::OrgName;

#[expect(
    clippy::disallowed_types,
    reason = "things are looked up in it, and nothing ever goes through it"
)]
type Hashed<K, V> = std::collections::HashMap<K, V>;

/// Things about orgs, by the orgs' names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrgIndex<T>(Box<ByName<T>>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct ByName<T> {
    id: Hashed<OrgId, T>,
    domain: Hashed<Domain, Namesakes<T>>,
}

/// The orgs of one domain, each with the id that it has besides, if it has one.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Namesakes<T> {
    first: (Option<OrgId>, T),
    others: Vec<(Option<OrgId>, T)>,
}

pub type OrgSet = OrgIndex<()>;

/// What a look-up found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match<T> {
    /// No org of this name.
    Nobody,
    /// The one org of this name.
    One(T),
    /// More than one: the domain alone doesn't tell which is meant.
    Several,
}

impl<T> Match<T> {
    /// The one org, where there is one.
    pub fn one(self) -> Option<T> {
        match self {
            Self::One(found) => Some(found),
            Self::Nobody | Self::Several => None,
        }
    }
}

impl<T> Default for OrgIndex<T> {
    fn default() -> Self {
        Self(Box::new(ByName {
            id: Hashed::new(),
            domain: Hashed::new(),
        }))
    }
}

impl<T: Clone> OrgIndex<T> {
    /// Adds an org. Of two with one id the first stays: ids are unique in an account, and a file that repeats one is invalid.
    pub fn insert(&mut self, name: &OrgName, item: T) {
        if let Some(id) = name.id() {
            if self.0.id.contains_key(id) {
                return;
            }
            self.0.id.insert(id.clone(), item.clone());
        }
        if let Some(domain) = name.domain() {
            let new = (name.id().cloned(), item);
            match self.0.domain.entry(domain.clone()) {
                Entry::Vacant(place) => {
                    let others = Vec::new();
                    place.insert(Namesakes { first: new, others });
                }
                Entry::Occupied(mut there) => there.get_mut().others.push(new),
            }
        }
    }

    /// The org of a name, by the rule of [`OrgName::is`].
    #[must_use]
    pub fn find(&self, name: &OrgName) -> Match<&T> {
        if let Some(found) = name.id().and_then(|id| self.0.id.get(id)) {
            return Match::One(found);
        }
        let namesakes = name.domain().and_then(|domain| self.0.domain.get(domain));
        // An org with another id is another org, whatever its domain.
        let namesakes = namesakes
            .into_iter()
            .flat_map(|them| std::iter::once(&them.first).chain(&them.others));
        let mut candidates = namesakes.filter(|(id, _)| id.is_none() || name.id().is_none());
        match (candidates.next(), candidates.next()) {
            (None, _) => Match::Nobody,
            (Some((_, found)), None) => Match::One(found),
            (Some(_), Some(_)) => Match::Several,
        }
    }

    /// Whether an org of this name is there, be it one or several.
    #[must_use]
    pub fn contains(&self, name: &OrgName) -> bool {
        !matches!(self.find(name), Match::Nobody)
    }
}

impl<T: Clone> FromIterator<(OrgName, T)> for OrgIndex<T> {
    fn from_iter<I: IntoIterator<Item = (OrgName, T)>>(items: I) -> Self {
        let items = items.into_iter();
        let mut index = Self::default();
        let (fewest, _) = items.size_hint();
        index.0.domain.reserve(fewest);
        for (name, item) in items {
            index.insert(&name, item);
        }
        index
    }
}

impl FromIterator<OrgName> for OrgSet {
    fn from_iter<I: IntoIterator<Item = OrgName>>(names: I) -> Self {
        names.into_iter().map(|name| (name, ())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(id: &str, domain: &str) -> OrgName {
        OrgName::of(OrgId::parse(id).ok(), Domain::parse(domain).ok()).unwrap()
    }

    #[test]
    fn an_org_is_found_by_any_of_its_names() {
        let index: OrgIndex<u8> = [
            (name("00oA", "a.okta.com"), 1),
            (name("", "b.okta.com"), 2),
            (name("00oC", ""), 3),
        ]
        .into_iter()
        .collect();
        for (wanted, found) in [
            (name("00oA", ""), Match::One(&1)),
            (name("", "a.okta.com"), Match::One(&1)),
            (name("00oA", "renamed.okta.com"), Match::One(&1)),
            (name("00oB", "b.okta.com"), Match::One(&2)),
            (name("00oC", "c.okta.com"), Match::One(&3)),
            (name("00oX", "a.okta.com"), Match::Nobody),
            (name("", "c.okta.com"), Match::Nobody),
            (name("00oX", ""), Match::Nobody),
        ] {
            assert_eq!(index.find(&wanted), found, "{wanted:?}");
            assert_eq!(index.contains(&wanted), found != Match::Nobody);
            assert_eq!(index.find(&wanted).one().is_some(), found != Match::Nobody);
        }
    }

    #[test]
    fn two_orgs_of_one_domain_are_never_taken_for_one() {
        let twins: OrgIndex<u8> = [
            (name("00oA", "a.okta.com"), 1),
            (name("00oB", "a.okta.com"), 2),
        ]
        .into_iter()
        .collect();
        let by_domain = name("", "a.okta.com");
        assert_eq!(twins.find(&by_domain), Match::Several);
        assert_eq!(twins.find(&by_domain).one(), None);
        assert!(twins.contains(&by_domain));
        assert_eq!(twins.find(&name("00oB", "a.okta.com")), Match::One(&2));
    }

    #[test]
    fn of_two_with_one_id_the_first_stays() {
        let set: OrgIndex<u8> = [
            (name("00oA", "a.okta.com"), 1),
            (name("00oA", "b.okta.com"), 2),
        ]
        .into_iter()
        .collect();
        assert_eq!(set.find(&name("00oA", "")), Match::One(&1));
        assert_eq!(set.find(&name("", "b.okta.com")), Match::Nobody);
    }
}
