//! How a run ended, as Markdown.

use super::fit::{LIMIT, fitted};
use super::text::code;

/// How a run ended, and what did not go as planned, by cause: lines that are indented belong to the one before.
#[must_use]
pub fn outcome(summary: &str, recap: &[String]) -> String {
    fitted(LIMIT, |_| {
        let lines = recap.iter().map(|text| {
            let indent = if text.starts_with(' ') { "  " } else { "" };
            format!("{indent}- {}\n", code(text.trim_start()))
        });
        format!("**{summary}**\n\n{}", lines.collect::<String>())
    })
}
