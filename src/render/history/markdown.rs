//! As Markdown.

use std::fmt::Write as _;

use super::super::markdown::code;
use super::words::{HistoryView, SILENT, about, by, facts, gaps, silence, summary};
use crate::clock::rfc3339;

/// A list, the newest first, in at most `limit` characters: how many older ones are left out is said.
#[must_use]
pub fn markdown(view: HistoryView<'_>, limit: usize) -> String {
    let mut head = format!("**{}**\n\n", summary(view));
    for gap in gaps(view) {
        // Writing to a string can't fail.
        _ = writeln!(head, "> [!WARNING]\n> {gap}\n");
    }
    let mut tail = String::new();
    let all = view.story.silent.len();
    for one in view.story.silent.iter().take(20) {
        _ = writeln!(tail, "- {}", code(&silence(one)));
    }
    if all > 0 {
        let more = all.saturating_sub(20);
        let more = if more > 0 {
            format!("- and {more} more\n")
        } else {
            String::new()
        };
        tail = format!("\n{SILENT}:\n\n{tail}{more}");
    }
    let mut text = head;
    let chapters = &view.story.chapters;
    // The longest sentence below has room in this.
    let room = limit.saturating_sub(tail.len() + 200);
    for (index, chapter) in chapters.iter().enumerate() {
        let at = rfc3339(chapter.event.at);
        let mut item = format!(
            "- {} {}, by {}\n",
            code(&at),
            code(&about(chapter)),
            code(&by(chapter))
        );
        for fact in facts(chapter, view.names) {
            let words = format!("{} {}", fact.sign.as_char(), fact.text);
            _ = writeln!(item, "  - {}", code(&words));
        }
        if text.len() + item.len() > room {
            _ = writeln!(text, "\nand {} older ones.", chapters.len() - index);
            break;
        }
        text += &item;
    }
    text + &tail
}
