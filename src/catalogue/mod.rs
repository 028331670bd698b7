//! The catalogue of an account: its subscribed products and its managed orgs, as they were when somebody last asked.
//!
//! It is a file that is reviewed like any other, for checks without the network; what the account itself says goes before it.
//!
//! `model` is what it holds, `wire` its file.

mod model;
mod wire;

pub use model::{AccountCatalogue, KnownOrg, Shift};
pub use wire::{BrokenCatalogue, SCHEMA, read, write};
