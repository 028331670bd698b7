//! Where the account is, and the rule about hosts: https, or http to this machine alone.

use std::net::IpAddr;
use std::time::Duration;

use reqwest::{Method, Url};

use super::error::Error;
use crate::ids::{AccountId, OrgId};

/// The production base URL [aerial/guides/overview].
pub const PRODUCTION: &str = "https://aerial-apac.okta.com";

/// The sandbox base URL, connected to OP3 cells only [aerial/guides/overview].
pub const SANDBOX: &str = "https://aerial-sandbox.okta.com";

/// Why a text is no endpoint; reads as the end of a sentence that starts with the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// Not a URL.
    #[error("is not a URL like `https://aerial-apac.okta.com`")]
    NotAUrl,
    /// Plain http to another machine.
    #[error(
        "is plain http to another machine, which would show the token to everyone in between; use https"
    )]
    PlainHttp,
    /// Another scheme.
    #[error("has a scheme other than https")]
    Scheme,
    /// A user name or a password.
    #[error("holds a user name or password; credentials go into the environment")]
    Credentials,
    /// A query or fragment.
    #[error("has a query or fragment")]
    Query,
}

/// Checks a base URL.
///
/// # Errors
/// When it isn't https, unless it is http to this machine; or when it is more than a base URL.
pub fn base_url(text: &str) -> Result<Url, EndpointError> {
    let mut url = Url::parse(text).map_err(|_| EndpointError::NotAUrl)?;
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) => {}
        "http" => return Err(EndpointError::PlainHttp),
        _ => return Err(EndpointError::Scheme),
    }
    if url.host_str().is_none() {
        return Err(EndpointError::NotAUrl);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(EndpointError::Credentials);
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(EndpointError::Query);
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

/// Whether a URL leads to this machine.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    url.host_str().is_some_and(|host| {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        bare == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    })
}

/// The one HTTP client of a run: no redirects, no retries of its own, no proxy for this machine.
///
/// # Errors
/// When the machine's certificates can't be loaded.
pub fn http_client_for(base: &Url, timeout: Duration) -> Result<reqwest::Client, Error> {
    let mut builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .timeout(timeout)
        .connect_timeout(timeout.min(Duration::from_secs(10)))
        .referer(false);
    if is_loopback(base) {
        builder = builder.no_proxy();
        if base.scheme() == "http" {
            // Without TLS the machine needs no certificates, and a small container has none.
            builder = builder.tls_certs_only([]);
        }
    } else {
        builder = builder.https_only(true);
    }
    builder.build().map_err(|error| Error::Network {
        request: "TLS".to_owned(),
        reason: format!(
            "{} (install your system's CA certificates, or name a file of them in SSL_CERT_FILE)",
            std::error::Error::source(&error)
                .map_or_else(|| error.to_string(), ToString::to_string)
        ),
        unsent: true,
    })
}

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

    /// The account's id.
    #[must_use]
    pub fn account(&self) -> &AccountId {
        &self.account
    }

    /// The base URL.
    #[must_use]
    pub fn base(&self) -> &Url {
        &self.base
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

    /// `{base}/{account}/api/v1/orgs/{org}/{rest}`.
    pub(super) fn org_url(&self, org: &OrgId, rest: &[&str]) -> Url {
        let mut segments = vec!["orgs", org.as_str()];
        segments.extend(rest);
        self.url(&segments)
    }

    /// A request as messages show it: without what every request has in common.
    pub(super) fn shown(&self, method: &Method, url: &Url) -> String {
        let prefix = self.url(&[]);
        let path = url
            .path()
            .strip_prefix(prefix.path())
            .unwrap_or_else(|| url.path());
        format!("{method} {path}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn promise_6_plain_http_is_for_this_machine_alone() {
        for good in [
            "https://aerial-apac.okta.com",
            "http://127.0.0.1:8080",
            "http://localhost:1/",
            "http://[::1]:99",
        ] {
            assert!(base_url(good).is_ok(), "{good}");
        }
        for bad in [
            "http://aerial-apac.okta.com",
            "http://10.0.0.1",
            "http://localhost.evil.com",
            "http://127.0.0.1.evil.com",
            "ftp://aerial-apac.okta.com",
            "https://u:p@aerial-apac.okta.com",
            "https://x?y",
            "aerial-apac.okta.com",
        ] {
            assert!(base_url(bad).is_err(), "{bad}");
        }
    }

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
        assert_eq!(
            endpoint.shown(&Method::PUT, &url),
            "PUT /orgs/00oA/products"
        );
    }
}
