//! The texts that findings point into, and places in them.

use std::fmt;
use std::sync::OnceLock;

use super::recognise::is_desired_state;

/// Of a longer line nothing is shown, in bytes: finding a place in it takes time.
const MAX_LINE: usize = 1024 * 1024;

/// Which of the [`Sources`] a span lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceId(pub u32);

impl SourceId {
    /// Of the text that has so many before it.
    #[must_use]
    pub fn nth(before: usize) -> Self {
        // More texts than that don't fit into any memory, and the last number is nobody's.
        Self(u32::try_from(before).unwrap_or(u32::MAX))
    }

    /// How many texts are before it.
    #[must_use]
    pub fn place(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

/// A stretch of a source text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The text it lies in.
    pub source: SourceId,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Length in characters; 0 where only the start is known.
    pub len: u32,
}

/// One text that was loaded.
#[derive(Debug, Clone)]
pub struct Source {
    /// The path as the user would write it, with `/` between its parts.
    pub name: String,
    /// The path for machines: from the repository's root, where there is one.
    pub path: String,
    /// Whether it may have rules: the user named it, or it lies directly in a folder that the user named.
    pub may_rule: bool,
    /// The bytes as they were found.
    pub bytes: Vec<u8>,
    /// Whether it may be shown; found out when that is asked for.
    recognised: OnceLock<bool>,
    /// Set once something was found in it that nobody is shown.
    concealed: OnceLock<()>,
    /// Where each line starts; made when the first line is asked for, so that thousands of findings stay cheap.
    line_starts: OnceLock<Vec<usize>>,
}

impl Source {
    /// A text under the name that findings will show.
    #[must_use]
    pub fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        let name = name.into();
        Self {
            path: name.clone(),
            name,
            may_rule: true,
            bytes: bytes.into(),
            recognised: OnceLock::new(),
            concealed: OnceLock::new(),
            line_starts: OnceLock::new(),
        }
    }

    /// The same file with another text.
    #[must_use]
    pub fn with_text(&self, text: &str) -> Self {
        let mut other = Self::new(self.name.as_str(), text);
        other.path.clone_from(&self.path);
        other.may_rule = self.may_rule;
        other
    }

    /// Whether the text is recognisably a desired state. Of any other text nothing is shown and no value is quoted: it may
    /// be a file of secrets.
    #[must_use]
    pub fn is_recognised(&self) -> bool {
        let recognised = || is_desired_state(&self.bytes);
        self.concealed.get().is_none() && *self.recognised.get_or_init(recognised)
    }

    fn line(&self, index: usize) -> Option<&[u8]> {
        let starts = self.line_starts.get_or_init(|| {
            let ends = self.bytes.iter().enumerate().filter(|(_, b)| **b == b'\n');
            std::iter::once(0).chain(ends.map(|(i, _)| i + 1)).collect()
        });
        let start = *starts.get(index)?;
        let end = starts
            .get(index + 1)
            .map_or(self.bytes.len(), |next| next - 1);
        self.bytes.get(start..end)
    }
}

/// The loaded texts; a [`SourceId`] is an index into them.
#[derive(Debug, Clone, Default)]
pub struct Sources(Vec<Source>);

impl Sources {
    /// Puts texts together, in the order given.
    #[must_use]
    pub fn new(sources: Vec<Source>) -> Self {
        Self(sources)
    }

    /// One more text, behind the others.
    #[must_use]
    pub fn with(mut self, source: Source) -> (Self, SourceId) {
        let id = SourceId::nth(self.0.len());
        self.0.push(source);
        (self, id)
    }

    /// The texts with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        self.0
            .iter()
            .enumerate()
            .map(|(i, s)| (SourceId::nth(i), s))
    }

    /// Whether a text may be shown and quoted.
    #[must_use]
    pub fn is_recognised(&self, id: SourceId) -> bool {
        self.0.get(id.place()).is_some_and(Source::is_recognised)
    }

    /// No line of a text is shown from now on: a secret was found in it.
    pub fn conceal(&self, id: SourceId) {
        if let Some(source) = self.0.get(id.place()) {
            source.concealed.set(()).ok(); // it may be by now
        }
    }

    /// Whether a text may have rules.
    #[must_use]
    pub fn may_rule(&self, id: SourceId) -> bool {
        self.0.get(id.place()).is_some_and(|source| source.may_rule)
    }

    /// The path of a text as machines want it: from the repository's root.
    #[must_use]
    pub fn path(&self, id: SourceId) -> &str {
        self.0
            .get(id.place())
            .map_or("?", |source| source.path.as_str())
    }

    /// The path of a text.
    #[must_use]
    pub fn name(&self, id: SourceId) -> &str {
        self.0
            .get(id.place())
            .map_or("?", |source| source.name.as_str())
    }

    /// The line that a span starts in, without its end; `None` where the text isn't UTF-8 there, where the line is longer
    /// than anybody reads, and where the text may not be shown.
    #[must_use]
    pub fn line(&self, span: Span) -> Option<&str> {
        let source = self.0.get(span.source.place())?;
        if !source.is_recognised() {
            return None;
        }
        let index = usize::try_from(span.line.checked_sub(1)?).ok()?;
        let line = source.line(index).filter(|line| line.len() <= MAX_LINE)?;
        let line = std::str::from_utf8(line).ok()?;
        Some(line.trim_start_matches('\u{feff}').trim_end_matches('\r'))
    }

    /// `aerial.yaml:31:5`.
    #[must_use]
    pub fn place(&self, span: Span) -> Place<'_> {
        Place {
            name: self.name(span.source),
            span,
        }
    }
}

/// Displays as `file:line:column`.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    name: &'a str,
    span: Span,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.name, self.span.line, self.span.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_reads_like_a_compiler_s() {
        let sources = Sources::new(vec![Source::new("aerial.yaml", "version: 1\r\nb: 2\n")]);
        let span = Span {
            source: SourceId(0),
            line: 2,
            column: 4,
            len: 1,
        };
        assert_eq!(sources.place(span).to_string(), "aerial.yaml:2:4");
        assert_eq!(sources.line(span), Some("b: 2"));
        assert_eq!(sources.line(Span { line: 1, ..span }), Some("version: 1"));
        assert_eq!(sources.line(Span { line: 9, ..span }), None);
        let other = Sources::new(vec![Source::new("aerial.yaml", "a: 1\nb: 2\n")]);
        assert_eq!(other.line(span), None, "not a desired state");
    }
}
