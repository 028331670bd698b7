//! The tree of a text straight from the parser's events, which takes half the time and fits the text of most files: one document, whose
//! keys are words, without anchors, aliases, tags and merge keys.
//!
//! Everything else is [`reading`]'s: what has any of these, what is over a budget and what isn't YAML. So whatever is said of a
//! text is said in one place, and this place is right if it gives the same tree or none.

use std::borrow::Cow;

use granit_parser::{Event, Parser, ScalarStyle};

use super::budget::{MAX_DEPTH, TextBudget};
use super::reading::{self, clamp};
use super::tree::{Key, Node, Value};
use crate::diagnostic::{SourceId, Span};

/// Asking about each takes longer than reading it; with more of them the text is read as a whole.
const MAX_ODD_NUMBERS: usize = 10_000;

/// The same tree as [`reading::read`] gives, where the text is one of those.
pub(super) fn read(text: &str, budget: TextBudget) -> Option<Node<'_>> {
    let mut gathered = Gathered {
        budget,
        count: 0,
        bytes: 0,
        odd_numbers: 0,
        open: Vec::new(),
        items: Vec::new(),
        entries: Vec::new(),
    };
    let (mut root, mut events, mut documents) = (None, 0, 0);
    for event in Parser::new_from_str_with_options(text, TextBudget::parser()) {
        let (event, place) = event.ok()?;
        events += 1;
        if events > TextBudget::MAX_EVENTS {
            return None;
        }
        let place = span(&place);
        match event {
            Event::Scalar(text, style, 0, None) => {
                if let Some(node) = gathered.scalar(text, style, place)? {
                    root = gathered.put(node)?;
                }
            }
            Event::SequenceStart(_, 0, None) => gathered.enter(place, None)?,
            Event::MappingStart(_, 0, None) => gathered.enter(place, Some(None))?,
            Event::SequenceEnd | Event::MappingEnd => {
                let node = gathered.leave()?;
                root = gathered.put(node)?;
            }
            Event::DocumentStart(..) if documents == 0 => documents = 1,
            Event::StreamStart | Event::StreamEnd | Event::DocumentEnd | Event::Comment(..) => {}
            // With an anchor or a tag, a second document, an alias.
            Event::Scalar(..)
            | Event::SequenceStart(..)
            | Event::MappingStart(..)
            | Event::DocumentStart(..)
            | Event::Alias(_)
            | Event::Anchor(..)
            | Event::UnresolvedAlias(_)
            | _ => return None,
        }
    }
    root
}

fn span(place: &granit_parser::Span) -> Span {
    Span {
        source: SourceId(0),
        line: clamp(place.start.line() as u64).max(1),
        column: clamp(place.start.col() as u64 + 1),
        len: clamp(place.len() as u64),
    }
}

/// A list or mapping that hasn't ended.
struct Open<'a> {
    span: Span,
    /// Where its own begin among the items, or the entries.
    from: usize,
    /// Of a mapping the key that waits for its value.
    key: Option<Option<Key<'a>>>,
}

/// What is read so far. The parts of all that hasn't ended lie in one row, so that each list is made once, in its size.
struct Gathered<'a> {
    budget: TextBudget,
    count: usize,
    /// Of scalars.
    bytes: usize,
    /// Numbers that the reader was asked about.
    odd_numbers: usize,
    open: Vec<Open<'a>>,
    items: Vec<Node<'a>>,
    entries: Vec<(Key<'a>, Node<'a>)>,
}

impl<'a> Gathered<'a> {
    fn one_more(&mut self) -> Option<()> {
        self.count += 1;
        (self.count <= self.budget.parts).then_some(())
    }

    fn enter(&mut self, span: Span, key: Option<Option<Key<'a>>>) -> Option<()> {
        self.one_more()?;
        if self.open.len() == MAX_DEPTH || self.waits_for_key() {
            return None;
        }
        let from = match key {
            None => self.items.len(),
            Some(_) => self.entries.len(),
        };
        self.open.push(Open { span, from, key });
        Some(())
    }

    fn waits_for_key(&self) -> bool {
        matches!(
            self.open.last(),
            Some(Open {
                key: Some(None),
                ..
            })
        )
    }

