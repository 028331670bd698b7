//! What a step changes: one variant for each thing that Okta's API can do, each in a file of its own.

mod add_products;
mod configure;
mod consent;
mod create;
mod deletion;
mod link;
mod products;
mod status;
mod tolerance;

pub use add_products::AddProducts;
pub use configure::{Configure, ObjectSight};
pub use consent::GrantConsent;
pub use create::CreateOrg;
pub use deletion::RequestDeletion;
pub use link::{AfterLink, Link};
pub use products::ReplaceProducts;
pub use status::SetStatus;
pub use tolerance::Tolerance;

use super::effect::Effect;

/// What a step changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Creates the org.
    Create(CreateOrg),
    /// Lets the account link the org and its children.
    Consent(GrantConsent),
    /// Links the org to the account.
    Link(Link),
    /// Changes the org's status.
    Status(SetStatus),
    /// Replaces the products of an org whose products the plan saw.
    Products(ReplaceProducts),
    /// Adds products to whatever an org has that another step links.
    AddProducts(AddProducts),
    /// Makes or changes an object inside the org.
    Configure(Box<Configure>),
    /// Asks Okta to delete the org.
    Deletion(RequestDeletion),
}

impl Change {
    /// The change as planning sees it.
    #[must_use]
    pub fn effect(&self) -> &dyn Effect {
        match self {
            Self::Create(change) => change,
            Self::Consent(change) => change,
            Self::Link(change) => change,
            Self::Status(change) => change,
            Self::Products(change) => change,
            Self::AddProducts(change) => change,
            Self::Configure(change) => change.as_ref(),
            Self::Deletion(change) => change,
        }
    }
}
