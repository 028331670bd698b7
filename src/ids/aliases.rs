//! An org by whatever somebody calls it.

use std::collections::BTreeSet;

use super::domain::Domain;
use super::id::OrgId;
use super::org_name::OrgName;

/// These names, and what those of `known` that share an id or a domain with one of them say besides.
///
/// The domain that an org had before it was renamed stands for the org as well. For what must rather be met too often than missed;
/// [`OrgName::is`] is for who is who.
#[must_use]
pub fn aliases(known: &[&OrgName], names: &[OrgName]) -> Vec<OrgName> {
    let mut ids: BTreeSet<&OrgId> = names.iter().filter_map(OrgName::id).collect();
    let mut domains: BTreeSet<&Domain> = names.iter().filter_map(OrgName::domain).collect();
    loop {
        let before = ids.len() + domains.len();
        for name in known {
            if let OrgName::Both(id, domain) = name
                && (ids.contains(id) || domains.contains(domain))
            {
                ids.insert(id);
                domains.insert(domain);
            }
        }
        if ids.len() + domains.len() == before {
            break;
        }
    }
    let ids = ids.into_iter().cloned().map(OrgName::Id);
    ids.chain(domains.into_iter().cloned().map(OrgName::Domain))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(id: &str, domain: &str) -> OrgName {
        OrgName::of(OrgId::parse(id).ok(), Domain::parse(domain).ok()).unwrap()
    }

    #[test]
    fn an_old_name_stands_for_the_org() {
        let known = [
            name("00oA", "old-a.okta.com"),
            name("00oB", "b.okta.com"),
            name("", "c.okta.com"),
        ];
        let known: Vec<&OrgName> = known.iter().collect();
        for (given, all) in [
            (
                "old-a.okta.com",
                vec![name("00oA", ""), name("", "old-a.okta.com")],
            ),
            ("c.okta.com", vec![name("", "c.okta.com")]),
            ("d.okta.com", vec![name("", "d.okta.com")]),
        ] {
            assert_eq!(aliases(&known, &[name("", given)]), all);
        }
        let both = [name("00oA", ""), name("", "old-a.okta.com")];
        assert_eq!(aliases(&known, &[name("00oA", "")]), both);
        // A file that contradicts itself is met more often, not less.
        let renamed = name("00oA", "a.okta.com");
        let known = [known[0], &renamed];
        assert_eq!(aliases(&known, &[name("", "a.okta.com")]).len(), 3);
        assert_eq!(aliases(&known, &[]), []);
    }
}
