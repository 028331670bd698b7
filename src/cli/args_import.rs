//! What the commands take that write files from the account: `import` and `catalog`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::flags::{AccountFlags, Common, ConnectionFlags, Files};

#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    #[command(flatten)]
    pub(super) files: Files,
    #[command(flatten)]
    pub(super) account: AccountFlags,
    /// Write to this file instead of standard output, which is `-`; to a folder (a path that ends in `/`): what holds for all orgs
    /// to a file directly in it, the orgs to others below.
    #[arg(short, long, value_name = "PATH")]
    pub(super) out: Option<PathBuf>,
    /// How a folder's orgs are spread over files.
    #[arg(long, value_enum, value_name = "BY", requires = "out")]
    pub(super) split: Option<SplitWord>,
    /// Write to a single file that says something else: its orgs are replaced, all else in it stays. A folder is never written over.
    #[arg(long, requires = "out")]
    pub(super) force: bool,
    /// Add the managed orgs that no entry lists to the files that there are, and change nothing else in them; with `--out -`,
    /// show it.
    #[arg(long, conflicts_with_all = ["account", "environment", "aerial_org", "split", "force"])]
    pub(super) update: bool,
    /// With --update: only this org, by domain or id (can be repeated).
    #[arg(long, value_name = "ORG", requires = "update")]
    pub(super) only: Vec<String>,
    #[command(flatten)]
    pub(super) connection: ConnectionFlags,
    #[command(flatten)]
    pub(super) common: Common,
}

/// How orgs are spread over files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SplitWord {
    /// By a word that their domains begin with, where most begin with the same one, by the next.
    Prefix,
    /// By the first bundle that they have.
    Bundle,
}

#[derive(Debug, Args)]
pub(super) struct CatalogArgs {
    #[command(flatten)]
    pub(super) files: Files,
    /// Write nothing; exit with 2 when the catalogue isn't what the account has.
    #[arg(long)]
    pub(super) check: bool,
    #[command(flatten)]
    pub(super) connection: ConnectionFlags,
    #[command(flatten)]
    pub(super) common: Common,
}
