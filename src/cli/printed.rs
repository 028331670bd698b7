//! The arguments of the commands that print what the program has in it.

use clap::{Args, ValueEnum};

use super::flags::Common;

#[derive(Debug, Args)]
pub(super) struct SchemaArgs {
    /// Which schema.
    #[arg(value_enum, default_value_t = SchemaName::DesiredState)]
    pub(super) name: SchemaName,
    #[command(flatten)]
    pub(super) common: Common,
}

/// The published schemas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SchemaName {
    /// The file that you write.
    DesiredState,
    /// What `plan --format json` prints.
    Plan,
    /// What `apply --receipt` writes, line by line.
    Receipt,
    /// What `history --format json` prints.
    History,
    /// What `undo --format json` prints.
    Undo,
    /// What `catalog` writes.
    Catalog,
    /// What `probe --format json` prints.
    Probe,
}

#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// The shell.
    #[arg(value_enum)]
    pub(super) shell: clap_complete::Shell,
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Debug, Args)]
pub(super) struct ManArgs {
    #[command(flatten)]
    pub(super) common: Common,
}
