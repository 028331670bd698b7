//! Where what was parsed is in its text, in bytes: lines and columns are counted in characters, from 1.

use std::ops::Range;

use super::tree::Node;
use crate::diagnostic::Span;

/// Where lines and columns are in a text.
pub(super) struct TextPlaces<'a> {
    pub(super) text: &'a str,
    /// Where each line starts.
    starts: Vec<usize>,
}

impl<'a> TextPlaces<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            text,
            starts: std::iter::once(0).chain(ends).collect(),
        }
    }

    /// How its lines end.
    pub(super) fn line_end(&self) -> &'static str {
        if self.text.contains("\r\n") {
            "\r\n"
        } else {
            "\n"
        }
    }

    /// A line, counted from 1, its end included.
    pub(super) fn line_of(&self, line: u32) -> Option<Range<usize>> {
        let at = usize::try_from(line).ok()?.checked_sub(1)?;
        let start = *self.starts.get(at)?;
        let end = self.starts.get(at + 1).copied();
        Some(start..end.unwrap_or(self.text.len()))
    }

    /// Where something begins, in bytes.
    pub(super) fn offset(&self, span: Span) -> Option<usize> {
        let line = self.line_of(span.line)?;
        let column = usize::try_from(span.column).ok()?.checked_sub(1)?;
        let chars = self.text.get(line.clone())?.char_indices().nth(column);
        Some(line.start + chars?.0)
    }

    /// A scalar, its quotes included.
    pub(super) fn scalar(&self, node: &Node<'_>) -> Option<Range<usize>> {
        let start = self.offset(node.span)?;
        let length = usize::try_from(node.span.len).ok()?;
        let chars = self.text.get(start..)?.chars().take(length);
        let range = start..start + chars.map(char::len_utf8).sum::<usize>();
        let text = self.text.get(range.clone())?;
        (length > 0 && !text.contains('\n')).then_some(range)
    }

    /// The line of a list's item, where it has one of its own: `- word`.
    pub(super) fn line(&self, node: &Node<'_>) -> Option<Range<usize>> {
        let line = self.line_of(node.span.line)?;
        let scalar = self.scalar(node)?;
        let before = self.text.get(line.start..scalar.start)?.trim();
        let whole = self.text.get(line.clone())?.ends_with('\n');
        (before == "-" && whole).then_some(line)
    }
}
