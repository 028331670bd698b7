//! An object inside an org by its name: names are the same in every org, ids are each org's own.

use std::borrow::Cow;
use std::fmt;

/// What kind of object, in the order in which one may need another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Collection {
    /// The org's own settings: one object.
    OrgSettings,
    /// Network zones.
    Zones,
    /// What Okta does about suspicious addresses: one object.
    ThreatInsight,
    /// Trusted origins.
    TrustedOrigins,
    /// Okta groups; those of other directories aren't looked at.
    Groups,
    /// Bookmark apps, by label.
    BookmarkApps,
    /// Policies, by type and name.
    Policies,
    /// The rules of policies.
    Rules,
}

impl Collection {
    /// All of them, in order.
    pub const ALL: [Self; 8] = [
        Self::OrgSettings,
        Self::Zones,
        Self::ThreatInsight,
        Self::TrustedOrigins,
        Self::Groups,
        Self::BookmarkApps,
        Self::Policies,
        Self::Rules,
    ];

    /// The word in files and plans.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OrgSettings => "orgSettings",
            Self::Zones => "zones",
            Self::ThreatInsight => "threatInsight",
            Self::TrustedOrigins => "trustedOrigins",
            Self::Groups => "groups",
            Self::BookmarkApps => "bookmarkApps",
            Self::Policies => "policies",
            Self::Rules => "rules",
        }
    }

    /// Whether an org has exactly one of it, which has no name.
    #[must_use]
    pub const fn is_single(self) -> bool {
        matches!(self, Self::OrgSettings | Self::ThreatInsight)
    }
}

/// An object inside an org.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectName {
    collection: Collection,
    /// What it is called: nothing for a single object; type and name of a policy; type, policy and name of a rule.
    path: Vec<String>,
}

impl ObjectName {
    /// The one object of a collection that has one.
    #[must_use]
    pub fn single(collection: Collection) -> Self {
        Self {
            collection,
            path: Vec::new(),
        }
    }

    /// An object of a collection that goes by name.
    #[must_use]
    pub fn named(collection: Collection, name: &str) -> Self {
        Self {
            collection,
            path: vec![name.to_owned()],
        }
    }

    /// A policy of a type such as `PASSWORD`.
    #[must_use]
    pub fn policy(kind: &str, name: &str) -> Self {
        Self {
            collection: Collection::Policies,
            path: vec![kind.to_owned(), name.to_owned()],
        }
    }

    /// A rule of a policy.
    #[must_use]
    pub fn rule(kind: &str, policy: &str, name: &str) -> Self {
        Self {
            collection: Collection::Rules,
            path: vec![kind.to_owned(), policy.to_owned(), name.to_owned()],
        }
    }

    /// What a reference names: `zones/Corporate`, `policies/PASSWORD/Contractors`. A name may have slashes in it, a type hasn't.
    #[must_use]
    pub fn referred(text: &str) -> Option<Self> {
        let (collection, name) = text.split_once('/')?;
        let collection = Collection::ALL
            .into_iter()
            .find(|one| one.as_str() == collection && !one.is_single())?;
        if collection == Collection::Policies {
            let (kind, name) = name.split_once('/')?;
            return Some(Self::policy(kind, name));
        }
        (collection != Collection::Rules).then(|| Self::named(collection, name))
    }

    /// The object of a collection that goes by this label.
    #[must_use]
    pub fn labelled(collection: &str, label: &str) -> Option<Self> {
        let collection = Collection::ALL
            .into_iter()
            .find(|one| one.as_str() == collection)?;
        match collection {
            Collection::OrgSettings | Collection::ThreatInsight => {
                label.is_empty().then(|| Self::single(collection))
            }
            Collection::Policies => {
                let (kind, name) = label.split_once('/')?;
                Some(Self::policy(kind, name))
            }
            Collection::Rules => {
                let (kind, rest) = part(label)?;
                let (policy, rest) = part(rest.strip_prefix('/')?)?;
                let (name, rest) = part(rest.strip_prefix('/')?)?;
                rest.is_empty().then(|| Self::rule(&kind, &policy, &name))
            }
            Collection::Zones
            | Collection::TrustedOrigins
            | Collection::Groups
            | Collection::BookmarkApps => {
                (!label.is_empty()).then(|| Self::named(collection, label))
            }
        }
    }

    #[must_use]
    pub fn collection(&self) -> Collection {
        self.collection
    }

    /// Its own name; empty for a single object.
    #[must_use]
    pub fn name(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }

    /// All of what it is called within its collection: `PASSWORD/Contractors`; empty for a single object.
    #[must_use]
    pub fn label(&self) -> String {
        self.parts().join("/")
    }

