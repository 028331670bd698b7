//! The text of a desired state with other orgs in it: all else stays byte for byte, comments included.

use std::ops::Range;

use super::tree::{Node, Value};
use crate::diagnostic::Span;

/// The keys that get another value.
const REPLACED: [&str; 2] = ["orgs", "products"];

/// The text with other orgs, and with more names for products.
///
/// `orgs` are the lines of a key `orgs` that take the place of its own; `names` (name and id) are added to its `products`.
/// `None` where that can't be done line by line: each key has to stand at the beginning of its line.
///
/// What comes out is to be read again, and to be held against what there was by [`keeps_the_rest`].
#[must_use]
pub fn with_orgs(
    text: &str,
    root: &Node,
    orgs: &str,
    names: &[(String, String)],
) -> Option<String> {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let range = block(root, "orgs", &lines)?;
    let mut new = orgs.to_owned();
    match (root.get("products"), names) {
        (_, []) => {}
        (Some(products), names) => declare(products, names, &mut lines)?,
        (None, names) => {
            let declared: String = names
                .iter()
                .map(|name| format!("  {}\n", declaration(name)))
                .collect();
            new = format!("products:\n{declared}\n{new}");
        }
    }
    lines.splice(range, [new]);
    let text = lines.concat();
    Some(if text.contains("\r\n") {
        text.replace("\r\n", "\n").replace('\n', "\r\n")
    } else {
        text
    })
}

/// Adds names to those that there are, each on its own line or all on one.
fn declare(products: &Node, names: &[(String, String)], lines: &mut [String]) -> Option<()> {
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
        let declared = names
            .iter()
            .map(|name| format!("\n{indent}{}", declaration(name)));
        *old = format!("{}{}\n", old.trim_end(), declared.collect::<String>());
    }
    Some(())
}

/// Whether `after` has every key of `before` with its value, new orgs aside, and every product that it names.
#[must_use]
pub fn keeps_the_rest(before: &Node, after: &Node) -> bool {
    let same = |before: &Node, after: &Node, replaced: &[&str]| {
        let kept = before.entries().iter();
        let mut kept = kept.filter(|(key, _)| !replaced.contains(&key.text.as_str()));
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
    let more = |key: &str| before.get(key).is_some() || REPLACED.contains(&key);
    products
        && same(before, after, &REPLACED)
        && after.entries().iter().all(|(key, _)| more(&key.text))
}

/// How many comments of the lines of `orgs` don't stand in `after`.
#[must_use]
pub fn lost_comments(text: &str, root: &Node, after: &str) -> usize {
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
fn block(root: &Node, key: &str, lines: &[String]) -> Option<Range<usize>> {
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
