//! GitHub workflow commands: findings on the line of the file that they are about.

use super::escape::{workflow_message, workflow_property};
use super::verdict::advice;
use super::view::PlanView;
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
    let place = place(span, sources);
    format!("::{command}{place}::{}", workflow_message(message))
}

fn place(span: Option<Span>, sources: &Sources) -> String {
    span.map_or_else(String::new, |span| {
        format!(
            " file={},line={},col={}",
            workflow_property(sources.name(span.source)),
            span.line,
            span.column
        )
    })
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

/// A plan as workflow commands: what is wrong with it, and what each step does, on the lines that ask for it.
#[must_use]
pub fn plan(view: PlanView<'_>) -> Vec<String> {
    let PlanView {
        plan,
        causes,
        sources,
        allowances,
    } = view;
    let mut lines: Vec<String> = plan
        .warnings
        .iter()
        .map(|one| diagnostic(one, sources))
        .collect();
    let refusing = plan
        .breaches
        .iter()
        .filter(|breach| !allowances.lift(breach));
    for breach in refusing {
        let message = format!(
            "guardrail {}: {}; `apply` refuses it\n{}",
            breach.guardrail.key(),
            breach.message,
            advice(breach)
        );
        let first = breach.steps.first().and_then(|id| plan.step(*id));
        let span = first.map(|step| step.origin);
        lines.push(annotation(Severity::Warning, span, sources, &message));
    }
    for step in &plan.steps {
        let undone = if step.kind().row().reversible {
            ""
        } else {
            ", which can't be undone"
        };
        let cause = causes
            .cause(step)
            .map_or_else(String::new, |cause| format!(" ({})", cause.as_str()));
        let text = format!(
            "step {}: {} {}{undone}{cause}",
            step.id,
            step.kind().as_str(),
            step.org.label()
        );
        let place = place(Some(step.origin), sources);
        lines.push(format!("::notice{place}::{}", workflow_message(&text)));
    }
    lines
}
