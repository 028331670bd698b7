//! Findings as JSON.

use serde::{Serialize, Serializer};
use serde_json::{Value as Json, json};

use crate::diagnostic::{Diagnostics, Severity, Sources, Span};

/// `{"valid", "diagnostics": [{"severity","code","message","help","file","line","column","related"}], "more": {"errors","warnings"}}`:
/// the first of the findings, and how many more there are.
#[must_use]
pub fn diagnostics(found: &Diagnostics, sources: &Sources) -> Json {
    let place = |span: Span| json!({"file": sources.name(span.source), "line": span.line, "column": span.column});
    let all: Vec<Json> = found
        .shown()
        .into_iter()
        .map(|diagnostic| {
            let related: Vec<Json> = diagnostic
                .labels
                .iter()
                .skip(1)
                .map(|label| place(label.span))
                .collect();
            let span = diagnostic.span();
            json!({
                "severity": diagnostic.severity.as_str(),
                "code": diagnostic.code.as_str(),
                "message": diagnostic.message,
                "help": diagnostic.help,
                "file": span.map(|span| sources.name(span.source)),
                "line": span.map(|span| span.line),
                "column": span.map(|span| span.column),
                "related": related,
            })
        })
        .collect();
    json!({
        "valid": !found.has_errors(),
        "diagnostics": all,
        "more": {
            "errors": found.hidden(Severity::Error),
            "warnings": found.hidden(Severity::Warning),
        },
    })
}

/// A list whose members are made one by one while it is written.
pub(crate) struct Each<F>(pub(crate) F);

impl<I: Iterator<Item: Serialize>, F: Fn() -> I> Serialize for Each<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}
