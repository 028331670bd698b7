//! Findings with the source line shown, as compilers show them.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::escape;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity, Sources, Span};

/// All findings, each ending with an empty line.
#[must_use]
pub fn human(found: &Diagnostics, sources: &Sources, colour: bool, width: usize) -> String {
    let renderer = if colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    }
    .term_width(width);
    let all: Vec<String> = found
        .iter()
        .map(|diagnostic| one(diagnostic, sources, &renderer))
        .collect();
    all.join("\n")
}

fn one(diagnostic: &Diagnostic, sources: &Sources, renderer: &Renderer) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(level.primary_title(escape::line(&diagnostic.message)));
    for (index, label) in diagnostic.labels.iter().enumerate() {
        let kind = if index == 0 {
            AnnotationKind::Primary
        } else {
            AnnotationKind::Context
        };
        group = group.element(snippet(label.span, &label.text, kind, sources));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(escape::line(help)));
    }
    let mut text = renderer.render(&[group]);
    text.push('\n');
    text
}

fn snippet<'a>(
    span: Span,
    text: &str,
    kind: AnnotationKind,
    sources: &Sources,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let line = escape::source(sources.line(span).unwrap_or_default());
    let byte = |chars: usize| {
        line.char_indices()
            .nth(chars)
            .map_or(line.len(), |(at, _)| at)
    };
    let start = usize::try_from(span.column.saturating_sub(1)).unwrap_or(0);
    let len = usize::try_from(span.len).unwrap_or(0).max(1);
    let range = byte(start)..byte(start.saturating_add(len)).max(byte(start));
    let mut annotation = kind.span(range);
    if !text.is_empty() {
        annotation = annotation.label(escape::line(text));
    }
    Snippet::source(line)
        .line_start(usize::try_from(span.line).unwrap_or(1))
        .path(escape::line(sources.name(span.source)))
        .annotation(annotation)
}

/// One finding on one line: `aerial.yaml:31:5: error: …`.
#[must_use]
pub fn short(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let severity = diagnostic.severity.as_str();
    let message = escape::line(&diagnostic.message);
    match diagnostic.span() {
        Some(span) => format!(
            "{}: {severity}: {message}",
            escape::line(&sources.place(span).to_string())
        ),
        None => format!("{severity}: {message}"),
    }
}
