//! Foreign text as data: what a server or a file says can't move a cursor, give a command or draw a link.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::secret::is_invisible;

/// What begins a command to GitHub's runner anywhere in a line, with a bracket after it: its older form, `##[error]`, which
/// still works.
const COMMAND: &str = "##";

/// Whether a character after these would begin a command to GitHub's runner.
fn commands(before: &str, c: char) -> bool {
    c == '[' && before.ends_with(COMMAND)
}

/// The text for a terminal or a log, on one line: every character that acts is written out, as `\u{1b}`.
#[must_use]
pub fn line(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if is_invisible(c) || commands(&safe, c) {
            // Writing to a string can't fail.
            _ = write!(safe, "\\u{{{:x}}}", u32::from(c));
        } else {
            safe.push(c);
        }
    }
    safe
}

/// The text with no line that GitHub's runner would obey.
///
/// It takes `::` as the beginning of a command, blanks before it or not, and a line may begin in the middle of a foreign text
/// that was too long for one.
#[must_use]
pub fn disarmed(text: &str) -> Cow<'_, str> {
    // Of three colons the third would be of the command's name, and there is none of that name.
    let armed = |line: &str| {
        let line = line.trim_start();
        line.starts_with("::") && !line.starts_with(":::")
    };
    if !text.split('\n').any(armed) {
        return Cow::Borrowed(text);
    }
    let lines = text.split('\n').map(|line| {
        if armed(line) {
            line.replacen(':', "\\u{3a}", 1)
        } else {
            line.to_owned()
        }
    });
    Cow::Owned(lines.collect::<Vec<_>>().join("\n"))
}

/// JSON text whose strings hold no character that acts, without changing what they mean.
#[must_use]
pub fn json(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        // JSON itself has written out the ones below the space; between strings there are only line feeds.
        if (is_invisible(c) && c != '\n') || commands(&safe, c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string can't fail.
                _ = write!(safe, "\\u{unit:04x}");
            }
        } else {
            safe.push(c);
        }
    }
    safe
}

/// The same for text of several lines: line feeds stay.
#[must_use]
pub fn lines(text: &str) -> String {
    let safe: Vec<String> = text.split('\n').map(line).collect();
    safe.join("\n")
}

/// The text for a source line under a finding: characters that act are replaced one by one, so that columns hold.
#[must_use]
pub fn source(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        safe.push(match c {
            '\t' => ' ',
            c if is_invisible(c) || commands(&safe, c) => '\u{fffd}',
            c => c,
        });
    }
    safe
}

/// The text as GitHub's workflow commands take a message.
#[must_use]
pub fn workflow_message(text: &str) -> String {
    line_keeping_feeds(text)
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The text as GitHub's workflow commands take a property, such as a file name.
#[must_use]
pub fn workflow_property(text: &str) -> String {
    workflow_message(text)
        .replace(':', "%3A")
        .replace(',', "%2C")
}

fn line_keeping_feeds(text: &str) -> String {
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn promise_7_what_acts_is_written_out() {
        assert_eq!(line("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(line("a\r\nb\u{202e}c"), "a\\u{d}\\u{a}b\\u{202e}c");
        assert_eq!(line("a ###[error]b"), "a ###\\u{5b}error]b");
        assert_eq!(json("[\"##[group]\"]"), "[\"##\\u005bgroup]\"]");
        assert_eq!(source("#\t##[x]"), "# ##\u{fffd}x]");
        assert_eq!(line("Müller – 株式会社 ✓"), "Müller – 株式会社 ✓");
        assert_eq!(workflow_message("x\n::error::y%0A"), "x%0A::error::y%250A");
        assert_eq!(workflow_property("a:b,c"), "a%3Ab%2Cc");
    }

    #[test]
    fn promise_7_no_line_begins_a_command() {
        assert_eq!(disarmed("a ::b\n x::c"), "a ::b\n x::c");
        assert_eq!(
            disarmed("::error::x\n \u{a0}::debug::y\n:z"),
            "\\u{3a}:error::x\n \u{a0}\\u{3a}:debug::y\n:z"
        );
    }

    proptest! {
        #[test]
        fn promise_7_no_character_that_acts_comes_through(text in "(?s)(.|#|\\[){0,60}") {
            let acted = line(&text).chars().any(is_invisible);
            prop_assert!(!acted);
            let acted = lines(&text).chars().any(|c| is_invisible(c) && c != '\n');
            prop_assert!(!acted);
            let acted = source(&text).chars().any(is_invisible);
            prop_assert!(!acted);
            prop_assert_eq!(source(&text).chars().count(), text.chars().count());
            for shown in [line(&text), lines(&text), source(&text), json(&text)] {
                prop_assert!(!shown.contains("##["));
            }
            let message = workflow_message(&text);
            prop_assert!(!message.contains(['\n', '\r', '\x1b']));
            let property = workflow_property(&text);
            prop_assert!(!property.contains(['\n', '\r', ':', ',']));
        }
    }
}
