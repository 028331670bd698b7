//! `PUT /orgs/{orgId}/products`: replaces the whole set.

use std::collections::BTreeSet;

use crate::ids::ProductId;
use crate::plan::effect::{Delta, Effect};
use crate::plan::kinds::Kind;
use crate::plan::request::{Method, OrgSlot, Request, RequestBody, Segment};

/// Replaces the products of an org.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplaceProducts {
    pub before: BTreeSet<ProductId>,
    /// What it is to have.
    pub after: BTreeSet<ProductId>,
}

impl Effect for ReplaceProducts {
    fn kind(&self) -> Kind {
        match (
            self.after.is_subset(&self.before),
            self.before.is_subset(&self.after),
        ) {
            (true, _) => Kind::Disable,
            (false, true) => Kind::Enable,
            (false, false) => Kind::Swap,
        }
    }

    fn request(&self, org: OrgSlot) -> Request {
        let path = vec![
            Segment::Word("orgs"),
            Segment::Org(org),
            Segment::Word("products"),
        ];
        Request::to_account(
            self.kind(),
            Method::Put,
            path,
            RequestBody::Products(self.after.clone()),
        )
    }

    fn delta(&self) -> Delta<'_> {
        Delta {
            enable: self.after.difference(&self.before).collect(),
            disable: self.before.difference(&self.after).collect(),
            sets: Some((&self.before, &self.after)),
        }
    }
}
