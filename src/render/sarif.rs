//! Findings as SARIF 2.1.0, which code-scanning services read.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity, Sources, Span};

/// A log with one run.
#[must_use]
pub fn log(found: &Diagnostics, sources: &Sources) -> Json {
    let rules: BTreeSet<Code> = found.iter().map(|one| one.code).collect();
    let shown = found.shown();
    let results: Vec<Json> = shown.iter().map(|one| result(one, sources)).collect();
    let notifications: Vec<Json> = found
        .rest()
        .into_iter()
        .map(|rest| json!({"level": "warning", "message": {"text": rest}}))
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "aerialctl",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.into_iter().map(rule).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": true,
                "toolExecutionNotifications": notifications,
            }],
            "results": results,
        }],
    })
}

/// Code-scanning services show the explanation beside each finding.
fn rule(code: Code) -> Json {
    let text = json!({"text": code.explanation()});
    json!({"id": code.as_str(), "fullDescription": text, "help": text})
}

fn result(diagnostic: &Diagnostic, sources: &Sources) -> Json {
    let text = match &diagnostic.help {
        Some(help) => format!("{}. {help}", diagnostic.message),
        None => diagnostic.message.clone(),
    };
    let mut labels = diagnostic.labels.iter();
    let locations: Vec<Json> = labels
        .next()
        .map(|label| location(label.span, sources))
        .into_iter()
        .collect();
    let related: Vec<Json> = labels.map(|label| location(label.span, sources)).collect();
    json!({
        "ruleId": diagnostic.code.as_str(),
        "level": match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        "message": {"text": text},
        "locations": locations,
        "relatedLocations": related,
    })
}

fn location(span: Span, sources: &Sources) -> Json {
    json!({"physicalLocation": {
        "artifactLocation": {"uri": uri(sources.path(span.source))},
        "region": {
            "startLine": span.line,
            "startColumn": span.column,
            "endColumn": span.column.saturating_add(span.len.max(1)),
        },
    }})
}

/// A path as a relative URI reference (RFC 3986).
fn uri(path: &str) -> String {
    path.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' | b'@' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}
