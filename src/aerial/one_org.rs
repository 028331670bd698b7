//! Writes to one org of a sandbox, for finding out what Okta doesn't document. It knows no other org, and no plan.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use reqwest::Method;
use serde_json::Value as Json;

use super::endpoint::{Endpoint, SANDBOX};
use super::error::Error;
use super::reader::Reader;
use super::transport::SendOptions;
use crate::auth::{Manage, Session};
use crate::http::{self, Answer, Body, Intent};
use crate::ids::{AccountId, Domain, OrgId, OrgName, ProductId};
use crate::live::LiveOrg;

/// Why nothing is written to an org; reads as a sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    #[error(
        "{0} is neither Okta's sandbox nor this machine: nothing is written there to find something out"
    )]
    NoSandbox(String),
    #[error("{0} is the Aerial org: nothing is written to it to find something out")]
    AerialOrg(String),
    #[error(
        "nothing says which org is the Aerial org, to which nothing is written to find something out"
    )]
    NoAerialOrg,
    #[error(
        "{0} is one of guardrails.protectedOrgs: nothing is written to it to find something out"
    )]
    Protected(String),
    #[error("what answers to the id of {meant} is {found}: nothing is written to either")]
    Another { meant: String, found: String },
}

/// Why an org isn't seen as it is now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoLook {
    /// A read failed.
    #[error("{0}")]
    Failed(Error),
    /// It is none to which anything may be written.
    #[error("{0}")]
    Unfit(Unfit),
}

/// The orgs to which nothing is written, each by every name that somebody has for it: an id or a domain will do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OffLimits {
    /// The Aerial org, whatever the server says of it. None where nobody says which it is.
    pub aerial: Vec<OrgName>,
    /// The protected ones.
    pub protected: Vec<OrgName>,
}

/// What of an org is written: the last part of the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrgPart {
    Status,
    Products,
}

/// A `PUT` to a part of an org.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrgWrite {
    pub part: OrgPart,
    pub body: Json,
}

/// The writer of one org.
#[derive(Debug)]
pub struct OneOrg {
    id: OrgId,
    domain: Domain,
    off_limits: OffLimits,
    reader: Reader,
}

impl OrgPart {
    fn as_str(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Products => "products",
        }
    }
}

impl OffLimits {
    fn has(names: &[OrgName], org: &LiveOrg) -> bool {
        names
            .iter()
            .any(|name| name.id() == Some(&org.id) || name.domain() == Some(&org.domain))
    }
}

impl Unfit {
    /// Why nothing may be written to an org at a server, if anything.
    ///
    /// # Errors
    /// With the first reason: the server isn't a sandbox, or the org is the Aerial org or protected.
    pub fn check(endpoint: &Endpoint, org: &LiveOrg, off_limits: &OffLimits) -> Result<(), Self> {
        let base = endpoint.base();
        let shown = base.as_str().trim_end_matches('/');
        let label = || org.domain.to_string();
        let here = http::is_loopback(base);
        if !here && shown != SANDBOX {
            return Err(Self::NoSandbox(shown.to_owned()));
        }
        if org.aerial_org || OffLimits::has(&off_limits.aerial, org) {
            return Err(Self::AerialOrg(label()));
        }
        // A server may leave the flag out.
        if off_limits.aerial.is_empty() && !here {
            return Err(Self::NoAerialOrg);
        }
        if OffLimits::has(&off_limits.protected, org) {
            return Err(Self::Protected(label()));
        }
        Ok(())
    }
}

impl OneOrg {
    /// The writer of an org that [`Unfit::check`] has nothing against. What it sends hears the wish to stop of `options` alone: whoever
    /// wants a write to be put back though the run is to end gives it a wish of its own.
    ///
    /// # Errors
    /// Within: when nothing may be written to it. Without: when the machine's certificates can't be loaded.
    pub fn new(
        endpoint: Endpoint,
        session: &Session<Manage>,
        options: &SendOptions,
        org: &LiveOrg,
        off_limits: OffLimits,
    ) -> Result<Result<Self, Unfit>, Error> {
        if let Err(unfit) = Unfit::check(&endpoint, org, &off_limits) {
            return Ok(Err(unfit));
        }
        Ok(Ok(Self {
            id: org.id.clone(),
            domain: org.domain.clone(),
            off_limits,
            reader: Reader::new(endpoint, session, options)?,
        }))
    }

    /// The account whose org it is.
    #[must_use]
    pub fn account(&self) -> &AccountId {
        self.reader.endpoint.account()
    }

