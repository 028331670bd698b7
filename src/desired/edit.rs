//! The text of a desired state with other orgs in it: all else stays byte for byte, comments included.

use std::ops::Range;

use super::tree::{Node, Value};
use crate::diagnostic::Span;

/// The keys that get another value.
const REPLACED: [&str; 2] = ["orgs", "products"];

/// A key that a file without it may get.
const ADDED: &str = "bundles";

/// What a text gets in place of its orgs.
#[derive(Debug, Clone, Copy)]
pub struct Replacement<'a> {
    /// The lines of a key `orgs`.
    pub orgs: &'a str,
    /// Names and ids, added to `products`.
    pub names: &'a [(String, String)],
    /// The lines of a key `bundles`, for a text that has none; may be empty.
    pub bundles: &'a str,
}

/// The text with other orgs, and with more names for products.
///
/// `None` where that can't be done line by line: each key has to stand at the beginning of its line.
///
/// What comes out is to be read again, and to be held against what there was by [`keeps_the_rest`].
#[must_use]
pub fn with_orgs(text: &str, root: &Node<'_>, new: Replacement<'_>) -> Option<String> {
    let Replacement {
        orgs,
        names,
        bundles,
    } = new;
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let usual = line_end(lines.first()?).unwrap_or("\n");
    let range = block(root, "orgs", &lines)?;
    let end = line_end(lines.get(range.start)?).unwrap_or(usual);
    let mut new = orgs.to_owned();
    if !bundles.is_empty() {
        new = format!("{bundles}\n{new}");
    }
    match (root.get("products"), names) {
        (_, []) => {}
        (Some(products), names) => declare(products, names, &mut lines, usual)?,
        (None, names) => {
            let declared: String = names
                .iter()
                .map(|name| format!("  {}\n", declaration(name)))
                .collect();
            new = format!("products:\n{declared}\n{new}");
        }
    }
    lines.splice(range, [new.replace('\n', end)]);
    Some(lines.concat())
}

/// How a line ends; `None` for the last one of a text without an end.
fn line_end(line: &str) -> Option<&'static str> {
    if line.ends_with("\r\n") {
        Some("\r\n")
    } else {
        line.ends_with('\n').then_some("\n")
    }
}

/// Adds names to those that there are, each on its own line or all on one. `usual` is how a line ends.
fn declare(
    products: &Node<'_>,
    names: &[(String, String)],
    lines: &mut [String],
    usual: &str,
) -> Option<()> {
    let (key, last) = products.entries().last()?;
    let (line, column) = place(last.span);
    let (opened_at, opening) = place(products.span);
    let is_flow = lines.get(opened_at)?.chars().nth(opening)? == '{';
    let old = lines.get_mut(line)?;
    if is_flow {
        let end = column + usize::try_from(last.span.len).ok()?;
        let declared = names.iter().map(|name| format!(", {}", declaration(name)));
        *old = old.chars().take(end).collect::<String>()
            + &declared.collect::<String>()
            + &old.chars().skip(end).collect::<String>();
    } else {
        let indent = " ".repeat(place(key.span).1);
        let end = line_end(old).unwrap_or(usual);
        if line_end(old).is_none() {
            old.push_str(end);
        }
        let declared = names
            .iter()
            .map(|name| format!("{indent}{}{end}", declaration(name)));
        old.extend(declared);
    }
    Some(())
}

/// Whether `after` has every key of `before` with its value, new orgs aside, and every product that it names.
#[must_use]
pub fn keeps_the_rest(before: &Node<'_>, after: &Node<'_>) -> bool {
    let same = |before: &Node<'_>, after: &Node<'_>, replaced: &[&str]| {
        let kept = before.entries().iter();
        let mut kept = kept.filter(|(key, _)| !replaced.contains(&&*key.text));
        kept.all(|(key, node)| {
            let now = after.get(&key.text).map(Node::to_json);
            now == Some(node.to_json())
        })
    };
    let products = match (before.get("products"), after.get("products")) {
        (Some(before), Some(after)) => same(before, after, &[]),
        (Some(_), None) => false,
        (None, _) => true,
    };
    let more = |key: &str| before.get(key).is_some() || REPLACED.contains(&key) || key == ADDED;
    products
        && same(before, after, &REPLACED)
        && after.entries().iter().all(|(key, _)| more(&key.text))
}

