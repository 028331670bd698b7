//! How a run ended, as Markdown.

use super::fit::{LIMIT, fitted};
use super::text::code;

/// How a run ended, and the steps that did not go as planned.
#[must_use]
pub fn outcome(summary: &str, problems: &[String]) -> String {
    fitted(LIMIT, |_| {
        let problems: Vec<String> = problems
            .iter()
            .map(|problem| format!("- {}\n", code(problem)))
            .collect();
        format!("**{summary}**\n\n{}", problems.concat())
    })
}
