//! Okta's ids. Okta publishes no grammar for them, so these types demand only what safety needs: a bounded length and no
//! character that could end a URL path segment or reach a terminal raw.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Why a text is no identifier; reads as the end of a sentence that starts with the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidId(String);

impl InvalidId {
    pub(super) fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

/// The longest id or host name, in characters.
pub(super) const MAX_LEN: usize = 255;

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
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
    /// The id of an object inside of an org, such as `00gpybnzc8UP3x2AP697`.
    ObjectId
}
exact_id! {
    /// The id of an Aerial account, such as `0227mkkf8ulgt48bkidcd8ekqft`.
    AccountId
}

impl OrgId {
    /// The length of every org's id that Okta shows; its documents promise none.
    pub const USUAL_LEN: usize = 20;

    /// Whether it is shorter than Okta's ids are.
    #[must_use]
    pub fn is_short(&self) -> bool {
        self.as_str().len() < Self::USUAL_LEN
    }
}

/// Found by its text, as it is ordered by it.
impl Borrow<str> for ProductId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl ProductId {
    /// Whether a word in the file is an id rather than a local name: `P` and digits.
    #[must_use]
    pub fn looks_like(text: &str) -> bool {
        text.strip_prefix('P')
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
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
    fn org_ids_keep_their_case_and_cells_lose_it() {
        assert_eq!(OrgId::parse("00oAb").unwrap().as_str(), "00oAb");
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
    fn a_product_id_is_p_and_digits() {
        assert!(ProductId::looks_like("P000052"));
        for name in ["P", "p000052", "Pro", "sso", "P00x"] {
            assert!(!ProductId::looks_like(name), "{name}");
        }
    }
}
