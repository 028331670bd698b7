//! The API of an org's own host, beside the account's: what an org is before it is linked, and what is inside of it.
//!
//! `places` says where such a host is, and that it is Okta's. `keyring` is where an org's credential comes from. `hosts` opens
//! a host when it is needed, each once, at a pace of its own: a `reader`, which has no method that writes, or a `writer`,
//! which sends what an approved plan gives out (`consent::ConsentAgain`, which says again what is there, aside). `inside` finds objects by name, `born` is what a new org's creation answers, `consent` whom an org lets in. All
//! of it is sent by [`http`](crate::http), and fails as the account does.

mod born;
mod consent;
mod found;
mod hosts;
mod inside;
mod keyring;
mod places;
mod reader;
mod writer;

pub use born::Born;
pub use consent::{ConsentAgain, SeenConsent};
pub use hosts::{OrgHosts, OrgReads};
pub use keyring::{KeyringError, OrgCredential, OrgKeyring};
pub use places::{OrgPlaces, PlaceError};
pub use reader::OrgReader;
pub use writer::OrgWriter;
