//! The commands, one file each.

mod apply;
mod emulator;
mod errors;
mod plan;
mod validate;
