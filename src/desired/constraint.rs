//! Rules about which products go together, and in how many orgs.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::Span;
use crate::ids::ProductId;

/// What holds of every org's products, and of all orgs together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Constraints {
    /// What has to be with a product.
    pub requires: BTreeMap<ProductId, Requirement>,
    /// What can't be with a product.
    pub excludes: BTreeMap<ProductId, Exclusion>,
    /// What every org has, each with its place in the file.
    pub every_org: BTreeMap<ProductId, Span>,
    /// In how many orgs a product may be.
    pub max_orgs: BTreeMap<ProductId, MaxOrgs>,
}

/// All of these have to be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// Each: one of them.
    pub needs: Vec<BTreeSet<ProductId>>,
    /// The rule's place in the file.
    pub span: Span,
}

/// None of these may be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exclusion {
    pub products: BTreeSet<ProductId>,
    /// The rule's place in the file.
    pub span: Span,
}

/// So many licences there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaxOrgs {
    pub most: u64,
    /// The rule's place in the file.
    pub span: Span,
}

/// A rule that the products of an org break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum BrokenRule<'a> {
    /// The product is there, and none of those that it requires one of.
    Requires(&'a ProductId, &'a BTreeSet<ProductId>),
    /// The product is there, and one that it excludes.
    Excludes(&'a ProductId, &'a ProductId),
    /// A product isn't there that every org has.
    EveryOrg(&'a ProductId),
}

impl Constraints {
    /// Whether there is no rule at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self {
            requires,
            excludes,
            every_org,
            max_orgs,
        } = self;
        requires.is_empty() && excludes.is_empty() && every_org.is_empty() && max_orgs.is_empty()
    }

    /// Where a broken rule stands.
    #[must_use]
    pub fn place(&self, rule: BrokenRule<'_>) -> Option<Span> {
        match rule {
            BrokenRule::Requires(id, _) => self.requires.get(id).map(|rule| rule.span),
            BrokenRule::Excludes(id, _) => self.excludes.get(id).map(|rule| rule.span),
            BrokenRule::EveryOrg(id) => self.every_org.get(id).copied(),
        }
    }
}

impl BrokenRule<'_> {
    /// What is wrong with an org, with what to call each product: `has governance without sso or mfa, of which it requires one`.
    #[must_use]
    pub fn words(self, has: &str, name: impl Fn(&ProductId) -> String) -> String {
        match self {
            Self::Requires(id, need) => {
                let one_of: Vec<String> = need.iter().map(&name).collect();
                format!(
                    "{has} {} without {}, which it requires",
                    name(id),
                    one_of.join(" or ")
                )
            }
            Self::Excludes(id, other) => {
                format!("{has} {} and {}, which it excludes", name(id), name(other))
            }
            Self::EveryOrg(id) => format!("{has} no {}, which every org is to have", name(id)),
        }
    }
}
