//! The host names of orgs.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::id::{InvalidId, MAX_LEN};

/// Okta's domains: an org's own host, and an Aerial server, is one label below one of them.
const OKTA: [&str; 5] = [
    "okta.com",
    "oktapreview.com",
    "okta-emea.com",
    "okta-gov.com",
    "okta.mil",
];

/// The host name of an org, such as `acme-emea.okta.com`, in lower case: hosts are compared without case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Domain(Arc<str>);

impl Domain {
    /// Folds the case and checks that the text is a bare host name.
    ///
    /// # Errors
    /// When the text is a URL, has a port, or isn't a host name; the reason says what to write instead.
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        let host = text.to_ascii_lowercase();
        if host.is_empty() {
            return Err(InvalidId::new("is empty"));
        }
        if let Some((_, rest)) = host.split_once("://") {
            let bare: String = rest.chars().take_while(|c| *c != '/').collect();
            return Err(InvalidId::new(format!(
                "is a URL; write the host alone: `{bare}`"
            )));
        }
        if host.len() > MAX_LEN {
            return Err(InvalidId::new(format!(
                "is longer than {MAX_LEN} characters"
            )));
        }
        let labels: Vec<&str> = host.split('.').collect();
        let good_label = |label: &str| {
            (1..=63).contains(&label.len())
                && label
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        if labels.len() < 2 {
            return Err(InvalidId::new(
                "is not a whole host name; write it with its domain, like `acme.okta.com`",
            ));
        }
        if !labels.iter().all(|label| good_label(label)) {
            return Err(InvalidId::new(
                "is not a host name like `acme.okta.com`: no port, path or spaces",
            ));
        }
        Ok(Self(host.into()))
    }

    /// Folds the case of what a server sends: it is shown and compared, never connected to, so little is demanded of it. Only
    /// ASCII letters fold, as in host names: a letter that merely looks like one makes another domain.
    ///
    /// # Errors
    /// When the text is empty, too long, or has a space or a control character.
    pub fn from_server(text: &str) -> Result<Self, InvalidId> {
        if text.is_empty() || text.len() > MAX_LEN {
            return Err(InvalidId::new(format!(
                "doesn't have 1 to {MAX_LEN} characters"
            )));
        }
        if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(InvalidId::new("has spaces or control characters"));
        }
        Ok(Self(text.to_ascii_lowercase().into()))
    }

    /// The host name in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first label: what Okta's `subdomain` filter compares.
    #[must_use]
    pub fn subdomain(&self) -> &str {
        self.0.split_once('.').map_or(&self.0, |(first, _)| first)
    }

    /// The domain as a part of a variable's name: in capitals, with `_` for what isn't a letter or digit.
    #[must_use]
    pub fn as_variable(&self) -> String {
        shouted(&self.0)
    }

    /// The same of the first label.
    #[must_use]
    pub fn label_as_variable(&self) -> String {
        shouted(self.subdomain())
    }

    /// What stands after the first label.
    #[must_use]
    pub fn above(&self) -> &str {
        self.0.split_once('.').map_or("", |(_, rest)| rest)
    }

    /// The org's own host when this is the host of its admin console (`acme-admin.okta.com`), which no API accepts.
    #[must_use]
    pub fn behind_admin_console(&self) -> Option<Self> {
        let (first, rest) = self.0.split_once('.')?;
        let plain = first.strip_suffix("-admin")?;
        let okta = OKTA.contains(&rest);
        (okta && !plain.is_empty()).then(|| Self(format!("{plain}.{rest}").into()))
    }

    /// Whether this is a host of Okta's: one label of letters, digits and hyphens below one of Okta's domains. Credentials
    /// go nowhere else because a file says so.
    #[must_use]
    pub fn is_oktas(&self) -> bool {
        self.0.split_once('.').is_some_and(|(label, domain)| {
            OKTA.contains(&domain)
                && !label.is_empty()
                && label
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-')
        })
    }

    /// Whether this can be an Aerial server: a host of Okta's that is called `aerial` or `aerial-…`.
    #[must_use]
    pub fn is_aerial_server(&self) -> bool {
        let label = self.subdomain();
        self.is_oktas() && (label == "aerial" || label.starts_with("aerial-"))
    }
}

fn shouted(text: &str) -> String {
    let letters = text.chars().map(|c| match c {
        letter if letter.is_ascii_alphanumeric() => letter.to_ascii_uppercase(),
        _ => '_',
    });
    letters.collect()
}

impl TryFrom<String> for Domain {
    type Error = InvalidId;
    fn try_from(text: String) -> Result<Self, InvalidId> {
        Self::parse(&text)
    }
}

