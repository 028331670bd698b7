//! The arguments of `probe`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::flags::{Common, ConnectionFlags, Files};
use crate::ids::Domain;

#[derive(Debug, Args)]
pub(super) struct ProbeArgs {
    #[command(flatten)]
    pub(super) files: Files,
    /// Ask with writes too, that leave this org as it was: of Okta's sandbox or an emulator, neither protected nor the Aerial org. Without
    /// --yes the writes are shown, and none is sent.
    #[arg(long, value_name = "DOMAIN", value_parser = domain)]
    pub(super) org: Option<Domain>,
    /// Send the writes.
    #[arg(short, long, requires = "org")]
    pub(super) yes: bool,
    /// Write the answers as switches of the emulator to this file, which is new or has those of earlier runs, of the same account and
    /// server. What isn't answered this time stays as it was.
    #[arg(short, long, value_name = "FILE", default_value = "probe.yaml")]
    pub(super) out: PathBuf,
    /// Show of the org's id and the account's the beginning alone; the file of --out has the account's.
    #[arg(long)]
    pub(super) shorten_ids: bool,
    /// How to print the answers.
    #[arg(long, value_enum, default_value_t = ProbeFormat::Human)]
    pub(super) format: ProbeFormat,
    #[command(flatten)]
    pub(super) connection: ConnectionFlags,
    #[command(flatten)]
    pub(super) common: Common,
}

/// How answers are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ProbeFormat {
    /// For people.
    Human,
    /// JSON.
    Json,
    /// Markdown: a table.
    Markdown,
}

fn domain(text: &str) -> Result<Domain, String> {
    Domain::parse(text).map_err(|reason| format!("it {reason}"))
}
