//! What a product needs beside it: all of some products, and one of others.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A product that another one needs, or several of which one is enough.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Need {
    Product(String),
    /// `{anyOf: [P000052, P000131]}`.
    AnyOf(AnyOf),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AnyOf {
    pub any_of: Vec<String>,
}

impl From<&str> for Need {
    fn from(product: &str) -> Self {
        Self::Product(product.to_owned())
    }
}

/// The first product that is there without what it needs, and that: `P1`, or `one of P1, P2`.
pub(super) fn missing(
    dependencies: &BTreeMap<String, Vec<Need>>,
    has: impl Fn(&str) -> bool,
) -> Option<(&str, String)> {
    let mut there = dependencies.iter().filter(|(product, _)| has(product));
    there.find_map(|(product, needs)| {
        let lacking = needs.iter().find_map(|need| match need {
            Need::Product(id) => (!has(id)).then(|| id.clone()),
            Need::AnyOf(AnyOf { any_of }) => {
                let none = !any_of.iter().any(|id| has(id));
                none.then(|| format!("one of {}", any_of.join(", ")))
            }
        })?;
        Some((product.as_str(), lacking))
    })
}
