//! What `import` takes.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::flags::{Common, ConnectionFlags, Files};

#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    #[command(flatten)]
    pub(super) files: Files,
    /// The Aerial account, where there is no file yet that names it.
    #[arg(long, value_name = "ID")]
    pub(super) account: Option<String>,
    /// With --account: production, sandbox or the URL of another of Okta's Aerial servers.
    #[arg(long, value_name = "WHERE", requires = "account")]
    pub(super) environment: Option<String>,
    /// With --account: the domain of the Aerial org, which issues the tokens.
    #[arg(long, value_name = "DOMAIN", requires = "account")]
    pub(super) aerial_org: Option<String>,
    /// Write to this file instead of standard output, which is `-`; to a folder (a path that ends in `/`): what holds for all orgs
    /// to a file directly in it, the orgs to others below.
    #[arg(short, long, value_name = "PATH")]
    pub(super) out: Option<PathBuf>,
    /// How a folder's orgs are spread over files.
    #[arg(long, value_enum, value_name = "BY", requires = "out")]
    pub(super) split: Option<SplitWord>,
    /// Write to a file that says something else: its orgs are replaced, all else in it stays.
    #[arg(long, requires = "out")]
    pub(super) force: bool,
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
