//! The arguments of `history`.

use clap::Args;

use super::flags::{
    AccountFlags, Common, ConnectionFlags, Files, HistoryFormat, Moment, ReceiptFolder, moment,
};

#[derive(Debug, Args)]
pub(super) struct HistoryArgs {
    #[command(flatten)]
    pub(super) files: Files,
    #[command(flatten)]
    pub(super) account: AccountFlags,
    /// From when on: so long ago, such as 12h, 30d or 2w, a day (UTC) or a time such as 2026-01-31T09:00:00Z.
    #[arg(long, value_name = "WHEN", default_value = "30d", value_parser = moment)]
    pub(super) since: Moment,
    /// Before when, in the same words; default: now.
    #[arg(long, value_name = "WHEN", value_parser = moment)]
    pub(super) until: Option<Moment>,
    /// Only what is about this org, by domain or id (can be repeated).
    #[arg(long, value_name = "ORG")]
    pub(super) org: Vec<String>,
    /// How to print it.
    #[arg(long, value_enum, default_value_t = HistoryFormat::Human)]
    pub(super) format: HistoryFormat,
    #[command(flatten)]
    pub(super) receipts: ReceiptFolder,
    #[command(flatten)]
    pub(super) connection: ConnectionFlags,
    #[command(flatten)]
    pub(super) common: Common,
}
