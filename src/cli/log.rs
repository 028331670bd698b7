//! The System Log, for the commands that read it: who changed what.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::OnceCell;

use super::env::Process;
use super::error::CliError;
use super::exit::Exit;
use super::flags::ConnectionFlags;
use super::output::Printer;
use super::receipts::PastReach;
use super::session::Connection;
use super::{advice, receipts};
use crate::aerial::Error;
use crate::clock::{parsed, rfc3339};
use crate::desired::Desired;
use crate::diagnostic::counted;
use crate::history::{DeletionSearch, LogEvent, MakerSearch, Story};
use crate::ids::{OrgIndex, OrgName};
use crate::live::Snapshot;
use crate::log::{LogReader, ReadExtent, ReadingEnd};
use crate::plan::{Attribution, DeletionTold, Deletions, EvidenceSource, Plan};
use crate::receipt::{Past, PastStep};

/// How long Okta keeps events.
pub(super) const KEPT: Duration = Duration::from_secs(90 * 24 * 3600);

/// A server's clock may be ahead by so much: what happened just now is read all the same.
const AHEAD: Duration = Duration::from_secs(5 * 60);

/// The log of a run that may turn out to need it: it is opened when it is first asked for.
pub(super) struct LazyLog<'a> {
    target: &'a Connection,
    connection: &'a ConnectionFlags,
    printer: &'a Arc<Printer>,
    opened: OnceCell<LogReader>,
}

impl<'a> LazyLog<'a> {
    pub(super) fn new(
        target: &'a Connection,
        connection: &'a ConnectionFlags,
        printer: &'a Arc<Printer>,
    ) -> Self {
        Self {
            target,
            connection,
            printer,
            opened: OnceCell::new(),
        }
    }

    /// # Errors
    /// As [`open`].
    pub(super) async fn open(&self, process: &Process) -> Result<&LogReader, CliError> {
        let open = || open(self.target, self.connection, process, self.printer);
        self.opened.get_or_try_init(open).await
    }

    /// The log, if it was needed.
    pub(super) fn opened(&self) -> Option<&LogReader> {
        self.opened.get()
    }

