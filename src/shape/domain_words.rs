//! What the parts of a domain's first label say: `acme-emea-2` is `acme`, `emea` and a number.

use crate::ids::Domain;

/// The parts of a first label that are words, in lower case, without the digits behind them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DomainWords<'a>(Vec<&'a str>);

impl<'a> DomainWords<'a> {
    /// Of a domain that isn't on Okta's there are none: a server may call it anything.
    #[must_use]
    pub fn of(domain: &'a Domain) -> Self {
        if !domain.is_oktas() {
            return Self::default();
        }
        let parts = domain.subdomain().split('-');
        let words = parts.map(|part| part.trim_end_matches(|c: char| c.is_ascii_digit()));
        Self(words.filter(|word| !word.is_empty()).collect())
    }

    #[must_use]
    pub fn words(&self) -> &[&'a str] {
        &self.0
    }

    /// How many words two labels begin with together.
    #[must_use]
    pub fn shared(&self, other: &Self) -> usize {
        let both = self.0.iter().zip(&other.0);
        both.take_while(|(mine, theirs)| mine == theirs).count()
    }
}

/// A piece of a text: digits, or what isn't.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum DomainPiece {
    /// Its length without leading zeros and its digits, which together go by value.
    Number(usize, String),
    Other(String),
}

/// The pieces of a domain, by which `acme-2` comes before `acme-10`.
pub(super) fn natural(domain: &str) -> Vec<DomainPiece> {
    let mut pieces = Vec::new();
    let mut rest = domain;
    while let Some(first) = rest.chars().next() {
        let digits = first.is_ascii_digit();
        let end = rest
            .find(|c: char| c.is_ascii_digit() != digits)
            .unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        rest = after;
        pieces.push(if digits {
            let value = piece.trim_start_matches('0');
            DomainPiece::Number(value.len(), value.to_owned())
        } else {
            DomainPiece::Other(piece.to_owned())
        });
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_by_value() {
        let mut domains = [
            "us-10.okta.com",
            "us-x.okta.com",
            "us-2.okta.com",
            "us.okta.com",
            "us-02b.okta.com",
        ];
        domains.sort_by_key(|domain| natural(domain));
        let sorted = [
            "us-2.okta.com",
            "us-02b.okta.com",
            "us-10.okta.com",
            "us-x.okta.com",
            "us.okta.com",
        ];
        assert_eq!(domains, sorted);
    }

    #[test]
    fn numbers_are_no_words() {
        let words = |domain: &str| {
            let domain = Domain::from_server(domain).unwrap();
            DomainWords::of(&domain).words().join(" ")
        };
        assert_eq!(words("acme-emea2-07.okta.com"), "acme emea");
        assert_eq!(words("2024.okta.com"), "");
        assert_eq!(words("acme-\u{202e}x.okta.com"), "");
        assert_eq!(words("acme-x.example"), "");
    }
}
