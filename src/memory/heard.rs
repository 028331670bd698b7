//! What the log has told of orgs. It may be ahead of what the account shows, so what it said is held against each reading, in
//! this run and in later ones.

use std::collections::BTreeSet;
use std::time::SystemTime;

use super::model::AccountMemory;
use super::named::KnownNames;
use super::told::ToldOfOrgs;
use super::whole::WholeReason;
use crate::history::LogEvent;
use crate::ids::OrgId;
use crate::live::Snapshot;

/// Events that are about groups of orgs, templates and consent: nothing of an org's products. One that names an org has it read
/// all the same; one that names none is no reason for a whole read.
const ELSEWHERE: [&str; 3] = [
    "account.org_group.",
    "account.aerial_template_condition.",
    "account.org.consent.",
];

/// What a run hears of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogNews {
    /// The orgs that are named since the memory's position.
    pub(super) named: BTreeSet<OrgId>,
    /// Why all is to be read.
    pub(super) whole: Option<WholeReason>,
    /// What was said since, and before that where it may matter still.
    pub told: ToldOfOrgs,
}

/// What events say to who has a memory and the list as it is now. `at` is when the log was asked.
#[must_use]
pub fn heard(
    memory: Option<&AccountMemory>,
    listed: &Snapshot,
    news: &[LogEvent],
    at: SystemTime,
) -> LogNews {
    let before = memory.iter().flat_map(|memory| memory.orgs.values());
    let names: KnownNames<'_> = before.map(|one| &one.org).chain(&listed.orgs).collect();
    let mut heard = LogNews {
        named: BTreeSet::new(),
        whole: None,
        told: memory.map(|one| one.told.clone()).unwrap_or_default(),
    };
    // The log's order isn't that in which things happened.
    let mut news: Vec<&LogEvent> = news.iter().collect();
    news.sort_by_key(|event| event.at);
    for event in news {
        let orgs = names.of(event);
        let all_known = !orgs.is_empty() && orgs.iter().all(|org| !org.is_empty());
        let elsewhere = || {
            let mut kinds = ELSEWHERE.iter();
            kinds.any(|kind| event.event_type.starts_with(kind))
        };
        // What is of a time to come has happened by now.
        let when = event.at.min(at);
        if !(all_known && !event.clipped || elsewhere()) {
            heard.whole = Some(WholeReason::Unmatched(event.event_type.clone()));
            heard.told.of_anybody(when);
        }
        for id in orgs.into_iter().flatten() {
            heard.named.insert(id.clone());
            let told = heard.told.orgs.entry(id.clone()).or_default();
            told.take(event, when);
        }
    }
    // An org may lose a product with the account, which no event tells.
    if memory.is_some_and(|memory| !listed.subscribed.keys().eq(&memory.subscribed)) {
        heard.unknown(WholeReason::Subscription, at);
    }
    heard.told.forget(at);
    heard
}

impl LogNews {
    /// Something happened by then that isn't known: all is to be read.
    pub fn unknown(&mut self, why: WholeReason, at: SystemTime) {
        self.whole = Some(why);
        self.told.of_anybody(at);
    }
}
