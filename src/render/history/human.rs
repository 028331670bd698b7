//! For people.

use super::super::escape::line;
use super::super::human::{Layout, paragraph};
use super::super::style::Label;
use super::super::wrap::wrap;
use super::words::{HistoryView, SILENT, about, by, facts, gaps, silence, summary};
use crate::clock::rfc3339;
use crate::history::{Chapter, EventResult, Story};

/// So many events of one org are shown.
const RECENT: usize = 20;

/// Everything, and what it comes to.
#[must_use]
pub fn text(view: HistoryView<'_>, layout: Layout) -> String {
    let mut text = String::new();
    for chapter in &view.story.chapters {
        let title = format!("{}  {}", rfc3339(chapter.event.at), about(chapter));
        text += &part(layout, Label::Heading, "", &title);
        text += &body(chapter, view, layout, "    ");
        text.push('\n');
    }
    if !view.story.silent.is_empty() {
        text.extend(paragraph(layout, Label::Changed, &format!("{SILENT}.")));
        for one in &view.story.silent {
            text += &part(layout, Label::Plain, "  ", &silence(one));
        }
        text.push('\n');
    }
    for gap in gaps(view) {
        text.extend(paragraph(layout, Label::Changed, &gap));
    }
    text.extend(paragraph(layout, Label::Heading, &summary(view)));
    text
}

fn body(chapter: &Chapter<'_>, view: HistoryView<'_>, layout: Layout, indent: &str) -> String {
    let mut text = part(layout, Label::Plain, indent, &format!("by {}", by(chapter)));
    let came_of_it = match chapter.event.result {
        EventResult::Done => None,
        EventResult::Failed => Some("it failed"),
        EventResult::Unknown => Some("what came of it isn't told"),
    };
    if let Some(came_of_it) = came_of_it {
        text += &part(layout, Label::Changed, indent, came_of_it);
    }
    for fact in facts(chapter, view.names) {
        let words = format!("{} {}", fact.sign.as_char(), fact.text);
        text += &part(layout, Label::of(fact.sign), indent, &words);
    }
    text
}

/// The newest events of one org, under a heading of its own.
#[must_use]
pub fn recent(view: HistoryView<'_>, layout: Layout) -> String {
    let Story {
        chapters,
        silent: _,
    } = view.story;
    let mut text = part(layout, Label::Heading, "", "System Log");
    for chapter in chapters.iter().take(RECENT) {
        text += &part(layout, Label::Plain, "  ", &rfc3339(chapter.event.at));
        text += &body(chapter, view, layout, "    ");
    }
    let left = chapters.len().saturating_sub(RECENT);
    if left > 0 {
        let words = format!("and {left} earlier ones: see aerialctl history --org");
        text += &part(layout, Label::Faint, "  ", &words);
    }
    if chapters.is_empty() {
        let since = rfc3339(view.since);
        text += &part(
            layout,
            Label::Faint,
            "  ",
            &format!("no event since {since}"),
        );
    }
    for gap in gaps(view) {
        text += &part(layout, Label::Changed, "  ", &gap);
    }
    text
}

fn part(layout: Layout, label: Label, indent: &str, words: &str) -> String {
    let rest = format!("{indent}    ");
    let lines = wrap(&line(words), indent, &rest, layout.width);
    let lines = lines.iter();
    lines
        .map(|line| layout.palette.paint(label, line) + "\n")
        .collect()
}
