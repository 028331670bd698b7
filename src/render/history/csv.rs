//! As CSV.

use super::super::csv::record;
use super::words::{HistoryView, facts};
use crate::clock::rfc3339;
use crate::plan::Sign;

/// A heading, then a row for each event:
/// `at,org,orgId,managed,event,what,actor,actorId,actorType,address,with,commit,run,startedBy,uuid,receipt,step`.
#[must_use]
pub fn csv(view: HistoryView<'_>) -> String {
    let heading = [
        "at",
        "org",
        "orgId",
        "managed",
        "event",
        "what",
        "actor",
        "actorId",
        "actorType",
        "address",
        "with",
        "commit",
        "run",
        "startedBy",
        "uuid",
        "receipt",
        "step",
    ];
    let mut text = record(heading.into_iter());
    for chapter in &view.story.chapters {
        let event = &chapter.event;
        let named = chapter.org.clone().or_else(|| event.org.name());
        let id = named.as_ref().and_then(|org| org.id());
        let run = chapter.run.map(|(run, _)| run);
        let known = |text: Option<&String>| text.cloned().unwrap_or_default();
        let what: Vec<String> = facts(chapter, view.names)
            .into_iter()
            .map(|fact| match fact.sign {
                Sign::Added => format!("enabled {}", fact.text),
                Sign::Removed => format!("disabled {}", fact.text),
                Sign::Irreversible | Sign::Lost | Sign::Changed | Sign::Aside => fact.text,
            })
            .collect();
        let values = [
            rfc3339(event.at),
            named
                .as_ref()
                .map_or_else(String::new, |org| org.label().to_owned()),
            id.map_or_else(String::new, ToString::to_string),
            if chapter.org.is_some() { "yes" } else { "" }.to_owned(),
            event.event_type.clone(),
            what.join("; "),
            event.actor.words(),
            event.actor.id.clone(),
            event.actor.kind.clone(),
            event.address.clone(),
            event.means(),
            known(run.and_then(|run| run.commit.as_ref())),
            known(run.and_then(|run| run.url.as_ref())),
            known(run.and_then(|run| run.actor.as_ref())),
            event.uuid.clone(),
            run.map_or_else(String::new, |run| run.receipt.clone()),
            chapter
                .run
                .map_or_else(String::new, |(_, step)| step.id.to_string()),
        ];
        text += &record(values.iter().map(String::as_str));
    }
    text
}
