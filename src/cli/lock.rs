//! One `apply` at a time for each account, among the runs of one user on this machine: two that plan at once each undo what the
//! other just did, and together send twice what Okta allows. Across machines nothing of the kind exists.

use std::time::Duration;

use super::env::Process;
use super::error::CliError;
use super::exit::Exit;
use super::flags::ConnectionFlags;
use super::output::Printer;
use super::state;
use crate::disk::{self, Lock};
use crate::ids::AccountId;

/// How long after one look at the lock the next comes.
const POLL: Duration = Duration::from_millis(200);

/// An account that is this run's for as long as this lives; none under `--emulator`, whose account has a lock of its own.
pub(super) struct Held {
    _lock: Option<Lock>,
}

/// Waits until no other run of this user holds the account. Where no lock can be had, a warning says so: it is advice, and
/// protects nobody from other machines anyway.
///
/// # Errors
/// When another run holds it for longer than `--max-wait`, and when the run is to end.
pub(super) async fn hold(
    flags: &ConnectionFlags,
    account: &AccountId,
    process: &Process,
    printer: &Printer,
) -> Result<Held, CliError> {
    let unheld = Held { _lock: None };
    if flags.emulator {
        return Ok(unheld);
    }
    let started = process.clock.now();
    let mut told = false;
    loop {
        match take(account, process) {
            Ok(None) => {}
            Ok(lock) => return Ok(Held { _lock: lock }),
            Err(reason) => {
                unguarded(&reason, printer);
                return Ok(unheld);
            }
        }
        let waited = process.clock.now().duration_since(started);
        if waited.unwrap_or_default() >= flags.max_wait {
            return Err(CliError::failed(format!(
                "another run on this machine still applies to the account {account}, after {} s (--max-wait)",
                flags.max_wait.as_secs()
            ))
            .hint("nothing was changed; run it again when the other has ended"));
        }
        if !told {
            told = true;
            printer.status(&format!(
                "waiting for another run on this machine that applies to the account {account}"
            ));
        }
        tokio::select! {
            () = process.clock.sleep(POLL) => {}
            () = process.stop.cancelled() => return Err(CliError::silent(Exit::Interrupted)),
        }
    }
}

/// How it stands with the lock of an account, in words. Nobody is kept out by this look.
pub(super) fn words(account: &AccountId, process: &Process) -> String {
    match take(account, process) {
        Ok(Some(_free_again)) => {
            "free: two runs of this user on this machine wait for each other, those of other machines don't".to_owned()
        }
        Ok(None) => "held by another run of this machine, which `apply` will wait for".to_owned(),
        Err(reason) => format!("none to be had, so that a second `apply` isn't noticed: {reason}"),
    }
}

fn unguarded(reason: &str, printer: &Printer) {
    printer.warning(
        &format!("another `apply` on this machine would not be noticed: {reason}"),
        "start no second one while this runs",
    );
}

fn take(account: &AccountId, process: &Process) -> Result<Option<Lock>, String> {
    let folder = state::made("locks", process)?;
    // A lock that two accounts with one short name share only makes one wait.
    let name = format!("{}.lock", state::short(account));
    disk::try_lock(&folder.join(name)).map_err(|error| format!("{}: {error}", folder.display()))
}
