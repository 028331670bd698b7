//! Findings with the source line shown, as compilers show them.

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};

use super::escape;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity, Sources, Span};

/// Of a longer line a part is shown, in bytes.
const MAX_LINE: usize = 2_000;

/// How much of a longer line is shown, in characters.
const SHOWN_OF_LINE: usize = 40;

/// The findings, each ending with an empty line, and how many more there are.
#[must_use]
pub fn human(found: &Diagnostics, sources: &Sources, colour: bool, width: usize) -> String {
    let renderer = if colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    }
    .term_width(width);
    let mut all: Vec<String> = found
        .shown()
        .into_iter()
        .map(|diagnostic| one(diagnostic, sources, &renderer))
        .collect();
    all.extend(found.rest().map(|rest| format!("... {rest}\n")));
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
        group = group.elements(place(label.span, &label.text, kind, sources));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(escape::line(help)));
    }
    let mut text = renderer.render(&[group]);
    text.push('\n');
    text
}

/// The place, with the line that it lies in where that may be shown; of a long line the part that is meant.
fn place<'a>(span: Span, text: &str, kind: AnnotationKind, sources: &Sources) -> Vec<Element<'a>> {
    let line_number = usize::try_from(span.line).unwrap_or(1);
    let path = escape::line(sources.name(span.source));
    let start = usize::try_from(span.column.saturating_sub(1)).unwrap_or(0);
    let origin = Origin::path(path.clone())
        .line(line_number)
        .char_column(start + 1);
    let Some(line) = sources.line(span) else {
        return vec![origin.into()];
    };
    if line.len() > MAX_LINE {
        // To lay out a line takes time, and nobody reads one that is as long as a file.
        let part = escape::line(&around(line, start));
        let note = Level::NOTE.message(format!("in this long line it says {part}"));
        return vec![origin.into(), note.into()];
    }
    let line = escape::source(line);
    let byte = |chars: usize| {
        line.char_indices()
            .nth(chars)
            .map_or(line.len(), |(at, _)| at)
    };
    let len = usize::try_from(span.len).unwrap_or(0).max(1);
    let range = byte(start)..byte(start.saturating_add(len)).max(byte(start));
    let mut annotation = kind.span(range);
    if !text.is_empty() {
        annotation = annotation.label(escape::line(text));
    }
    let snippet = Snippet::source(line)
        .line_start(line_number)
        .path(path)
        .annotation(annotation);
    vec![snippet.into()]
}

/// What a line says at a column (from 0).
fn around(line: &str, column: usize) -> String {
    let part: String = line.chars().skip(column).take(SHOWN_OF_LINE).collect();
    format!("`{part}…`")
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
