//! `status`: the live account. It holds a reader, which can't write.

use std::sync::Arc;

use super::account::AccountSource;
use super::args::StatusArgs as Args;
use super::env::Process;
use super::error::CliError;
use super::exit::Exit;
use super::flags::ResultFormat;
use super::output::Printer;
use super::session::Connection;
use super::{artifacts, files, progress};
use crate::live::Survey;
use crate::render::status::{self, InFile};

/// Runs the command.
///
/// # Errors
/// When the account can't be read.
pub(super) async fn run(
    args: &Args,
    process: &Process,
    printer: &Arc<Printer>,
) -> Result<Exit, CliError> {
    let account = AccountSource::of(&args.connection, process)?;
    let desired = files::load(&args.files, &account, process, printer)
        .await?
        .desired;
    let target = Connection::of(&args.connection, &desired, process, printer).await?;
    let reader = target.reader(&args.connection, process, printer).await?;
    let (bar, progress) = progress::reading(process, printer);
    let live = reader.read(&Survey::everything(), progress).await;
    bar.finish_and_clear();
    let live = live?;
    let by_name = desired.by_name();
    let listed = live
        .orgs
        .iter()
        .filter(|org| by_name.contains(&org.name()))
        .map(|org| org.id.clone())
        .collect();
    let known = InFile {
        listed,
        names: desired.names,
    };
    match args.format {
        ResultFormat::Json => {
            printer.result(&artifacts::json(&status::json(&live, &known)))?;
        }
        ResultFormat::Human => printer.result(&status::table(&live, &known, printer.width()))?,
    }
    let sent = reader.sent();
    printer.status(&format!(
        "read-only: scope okta.accounts.read, {} GETs, {} writes",
        sent.reads, sent.writes
    ));
    Ok(Exit::Done)
}
