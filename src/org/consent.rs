//! An org's consent to be managed by an Aerial account, as its own host has it [Okta, `/api/v1/org/privacy/aerial`].

use reqwest::Method;
use serde_json::{Value as Json, json};

use super::reader::{OrgReader, url};
use crate::aerial::{Error, OneOrg};
use crate::http::{Answer, Body, Intent};
use crate::ids::{AccountId, Domain};

const PATH: [&str; 5] = ["api", "v1", "org", "privacy", "aerial"];

/// Okta's code for what isn't there; another 404 is no answer of this API.
const NOT_FOUND: &str = "E0000007";

/// What a look at an org's consent shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SeenConsent {
    /// It lets no account in.
    Nobody,
    /// It lets this account in.
    Ours,
    /// It lets another account in.
    Another(String),
    /// It has no such thing as consent to Aerial.
    NoAerial,
}

/// Grants once more the consent that an org has given this account: for finding out what Okta doesn't document.
#[derive(Debug)]
pub struct ConsentAgain {
    reader: OrgReader,
    account: AccountId,
    domain: Domain,
}

impl OrgReader {
    /// What an org's consent is to an account.
    ///
    /// # Errors
    /// When the read fails, and when the answer names no account.
    pub(crate) async fn consent(
        &self,
        giver: &Domain,
        account: &AccountId,
    ) -> Result<SeenConsent, Error> {
        match self.get(&PATH, &[]).await {
            Ok(grant) => match grant.get("accountId").and_then(Json::as_str) {
                Some(id) if id == account.as_str() => Ok(SeenConsent::Ours),
                Some(id) => Ok(SeenConsent::Another(id.to_owned())),
                None => Err(Error::Untrue(format!(
                    "what {giver} answers about its consent names no account, which can't be"
                ))),
            },
            Err(Error::Api(error)) if error.status == 404 && error.code == NOT_FOUND => {
                Ok(SeenConsent::Nobody)
            }
            Err(Error::Api(error)) if error.status == 405 => Ok(SeenConsent::NoAerial),
            Err(error) => Err(error),
        }
    }
}

impl ConsentAgain {
    /// Of the one org that may be written to.
    pub(super) fn new(reader: OrgReader, one: &OneOrg) -> Self {
        Self {
            reader,
            account: one.account().clone(),
            domain: one.domain().clone(),
        }
    }

    /// Asks for the consent once and takes whatever is answered.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn hear(&self) -> Result<Answer, Error> {
        let url = url(&self.reader.base, &PATH, &[]);
        let transport = &self.reader.transport;
        transport
            .ask(Method::GET, &url, Body::Empty, Intent::Look)
            .await
    }

    /// The consent as it is now.
    ///
    /// # Errors
    /// When the read fails.
    pub async fn look(&self) -> Result<SeenConsent, Error> {
        self.reader.consent(&self.domain, &self.account).await
    }

    /// Grants it once more, once, and takes whatever is answered: for an org that was seen to have granted it.
    ///
    /// # Errors
    /// When there is no answer: it may or may not have had an effect.
    pub async fn send(&self) -> Result<Answer, Error> {
        let path: Vec<&str> = PATH.into_iter().chain(["grant"]).collect();
        let url = url(&self.reader.base, &path, &[]);
        let body = body(&self.account);
        let transport = &self.reader.transport;
        transport
            .ask(Method::POST, &url, Body::Json(&body), Intent::Write)
            .await
    }

    /// Method, host, path and body of the grant.
    #[must_use]
    pub fn shown(domain: &Domain, account: &AccountId) -> String {
        let (path, body) = (PATH.join("/"), body(account));
        format!("POST {domain}/{path}/grant {body}")
    }
}

fn body(account: &AccountId) -> Json {
    json!({"accountId": account.as_str()})
}
