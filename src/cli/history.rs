//! `history`: who changed what in the account, from its System Log and the receipts. It holds readers, which can't write.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::SystemTime;

use super::args::HistoryArgs as Args;
use super::env::Process;
use super::error::CliError;
use super::exit::Exit;
use super::flags::{HistoryFormat, Moment};
use super::output::Printer;
use super::session::Connection;
use super::{artifacts, log, progress, proof, rows};
use crate::clock::rfc3339;
use crate::desired::suggest::closest;
use crate::history::{LogEvent, Story};
use crate::ids::OrgName;
use crate::live::{Snapshot, Survey};
use crate::log::ReadingEnd;
use crate::render::history::{self, HistoryV1, HistoryView};
use crate::render::markdown;

/// Runs the command.
///
/// # Errors
/// When the account, its log or a receipt can't be read, and when a word names no org.
pub(super) async fn run(
    args: &Args,
    process: &Process,
    printer: &Arc<Printer>,
) -> Result<Exit, CliError> {
    let now = process.clock.now();
    let since = args.since.at(now);
    let until = args.until.map(|until| until.at(now));
    if until.is_some_and(|until| until <= since) {
        return Err(CliError::usage(
            "--until isn't after --since: there is nothing between them",
        ));
    }
    let given = &args.account;
    let desired = given
        .load(&args.files, &args.connection, process, printer)
        .await?;
    let target = Connection::of(&args.connection, &desired, process, printer).await?;
    let reader = target.reader(&args.connection, process, printer).await?;
    let log = log::open(&target, &args.connection, process, printer).await?;
    let mut events: Vec<LogEvent> = Vec::new();
    let told = |event| {
        events.push(event);
        ControlFlow::Continue(())
    };
    let (bar, progress) = progress::reading(process, printer);
    let survey = Survey::orgs_alone();
    let (live, extent) = tokio::join!(
        reader.read(&survey, progress),
        log.newest_first(
            since,
            until.unwrap_or_else(|| log::until_now(process)),
            told
        ),
    );
    bar.finish_and_clear();
    let (live, extent) = (live?, extent.map_err(log::failed)?);
    let range = (since, until.unwrap_or(now));
    let folder = &args.receipts.receipt_dir;
    let runs = log::runs(folder, &desired, &target, range, process)?;
    let known = extent.oldest.filter(|_| extent.end == ReadingEnd::TooMuch);
    let range_known = (known.unwrap_or(since), range.1);
    let roster = log::roster(&live);
    let mut story = Story::of(
        events,
        &roster,
        runs.as_ref().map_or(&[][..], |past| &past.runs),
        range_known,
    );
    narrow(&mut story, &args.org, &live)?;
    if now.duration_since(since).is_ok_and(|age| age > log::KEPT) {
        printer.warning(
            "Okta keeps events for 90 days: what happened before isn't in the log",
            "receipts tell what aerialctl itself did, with --receipt-dir",
        );
    }
    let server = target.server();
    let view = HistoryView {
        story: &story,
        names: &live.subscribed,
        account: desired.account.id.as_str(),
        endpoint: &server.endpoint,
        since,
        until: range.1,
        whole: extent.end == ReadingEnd::Whole,
        unreadable: extent.unreadable,
        receipts: runs.is_some(),
    };
    match args.format {
        HistoryFormat::Human => {
            let range = format!("since {}, before {}", rfc3339(since), rfc3339(range.1));
            printer.status(&format!(
                "account {} at {}, {range}",
                view.account, view.endpoint
            ));
            printer.result(&history::text(view, printer.layout(false)))?;
        }
        HistoryFormat::Json => artifacts::print(&HistoryV1::of(view), printer)?,
        HistoryFormat::Csv => printer.result(&history::csv(view))?,
        HistoryFormat::Markdown => {
            printer.result(&history::markdown(view, markdown::LIMIT))?;
        }
    }
    proof::tell(&reader, None, Some(&log), printer);
    Ok(Exit::Done)
}

/// Leaves what is about the orgs that words name.
///
/// # Errors
/// With exit 64 when a word names neither a managed org nor one that something happened to.
fn narrow(story: &mut Story<'_>, words: &[String], live: &Snapshot) -> Result<(), CliError> {
    if words.is_empty() {
        return Ok(());
    }
    let named = story
        .chapters
        .iter()
        .filter_map(|chapter| chapter.org.clone().or_else(|| chapter.event.org.name()));
    let silent = story.silent.iter().map(|one| one.step.org.clone());
    let known: Vec<OrgName> = live
        .orgs
        .iter()
        .map(|org| org.name())
        .chain(named)
        .chain(silent)
        .collect();
    let mut wanted: Vec<OrgName> = Vec::new();
    for word in words {
        let names: Vec<OrgName> = rows::names(word).collect();
        let found = known
            .iter()
            .filter(|org| names.iter().any(|name| org.is(name)));
        let before = wanted.len();
        wanted.extend(found.cloned());
        if wanted.len() == before {
            let error = CliError::usage(format!(
                "--org {word}: neither the account nor what happened in it has such an org"
            ));
            return Err(match closest(word, known.iter().map(OrgName::label)) {
                Some(near) => error.hint(format!("did you mean {near}?")),
                None => error.hint("write the org's domain or id"),
            });
        }
    }
    wanted.sort();
    wanted.dedup();
    let is_wanted = |org: &OrgName| wanted.iter().any(|one| one.is(org));
    story.chapters.retain(|chapter| {
        let org = chapter.org.clone().or_else(|| chapter.event.org.name());
        org.is_some_and(|org| is_wanted(&org))
    });
    story.silent.retain(|one| is_wanted(&one.step.org));
    Ok(())
}

impl Moment {
    /// The time of day.
    fn at(self, now: SystemTime) -> SystemTime {
        match self {
            Self::Ago(ago) => now.checked_sub(ago).unwrap_or(SystemTime::UNIX_EPOCH),
            Self::At(at) => at,
        }
    }
}
