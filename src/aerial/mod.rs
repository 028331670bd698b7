//! Okta Aerial over HTTP: one account's API. All of it is sent by [`http`](crate::http).
//!
//! `endpoint` says where the account is. `transport` makes requests and reads refusals. `pages` goes through lists. `reader` has no method that writes, and
//! `find` looks for orgs by their names; `surroundings` reads what else there is; `writer` is made from manage-scoped credentials alone. `questions` reads whatever is answered, refusals as well, and `one_org` writes to one org of a sandbox: both are for finding out what Okta doesn't document. `anonymous` asks without credentials. `settling` is how long a write may take to show. `wire` is what the server
//! sends, `error` what can go wrong.

mod anonymous;
mod endpoint;
mod error;
mod find;
mod one_org;
mod pages;
mod questions;
mod reader;
mod settling;
mod surroundings;
mod transport;
pub mod wire;
mod writer;

pub use anonymous::{emulator_token, server_date};
pub use endpoint::{Endpoint, PRODUCTION, SANDBOX};
pub use error::{ApiError, Error, Operation, may_have_acted};
pub use one_org::{NoLook, OffLimits, OneOrg, OrgPart, OrgWrite, Unfit};
pub(crate) use pages::Pages;
pub use questions::Below;
pub use reader::Reader;
pub use settling::{LONGEST, LOST, SETTLE};
pub use transport::SendOptions;
pub(crate) use transport::{Api, Asked, Transport};
pub use writer::{WriteAnswer, WriteError, Writer};
