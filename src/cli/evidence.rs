//! What the account doesn't tell, from what tells it: the receipts of earlier runs, what this machine remembers, the System Log.
//! The one place where it is gathered, for every command that plans.

use std::path::Path;
use std::time::{Duration, SystemTime};

use super::begun;
use super::env::Process;
use super::error::CliError;
use super::log::LazyLog;
use super::receipts::{self, PastReach};
use crate::history;
use crate::ids::{AccountId, OrgIndex, OrgName, OrgSet};
use crate::live::Snapshot;
use crate::plan::{Evidence, EvidenceSource, EvidenceWanted, Plan};
use crate::receipt::{Past, PastStep};

/// What tells of an account.
pub(super) struct Witnesses<'a> {
    /// Where receipts are kept.
    pub(super) receipts: &'a Path,
    pub(super) log: &'a LazyLog<'a>,
    pub(super) account: &'a AccountId,
    pub(super) endpoint: &'a str,
}

/// What they tell of the orgs of which a plan has to know; nothing is read where that is none.
///
/// # Errors
/// When the run is to end.
pub(super) async fn gather(
    wanted: EvidenceWanted,
    witnesses: &Witnesses<'_>,
    live: &Snapshot,
    process: &Process,
) -> Result<Evidence, CliError> {
    let mut told = Evidence::default();
    let EvidenceWanted { leaving, unborn } = wanted;
    let orgs: OrgSet = leaving.iter().chain(&unborn).cloned().collect();
    if orgs == OrgSet::default() {
        return Ok(told);
    }
    let of = (witnesses.account, witnesses.endpoint);
    let asked = |step: &PastStep| orgs.contains(&step.org);
    match recorded(witnesses.receipts, of, PastReach::All, asked, process) {
        Ok(past) => {
            if !leaving.is_empty() {
                told.deletions.look_at(EvidenceSource::Receipts {
                    folder: witnesses.receipts.display().to_string(),
                });
                history::deletions(&past, &leaving, &mut told.deletions);
            }
            if !unborn.is_empty() {
                let unborn: OrgSet = unborn.into_iter().collect();
                history::creations(&past, &unborn, &mut told.creations);
            }
        }
        Err(error) => {
            told.creations.unread(error.message.clone());
            told.deletions
                .look_at(EvidenceSource::Unread(error.message));
        }
    }
    let log = witnesses.log;
    log.deletions(&mut told.deletions, leaving, live, process)
        .await?;
    Ok(told)
}

/// When orgs that may have been created a moment ago were, by the receipts in a folder.
///
/// # Errors
/// When they can't be read.
pub(super) fn births(
    folder: &Path,
    young: &[OrgName],
    plan: &Plan,
    timeout: Duration,
    process: &Process,
) -> Result<OrgIndex<SystemTime>, CliError> {
    if young.is_empty() {
        return Ok(OrgIndex::default());
    }
    let orgs: OrgSet = young.iter().cloned().collect();
    let asked = |step: &PastStep| orgs.contains(&step.org);
    let of = (&plan.account, plan.server.endpoint.as_str());
    let past = recorded(folder, of, PastReach::Recent, asked, process)?;
    Ok(history::births(&past, young, timeout, process.clock.now()))
}

/// What is recorded in a folder, which may come yet, and on this machine.
fn recorded(
    folder: &Path,
    of: (&AccountId, &str),
    reach: PastReach,
    asked: impl Fn(&PastStep) -> bool,
    process: &Process,
) -> Result<Past, CliError> {
    // What can't be looked at isn't absent.
    let is_there = process.cwd.join(folder).try_exists().map_err(|error| {
        let shown = folder.display();
        CliError::failed(format!("the receipts in {shown} can't be read: {error}"))
    })?;
    let mut past = if is_there {
        receipts::past(folder, of, reach, &asked, process)?
    } else {
        Past::default()
    };
    past.append(begun::past(of, &asked, process)?);
    Ok(past)
}
