//! Okta Aerial over HTTP: one account's API. All of it is sent by [`http`](crate::http).
//!
//! `endpoint` says where the account is. `transport` makes requests and reads refusals. `pages` goes through lists. `reader` has no method that writes, and
//! `find` looks for orgs by their names; `surroundings` reads what else there is; `writer` is made from manage-scoped credentials alone. `anonymous` asks without credentials. `wire` is what the server
//! sends, `error` what can go wrong.

mod anonymous;
mod endpoint;
mod error;
mod find;
mod pages;
mod reader;
mod surroundings;
mod transport;
pub mod wire;
mod writer;

pub use anonymous::{emulator_token, server_date};
pub use endpoint::{Endpoint, PRODUCTION, SANDBOX};
pub use error::{ApiError, Error, Operation};
pub(crate) use pages::Pages;
pub use reader::Reader;
pub use transport::SendOptions;
pub(crate) use transport::{Api, Asked, Transport};
pub use writer::{WriteAnswer, WriteError, Writer};
