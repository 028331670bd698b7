//! How a run ended, as Markdown.

use super::fit::{LIMIT, cut};
use super::text::code;

/// How a run ended, and what did not go as planned, by cause: lines that are indented belong to the one before.
#[must_use]
pub fn outcome(summary: &str, recap: &[String]) -> String {
    let lines = recap.iter().map(|text| {
        let indent = if text.starts_with(' ') { "  " } else { "" };
        format!("{indent}- {}\n", code(text.trim_start()))
    });
    let text = format!("**{summary}**\n\n{}", lines.collect::<String>());
    cut(&text, LIMIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_of_troubles_is_cut_at_a_line() {
        let short = ["1 step failed: 500".to_owned(), "    link a".to_owned()];
        let text = "**Applied 0 of 1 step.**\n\n- <code>1 step failed&#58; 500</code>\n  - <code>link a</code>\n";
        assert_eq!(outcome("Applied 0 of 1 step.", &short), text);
        let long = vec!["x".repeat(1_000); 80];
        let text = outcome("Applied 0 of 80 steps.", &long);
        assert!(text.chars().count() <= LIMIT && text.chars().count() > LIMIT - 1_200);
        assert!(
            text.contains("</code>\n\n\n**The rest isn't shown"),
            "{text}"
        );
    }
}