/// How many comments of the lines of `orgs` don't stand in `after`.
#[must_use]
pub fn lost_comments(text: &str, root: &Node<'_>, after: &str) -> usize {
    let lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let range = block(root, "orgs", &lines).unwrap_or_default();
    let inside = lines.get(range).unwrap_or_default().iter();
    let comments = inside.filter_map(|line| match line.trim().strip_prefix('#') {
        Some(comment) => Some(comment.trim()),
        None => line.split_once(" #").map(|(_, comment)| comment.trim()),
    });
    comments.filter(|comment| !after.contains(comment)).count()
}

/// The lines of a key of the document, up to what is said about the next.
fn block(root: &Node<'_>, key: &str, lines: &[String]) -> Option<Range<usize>> {
    let Value::Map(entries) = &root.value else {
        return None;
    };
    let mut starts: Vec<usize> = Vec::new();
    for (key, _) in entries {
        let (line, column) = place(key.span);
        if column != 0 || starts.contains(&line) {
            return None;
        }
        starts.push(line);
    }
    let (found, _) = root.entry(key)?;
    let start = place(found.span).0;
    let next = starts.into_iter().filter(|line| *line > start).min();
    let mut end = next.unwrap_or(lines.len());
    if next.is_none() {
        let over = |line: &&String| line.trim_end() == "..." || line.trim_end() == "---";
        let within = lines.get(start..).unwrap_or_default();
        end = within
            .iter()
            .position(|line| over(&line))
            .map_or(end, |at| start + at);
    }
    let about_the_next = |line: &String| line.trim().is_empty() || line.starts_with('#');
    while end > start + 1 && lines.get(end - 1).is_some_and(about_the_next) {
        end -= 1;
    }
    Some(start..end)
}

/// Line and column, from 0.
fn place(span: Span) -> (usize, usize) {
    let from_zero = |number: u32| {
        usize::try_from(number)
            .unwrap_or(usize::MAX)
            .saturating_sub(1)
    };
    (from_zero(span.line), from_zero(span.column))
}

/// As YAML and JSON both read it.
fn declaration((name, id): &(String, String)) -> String {
    format!("{}: {id}", serde_json::Value::from(name.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desired::document::parse;
    use crate::diagnostic::{Source, SourceId};

    fn edited(text: &str) -> String {
        let source = Source::new("aerial.yaml", text);
        let (root, _) = parse(SourceId(0), &source).unwrap();
        let names = [("mfa".to_owned(), "P000131".to_owned())];
        let new = Replacement {
            orgs: "orgs:\n  - b\n",
            names: &names,
            bundles: "",
        };
        with_orgs(text, &root, new).unwrap()
    }

    #[test]
    fn what_stays_stays_byte_for_byte_however_its_lines_end() {
        for (text, new) in [
            (
                "version: 1\r\nproducts:\n  sso: P000052  \norgs:\n  - a\n# end\r\n",
                "version: 1\r\nproducts:\n  sso: P000052  \n  \"mfa\": P000131\norgs:\n  - b\n# end\r\n",
            ),
            (
                "version: 1\nproducts: {sso: P000052}\r\norgs:\r\n  - a\r\nx-end: 1\n",
                "version: 1\nproducts: {sso: P000052, \"mfa\": P000131}\r\norgs:\r\n  - b\r\nx-end: 1\n",
            ),
            (
                "orgs: []\r\nproducts:\r\n  sso: P000052",
                "orgs:\r\n  - b\r\nproducts:\r\n  sso: P000052\r\n  \"mfa\": P000131\r\n",
            ),
            (
                "version: 1\r\norgs: []",
                "version: 1\r\nproducts:\r\n  \"mfa\": P000131\r\n\r\norgs:\r\n  - b\r\n",
            ),
        ] {
            assert_eq!(edited(text), new);
        }
    }
}
