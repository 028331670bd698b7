//! What an org can be [Okta, Aerial API: Org.status].

/// An org's status, as Okta documents it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// People can sign in.
    Active,
    /// Nobody can sign in, and the org doesn't count toward billing.
    Inactive,
}

impl Status {
    /// The word on the wire, in upper case: Okta refuses any other.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Inactive => "INACTIVE",
        }
    }

    /// Reads the word in any case; `None` for a value that Okta doesn't document.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Active, Self::Inactive]
            .into_iter()
            .find(|status| text.eq_ignore_ascii_case(status.as_str()))
    }

    /// The other one: what an org is before a change to this.
    #[must_use]
    pub fn opposite(self) -> Self {
        match self {
            Self::Active => Self::Inactive,
            Self::Inactive => Self::Active,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Status;

    #[test]
    fn a_status_is_read_in_any_case_and_sent_in_upper_case() {
        for status in [Status::Active, Status::Inactive] {
            assert_eq!(Status::parse(status.as_str()), Some(status));
            assert_eq!(Status::parse(&status.as_str().to_lowercase()), Some(status));
            assert_ne!(status.opposite(), status);
            assert_eq!(status.opposite().opposite(), status);
        }
        assert_eq!(Status::Active.as_str(), "ACTIVE");
        assert_eq!(Status::parse("SUSPENDED"), None);
        assert_eq!(Status::parse(""), None);
    }
}