    /// What has ended as a part of what it stands in.
    fn leave(&mut self) -> Option<Node<'a>> {
        let Open { span, from, key } = self.open.pop()?;
        let value = match key {
            None => Value::Seq(self.items.drain(from..).collect()),
            Some(None) => Value::Map(self.entries.drain(from..).collect()),
            Some(Some(_)) => return None,
        };
        Some(Node { span, value })
    }

    /// A scalar's part, unless it is a key, which waits for its value.
    fn scalar(
        &mut self,
        text: Cow<'a, str>,
        style: ScalarStyle,
        span: Span,
    ) -> Option<Option<Node<'a>>> {
        self.one_more()?;
        self.bytes += text.len();
        if self.bytes > TextBudget::MAX_SCALARS {
            return None;
        }
        if !self.waits_for_key() {
            let value = match style {
                ScalarStyle::Plain => self.word(text)?,
                ScalarStyle::SingleQuoted
                | ScalarStyle::DoubleQuoted
                | ScalarStyle::Literal
                | ScalarStyle::Folded => Value::Str(text),
            };
            return Some(Some(Node { span, value }));
        }
        // Those that are no word, and the one that merges.
        if matches!(&*text, "" | "~" | "null" | "Null" | "NULL" | "<<") {
            return None;
        }
        let len = clamp(text.chars().count() as u64);
        let span = Span { len, ..span };
        self.open.last_mut()?.key = Some(Some(Key { span, text }));
        Some(None)
    }

    /// What a text without quotes means.
    fn word(&mut self, text: Cow<'a, str>) -> Option<Value<'a>> {
        Some(match &*text {
            "" | "~" | "null" | "Null" | "NULL" => Value::Null,
            "true" | "True" | "TRUE" => Value::Bool(true),
            "false" | "False" | "FALSE" => Value::Bool(false),
            number if may_be_number(number.as_bytes()) => match short(number) {
                Some(value) => Value::Int(value),
                None => {
                    self.odd_numbers += 1;
                    (self.odd_numbers <= MAX_ODD_NUMBERS).then_some(())?;
                    odd_number(text)?
                }
            },
            _ => Value::Str(text),
        })
    }

    /// Puts a part where it belongs; the root is given back.
    fn put(&mut self, node: Node<'a>) -> Option<Option<Node<'a>>> {
        match self.open.last_mut() {
            None => return Some(Some(node)),
            Some(Open { key: None, .. }) => self.items.push(node),
            Some(Open { key: Some(key), .. }) => self.entries.push((key.take()?, node)),
        }
        Some(None)
    }
}

/// Whether it begins as numbers do and has no character that none has: `2026-12-31` and `3com.okta.com` are none.
fn may_be_number(text: &[u8]) -> bool {
    let begins = matches!(text, [b'0'..=b'9' | b'+' | b'-' | b'.', ..]);
    let signed_within = || {
        text.windows(2)
            .any(|two| matches!(two, [before, b'+' | b'-'] if !matches!(before, b'e' | b'E')))
    };
    // Digits of any base, what tells the base, and infinity.
    let has = |byte: &u8| {
        byte.is_ascii_hexdigit()
            || matches!(
                byte,
                b'+' | b'-' | b'.' | b'_' | b'x' | b'X' | b'o' | b'O' | b'i' | b'I' | b'n' | b'N'
            )
    };
    begins && text.iter().all(has) && !signed_within()
}

/// A number that is written as most are.
fn short(text: &str) -> Option<i64> {
    let digits = text.len() <= 18 && text.bytes().all(|byte| byte.is_ascii_digit());
    let padded = text.len() > 1 && text.starts_with('0');
    (digits && !padded).then(|| text.parse().ok()).flatten()
}

/// What [`reading`] takes it for. No list ends in what a number may consist of.
fn odd_number(text: Cow<'_, str>) -> Option<Value<'_>> {
    let list = format!("[{text}]");
    let budget = TextBudget::of(list.len(), 2);
    let read = reading::read(&list, budget.options()).ok()?;
    Some(match read.items().first()?.value {
        Value::Int(value) => Value::Int(value),
        Value::Float(value) => Value::Float(value),
        Value::Str(_) => Value::Str(text),
        Value::Null | Value::Bool(_) | Value::Seq(_) | Value::Map(_) => return None,
    })
}

#[cfg(test)]
mod tests;
