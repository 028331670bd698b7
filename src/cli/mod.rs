//! The command line: `run` parses, dispatches, and turns every end into an exit code; there is a file a command.

mod actions;
mod advice;
mod apply;
mod args;
mod artifacts;
mod base;
mod comment;
mod credentials;
mod doctor;
mod emulate;
mod emulator;
pub mod env;
mod error;
mod exit;
mod files;
mod flags;
mod found;
mod import;
mod input;
mod interrupted;
mod logs;
mod output;
mod plan;
mod planning;
mod preview;
mod progress;
mod receipts;
mod reporter;
mod run;
mod session;
mod status;
mod url;
mod validate;

pub use env::{Process, Terminal};
pub use exit::Exit;
pub use run::run;
