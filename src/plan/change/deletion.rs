//! `POST /orgs/{orgId}/deletionRequest`: asks Okta to delete an inactive org.

use serde_json::json;

use crate::plan::effect::{Effect, Note, Sign};
use crate::plan::kinds::Kind;
use crate::plan::request::{Method, OrgSlot, Request, RequestBody, Segment};

/// Asks Okta to delete an org that is inactive since an earlier run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestDeletion;

impl Effect for RequestDeletion {
    fn kind(&self) -> Kind {
        Kind::Delete
    }

    fn request(&self, org: OrgSlot) -> Request {
        let path = vec![
            Segment::Word("orgs"),
            Segment::Org(org),
            Segment::Word("deletionRequest"),
        ];
        Request::to_account(
            self.kind(),
            Method::Post,
            path,
            RequestBody::Exact(json!({})),
        )
    }

    fn notes(&self) -> Vec<Note> {
        vec![Note {
            sign: Sign::Irreversible,
            text: "ask Okta to delete the org".to_owned(),
        }]
    }
}
