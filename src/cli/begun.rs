//! What this machine remembers of an account for its user: the creations and deletions that runs here have begun, wherever they
//! ran and wherever their receipts went. A run that was killed may have sent one, and nothing in the account tells.

use super::env::Process;
use super::error::CliError;
use super::receipt_file::ReceiptFile;
use super::receipts::{self, PastReach};
use super::state;
use crate::ids::AccountId;
use crate::plan::{AccountServer, Kind, Plan};
use crate::receipt::{Past, PastStep};

/// The folder; each account has its own in it, with a receipt of such steps alone for each run that has some.
const BEGUN: &str = "begun";

/// Whether a step of this kind is remembered.
pub(super) fn is_kept(kind: Kind) -> bool {
    matches!(kind, Kind::Create | Kind::Delete)
}

/// The file for what a run with such steps begins; `None` where it has none.
///
/// # Errors
/// When there is no place for it.
pub(super) fn open(plan: &Plan, process: &Process) -> Result<Option<ReceiptFile>, CliError> {
    let begins = plan.steps.iter().any(|step| is_kept(step.kind()));
    if !begins || plan.server.endpoint == AccountServer::EMULATOR {
        return Ok(None);
    }
    let folder = state::made(&of_account(&plan.account), process).map_err(CliError::failed)?;
    let path = receipts::unnamed(&folder, &plan.account, process)?;
    ReceiptFile::open(&path, process).map(Some)
}

/// What is remembered, as far as it is asked for.
///
/// # Errors
/// When there is something, and it can't be read.
pub(super) fn past(
    (account, endpoint): (&AccountId, &str),
    asked: impl Fn(&PastStep) -> bool,
    process: &Process,
) -> Result<Past, CliError> {
    let Some(folder) = state::folder(&of_account(account), process) else {
        return Ok(Past::default());
    };
    let is_there = folder.try_exists().map_err(|error| {
        let shown = folder.display();
        CliError::failed(format!("the receipts in {shown} can't be read: {error}"))
    })?;
    // An emulated account lies in the folder of its state: another folder has another one of the same id.
    if !is_there || endpoint == AccountServer::EMULATOR {
        return Ok(Past::default());
    }
    receipts::past(&folder, (account, endpoint), PastReach::All, asked, process)
}

/// One account's file that can't be read says nothing of another account.
fn of_account(account: &AccountId) -> String {
    format!("{BEGUN}/{}", state::short(account))
}