    #[must_use]
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// The org with its products as it is now.
    ///
    /// # Errors
    /// When a read fails, and when the org is another one now, or one to which nothing may be written.
    pub async fn look(&self) -> Result<LiveOrg, NoLook> {
        let (id, domain) = (&self.id, &self.domain);
        let org = self.reader.org_at(id, |_| Ok(())).await;
        let org = org.map_err(NoLook::Failed)?;
        if org.id != *id || org.domain != *domain {
            return Err(NoLook::Unfit(Unfit::Another {
                meant: domain.to_string(),
                found: format!("{} ({})", org.domain, org.id),
            }));
        }
        Unfit::check(&self.reader.endpoint, &org, &self.off_limits).map_err(NoLook::Unfit)?;
        let products = self.reader.products(id).await;
        let products: BTreeMap<ProductId, String> = products.map_err(NoLook::Failed)?;
        Ok(LiveOrg {
            products: Some(Arc::new(products)),
            ..org
        })
    }

    /// Sends a write once and takes whatever is answered.
    ///
    /// # Errors
    /// When there is no answer: it may or may not have had an effect.
    pub async fn send(&self, write: &OrgWrite) -> Result<Answer, Error> {
        let part = write.part.as_str();
        let url = self.reader.endpoint.org_url(&self.id, &[part]);
        let body = Body::Json(&write.body);
        let transport = &self.reader.transport;
        transport.ask(Method::PUT, &url, body, Intent::Write).await
    }
}

impl OrgWrite {
    /// Method, path and body, as they are sent to an org.
    #[must_use]
    pub fn shown(&self, org: &LiveOrg) -> String {
        format!("PUT /orgs/{}/{} {}", org.id, self.part.as_str(), self.body)
    }

    /// The products in its body, each once.
    #[must_use]
    pub fn products(&self) -> BTreeSet<&str> {
        let items = self.body.as_array().into_iter().flatten();
        let ids = items.filter_map(|item| item.get("id")?.as_str());
        ids.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::base_url;
    use crate::ids::Status;
    use crate::live::LiveStatus;

    fn org(aerial_org: bool) -> LiveOrg {
        LiveOrg {
            id: OrgId::parse("00oA").unwrap(),
            domain: Domain::parse("a.okta.com").unwrap(),
            display_name: String::new(),
            cell: None,
            status: LiveStatus::Known(Status::Active),
            aerial_org,
            products: None,
        }
    }

    fn by_domain(domain: &str) -> Vec<OrgName> {
        vec![OrgName::Domain(Domain::parse(domain).unwrap())]
    }

    fn by_id(id: &str) -> Vec<OrgName> {
        vec![OrgName::Id(OrgId::parse(id).unwrap())]
    }

    fn check(base: &str, org: &LiveOrg, off_limits: &OffLimits) -> Result<(), Unfit> {
        let account = AccountId::parse("022x").unwrap();
        let endpoint = Endpoint::new(base_url(base).unwrap(), account);
        Unfit::check(&endpoint, org, off_limits)
    }

    const HERE: &str = "http://127.0.0.1:8080/prefix";

    #[test]
    fn promise_1_nothing_is_written_but_to_a_sandbox() {
        let elsewhere = OffLimits {
            aerial: by_domain("aerial.okta.com"),
            ..OffLimits::default()
        };
        for base in [SANDBOX, "https://aerial-sandbox.okta.com/", HERE] {
            assert_eq!(check(base, &org(false), &elsewhere), Ok(()), "{base}");
        }
        for base in [
            super::super::endpoint::PRODUCTION,
            "https://aerial-sandbox.okta.com:8443",
            "https://aerial-sandbox.okta.com/elsewhere",
            "https://aerial-sandbox.okta.com.example.com",
            "https://aerial.example.com",
        ] {
            let unfit = check(base, &org(false), &elsewhere);
            assert!(matches!(unfit, Err(Unfit::NoSandbox(_))), "{base}");
        }
    }

    #[test]
    fn promise_1_nothing_is_written_to_the_aerial_org_whoever_names_it() {
        let nobody = OffLimits::default();
        let aerial = Err(Unfit::AerialOrg("a.okta.com".to_owned()));
        assert_eq!(check(HERE, &org(true), &nobody), aerial);
        for names in [by_domain("a.okta.com"), by_id("00oA")] {
            let off_limits = OffLimits {
                aerial: names,
                ..OffLimits::default()
            };
            assert_eq!(check(SANDBOX, &org(false), &off_limits), aerial);
        }
        // Where the server's flag would be all there is.
        let unknown = check(SANDBOX, &org(false), &nobody);
        assert_eq!(unknown, Err(Unfit::NoAerialOrg));
        assert_eq!(check(HERE, &org(false), &nobody), Ok(()));
    }

    #[test]
    fn promise_1_nothing_is_written_to_a_protected_org_by_any_of_its_names() {
        for (names, protected) in [
            (by_domain("a.okta.com"), true),
            (by_id("00oA"), true),
            (by_domain("b.okta.com"), false),
            (by_id("00oB"), false),
        ] {
            let off_limits = OffLimits {
                protected: names,
                ..OffLimits::default()
            };
            let unfit = check(HERE, &org(false), &off_limits);
            assert_eq!(unfit.is_err(), protected, "{off_limits:?}");
        }
    }
}
