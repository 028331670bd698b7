//! The commands, one file each.

mod allowances;
mod apply;
mod catalog;
mod constraints;
mod emulator;
mod errors;
mod explain;
mod history;
mod import;
mod import_shape;
mod import_update;
mod init;
mod newcomer;
mod owners;
mod plan;
mod probe;
mod recap;
mod retire;
mod rules;
mod status;
mod surroundings;
mod undo;
mod until;
mod validate;
