//! Okta Aerial over HTTP.
//!
//! `endpoint` says which hosts are spoken to. `transport` is the only place that sends, at the pace of `pacing` (`signals`
//! reads the headers, `pacer` makes requests wait) and with the patience of `retry`. `reader` has no method that writes;
//! `writer` is made from manage-scoped credentials alone. `anonymous` asks without credentials. `wire` is what the server
//! sends, `paging` its `Link` header, `error` what can go wrong.

mod anonymous;
mod endpoint;
mod error;
mod pacer;
pub mod pacing;
pub mod paging;
mod reader;
pub mod retry;
pub mod signals;
mod transport;
pub mod wire;
mod writer;

pub use anonymous::{emulator_token, server_date};
pub use endpoint::http_client_for;
pub use endpoint::{Endpoint, EndpointError, PRODUCTION, SANDBOX, base_url, is_loopback};
pub use error::{ApiError, Error};
pub use pacer::Notice;
pub use reader::Reader;
pub use transport::{MAX_BODY, Options, Sent};
pub use writer::{WriteAnswer, WriteError, Writer};
