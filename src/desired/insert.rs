//! The text of a desired state with more orgs in it: every line that was there stays, byte for byte.
//!
//! Where they go is found in the text by its lines and, in flow style, by its brackets. What comes out is to be read again and
//! held against what there was: whoever asks for it does that.

use super::text_places::TextPlaces;
use super::tree::{Node, Value};

/// An entry to add, as both styles of YAML write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddedEntry {
    /// Its lines in block style, without the dash and without indentation.
    pub block: Vec<String>,
    /// In flow style, which is JSON.
    pub flow: String,
}

/// The text with more entries at the end of its `orgs`; `None` where there is no such place in it.
#[must_use]
pub fn with_more_orgs(text: &str, root: &Node<'_>, entries: &[AddedEntry]) -> Option<String> {
    let places = TextPlaces::of(text);
    let end = places.line_end();
    let (key, value) = root.entry("orgs")?;
    let Value::Seq(items) = &value.value else {
        return None;
    };
    let line = usize::try_from(key.span.line).ok()?.checked_sub(1)?;
    let start = places.offset(key.span)?;
    let after_key = start + text.get(start..)?.find(':')? + 1;
    let opening = first_sign(text, after_key)?;
    if text.get(opening..)?.starts_with('[') {
        let closing = closing(text, opening)?;
        let one_line = !text.get(opening..closing)?.contains('\n');
        let in_block = key.span.column == 1 && !text.trim_start().starts_with('{');
        if items.is_empty() && one_line && in_block {
            let lines = block(entries, 2, end);
            return emptied(text, opening, closing, &lines, end);
        }
        return flow(text, (opening, closing), items.is_empty(), entries, end);
    }
    in_block(text, root, line, opening, entries, end)
}

/// The text with an empty `orgs` behind all else that it says; `None` where there is no such place in it.
#[must_use]
pub fn with_orgs_key(text: &str, root: &Node<'_>) -> Option<String> {
    let places = TextPlaces::of(text);
    let end = places.line_end();
    let mark = text.len() - text.trim_start_matches('\u{feff}').len();
    let opening = first_sign(text, mark)?;
    if text.get(opening..)?.starts_with('{') {
        let key = AddedEntry {
            block: Vec::new(),
            flow: "\"orgs\": []".to_owned(),
        };
        let braces = (opening, closing(text, opening)?);
        return flow(text, braces, root.entries().is_empty(), &[key], end);
    }
    let keys = root.entries().iter();
    let last = keys.map(|(key, _)| key.span.line).max()?;
    let below = places.line_of(last)?.end;
    let rest = text.get(below..)?;
    let over = rest.split_inclusive('\n').take_while(|line| !is_over(line));
    let at = below + over.map(str::len).sum::<usize>();
    let (before, after) = (text.get(..at)?, text.get(at..)?);
    let gap = if before.ends_with('\n') { "" } else { end };
    Some(format!("{before}{gap}orgs: []{end}{after}"))
}

/// Whether a line ends the document.
fn is_over(line: &str) -> bool {
    line.trim_end() == "..." || line.trim_end() == "---"
}

/// `orgs: []` with entries below it, and what stood behind it still there.
fn emptied(text: &str, opening: usize, closing: usize, lines: &str, end: &str) -> Option<String> {
    let before = text.get(..opening)?.trim_end_matches(' ');
    let behind = text.get(closing + 1..)?;
    let (rest, after) = match behind.find('\n') {
        Some(at) => behind.split_at(at + 1),
        None => (behind, ""),
    };
    let gap = if rest.ends_with('\n') { "" } else { end };
    let rest = if rest.trim().is_empty() {
        rest.trim_start_matches([' ', '\t'])
    } else {
        rest
    };
    Some(format!("{before}{rest}{gap}{lines}{after}"))
}

/// Entries behind the last one of a list with dashes.
fn in_block(
    text: &str,
    root: &Node<'_>,
    line: usize,
    opening: usize,
    entries: &[AddedEntry],
    end: &str,
) -> Option<String> {
    let dash = text.get(..opening)?.rfind('\n').map_or(0, |at| at + 1);
    let indent = text.get(dash..opening)?;
    if !text.get(opening..)?.starts_with('-') || !indent.bytes().all(|byte| byte == b' ') {
        return None;
    }
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let keys = root.entries().iter();
    let starts = keys.filter_map(|(key, _)| usize::try_from(key.span.line).ok()?.checked_sub(1));
    let next = starts.filter(|start| *start > line).min();
    let mut last = next.unwrap_or_else(|| {
        let below = lines.iter().skip(line + 1).position(|one| is_over(one));
        below.map_or(lines.len(), |at| line + 1 + at)
    });
    // What stands at the margin before the next key is said about that.
    let about_the_next = |line: &&str| line.trim().is_empty() || line.starts_with('#');
    while last > line + 1 && lines.get(last - 1).is_some_and(about_the_next) {
        last -= 1;
    }
    let before = lines.get(..last)?.concat();
    let after = lines.get(last..)?.concat();
    let gap = if before.ends_with('\n') { "" } else { end };
    let new = block(entries, indent.len(), end);
    Some(format!("{before}{gap}{new}{after}"))
}

