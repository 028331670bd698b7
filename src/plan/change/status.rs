//! `PUT /orgs/{orgId}/status`.

use serde_json::json;

use crate::ids::Status;
use crate::plan::effect::{Effect, Note, Sign};
use crate::plan::kinds::Kind;
use crate::plan::request::{Method, OrgSlot, Request, RequestBody, Segment};

/// Changes an org's status to this one, from the other one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetStatus {
    /// What it becomes.
    pub to: Status,
}

impl Effect for SetStatus {
    fn kind(&self) -> Kind {
        match self.to {
            Status::Active => Kind::Activate,
            Status::Inactive => Kind::Deactivate,
        }
    }

    fn request(&self, org: OrgSlot) -> Request {
        let path = vec![
            Segment::Word("orgs"),
            Segment::Org(org),
            Segment::Word("status"),
        ];
        let body = json!({"status": self.to.as_str()});
        Request::to_account(self.kind(), Method::Put, path, RequestBody::Exact(body))
    }

    fn notes(&self) -> Vec<Note> {
        vec![match self.to {
            Status::Active => Note {
                sign: Sign::Changed,
                text: "status INACTIVE → ACTIVE".to_owned(),
            },
            Status::Inactive => Note {
                sign: Sign::Lost,
                text: "status ACTIVE → INACTIVE: nobody can sign in to it any more".to_owned(),
            },
        }]
    }
}
