//! An org by any of its names.

use std::cmp::Ordering;
use std::fmt;

use super::domain::Domain;
use super::id::OrgId;

/// What an org is known by: there is always something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrgName {
    /// Its id alone.
    Id(OrgId),
    /// Its domain alone.
    Domain(Domain),
    /// Both; the id decides.
    Both(OrgId, Domain),
}

impl OrgName {
    /// A name from what there is of it; `None` where there is nothing.
    #[must_use]
    pub fn of(id: Option<OrgId>, domain: Option<Domain>) -> Option<Self> {
        match (id, domain) {
            (Some(id), Some(domain)) => Some(Self::Both(id, domain)),
            (Some(id), None) => Some(Self::Id(id)),
            (None, Some(domain)) => Some(Self::Domain(domain)),
            (None, None) => None,
        }
    }

    /// The id, if the name has one.
    #[must_use]
    pub fn id(&self) -> Option<&OrgId> {
        match self {
            Self::Id(id) | Self::Both(id, _) => Some(id),
            Self::Domain(_) => None,
        }
    }

    /// The domain, if the name has one.
    #[must_use]
    pub fn domain(&self) -> Option<&Domain> {
        match self {
            Self::Domain(domain) | Self::Both(_, domain) => Some(domain),
            Self::Id(_) => None,
        }
    }

    /// What to call the org in text: its domain, else its id.
    #[must_use]
    pub fn label(&self) -> &str {
        match self {
            Self::Domain(domain) | Self::Both(_, domain) => domain.as_str(),
            Self::Id(id) => id.as_str(),
        }
    }

    /// Whether two names are of one org, as far as they tell: ids decide where both have one, else domains. An org that only
    /// now gets its id is the same org.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        match (self.id(), other.id()) {
            (Some(id), Some(other)) => id == other,
            _ => self.domain().is_some() && self.domain() == other.domain(),
        }
    }

    /// The same org with an id that has become known; a name that has one keeps it.
    #[must_use]
    pub fn with_id(self, id: OrgId) -> Self {
        match self {
            Self::Domain(domain) => Self::Both(id, domain),
            known @ (Self::Id(_) | Self::Both(..)) => known,
        }
    }
}

impl fmt::Display for OrgName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

/// By label, then by id: the order of every output.
impl Ord for OrgName {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.label(), self.id()).cmp(&(other.label(), other.id()))
    }
}

impl PartialOrd for OrgName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> OrgId {
        OrgId::parse(text).unwrap()
    }

    fn domain(text: &str) -> Domain {
        Domain::parse(text).unwrap()
    }

    #[test]
    fn ids_decide_and_domains_help_where_an_id_is_missing() {
        let both = OrgName::Both(id("00oA"), domain("a.okta.com"));
        for same in [
            both.clone(),
            OrgName::Id(id("00oA")),
            OrgName::Domain(domain("a.okta.com")),
            OrgName::Both(id("00oA"), domain("renamed.okta.com")),
        ] {
            assert!(both.is(&same) && same.is(&both), "{same:?}");
        }
        for other in [
            OrgName::Both(id("00oB"), domain("a.okta.com")),
            OrgName::Id(id("00oB")),
            OrgName::Domain(domain("b.okta.com")),
        ] {
            assert!(!both.is(&other) && !other.is(&both), "{other:?}");
        }
        assert!(!OrgName::Id(id("00oA")).is(&OrgName::Domain(domain("a.okta.com"))));
    }

    #[test]
    fn a_name_is_made_of_what_there_is() {
        let (an_id, a_domain) = (id("00oA"), domain("a.okta.com"));
        assert_eq!(OrgName::of(None, None), None);
        let by_domain = OrgName::of(None, Some(a_domain.clone())).unwrap();
        assert_eq!((by_domain.label(), by_domain.id()), ("a.okta.com", None));
        let told = by_domain.with_id(an_id.clone());
        assert_eq!(told, OrgName::Both(an_id.clone(), a_domain));
        assert_eq!(told.clone().with_id(id("00oB")), told);
        let by_id = OrgName::of(Some(an_id), None).unwrap();
        assert_eq!((by_id.to_string().as_str(), by_id.domain()), ("00oA", None));
    }

    #[test]
    fn names_are_ordered_by_what_is_shown() {
        let a = OrgName::Both(id("00oZ"), domain("a.okta.com"));
        let b = OrgName::Both(id("00oA"), domain("b.okta.com"));
        let twin = OrgName::Both(id("00oB"), domain("b.okta.com"));
        assert!(a < b && b < twin);
    }
}
