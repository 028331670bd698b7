//! What comes of undoing a run.

use std::collections::BTreeSet;

use super::left::LeftAlone;
use crate::desired::model::Desired;
use crate::ids::{ObjectName, OrgName, ProductId, Status};
use crate::plan::Selection;

/// A run, undone as far as that goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undoing {
    /// The file's desired state with these orgs as the run found them, what changed since aside.
    pub desired: Desired,
    /// The orgs that the plan is about.
    pub orgs: Vec<OrgName>,
    /// What is put back, and what is as the run found it already, by org: what the file has to say of it.
    pub lasting: Vec<OrgBack>,
    /// What is left alone, by org.
    pub left: Vec<LeftAlone>,
    /// Products, statuses and fields that are as the run found them already.
    pub already: usize,
}

/// An org as far as it is as the run found it, then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrgBack {
    /// As the file calls it.
    pub name: OrgName,
    /// Its products, where the run had changed some.
    pub products: Option<ProductsBack>,
    /// Its status afterwards, where the run had changed it.
    pub status: Option<Status>,
    /// Objects inside of it that the run had changed, and that have something of what they had then.
    pub objects: BTreeSet<ObjectName>,
}

/// The products of an org, then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductsBack {
    pub back: BTreeSet<ProductId>,
    /// Those of them that the run had disabled; of an org that it linked, all that it found.
    pub returned: BTreeSet<ProductId>,
    /// Those that the run had enabled, and that are gone.
    pub taken: BTreeSet<ProductId>,
    /// Whether it has others now.
    pub change: bool,
}

impl Undoing {
    /// The orgs that the plan is about.
    #[must_use]
    pub fn selection(&self) -> Selection {
        Selection::Only(self.orgs.iter().cloned().collect())
    }
}
