//! GitHub workflow commands: findings on the line of the file that they are about.

use super::account_wide;
use super::escape::{workflow_message, workflow_property};
use super::remembered::sentence;
use super::verdict::advice;
use super::view::PlanView;
use crate::desired::RuleChange;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity, Sources, Span};
use crate::ids::ProductId;
use crate::plan::Cause;

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
            workflow_property(sources.path(span.source)),
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

/// Findings as annotations, and how many more there are.
#[must_use]
pub fn diagnostics(found: &Diagnostics, sources: &Sources) -> Vec<String> {
    let shown = found.shown().into_iter();
    let mut lines: Vec<String> = shown.map(|one| diagnostic(one, sources)).collect();
    lines.extend(found.rest().map(|rest| {
        let severity = if found.hidden(Severity::Error) > 0 {
            Severity::Error
        } else {
            Severity::Warning
        };
        annotation(severity, None, sources, &rest)
    }));
    lines
}

/// What a branch changes for the whole account, one annotation for each.
#[must_use]
pub fn account_wide(changes: &[RuleChange]) -> Vec<String> {
    let lines = account_wide::lines(changes).into_iter();
    let texts = lines.map(|line| format!("{}: {line}", account_wide::TITLE));
    texts
        .map(|text| format!("::warning::{}", workflow_message(&text)))
        .collect()
}

/// A plan as workflow commands: what is wrong with it, and what each step does, on the lines that ask for it.
#[must_use]
pub fn plan(view: PlanView<'_>) -> Vec<String> {
    let PlanView {
        plan,
        causes,
        sources,
        account_wide,
        desired: _,
        blobs: _,
        remembered,
    } = view;
    let mut lines = self::account_wide(account_wide);
    lines.extend(diagnostics(&plan.warnings, sources));
    lines.extend(remembered.map(|one| format!("::notice::{}", workflow_message(&sentence(one)))));
    let refusing = plan
        .breaches
        .iter()
        .filter(|breach| !plan.allowances.lift(breach));
    for breach in refusing {
        let message = format!(
            "guardrail {}: {}; `{}` refuses it\n{}",
            breach.guardrail.key(),
            breach.message,
            plan.provenance.command(),
            advice(breach, &plan.provenance)
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
        let cause = causes.cause(step).map_or_else(String::new, |cause| {
            match causes.drifted(step).filter(|_| cause == Cause::Change) {
                None => format!(" ({})", cause.as_str()),
                Some(drifted) => {
                    let ids: Vec<&str> = drifted.iter().map(ProductId::as_str).collect();
                    format!(" (change, of it drift: {})", ids.join(", "))
                }
            }
        });
        let text = format!(
            "step {}: {} {}{undone}{cause}",
            step.id,
            step.kind().as_str(),
            step.subject()
        );
        let place = place(Some(step.origin), sources);
        lines.push(format!("::notice{place}::{}", workflow_message(&text)));
    }
    lines
}
