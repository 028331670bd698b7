//! One binary for everything that is tested from outside: commands, promises, laws, contracts.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "this is all test code, helpers included"
)]

mod action;
mod advice;
mod bounds;
mod commands;
mod comment;
mod contracts;
mod faults;
mod files;
mod gitops;
mod hostile;
mod house;
mod laws;
mod network;
mod promises;
mod redaction;
mod rooms;
mod server;
mod signals;
mod support;
mod tokens;
