//! A step: one change to one org, at most one write, with nothing left to decide when it runs.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::cause::Cause;
use crate::diagnostic::Span;
use crate::ids::{Cell, OrgId, OrgName, ProductId, Status};

/// One change to one org.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its number in the plan, from 1.
    pub id: u32,
    /// The org.
    pub org: OrgName,
    /// The steps that must have succeeded before.
    pub depends_on: Vec<u32>,
    /// What changes.
    pub change: Change,
    /// The place in the file that asks for it.
    pub origin: Span,
    /// Why it is in the plan, where that was asked for.
    pub cause: Option<Cause>,
}

/// What a step changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Links the org to the account, which can't be undone.
    Link {
        /// What the call names it by.
        key: OrgName,
        /// The cell that it is in.
        cell: Cell,
        /// What is to be looked at once it is linked.
        after: AfterLink,
    },
    /// Changes the status to this one, from the other one.
    Status(Status),
    /// Replaces the products of an org whose products the plan saw.
    Products {
        /// What it has.
        before: BTreeSet<ProductId>,
        /// What it is to have.
        after: BTreeSet<ProductId>,
    },
    /// Adds products to whatever an org has that another step links.
    AddToLinked {
        /// What is added.
        enable: BTreeSet<ProductId>,
        /// What may stay on it beside these.
        tolerance: Tolerance,
    },
}

/// What can't be planned for an org that isn't linked yet, and so is left to the next plan where it differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AfterLink {
    /// The status that the file asks for.
    pub status: Option<Status>,
    /// What may stay on an org for which the file lists no products; `None` where another step or nobody looks at them.
    pub products: Option<Tolerance>,
}

/// Which products that the file doesn't list may stay on an org.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tolerance {
    /// All of them.
    Everything,
    /// These.
    Only(BTreeSet<ProductId>),
}

impl Tolerance {
    /// Those of the products that may not stay.
    #[must_use]
    pub fn refused(&self, products: &BTreeSet<ProductId>) -> BTreeSet<ProductId> {
        match self {
            Self::Everything => BTreeSet::new(),
            Self::Only(tolerated) => products.difference(tolerated).cloned().collect(),
        }
    }
}

/// What a step is called, in the order of the phases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// `POST /orgs`.
    Link,
    /// `PUT …/status` to ACTIVE.
    Activate,
    /// `PUT …/products`, only additions.
    Enable,
    /// `PUT …/products`, additions and removals at once.
    Swap,
    /// `PUT …/products`, only removals.
    Disable,
    /// `PUT …/status` to INACTIVE.
    Deactivate,
}

impl Kind {
    /// All kinds, in the order of the phases.
    pub const ALL: [Self; 6] = [
        Self::Link,
        Self::Activate,
        Self::Enable,
        Self::Swap,
        Self::Disable,
        Self::Deactivate,
    ];

    /// The word in plans and receipts.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Activate => "activate",
            Self::Enable => "enable",
            Self::Swap => "swap",
            Self::Disable => "disable",
            Self::Deactivate => "deactivate",
        }
    }

    /// Whether steps of this kind don't start once an earlier step has failed: they only take away.
    #[must_use]
    pub fn only_removes(self) -> bool {
        matches!(self, Self::Disable | Self::Deactivate)
    }
}

/// The one write of a step, relative to `/{accountId}/api/v1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// `POST` or `PUT`.
    pub method: &'static str,
    /// The path; `{orgId}` stands for an id that the link step will tell.
    pub path: String,
    /// The body; without what the org has already where `plus_existing`.
    pub body: Json,
    /// Whether the products that the org has when the step runs are added to the body.
    pub plus_existing: bool,
}

impl Step {
    /// What the step is called.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match &self.change {
            Change::Link { .. } => Kind::Link,
            Change::Status(Status::Active) => Kind::Activate,
            Change::Status(Status::Inactive) => Kind::Deactivate,
            Change::AddToLinked { .. } => Kind::Enable,
            Change::Products { before, after } => {
                match (after.is_subset(before), before.is_subset(after)) {
                    (true, _) => Kind::Disable,
                    (false, true) => Kind::Enable,
                    (false, false) => Kind::Swap,
                }
            }
        }
    }

    /// The products that it enables.
    #[must_use]
    pub fn enable(&self) -> BTreeSet<ProductId> {
        match &self.change {
            Change::Products { before, after } => after.difference(before).cloned().collect(),
            Change::AddToLinked { enable, .. } => enable.clone(),
            Change::Link { .. } | Change::Status(_) => BTreeSet::new(),
        }
    }

    /// The products that it disables.
    #[must_use]
    pub fn disable(&self) -> BTreeSet<ProductId> {
        match &self.change {
            Change::Products { before, after } => before.difference(after).cloned().collect(),
            Change::AddToLinked { .. } | Change::Link { .. } | Change::Status(_) => BTreeSet::new(),
        }
    }

    /// The products before and after it, where the plan knows them.
    #[must_use]
    pub fn products(&self) -> Option<(&BTreeSet<ProductId>, &BTreeSet<ProductId>)> {
        match &self.change {
            Change::Products { before, after } => Some((before, after)),
            Change::AddToLinked { .. } | Change::Link { .. } | Change::Status(_) => None,
        }
    }

    /// Whether a later plan could undo it.
    #[must_use]
    pub fn reversible(&self) -> bool {
        self.kind() != Kind::Link
    }

    /// The call that it makes.
    #[must_use]
    pub fn call(&self) -> Call {
        let org = self.org.id().map_or("{orgId}", OrgId::as_str);
        match &self.change {
            Change::Link { key, cell, .. } => Call {
                method: "POST",
                path: "/orgs".to_owned(),
                body: match key {
                    OrgName::Id(id) | OrgName::Both(id, _) => json!({"orgId": id, "cell": cell}),
                    OrgName::Domain(domain) => json!({"domain": domain, "cell": cell}),
                },
                plus_existing: false,
            },
            Change::Status(status) => Call {
                method: "PUT",
                path: format!("/orgs/{org}/status"),
                body: json!({"status": status.as_str()}),
                plus_existing: false,
            },
            Change::Products { after, .. } => Call {
                method: "PUT",
                path: format!("/orgs/{org}/products"),
                body: products_body(after),
                plus_existing: false,
            },
            Change::AddToLinked { enable, .. } => Call {
                method: "PUT",
                path: format!("/orgs/{org}/products"),
                body: products_body(enable),
                plus_existing: true,
            },
        }
    }
}

/// A product set as the API takes it: ids alone, since it ignores names.
fn products_body(products: &BTreeSet<ProductId>) -> Json {
    products.iter().map(|id| json!({ "id": id })).collect()
}
