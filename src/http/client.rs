//! What all requests of a run share, and the rule about hosts: https, or http to this machine alone.

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::Url;
use tokio_util::sync::CancellationToken;

use super::error::{HttpError, Lost};
use super::redact::Redactor;
use crate::clock::Clock;

/// A connection that isn't there after this long won't come.
const CONNECT: Duration = Duration::from_secs(10);

/// Why a text is no base URL; reads as the end of a sentence that starts with the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BaseUrlError {
    #[error("is not a URL like `https://aerial-apac.okta.com`")]
    NotAUrl,
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
pub fn base_url(text: &str) -> Result<Url, BaseUrlError> {
    let mut url = Url::parse(text).map_err(|_| BaseUrlError::NotAUrl)?;
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) => {}
        "http" => return Err(BaseUrlError::PlainHttp),
        _ => return Err(BaseUrlError::Scheme),
    }
    if url.host_str().is_none() {
        return Err(BaseUrlError::NotAUrl);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(BaseUrlError::Credentials);
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(BaseUrlError::Query);
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

/// What all requests of a run share: connections, time, the wish to stop, the run's secrets. Clones are the same client.
#[derive(Clone)]
pub struct Client(Arc<SharedClient>);

struct SharedClient {
    timeout: Duration,
    clock: Arc<dyn Clock>,
    stop: CancellationToken,
    redactor: Redactor,
    plain: OnceLock<reqwest::Client>,
    local: OnceLock<reqwest::Client>,
    remote: OnceLock<reqwest::Client>,
}

/// How far a host is trusted: hosts with the same trust share their connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trust {
    /// http to this machine: no TLS, and so no need for certificates.
    Plain,
    /// https to this machine: never through a proxy.
    Local,
    /// https to anywhere else, through a proxy where one is configured.
    Remote,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("timeout", &self.0.timeout)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// The client of a run. No request takes longer than `timeout`.
    #[must_use]
    pub fn new(
        timeout: Duration,
        clock: Arc<dyn Clock>,
        stop: CancellationToken,
        redactor: Redactor,
    ) -> Self {
        Self(Arc::new(SharedClient {
            timeout,
            clock,
            stop,
            redactor,
            plain: OnceLock::new(),
            local: OnceLock::new(),
            remote: OnceLock::new(),
        }))
    }

    /// Where time comes from.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.0.clock
    }

    /// The wish that the run ends.
    #[must_use]
    pub fn stop(&self) -> &CancellationToken {
        &self.0.stop
    }

    /// What the run's secrets are.
    #[must_use]
    pub fn redactor(&self) -> &Redactor {
        &self.0.redactor
    }

    /// The connections to hosts like this one.
    pub(super) fn connections(&self, base: &Url) -> Result<reqwest::Client, HttpError> {
        let trust = match (is_loopback(base), base.scheme()) {
            (true, "http") => Trust::Plain,
            (true, _) => Trust::Local,
            (false, _) => Trust::Remote,
        };
        let kept = match trust {
            Trust::Plain => &self.0.plain,
            Trust::Local => &self.0.local,
            Trust::Remote => &self.0.remote,
        };
        if let Some(connections) = kept.get() {
            return Ok(connections.clone());
        }
        let connections = self.build(trust).map_err(|error| HttpError::Network {
            request: "TLS".to_owned(),
            lost: Lost::NoCertificates(
                std::error::Error::source(&error)
                    .map_or_else(|| error.to_string(), ToString::to_string),
            ),
            unsent: true,
        })?;
        Ok(kept.get_or_init(|| connections).clone())
    }

    /// No redirects, no retries of its own, no proxy for this machine.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that builds connections"
    )]
    fn build(&self, trust: Trust) -> reqwest::Result<reqwest::Client> {
        let builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .timeout(self.0.timeout)
            .connect_timeout(self.0.timeout.min(CONNECT))
            .referer(false);
        match trust {
            // A small container has no certificates.
            Trust::Plain => builder.no_proxy().tls_certs_only([]),
            Trust::Local => builder.no_proxy(),
            Trust::Remote => builder.https_only(true),
        }
        .build()
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
        for (bad, why) in [
            ("http://aerial-apac.okta.com", BaseUrlError::PlainHttp),
            ("http://10.0.0.1", BaseUrlError::PlainHttp),
            ("http://localhost.evil.com", BaseUrlError::PlainHttp),
            ("http://127.0.0.1.evil.com", BaseUrlError::PlainHttp),
            ("ftp://aerial-apac.okta.com", BaseUrlError::Scheme),
            (
                "https://u:p@aerial-apac.okta.com",
                BaseUrlError::Credentials,
            ),
            ("https://u@aerial-apac.okta.com", BaseUrlError::Credentials),
            ("https://:p@aerial-apac.okta.com", BaseUrlError::Credentials),
            ("https://x?y", BaseUrlError::Query),
            ("https://x#y", BaseUrlError::Query),
            ("aerial-apac.okta.com", BaseUrlError::NotAUrl),
        ] {
            assert_eq!(base_url(bad), Err(why), "{bad}");
        }
        let url = base_url("https://example.com/prefix//").unwrap();
        assert_eq!(url.as_str(), "https://example.com/prefix");
    }
}
