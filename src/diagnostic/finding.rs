//! One finding.

use super::code::Code;
use super::quote::clipped;
use super::source::Span;

/// No sentence is longer: what it quotes is short, so only a mistake of ours gets here.
const MAX_SENTENCE: usize = 1_000;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing goes on.
    Error,
    /// Shown, and no more.
    Warning,
}

impl Severity {
    /// `error` or `warning`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// A place in a source and what is to be seen there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelledSpan {
    /// The place.
    pub span: Span,
    /// What to say beside it; may be empty.
    pub text: String,
}

/// One finding: what is wrong, where, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// What kind of finding it is.
    pub code: Code,
    /// One sentence without a full stop.
    pub message: String,
    /// The first label is the place of the finding; the others are what it contradicts.
    pub labels: Vec<LabelledSpan>,
    /// What to do about it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error without a place; add one with [`Diagnostic::at`].
    #[must_use]
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: bounded(message.into()),
            labels: Vec::new(),
            help: None,
        }
    }

    /// A warning without a place; add one with [`Diagnostic::at`].
    #[must_use]
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, message)
        }
    }

    /// Adds a place with nothing to say beside it.
    #[must_use]
    pub fn at(self, span: Span) -> Self {
        self.label(span, "")
    }

    /// Adds a place and what to see there.
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(LabelledSpan {
            span,
            text: bounded(text.into()),
        });
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(bounded(help.into()));
        self
    }

    /// The place of the finding.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        self.labels.first().map(|label| label.span)
    }
}

fn bounded(text: String) -> String {
    let short = clipped(&text, MAX_SENTENCE);
    if short.len() == text.len() {
        return text;
    }
    format!("{short}…")
}
