//! GitHub workflow commands: findings on the line of the file that they are about.

use super::escape::{workflow_message, workflow_property};
use crate::diagnostic::{Diagnostic, Severity, Sources, Span};

/// `::error file=…,line=…,col=…::message`.
#[must_use]
pub fn annotation(
    severity: Severity,
    span: Option<Span>,
    sources: &Sources,
    message: &str,
) -> String {
    let command = severity.as_str();
    let place = span.map_or_else(String::new, |span| {
        format!(
            " file={},line={},col={}",
            workflow_property(sources.name(span.source)),
            span.line,
            span.column
        )
    });
    format!("::{command}{place}::{}", workflow_message(message))
}

/// A finding with its help.
#[must_use]
pub fn diagnostic(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let message = match &diagnostic.help {
        Some(help) => format!("{}\n{help}", diagnostic.message),
        None => diagnostic.message.clone(),
    };
    annotation(diagnostic.severity, diagnostic.span(), sources, &message)
}
