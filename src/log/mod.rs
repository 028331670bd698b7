//! The System Log of the Aerial org, over HTTP: who did what in the account. This room has no method that writes.
//!
//! `reader` asks: within bounds, the newest first, to show what people did; or on from a `cursor`, which misses nothing. `wire`
//! is what the server sends. All of it is sent by [`http`](crate::http), and fails as the account does.

mod cursor;
mod reader;
mod wire;

pub use cursor::LogPosition;
pub use reader::{LogReader, Polled, ReadExtent, ReadingEnd};
