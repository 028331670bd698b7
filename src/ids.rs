//! Okta's identifiers: parsed once, ordered, displayed.
//!
//! Okta publishes no grammar for its ids, so these types demand only what safety needs: a bounded length and no
//! character that could end a URL path segment or reach a terminal raw.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Why a text is no identifier; reads as the end of a sentence that starts with the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidId(String);

impl InvalidId {
    fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

const MAX_LEN: usize = 255;

fn check_id(text: &str) -> Result<(), InvalidId> {
    if text.is_empty() {
        return Err(InvalidId::new("is empty"));
    }
    if text.len() > MAX_LEN {
        return Err(InvalidId::new(format!(
            "is longer than {MAX_LEN} characters"
        )));
    }
    if !text
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    {
        return Err(InvalidId::new(
            "has characters other than letters, digits, `-` and `_`",
        ));
    }
    Ok(())
}

macro_rules! exact_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes the id as it is: ids are compared exactly.
            ///
            /// # Errors
            /// When the text is empty, too long or has a character that no id has.
            pub fn parse(text: &str) -> Result<Self, InvalidId> {
                check_id(text)?;
                Ok(Self(text.into()))
            }

            /// The id as Okta writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.as_str().to_owned()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

exact_id! {
    /// The id of an org, such as `00o16fjDHCgFqob8n0g4`; case matters.
    OrgId
}
exact_id! {
    /// The id of a product, such as `P000052`.
    ProductId
}
exact_id! {
    /// The id of an Aerial account, such as `0227mkkf8ulgt48bkidcd8ekqft`.
    AccountId
}

impl ProductId {
    /// Whether a word in the file is an id rather than a local name: `P` and digits.
    #[must_use]
    pub fn looks_like(text: &str) -> bool {
        text.strip_prefix('P')
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
    }
}

/// The host name of an org, such as `acme-emea.okta.com`, in lower case: hosts are compared without case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Domain(String);

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
        Ok(Self(host))
    }

    /// Folds the case of what a server sends: it is shown and compared, never connected to, so little is demanded of it.
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
        Ok(Self(text.to_lowercase()))
    }

    /// The host name in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first label: what Okta's `subdomain` filter compares.
    #[must_use]
    pub fn subdomain(&self) -> &str {
        self.0
            .split_once('.')
            .map_or(self.0.as_str(), |(first, _)| first)
    }

    /// The org's own host when this is the host of its admin console (`acme-admin.okta.com`), which no API accepts.
    #[must_use]
    pub fn behind_admin_console(&self) -> Option<Self> {
        let (first, rest) = self.0.split_once('.')?;
        let plain = first.strip_suffix("-admin")?;
        let okta = ["okta.com", "oktapreview.com", "okta-emea.com"].contains(&rest);
        (okta && !plain.is_empty()).then(|| Self(format!("{plain}.{rest}")))
    }
}

impl TryFrom<String> for Domain {
    type Error = InvalidId;
    fn try_from(text: String) -> Result<Self, InvalidId> {
        Self::parse(&text)
    }
}

impl From<Domain> for String {
    fn from(domain: Domain) -> Self {
        domain.0
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Okta's deployment of an org, such as `ok1`, in lower case: Okta writes it both ways and compares without case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cell(String);

impl Cell {
    /// Folds the case.
    ///
    /// # Errors
    /// When the text is empty, too long or has a character that no cell has.
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        check_id(text)?;
        Ok(Self(text.to_ascii_lowercase()))
    }

    /// The cell in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Cell {
    type Error = InvalidId;
    fn try_from(text: String) -> Result<Self, InvalidId> {
        Self::parse(&text)
    }
}

impl From<Cell> for String {
    fn from(cell: Cell) -> Self {
        cell.0
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn org_ids_keep_their_case_and_domains_lose_it() {
        assert_eq!(OrgId::parse("00oAb").unwrap().as_str(), "00oAb");
        assert_eq!(
            Domain::parse("ACME.Okta.com").unwrap().as_str(),
            "acme.okta.com"
        );
        assert_eq!(Cell::parse("OK1").unwrap().as_str(), "ok1");
    }

    #[test]
    fn an_id_can_not_leave_its_path_segment() {
        for bad in [
            "",
            "..",
            "a/b",
            "a?b",
            "a b",
            "a\u{1b}[0m",
            &"x".repeat(300),
        ] {
            assert!(OrgId::parse(bad).is_err(), "{bad:?}");
        }
    }

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
    fn a_product_id_is_p_and_digits() {
        assert!(ProductId::looks_like("P000052"));
        for name in ["P", "p000052", "Pro", "sso", "P00x"] {
            assert!(!ProductId::looks_like(name), "{name}");
        }
    }
}
