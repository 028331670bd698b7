//! The System Log of the Aerial org as it is kept: who did what, when it happened, and when it was there to be read.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::switches::Switches;

/// Events that are kept, the newest: the account's file is written with every change.
const MAX_EVENTS: usize = 10_000;

/// How long Okta keeps an event, in seconds.
const KEPT: i64 = 90 * 24 * 3600;

/// What has happened in the account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct SystemLog {
    /// What it was given when it began, and no other log has: its polling cursors are no other's.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// In the order in which they could be read.
    pub events: VecDeque<LogEntry>,
    /// What happened and can't be read yet.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub late: Vec<LateEntry>,
    /// How many events there ever were.
    pub recorded: u64,
    /// The number of the newest that could be read.
    pub newest: u64,
}

/// An event that can't be read before a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LateEntry {
    /// When it can be read, RFC 3339.
    pub from: String,
    pub entry: LogEntry,
}

/// An event; a seed gives at least `published`, `eventType` and `actor`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct LogEntry {
    /// Its place in the order in which events could be read; 0: none yet.
    pub number: u64,
    pub uuid: String,
    /// When it happened, RFC 3339.
    pub published: String,
    pub event_type: String,
    pub actor: LogActor,
    /// The address that the request came from.
    pub address: String,
    pub user_agent: String,
    /// The id of the request that did it.
    pub request: String,
    pub targets: Vec<LogTarget>,
    /// What is particular to its type.
    pub debug: BTreeMap<String, String>,
}

/// Who did it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct LogActor {
    pub id: String,
    /// `User`, `PublicClientApp` and so on.
    #[serde(rename = "type")]
    pub kind: String,
    pub alternate_id: String,
    pub display_name: String,
}

/// What it was done to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct LogTarget {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub alternate_id: String,
    pub display_name: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub detail_entry: BTreeMap<String, String>,
}

impl SystemLog {
    pub(super) fn is_empty(&self) -> bool {
        self.recorded == 0 && self.id.is_empty()
    }

    /// What a seed leaves out: numbers and ids.
    pub(super) fn complete(&mut self) {
        for event in &mut self.events {
            if event.number == 0 {
                self.recorded += 1;
                self.newest += 1;
                event.number = self.newest;
            }
            if event.uuid.is_empty() {
                event.uuid = uuid(&event.published, event.number);
            }
        }
    }

    /// Notes an event; some can be read later than others, where a switch says so.
    pub(super) fn record(&mut self, mut entry: LogEntry, switches: &Switches) {
        self.settle(&entry.published);
        self.recorded += 1;
        entry.uuid = self.uuid(&entry);
        let every = switches.late_event_every.max(1);
        let delay = switches.late_event_seconds;
        if delay > 0 && self.recorded.is_multiple_of(every) {
            let from = shifted(&entry.published, i64::try_from(delay).unwrap_or(KEPT));
            self.late.push(LateEntry { from, entry });
            return;
        }
        self.append(entry);
    }

    /// What can be read by now goes to its place, and what Okta wouldn't keep goes.
    pub(super) fn settle(&mut self, now: &str) {
        let (mut due, late): (Vec<_>, Vec<_>) = std::mem::take(&mut self.late)
            .into_iter()
            .partition(|late| late.from.as_str() <= now);
        self.late = late;
        due.sort_by(|a, b| a.from.cmp(&b.from));
        for late in due {
            self.append(late.entry);
        }
        let oldest = shifted(now, -KEPT);
        self.events.retain(|event| event.published >= oldest);
    }

    /// Whether everything that could be read after the event with this number is still there.
    pub(super) fn reaches(&self, number: u64) -> bool {
        let kept = u64::try_from(self.events.len()).unwrap_or(u64::MAX);
        (self.newest.saturating_sub(kept)..=self.newest).contains(&number)
    }

    /// An id that depends on what happened, and not on what else did in the same moment.
    fn uuid(&self, entry: &LogEntry) -> String {
        let target = entry.targets.first().map(|target| target.id.as_str());
        let what = format!(
            "{} {} {} {:?}",
            entry.published,
            entry.event_type,
            target.unwrap_or_default(),
            entry.debug
        );
        let late = self.late.iter().map(|late| &late.entry);
        let same = |event: &&LogEntry| event.published == entry.published;
        let taken: Vec<&str> = (self.events.iter().rev().take_while(same))
            .chain(late.filter(same))
            .map(|event| event.uuid.as_str())
            .collect();
        let mut ids = (0..).map(|number| uuid(&what, number));
        ids.find(|id| !taken.contains(&id.as_str()))
            .unwrap_or_default()
    }

    fn append(&mut self, mut entry: LogEntry) {
        self.newest += 1;
        entry.number = self.newest;
        self.events.push_back(entry);
        if self.events.len() > MAX_EVENTS {
            self.events.pop_front();
        }
    }
}

/// A time of day so many seconds later, or earlier; the same where it is none.
pub(super) fn shifted(at: &str, seconds: i64) -> String {
    let shifted = at.parse::<jiff::Timestamp>().ok().and_then(|at| {
        let moved = at.checked_add(jiff::SignedDuration::from_secs(seconds));
        Some(format!("{:.3}", moved.ok()?))
    });
    shifted.unwrap_or_else(|| at.to_owned())
}

fn uuid(what: &str, number: u64) -> String {
    let hash = Sha256::digest(format!("{what} {number}").as_bytes());
    let hex: String = hash
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default().to_owned();
    [
        part(0, 8),
        part(8, 12),
        part(12, 16),
        part(16, 20),
        part(20, 32),
    ]
    .join("-")
}