impl From<Domain> for String {
    fn from(domain: Domain) -> Self {
        domain.as_str().to_owned()
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_are_hosts_and_nothing_more() {
        for bad in [
            "acme",
            "https://acme.okta.com",
            "acme.okta.com:443",
            "acme.okta.com/x",
            "a b.okta.com",
            "-a.okta.com",
            "a..com",
        ] {
            assert!(Domain::parse(bad).is_err(), "{bad:?}");
        }
        let error = Domain::parse("https://acme.okta.com/admin").unwrap_err();
        assert_eq!(
            error.to_string(),
            "is a URL; write the host alone: `acme.okta.com`"
        );
        let admin = Domain::parse("acme-admin.okta.com").unwrap();
        assert_eq!(
            admin.behind_admin_console().unwrap().as_str(),
            "acme.okta.com"
        );
    }

    #[test]
    fn promise_6_oktas_hosts_are_one_label_below_its_domains() {
        for good in [
            "acme.okta.com",
            "acme-1.oktapreview.com",
            "acme.okta-emea.com",
            "acme.okta-gov.com",
            "ACME.OKTA.MIL",
        ] {
            assert!(Domain::parse(good).unwrap().is_oktas(), "{good}");
        }
        for bad in [
            "okta.com",
            "a.b.okta.com",
            "acme.okta.com.evil.com",
            "acme.evilokta.com",
            "acme.okta.co",
            "acme_x.okta.com",
            "169.254.169.254",
            "127.0.0.1",
            "id.acme.example",
        ] {
            assert!(!Domain::parse(bad).unwrap().is_oktas(), "{bad}");
        }
        // What a server sends may have any character but blanks.
        for bad in [
            "acme.o\u{212a}ta.com",
            "a@b.okta.com",
            ".okta.com",
            "\u{e4}.okta.com",
        ] {
            assert!(!Domain::from_server(bad).unwrap().is_oktas(), "{bad}");
        }
    }

    #[test]
    fn promise_6_aerial_servers_are_called_aerial() {
        for good in [
            "aerial.okta.com",
            "aerial-apac.okta.com",
            "aerial-x.okta-gov.com",
        ] {
            assert!(Domain::parse(good).unwrap().is_aerial_server(), "{good}");
        }
        for bad in [
            "acme.okta.com",
            "aerialx.okta.com",
            "x-aerial.okta.com",
            "aerial-apac.evil.com",
        ] {
            assert!(!Domain::parse(bad).unwrap().is_aerial_server(), "{bad}");
        }
    }

    #[test]
    fn a_variable_is_called_after_a_domain() {
        let domain = Domain::parse("acme-fr.okta.com").unwrap();
        assert_eq!(domain.as_variable(), "ACME_FR_OKTA_COM");
        assert_eq!(domain.label_as_variable(), "ACME_FR");
        assert_eq!(domain.above(), "okta.com");
    }

    /// The credential of an org goes by this name: no two orgs may have one name, whatever their labels are made of.
    #[test]
    fn promise_6_no_two_hosts_of_okta_s_give_one_variable() {
        let words = ["a", "b", "okta", "com", "emea", "gov", "mil", "oktapreview"];
        let mut labels: Vec<String> = words.map(str::to_owned).into();
        for length in 0..3 {
            let shorter = labels.clone();
            let longer = shorter.iter().flat_map(|label| {
                let joined = ["-", "--", ""].iter();
                joined.flat_map(move |join| words.map(|word| format!("{label}{join}{word}")))
            });
            if length < 2 {
                labels.extend(longer);
            }
        }
        let mut met = std::collections::BTreeMap::new();
        for label in &labels {
            for above in OKTA {
                let domain = Domain::parse(&format!("{label}.{above}")).unwrap();
                assert!(domain.is_oktas(), "{domain}");
                let other = met.insert(domain.as_variable(), domain.clone());
                assert!(other.is_none_or(|other| other == domain), "{domain}");
            }
        }
        // An underscore would be the same as a hyphen, and no host of Okta's has one.
        assert!(!Domain::parse("a_b.okta.com").unwrap().is_oktas());
        assert!(!Domain::parse("a.b.okta.com").unwrap().is_oktas());
        let capitals = Domain::parse("A-B.OKTA.com").unwrap();
        assert_eq!(capitals, Domain::parse("a-b.okta.com").unwrap());
    }

    #[test]
    fn only_ascii_letters_fold() {
        let kelvin = Domain::from_server("ACME.O\u{212a}TA.com").unwrap();
        assert_eq!(kelvin.as_str(), "acme.o\u{212a}ta.com");
        assert_ne!(kelvin, Domain::parse("acme.okta.com").unwrap());
        assert_eq!(kelvin.subdomain(), "acme");
    }
}
