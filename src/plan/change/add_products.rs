//! `PUT /orgs/{orgId}/products` on an org that was linked a moment before: what it turns out to have stays.

use std::collections::BTreeSet;

use super::tolerance::Tolerance;
use crate::ids::ProductId;
use crate::plan::effect::{Delta, Effect, Note, Sign};
use crate::plan::kinds::Kind;
use crate::plan::request::{Method, OrgSlot, Request, RequestBody, Segment};

/// Adds products to whatever an org has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddProducts {
    /// What is added.
    pub enable: BTreeSet<ProductId>,
    /// What may stay on it beside these.
    pub tolerance: Tolerance,
}

impl Effect for AddProducts {
    fn kind(&self) -> Kind {
        Kind::Enable
    }

    fn request(&self, org: OrgSlot) -> Request {
        let path = vec![
            Segment::Word("orgs"),
            Segment::Org(org),
            Segment::Word("products"),
        ];
        let body = RequestBody::PlusExisting(self.enable.clone());
        Request::to_account(self.kind(), Method::Put, path, body)
    }

    fn delta(&self) -> Delta<'_> {
        Delta {
            enable: self.enable.iter().collect(),
            ..Delta::default()
        }
    }

    fn notes(&self) -> Vec<Note> {
        vec![Note {
            sign: Sign::Aside,
            text: "beside whatever it turns out to have, which stays".to_owned(),
        }]
    }
}