fn block(entries: &[AddedEntry], indent: usize, end: &str) -> String {
    let indent = " ".repeat(indent);
    let mut text = String::new();
    for entry in entries {
        for (number, line) in entry.block.iter().enumerate() {
            let dash = if number == 0 { "- " } else { "  " };
            text = text + &indent + dash + line + end;
        }
    }
    text
}

/// Entries before the bracket that closes the list, each on a line of its own where the others are.
fn flow(
    text: &str,
    (opening, closing): (usize, usize),
    empty: bool,
    entries: &[AddedEntry],
    end: &str,
) -> Option<String> {
    let last = last_sign(text, opening, closing)?;
    let has_comma = text.get(last..)?.starts_with(',');
    let line = text.get(..last)?.rfind('\n').map_or(0, |at| at + 1);
    let own_lines = text.get(opening..closing)?.contains('\n') || entries.len() > 1;
    let indent: String = if empty || line <= opening {
        let start = text.get(..opening)?.rfind('\n').map_or(0, |at| at + 1);
        let blanks = text.get(start..)?.chars().take_while(|c| *c == ' ');
        format!("{}  ", blanks.collect::<String>())
    } else {
        let blanks = text.get(line..)?.chars().take_while(|c| *c == ' ');
        blanks.collect()
    };
    let apart = if own_lines {
        format!("{end}{indent}")
    } else if empty {
        String::new()
    } else {
        " ".to_owned()
    };
    let flows: Vec<&str> = entries.iter().map(|entry| entry.flow.as_str()).collect();
    let new = format!("{apart}{}", flows.join(&format!(",{apart}")));
    let comma = if empty || has_comma { "" } else { "," };
    let width = text.get(last..)?.chars().next()?.len_utf8();
    let (before, behind) = (text.get(..last + width)?, text.get(last + width..closing)?);
    // A comment behind the last entry stays there.
    let (beside, below) = match behind.find('\n') {
        Some(at) if own_lines => {
            behind.split_at(at - usize::from(behind.get(..at)?.ends_with('\r')))
        }
        Some(_) | None => ("", behind),
    };
    let below = if own_lines && !below.contains('\n') {
        let outer = indent.strip_suffix("  ").unwrap_or(&indent);
        format!("{end}{outer}")
    } else {
        below.to_owned()
    };
    Some(format!(
        "{before}{comma}{beside}{new}{below}{}",
        text.get(closing..)?
    ))
}

/// A text and where one is in it: outside of quotes and comments, or within.
struct Signs<'a> {
    text: &'a str,
    at: usize,
}

impl Iterator for Signs<'_> {
    type Item = (usize, char);

    /// The next character that is neither blank nor in a comment; of a quoted text only its quotes.
    fn next(&mut self) -> Option<(usize, char)> {
        loop {
            let rest = self.text.get(self.at..)?;
            let c = rest.chars().next()?;
            let blank_before = self
                .text
                .get(..self.at)?
                .ends_with(|c: char| c.is_whitespace());
            if c == '#' && (blank_before || self.at == 0) {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if c.is_whitespace() {
                self.at += c.len_utf8();
            } else {
                let found = self.at;
                self.at += c.len_utf8();
                return Some((found, c));
            }
        }
    }
}

impl Signs<'_> {
    /// Goes behind the quote that ends what one has begun.
    fn behind_quote(&mut self, quote: char) -> Option<usize> {
        loop {
            let rest = self.text.get(self.at..)?;
            let c = rest.chars().next()?;
            let found = self.at;
            self.at += c.len_utf8();
            if c == '\\' && quote == '"' {
                self.at += self.text.get(self.at..)?.chars().next()?.len_utf8();
            } else if c == quote {
                if quote == '\'' && self.text.get(self.at..)?.starts_with('\'') {
                    self.at += 1;
                    continue;
                }
                return Some(found);
            }
        }
    }
}

fn first_sign(text: &str, at: usize) -> Option<usize> {
    let first = Signs { text, at }.next()?;
    Some(first.0)
}

/// Whether a quote begins here, rather than standing within a word.
fn begins(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    before.ends_with(|c: char| c.is_whitespace() || "[{,:".contains(c))
}

