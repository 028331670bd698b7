//! The matrix's columns: the account's products.

use std::collections::BTreeMap;

use crate::desired::Desired;
use crate::ids::ProductId;
use crate::live::Snapshot;

/// A product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixColumn<'a> {
    pub id: &'a ProductId,
    /// The file's name.
    pub own: Option<&'a str>,
    /// Okta's name, where it is known and not empty.
    pub okta: Option<&'a str>,
    /// Whether the account can enable it.
    pub subscribed: bool,
    /// Whether no org of the account has it and no entry lists it; `false` also where that isn't known, some org's products
    /// not having been read.
    pub unused: bool,
}

impl MatrixColumn<'_> {
    /// The file's name, else the id.
    #[must_use]
    pub fn short(&self) -> &str {
        self.own.unwrap_or(self.id.as_str())
    }
}

/// Every product that is subscribed, enabled somewhere or listed somewhere.
pub(super) fn of<'a>(desired: Option<&'a Desired>, live: &'a Snapshot) -> Vec<MatrixColumn<'a>> {
    let mut okta: BTreeMap<&ProductId, &str> = BTreeMap::new();
    let subscribed = live.subscribed.iter();
    let enabled = live.orgs.iter().filter_map(|org| org.products.as_deref());
    for (id, name) in subscribed.chain(enabled.flatten()) {
        let known = okta.entry(id).or_default();
        if known.is_empty() {
            *known = name;
        }
    }
    let listed = desired
        .iter()
        .flat_map(|desired| &desired.orgs)
        .filter_map(|org| org.products.as_ref())
        .flatten();
    for product in listed {
        okta.entry(&product.id).or_default();
    }
    okta.into_iter()
        .map(|(id, name)| MatrixColumn {
            id,
            own: desired.and_then(|desired| desired.names.get(id).map(String::as_str)),
            okta: Some(name).filter(|name| !name.is_empty()),
            subscribed: live.subscribed.contains_key(id),
            unused: false,
        })
        .collect()
}
