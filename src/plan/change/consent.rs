//! `POST https://{org}/api/v1/org/privacy/aerial/grant` with `{"accountId"}`: lets this account link an org and its children.

use serde_json::json;

use crate::ids::{AccountId, Domain};
use crate::plan::effect::{Effect, Note, Sign};
use crate::plan::kinds::Kind;
use crate::plan::request::{Method, OrgSlot, Request, RequestBody, Segment};

/// Grants this account's consent on an org.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantConsent {
    /// The org's own host.
    pub giver: Domain,
    /// The account that is let in.
    pub account: AccountId,
}

impl Effect for GrantConsent {
    fn kind(&self) -> Kind {
        Kind::Consent
    }

    fn request(&self, _: OrgSlot) -> Request {
        let path = ["api", "v1", "org", "privacy", "aerial", "grant"];
        Request::to_org(
            self.kind(),
            self.giver.clone(),
            Method::Post,
            path.map(Segment::Word).to_vec(),
            RequestBody::Exact(json!({"accountId": self.account})),
        )
    }

    fn notes(&self) -> Vec<Note> {
        vec![Note {
            sign: Sign::Irreversible,
            text: "let this account link it and its children, unless it does already".to_owned(),
        }]
    }
}
