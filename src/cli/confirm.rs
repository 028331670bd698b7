//! Asking the person at the terminal whether a plan is to be carried out.

use std::io::{self, BufRead as _, Read as _};
use std::sync::{Arc, PoisonError};

use super::env::Process;
use super::error::CliError;
use super::exit::Exit;
use super::output::Printer;
use crate::plan::Confirmation;

/// Of an answer no more is read, in bytes.
const MAX_ANSWER_BYTES: u64 = 64;

/// Asks, and waits for the answer.
///
/// # Errors
/// With exit 4 where nobody is there or the answer isn't `yes`; when the run is to end.
pub(super) async fn confirm(
    process: &Process,
    printer: &Printer,
) -> Result<Confirmation, CliError> {
    if !(process.terminal.stdin && process.terminal.stderr) {
        return Err(CliError::refused("nobody is here to confirm the plan: this isn't a terminal")
            .hint("add --yes to apply it without being asked, best together with --plan and a reviewed plan"));
    }
    printer.prompt("Apply this plan? Only `yes` goes on:");
    let stdin = Arc::clone(&process.stdin);
    let answer = tokio::task::spawn_blocking(move || {
        let mut answer = String::new();
        let mut stdin = stdin.lock().unwrap_or_else(PoisonError::into_inner);
        let mut line = (&mut **stdin).take(MAX_ANSWER_BYTES);
        line.read_line(&mut answer).map(|_| answer)
    });
    let answer = tokio::select! {
        answer = answer => answer.map_err(io::Error::other).and_then(|answer| answer),
        () = process.stop.cancelled() => return Err(CliError::silent(Exit::Interrupted)),
    };
    match answer {
        Ok(answer) if answer.trim() == "yes" => Ok(Confirmation::ByPerson),
        _ => Err(CliError::refused("not confirmed; nothing was changed")),
    }
}