/// The bracket that closes the one at `opening`.
fn closing(text: &str, opening: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut signs = Signs { text, at: opening };
    while let Some((at, sign)) = signs.next() {
        match sign {
            '[' | '{' => depth += 1,
            ']' | '}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at);
                }
            }
            '"' | '\'' if begins(text, at) => _ = signs.behind_quote(sign)?,
            _ => {}
        }
    }
    None
}

/// The last sign between two brackets; the opening one where there is none.
fn last_sign(text: &str, opening: usize, closing: usize) -> Option<usize> {
    let mut last = opening;
    let mut signs = Signs { text, at: opening };
    while let Some((at, sign)) = signs.next() {
        if at >= closing {
            return Some(last);
        }
        last = match sign {
            '"' | '\'' if begins(text, at) => signs.behind_quote(sign)?,
            _ => at,
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desired::document::parse;
    use crate::diagnostic::{Source, SourceId};

    fn added(text: &str, names: &[&str]) -> Option<String> {
        let source = Source::new("aerial.yaml", text);
        let (root, _) = parse(SourceId(0), &source).unwrap();
        let entries: Vec<AddedEntry> = names
            .iter()
            .map(|name| AddedEntry {
                block: vec![format!("id: {name}"), "products: []".to_owned()],
                flow: format!("{{\"id\": \"{name}\"}}"),
            })
            .collect();
        with_more_orgs(text, &root, &entries)
    }

    #[test]
    fn entries_go_behind_the_last_one_and_all_else_stays() {
        for (text, new) in [
            (
                "orgs:\n  - a # b\n  # of a\n\n# The rules.\nx-a: 1\n",
                "orgs:\n  - a # b\n  # of a\n  - id: n\n    products: []\n\n# The rules.\nx-a: 1\n",
            ),
            (
                "version: 1\r\norgs: # all\r\n- a\r\n...",
                "version: 1\r\norgs: # all\r\n- a\r\n- id: n\r\n  products: []\r\n...",
            ),
            (
                "orgs:\n -\n  id: a",
                "orgs:\n -\n  id: a\n - id: n\n   products: []\n",
            ),
            (
                "orgs: [] # none\nx-a: 1\n",
                "orgs: # none\n  - id: n\n    products: []\nx-a: 1\n",
            ),
            ("orgs: []", "orgs:\n  - id: n\n    products: []\n"),
            ("orgs: [a]\n", "orgs: [a, {\"id\": \"n\"}]\n"),
            ("orgs: [a, ]\n", "orgs: [a, {\"id\": \"n\"} ]\n"),
            (
                "orgs: [\n  a, # x ]\n  'b]'' #' # y\n]\n",
                "orgs: [\n  a, # x ]\n  'b]'' #', # y\n  {\"id\": \"n\"}\n]\n",
            ),
            (
                "{\n  \"orgs\": [\n    {\"id\": \"a\\\"]\"}\n  ]\n}\n",
                "{\n  \"orgs\": [\n    {\"id\": \"a\\\"]\"},\n    {\"id\": \"n\"}\n  ]\n}\n",
            ),
            ("{\"orgs\": []}\n", "{\"orgs\": [{\"id\": \"n\"}]}\n"),
        ] {
            assert_eq!(added(text, &["n"]).as_deref(), Some(new), "{text}");
        }
        assert_eq!(
            added("{\n  \"orgs\": []\n}\n", &["m", "n"]).unwrap(),
            "{\n  \"orgs\": [\n    {\"id\": \"m\"},\n    {\"id\": \"n\"}\n  ]\n}\n"
        );
        for text in ["x-a: &a [b]\norgs: *a\n", "version: 1"] {
            assert_eq!(added(text, &["n"]), None, "{text}");
        }
    }

    #[test]
    fn a_list_goes_behind_all_else() {
        for (text, new) in [
            ("version: 1", "version: 1\norgs: []\n"),
            (
                "\u{feff}---\nversion: 1\r\nx-a:\r\n  - b\r\n# c\r\n...\r\n",
                "\u{feff}---\nversion: 1\r\nx-a:\r\n  - b\r\n# c\r\norgs: []\r\n...\r\n",
            ),
            ("{version: 1}\n", "{version: 1, \"orgs\": []}\n"),
            ("\u{feff}{}", "\u{feff}{\"orgs\": []}"),
            (
                "{\n  \"version\": 1\n}\n",
                "{\n  \"version\": 1,\n  \"orgs\": []\n}\n",
            ),
        ] {
            let source = Source::new("aerial.yaml", text);
            let (root, _) = parse(SourceId(0), &source).unwrap();
            assert_eq!(with_orgs_key(text, &root).as_deref(), Some(new), "{text}");
        }
    }
}
