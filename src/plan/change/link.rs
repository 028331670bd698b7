//! `POST /orgs` with `{"orgId"|"domain","cell"}`: links an org, which can't be undone.

use serde_json::json;

use super::tolerance::Tolerance;
use crate::ids::{Cell, OrgName, Status};
use crate::plan::effect::{Effect, Note, Sign};
use crate::plan::kinds::Kind;
use crate::plan::request::{Method, OrgSlot, Request, RequestBody, Segment};

/// Links an org to the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What the call names it by: its id where the file has one, else its domain.
    pub name: OrgName,
    /// The cell that it is in.
    pub cell: Cell,
    /// What is to be looked at once it is linked.
    pub after: AfterLink,
}

/// What can't be planned for an org that isn't linked yet, and so is left to the next plan where it differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AfterLink {
    /// The status that the file asks for.
    pub status: Option<Status>,
    /// What may stay on an org for which the file lists no products; `None` where another step or nobody looks at them.
    pub products: Option<Tolerance>,
}

impl Effect for Link {
    fn kind(&self) -> Kind {
        Kind::Link
    }

    fn request(&self, _: OrgSlot) -> Request {
        let body = match &self.name {
            OrgName::Id(id) | OrgName::Both(id, _) => json!({"orgId": id, "cell": self.cell}),
            OrgName::Domain(domain) => json!({"domain": domain, "cell": self.cell}),
        };
        Request::to_account(
            self.kind(),
            Method::Post,
            vec![Segment::Word("orgs")],
            RequestBody::Exact(body),
        )
    }

    fn notes(&self) -> Vec<Note> {
        vec![Note {
            sign: Sign::Irreversible,
            text: format!("link to the account, cell {}", self.cell),
        }]
    }
}