    /// Adds what the log tells of the deletions that would be asked for now. Where it can't be read, that is one of the
    /// things that tell nothing.
    ///
    /// # Errors
    /// When the run is to end.
    pub(super) async fn deletions(
        &self,
        known: &mut Deletions,
        orgs: Vec<OrgName>,
        live: &Snapshot,
        process: &Process,
    ) -> Result<(), CliError> {
        let open = orgs.into_iter();
        let open: Vec<_> = open
            .filter(|org| known.of(org) != DeletionTold::Asked)
            .collect();
        if open.is_empty() {
            return Ok(());
        }
        let now = process.clock.now();
        let since = now.checked_sub(KEPT).unwrap_or(SystemTime::UNIX_EPOCH);
        let mut search = DeletionSearch::of(open, roster(live));
        let read = async {
            let log = self.open(process).await?;
            let told = |event| {
                search.see(&event);
                if search.is_done() {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            };
            let until = until_now(process);
            log.newest_first(since, until, told).await.map_err(failed)
        };
        let mut is_whole = false;
        let source = match read.await {
            Ok(extent) if extent.unreadable > 0 => EvidenceSource::Unread(format!(
                "{} of the System Log can't be understood",
                counted(extent.unreadable, "event")
            )),
            Ok(extent) if extent.disordered => EvidenceSource::Unread(
                "the events of the System Log don't come in the order that was asked for"
                    .to_owned(),
            ),
            Ok(extent) => {
                is_whole = true;
                EvidenceSource::Log {
                    since: rfc3339(match extent.end {
                        ReadingEnd::TooMuch => extent.oldest.unwrap_or(now),
                        ReadingEnd::Whole | ReadingEnd::Enough => since,
                    }),
                }
            }
            Err(CliError { exit, .. }) if exit == Exit::Interrupted => {
                return Err(CliError::silent(exit));
            }
            Err(error) => {
                EvidenceSource::Unread(format!("the System Log can't be read: {}", error.message))
            }
        };
        search.tell(is_whole, known);
        known.look_at(source);
        Ok(())
    }
}

/// The log, once there is a token for it: a scope that isn't granted is said before anything is read.
///
/// # Errors
/// When the Aerial org isn't known, and when there is no token to be had.
pub(super) async fn open(
    target: &Connection,
    connection: &ConnectionFlags,
    process: &Process,
    printer: &Arc<Printer>,
) -> Result<LogReader, CliError> {
    let log = target.log(connection, process, printer).await?;
    log.probe().await.map_err(failed)?;
    Ok(log)
}

/// A failed read of the log, with what to do about it.
pub(super) fn failed(error: Error) -> CliError {
    let hint = advice::of_log(&error);
    CliError {
        hint,
        ..CliError::from(error)
    }
}

/// The latest time before which events are asked for.
pub(super) fn until_now(process: &Process) -> SystemTime {
    process.clock.now() + AHEAD
}

/// The managed orgs by any of their names.
pub(super) fn roster(live: &Snapshot) -> OrgIndex<OrgName> {
    let names = live.orgs.iter().map(|org| (org.name(), org.name()));
    names.collect()
}

/// Our own runs in a range of time, as far as receipts of them are here; `None` where there is no folder of them.
///
/// # Errors
/// When a receipt can't be read.
pub(super) fn runs(
    folder: &Path,
    desired: &Desired,
    target: &Connection,
    (since, until): (SystemTime, SystemTime),
    process: &Process,
) -> Result<Option<Past>, CliError> {
    let account = &desired.account.id;
    let endpoint = target.server().endpoint;
    let within = |step: &PastStep| {
        // An event may be on this side of an edge, and its step on the other.
        parsed(&step.at).is_some_and(|at| at + AHEAD >= since && at < until + AHEAD)
    };
    let reach = PastReach::Recent;
    receipts::kept(folder, process)
        .map(|folder| receipts::past(folder, (account, &endpoint), reach, within, process))
        .transpose()
}

/// The events of one org since a time, the newest first, with the runs that caused them.
///
/// # Errors
/// When the log can't be read.
pub(super) async fn of_org(
    log: &LogReader,
    org: &OrgName,
    orgs: &OrgIndex<OrgName>,
    (since, until): (SystemTime, SystemTime),
) -> Result<(Vec<LogEvent>, ReadExtent), Error> {
    let mut events = Vec::new();
    let told = |event: LogEvent| {
        let about = event.org.name();
        let same = Story::org_of(&event, orgs).as_ref() == Some(org)
            || about.is_some_and(|about| about.is(org));
        if same {
            events.push(event);
        }
        ControlFlow::Continue(())
    };
    let extent = log.newest_first(since, until, told).await?;
    Ok((events, extent))
}

/// Who made what a plan is about to change.
///
/// # Errors
/// When the log or a receipt can't be read.
pub(super) async fn makers(
    log: &LogReader,
    (plan, causes): (&Plan, Attribution),
    live: &Snapshot,
    past: Option<&Past>,
    process: &Process,
    printer: &Printer,
) -> Result<Attribution, CliError> {
    let mut search = MakerSearch::of(plan, &causes, roster(live));
    let now = process.clock.now();
    let since = now.checked_sub(KEPT).unwrap_or(SystemTime::UNIX_EPOCH);
    let told = |event| {
        search.see(event);
        if search.is_done() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let read = log.newest_first(since, until_now(process), told).await;
    warn(read.map_err(failed)?, printer);
    let runs = past.map_or(&[][..], |past| &past.runs);
    Ok(causes.with_makers(search.makers(runs)))
}

/// Says what of the log wasn't read.
pub(super) fn warn(extent: ReadExtent, printer: &Printer) {
    if extent.end == ReadingEnd::TooMuch {
        printer.warning(
            "the System Log has more events than are read at once: older ones aren't known",
            "the newest are read first; `aerialctl history --until DATE` goes further back",
        );
    }
}
