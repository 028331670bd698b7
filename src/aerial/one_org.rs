//! Writes to one org of a sandbox, for finding out what Okta doesn't document. It knows no other org, and no plan.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::Value as Json;

use super::endpoint::{Endpoint, SANDBOX};
use super::error::Error;
use super::reader::Reader;
use super::transport::SendOptions;
use crate::auth::{Manage, Session};
use crate::http::{self, Answer, Body, Intent};
use crate::ids::{OrgId, OrgName, ProductId};
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
        "{0} is one of guardrails.protectedOrgs: nothing is written to it to find something out"
    )]
    Protected(String),
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
    org: OrgId,
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

impl Unfit {
    /// Why nothing may be written to an org at a server, if anything.
    ///
    /// # Errors
    /// With the first reason: the server isn't a sandbox, or the org is the Aerial org or protected.
    pub fn check<'a>(
        endpoint: &Endpoint,
        org: &LiveOrg,
        protected: impl IntoIterator<Item = &'a OrgName>,
    ) -> Result<(), Self> {
        let base = endpoint.base();
        let shown = base.as_str().trim_end_matches('/');
        let name = org.name();
        if !http::is_loopback(base) && shown != SANDBOX {
            return Err(Self::NoSandbox(shown.to_owned()));
        }
        if org.aerial_org {
            return Err(Self::AerialOrg(name.label().to_owned()));
        }
        if protected.into_iter().any(|one| one.is(&name)) {
            return Err(Self::Protected(name.label().to_owned()));
        }
        Ok(())
    }
}

impl OneOrg {
    /// The writer of an org that [`Unfit::check`] has nothing against.
    ///
    /// # Errors
    /// Within: when nothing may be written to it. Without: when the machine's certificates can't be loaded.
    pub fn new<'a>(
        endpoint: Endpoint,
        session: &Session<Manage>,
        options: &SendOptions,
        org: &LiveOrg,
        protected: impl IntoIterator<Item = &'a OrgName>,
    ) -> Result<Result<Self, Unfit>, Error> {
        if let Err(unfit) = Unfit::check(&endpoint, org, protected) {
            return Ok(Err(unfit));
        }
        Ok(Ok(Self {
            org: org.id.clone(),
            reader: Reader::new(endpoint, session, options)?.verifying(),
        }))
    }

    /// The org with its products as it is now, though the run is to end.
    ///
    /// # Errors
    /// When a read fails.
    pub async fn look(&self) -> Result<LiveOrg, Error> {
        let org = self.reader.org(&self.org).await?;
        let products: BTreeMap<ProductId, String> = self.reader.products(&self.org).await?;
        Ok(LiveOrg {
            products: Some(products),
            ..org
        })
    }

    /// Sends a write once and takes whatever is answered.
    ///
    /// # Errors
    /// When there is no answer: it may or may not have had an effect.
    pub async fn send(&self, write: &OrgWrite) -> Result<Answer, Error> {
        let url = self
            .reader
            .endpoint
            .org_url(&self.org, &[write.part.as_str()]);
        let body = Body::Json(&write.body);
        let transport = &self.reader.transport;
        transport.ask(Method::PUT, &url, body, Intent::Write).await
    }

    /// A write as it is sent.
    #[must_use]
    pub fn shown(&self, write: &OrgWrite) -> String {
        write.shown(&self.org)
    }
}

impl OrgWrite {
    /// Method, path and body.
    #[must_use]
    pub fn shown(&self, org: &OrgId) -> String {
        format!("PUT /orgs/{org}/{} {}", self.part.as_str(), self.body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::base_url;
    use crate::ids::{AccountId, Domain, Status};
    use crate::live::LiveStatus;

    #[test]
    fn promise_1_nothing_is_written_but_to_an_ordinary_org_of_a_sandbox() {
        let org = |aerial_org| LiveOrg {
            id: OrgId::parse("00oA").unwrap(),
            domain: Domain::parse("a.okta.com").unwrap(),
            display_name: String::new(),
            cell: None,
            status: LiveStatus::Known(Status::Active),
            aerial_org,
            products: None,
        };
        let check = |base: &str, aerial_org: bool, protected: &[OrgName]| {
            let account = AccountId::parse("022x").unwrap();
            let endpoint = Endpoint::new(base_url(base).unwrap(), account);
            Unfit::check(&endpoint, &org(aerial_org), protected)
        };
        let here = "http://127.0.0.1:8080/prefix";
        for base in [SANDBOX, "https://aerial-sandbox.okta.com/", here] {
            assert_eq!(check(base, false, &[]), Ok(()), "{base}");
        }
        for base in [
            super::super::endpoint::PRODUCTION,
            "https://aerial-sandbox.okta.com:8443",
            "https://aerial-sandbox.okta.com/elsewhere",
            "https://aerial-sandbox.okta.com.example.com",
            "https://aerial.example.com",
        ] {
            assert!(
                matches!(check(base, false, &[]), Err(Unfit::NoSandbox(_))),
                "{base}"
            );
        }
        assert!(matches!(check(here, true, &[]), Err(Unfit::AerialOrg(_))));
        for name in [
            OrgName::Id(OrgId::parse("00oA").unwrap()),
            OrgName::Domain(Domain::parse("a.okta.com").unwrap()),
        ] {
            let unfit = check(here, false, &[name]);
            assert!(matches!(unfit, Err(Unfit::Protected(_))));
        }
    }
}
