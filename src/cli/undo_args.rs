//! The arguments of `undo`.

use std::path::PathBuf;

use clap::Args;

use super::flags::{Allow, Calls, Common, ConnectionFlags, Files, ReceiptFolder, ResultFormat};

#[derive(Debug, Args)]
pub(super) struct UndoArgs {
    /// The receipt of the run: a file that `apply` or `undo` wrote, by default in .aerialctl/receipts.
    #[arg(value_name = "RECEIPT")]
    pub(super) undone: PathBuf,
    /// Which run of a receipt with several, from 1; default: the last.
    #[arg(long, value_name = "N")]
    pub(super) run: Option<usize>,
    #[command(flatten)]
    pub(super) files: Files,
    /// Only in this org of the file, by domain or id (can be repeated).
    #[arg(long, value_name = "ORG")]
    pub(super) only: Vec<String>,
    /// Only in the orgs with this owner in the file (can be repeated); with --only, those of them that it names.
    #[arg(long, value_name = "NAME")]
    pub(super) owner: Vec<String>,
    /// How to print the result.
    #[arg(long, value_enum, default_value_t = ResultFormat::Human)]
    pub(super) format: ResultFormat,
    #[command(flatten)]
    pub(super) calls: Calls,
    /// Change nothing, write the plan as JSON to this file, for --plan; `-` is standard output.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["plan", "yes", "receipt"])]
    pub(super) out: Option<PathBuf>,
    /// The reviewed plan, as --out wrote it: go on only if each step was in it.
    #[arg(long, value_name = "FILE")]
    pub(super) plan: Option<PathBuf>,
    /// Don't ask.
    #[arg(short, long)]
    pub(super) yes: bool,
    #[command(flatten)]
    pub(super) allow: Allow,
    /// Add the record of this run to this file, as JSON Lines; default: a new file in --receipt-dir.
    #[arg(long, value_name = "FILE")]
    pub(super) receipt: Option<PathBuf>,
    #[command(flatten)]
    pub(super) receipts: ReceiptFolder,
    #[command(flatten)]
    pub(super) connection: ConnectionFlags,
    #[command(flatten)]
    pub(super) common: Common,
}
