//! What may stay on an org that the file doesn't list.

use std::collections::BTreeSet;

use crate::ids::ProductId;

/// Which products that the file doesn't list may stay on an org that couldn't be read before it was linked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tolerance {
    /// All of them: the org is additive.
    Everything,
    /// These, which `ignoreProducts` leaves to others.
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
