//! Where the account is.

use reqwest::Url;

use super::transport::Api;
use crate::ids::{AccountId, OrgId};

/// The production base URL [aerial/guides/overview].
pub const PRODUCTION: &str = "https://aerial-apac.okta.com";

/// The sandbox base URL, connected to OP3 cells only [aerial/guides/overview].
pub const SANDBOX: &str = "https://aerial-sandbox.okta.com";

/// An account at a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    base: Url,
    account: AccountId,
}

impl Endpoint {
    /// The account `account` at a checked base URL.
    #[must_use]
    pub fn new(base: Url, account: AccountId) -> Self {
        Self { base, account }
    }

    #[must_use]
    pub fn account(&self) -> &AccountId {
        &self.account
    }

    #[must_use]
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// Another account at the same server; this one, where the text is no id.
    pub(super) fn beside(&self, account: &str) -> Self {
        let account = AccountId::parse(account).ok();
        Self {
            account: account.unwrap_or_else(|| self.account.clone()),
            ..self.clone()
        }
    }

    /// `{base}/{account}/api/v1/{segments}`.
    pub(super) fn url(&self, segments: &[&str]) -> Url {
        let mut url = self.base.clone();
        // A base URL of http or https always has path segments to add to.
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty()
                .extend([self.account.as_str(), "api", "v1"])
                .extend(segments);
        }
        url
    }

    /// `{base}/{account}/governance/api/v1/{segments}`.
    pub(super) fn governance_url(&self, segments: &[&str]) -> Url {
        let mut url = self.base.clone();
        // As above.
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty()
                .extend([self.account.as_str(), "governance", "api", "v1"])
                .extend(segments);
        }
        url
    }

    /// `{base}/{account}/api/v1/orgs/{org}/{rest}`.
    pub(super) fn org_url(&self, org: &OrgId, rest: &[&str]) -> Url {
        let mut segments = vec!["orgs", org.as_str()];
        segments.extend(rest);
        self.url(&segments)
    }

    /// The account's API: messages show what differs between requests alone.
    pub(super) fn api(&self) -> Api {
        Api {
            base: self.base.clone(),
            whose: "the account",
            host: String::new(),
            prefix: self.url(&[]).path().to_owned(),
            crowds: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::base_url;

    #[test]
    fn paths_start_with_the_account() {
        let endpoint = Endpoint::new(
            base_url("https://example.com/prefix/").unwrap(),
            AccountId::parse("022x").unwrap(),
        );
        let org = OrgId::parse("00oA").unwrap();
        let url = endpoint.org_url(&org, &["products"]);
        assert_eq!(
            url.as_str(),
            "https://example.com/prefix/022x/api/v1/orgs/00oA/products"
        );
        let prefix = endpoint.api().prefix;
        assert_eq!(
            url.path().strip_prefix(&prefix),
            Some("/orgs/00oA/products")
        );
    }
}
