//! Where the hosts of orgs are.

use reqwest::Url;

use crate::http::{BaseUrlError, base_url, is_loopback};
use crate::ids::Domain;

/// What stands for an org's domain in a template.
const DOMAIN: &str = "{domain}";

/// Where the hosts of orgs are: at `https://{domain}`, unless the environment says otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrgPlaces(String);

/// Why an org has no place to which a credential may go; reads as the end of a sentence that starts with the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// A template without `{domain}`: all orgs would be one.
    #[error("doesn't say where the org's domain goes; write `{DOMAIN}` in it")]
    NoDomain,
    #[error(transparent)]
    Url(#[from] BaseUrlError),
    /// A host that isn't one of Okta's.
    #[error("is no org's own Okta host: one label below okta.com or another of Okta's domains")]
    NotOktas,
}

impl Default for OrgPlaces {
    fn default() -> Self {
        Self(format!("https://{DOMAIN}"))
    }
}

impl OrgPlaces {
    /// Places by a URL with `{domain}` in it: https, or this machine.
    ///
    /// # Errors
    /// When no credential may be sent to such a URL, and when `{domain}` is missing.
    pub fn at(template: &str) -> Result<Self, PlaceError> {
        let template = template.trim().trim_end_matches('/');
        if !template.contains(DOMAIN) {
            return Err(PlaceError::NoDomain);
        }
        base_url(&template.replace(DOMAIN, "acme.okta.com"))?;
        Ok(Self(template.to_owned()))
    }

    /// Whether all of them are on this machine.
    #[must_use]
    pub fn are_local(&self) -> bool {
        let any = base_url(&self.0.replace(DOMAIN, "acme.okta.com"));
        any.is_ok_and(|url| is_loopback(&url))
    }

    /// An org's own host.
    ///
    /// # Errors
    /// When the domain isn't Okta's: a credential goes nowhere else, whoever says that this is an org.
    pub fn url(&self, domain: &Domain) -> Result<Url, PlaceError> {
        if !domain.is_oktas() {
            return Err(PlaceError::NotOktas);
        }
        Ok(base_url(&self.0.replace(DOMAIN, domain.as_str()))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn domain(text: &str) -> Domain {
        Domain::from_server(text).unwrap()
    }

    #[test]
    fn promise_6_a_credential_goes_to_an_org_s_own_okta_host_alone() {
        let usual = OrgPlaces::default();
        let local = OrgPlaces::at("http://127.0.0.1:1/~{domain}/").unwrap();
        assert_eq!(
            usual.url(&domain("acme.okta.com")).unwrap().as_str(),
            "https://acme.okta.com/"
        );
        assert_eq!(
            local.url(&domain("acme.okta.com")).unwrap().as_str(),
            "http://127.0.0.1:1/~acme.okta.com"
        );
        for elsewhere in [
            "id.acme.example",
            "acme.okta.com.evil.example",
            "evil.example/.okta.com",
            "evil.example#.okta.com",
            "u:p@acme.okta.com",
            "acme.okta.com:8443",
            "a.b.okta.com",
            "169.254.169.254",
        ] {
            for places in [&usual, &local] {
                let place = places.url(&domain(elsewhere));
                assert_eq!(place, Err(PlaceError::NotOktas), "{elsewhere}");
            }
        }
    }

    #[test]
    fn promise_6_a_template_is_https_or_this_machine_and_has_the_domain_in_it() {
        for good in [
            "https://{domain}",
            "https://gateway.example/{domain}",
            "http://localhost:1/~{domain}",
        ] {
            assert!(OrgPlaces::at(good).is_ok(), "{good}");
        }
        assert_eq!(
            OrgPlaces::at("https://gateway.example"),
            Err(PlaceError::NoDomain)
        );
        for bad in [
            "http://{domain}",
            "http://gateway.example/{domain}",
            "https://u:p@{domain}",
            "https://x/?{domain}",
            "{domain}",
        ] {
            assert!(
                matches!(OrgPlaces::at(bad), Err(PlaceError::Url(_))),
                "{bad}"
            );
        }
    }
}