    /// Of a rule a part that has a slash is quoted: its policy's name and its own have no other border.
    fn parts(&self) -> Vec<Cow<'_, str>> {
        let quoted = |part: &str| self.collection == Collection::Rules && part.contains(['/', '"']);
        let parts = self.path.iter();
        parts
            .map(|part| match part {
                part if quoted(part) => Cow::Owned(format!("{part:?}")),
                part => Cow::Borrowed(part.as_str()),
            })
            .collect()
    }

    /// The type of a policy, or of the policy of a rule.
    #[must_use]
    pub fn kind(&self) -> Option<&str> {
        let typed = matches!(self.collection, Collection::Policies | Collection::Rules);
        self.path.first().filter(|_| typed).map(String::as_str)
    }

    /// Whether it is the group of all users, which is Okta's own.
    #[must_use]
    pub fn is_everyone(&self) -> bool {
        self.collection == Collection::Groups && self.name() == "Everyone"
    }

    /// The list of Okta's that it stands in.
    #[must_use]
    pub fn shelf(&self) -> Shelf {
        let kind = self.kind().or(self.is_everyone().then_some("BUILT_IN"));
        Shelf {
            collection: self.collection,
            kind: kind.map(str::to_owned),
            policy: self.policy_of_rule(),
        }
    }

    /// The policy of a rule.
    #[must_use]
    pub fn policy_of_rule(&self) -> Option<Self> {
        match (self.collection, self.path.as_slice()) {
            (Collection::Rules, [kind, policy, _]) => Some(Self::policy(kind, policy)),
            _ => None,
        }
    }
}

/// The first part of a rule's label, and what follows it.
fn part(label: &str) -> Option<(String, &str)> {
    let Some(quoted) = label.strip_prefix('"') else {
        let end = label.find('/').unwrap_or(label.len());
        let (part, rest) = label.split_at_checked(end)?;
        return Some((part.to_owned(), rest));
    };
    let mut text = String::new();
    let mut all = quoted.chars();
    loop {
        text.push(match all.next()? {
            '"' => return Some((text, all.as_str())),
            '\\' => match all.next()? {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                '0' => '\0',
                'u' => {
                    let (code, rest) = all.as_str().strip_prefix('{')?.split_once('}')?;
                    all = rest.chars();
                    char::from_u32(u32::from_str_radix(code, 16).ok()?)?
                }
                itself => itself,
            },
            other => other,
        });
    }
}

/// What one list of Okta's has: a collection, the policies of a type, the rules of a policy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shelf {
    pub collection: Collection,
    /// The type of its policies, or of the policy of its rules; of a group that isn't an `OKTA_GROUP`.
    pub kind: Option<String>,
    /// The policy of its rules.
    pub policy: Option<ObjectName>,
}

impl Shelf {
    /// Whether Okta keeps its objects in an order of priorities.
    #[must_use]
    pub fn is_ordered(&self) -> bool {
        matches!(self.collection, Collection::Policies | Collection::Rules)
    }
}

/// `zones/Corporate`, as references have it.
impl fmt::Display for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.collection.as_str())?;
        let parts = self.parts();
        parts.iter().try_for_each(|part| write!(f, "/{part}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_names_what_it_is_written_as() {
        for text in [
            "zones/Corporate",
            "groups/A/B",
            "policies/PASSWORD/Contractors/old",
        ] {
            let name = ObjectName::referred(text).unwrap();
            assert_eq!(name.to_string(), text);
        }
        for text in [
            "",
            "zones",
            "orgSettings/x",
            "rules/PASSWORD/P/R",
            "policies/PASSWORD",
            "Zones/A",
        ] {
            assert_eq!(ObjectName::referred(text), None, "{text}");
        }
    }

    #[test]
    fn an_object_knows_its_parts() {
        let rule = ObjectName::rule("PASSWORD", "Contractors", "Anywhere");
        assert_eq!(rule.to_string(), "rules/PASSWORD/Contractors/Anywhere");
        assert_eq!((rule.name(), rule.kind()), ("Anywhere", Some("PASSWORD")));
        let policy = ObjectName::policy("PASSWORD", "Contractors");
        assert_eq!(rule.policy_of_rule(), Some(policy.clone()));
        assert_eq!(policy.policy_of_rule(), None);
        assert_eq!(policy.label(), "PASSWORD/Contractors");
        let settings = ObjectName::single(Collection::OrgSettings);
        assert_eq!(
            (settings.to_string().as_str(), settings.name()),
            ("orgSettings", "")
        );
        assert!(settings < policy && policy < rule);
    }

    #[test]
    fn an_object_is_found_again_by_its_label() {
        for name in [
            ObjectName::single(Collection::OrgSettings),
            ObjectName::named(Collection::Groups, "A/\"B\""),
            ObjectName::policy("PASSWORD", "A/B"),
            ObjectName::rule("PASSWORD", "P", "R"),
            ObjectName::rule("PASSWORD", "P/\"\\\n\u{7}é", "/R'"),
            ObjectName::rule("PASSWORD", "\"", "R"),
        ] {
            let found = ObjectName::labelled(name.collection().as_str(), &name.label());
            assert_eq!(found, Some(name));
        }
        for (collection, label) in [
            ("zones", ""),
            ("orgSettings", "x"),
            ("policies", "PASSWORD"),
            ("rules", "PASSWORD/P"),
            ("rules", "PASSWORD/P/R/S"),
            ("rules", "PASSWORD/\"P/R"),
            ("Zones", "A"),
        ] {
            assert_eq!(ObjectName::labelled(collection, label), None, "{label}");
        }
    }

    #[test]
    fn two_rules_are_never_written_alike() {
        let rule = |policy, name| ObjectName::rule("PASSWORD", policy, name);
        let (one, other) = (rule("P/R", "X"), rule("P", "R/X"));
        assert_eq!(one.to_string(), r#"rules/PASSWORD/"P/R"/X"#);
        assert_eq!(other.label(), r#"PASSWORD/P/"R/X""#);
    }
}
