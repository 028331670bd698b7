//! What an event says, in words. Names are the server's: whoever shows them has to escape them.

use std::collections::BTreeMap;
use std::time::SystemTime;

use crate::diagnostic::counted;
use crate::history::{CONSOLE, Chapter, Deed, Silence, Story, UNKNOWN};
use crate::ids::ProductId;
use crate::plan::Sign;

/// What has happened, and how much of it was read.
#[derive(Debug, Clone, Copy)]
pub struct HistoryView<'a> {
    pub story: &'a Story<'a>,
    /// Okta's names of the products.
    pub names: &'a BTreeMap<ProductId, String>,
    pub account: &'a str,
    /// The origin of the account's API, or `emulator`.
    pub endpoint: &'a str,
    pub since: SystemTime,
    pub until: SystemTime,
    /// Whether everything since then was read.
    pub whole: bool,
    /// What the log has that can't be read.
    pub unreadable: usize,
    /// Whether receipts were looked at.
    pub receipts: bool,
}

/// What is to be said of one fact.
pub(super) struct DeedLine {
    pub(super) sign: Sign,
    pub(super) text: String,
}

/// What was done, one fact a line.
pub(super) fn facts(chapter: &Chapter<'_>, names: &BTreeMap<ProductId, String>) -> Vec<DeedLine> {
    let fact = |sign, text: &str| vec![fact(sign, text.to_owned())];
    match &chapter.event.deed {
        Deed::Products { added, deleted } => {
            let all = [(Sign::Removed, deleted), (Sign::Added, added)].into_iter();
            let facts = all.flat_map(|(sign, ids)| {
                ids.iter()
                    .map(move |id| self::fact(sign, product(id, names)))
            });
            facts.collect()
        }
        Deed::Status { old, new } => fact(Sign::Changed, &format!("status {old} to {new}")),
        Deed::Linked => fact(Sign::Irreversible, "linked to the account"),
        Deed::DeletionRequested => fact(Sign::Irreversible, "deletion requested"),
        Deed::DeletionCancelled => fact(Sign::Changed, "deletion cancelled"),
        Deed::ConsentGranted => fact(Sign::Changed, "consent granted"),
        Deed::ConsentRevoked => fact(Sign::Lost, "consent revoked"),
        Deed::Other(name) if name.is_empty() => fact(Sign::Changed, &chapter.event.event_type),
        Deed::Other(name) => fact(
            Sign::Changed,
            &format!("{} {name}", chapter.event.event_type),
        ),
    }
}

fn fact(sign: Sign, text: String) -> DeedLine {
    DeedLine { sign, text }
}

fn product(id: &ProductId, names: &BTreeMap<ProductId, String>) -> String {
    match names.get(id) {
        Some(name) if !name.is_empty() => format!("{id} {name}"),
        Some(_) | None => id.to_string(),
    }
}

/// What it was about: an org, and whether that is managed.
pub(super) fn about(chapter: &Chapter<'_>) -> String {
    let named = chapter.event.org.name();
    match (&chapter.org, named) {
        (Some(org), _) => org.label().to_owned(),
        (None, Some(named)) => format!("{} (no managed org)", named.label()),
        (None, None) => "the account".to_owned(),
    }
}

/// Who did it, from where and with what.
pub(super) fn by(chapter: &Chapter<'_>) -> String {
    let event = &chapter.event;
    let mut words = event.actor.words();
    if !event.address.is_empty() {
        words = format!("{words}, from {}", event.address);
    }
    if let Some((run, step)) = chapter.run {
        return format!("{}, {}: {words}", run.words(), run.place(step));
    }
    match event.means() {
        means if means == UNKNOWN => words,
        means if means == CONSOLE => format!("{words}, with the console"),
        means if event.is_ours() => {
            format!("{words}, with {means}, and no receipt here tells of it")
        }
        means => format!("{words}, with {means}"),
    }
}

/// The step of a run, in words.
pub(super) fn silence(silence: &Silence<'_>) -> String {
    let Silence { run, step } = silence;
    let outcome = step.outcome.map_or("begun", |outcome| outcome.as_str());
    format!(
        "{}  {}  {} {outcome}: {}, {}",
        step.at,
        step.org.label(),
        step.kind.as_str(),
        run.words(),
        run.place(step)
    )
}

/// What it comes to.
pub(super) fn summary(view: HistoryView<'_>) -> String {
    let chapters = &view.story.chapters;
    if chapters.is_empty() {
        return "Nothing happened that the log tells of.".to_owned();
    }
    let mut words = counted(chapters.len(), "event");
    if view.receipts {
        let ours = chapters.iter().filter(|one| one.run.is_some()).count();
        words = format!("{words}, {ours} by runs whose receipts are here");
    }
    let unmatched = chapters
        .iter()
        .filter(|one| one.org.is_none() && one.event.org.name().is_some());
    match unmatched.count() {
        0 => words + ".",
        count => format!("{words}; {count} about no managed org."),
    }
}

/// What a reader has to know besides.
pub(super) fn gaps(view: HistoryView<'_>) -> Vec<String> {
    let mut gaps = Vec::new();
    if !view.whole {
        gaps.push("There is more than is read at once: older events are left out.".to_owned());
    }
    if view.unreadable > 0 {
        let count = counted(view.unreadable, "event");
        gaps.push(format!(
            "{count} of the log can't be read, for want of an id, a type or a possible time."
        ));
    }
    gaps
}

/// The heading of what no event tells of.
pub(super) const SILENT: &str =
    "Steps of our own runs that no event tells of: it is late, or the log never had it";
