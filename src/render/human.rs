//! A plan as a reviewer wants to read it: org by org, then call by call, then one line.

use std::io::{self, Write};

use super::escape::line;
use super::style::{Label, Palette};
use crate::desired::compare::{Comparison, EntryChange, OrgChange};
use crate::diagnostic::Sources;
use crate::ids::{OrgName, ProductId, Status};
use crate::plan::{Cause, Change, Kind, Plan, Step};

/// The diff and the numbered calls, without the summary line. Nothing for a plan without steps.
///
/// # Errors
/// When the stream can't be written to.
pub fn plan(
    out: &mut dyn Write,
    plan: &Plan,
    sources: &Sources,
    palette: Palette,
) -> io::Result<()> {
    if plan.steps.is_empty() {
        return Ok(());
    }
    for cause in [None, Some(Cause::Change), Some(Cause::Drift)] {
        let orgs = plan.by_org(cause);
        let title = match cause {
            _ if orgs.is_empty() => continue,
            None => None,
            Some(Cause::Change) => Some("Caused by this branch"),
            Some(Cause::Drift) => Some("Drift: the account had moved away from the file before"),
        };
        if let Some(title) = title {
            writeln!(out, "{}\n", palette.paint(Label::Heading, title))?;
        }
        for (org, steps) in orgs {
            self::org(out, plan, org, &steps, sources, palette)?;
            writeln!(out)?;
        }
    }
    calls(out, plan, palette)?;
    writeln!(out)
}

fn org(
    out: &mut dyn Write,
    plan: &Plan,
    org: &OrgName,
    steps: &[&Step],
    sources: &Sources,
    palette: Palette,
) -> io::Result<()> {
    let id = match org {
        OrgName::Both(id, _) => format!(" ({id})"),
        OrgName::Id(_) | OrgName::Domain(_) => String::new(),
    };
    let place = steps
        .first()
        .map(|step| line(&sources.place(step.origin).to_string()))
        .unwrap_or_default();
    writeln!(
        out,
        "{}{id}  {}",
        palette.paint(Label::Heading, &line(org.label())),
        palette.paint(Label::Faint, &place)
    )?;
    for step in steps {
        for (label, text) in change_lines(plan, step) {
            writeln!(out, "  {}", palette.paint(label, &text))?;
        }
    }
    Ok(())
}

/// What a step changes, line by line.
pub(super) fn change_lines(plan: &Plan, step: &Step) -> Vec<(Label, String)> {
    let mut lines = Vec::new();
    match &step.change {
        Change::Link { cell, .. } => lines.push((
            Label::Irreversible,
            format!("! link to the account, cell {cell}: this can't be undone"),
        )),
        Change::Status(Status::Active) => {
            lines.push((Label::Changed, "~ status INACTIVE → ACTIVE".to_owned()));
        }
        Change::Status(Status::Inactive) => lines.push((
            Label::Removed,
            "~ status ACTIVE → INACTIVE: nobody can sign in to it any more".to_owned(),
        )),
        Change::Products { .. } | Change::AddToLinked { .. } => {}
    }
    for (sign, label, ids) in [
        ('+', Label::Added, step.enable()),
        ('-', Label::Removed, step.disable()),
    ] {
        for id in &ids {
            let text = format!("{sign} {id}  {}", name(plan, id));
            lines.push((label, text.trim_end().to_owned()));
        }
    }
    if matches!(step.change, Change::AddToLinked { .. }) {
        lines.push((
            Label::Faint,
            "  beside whatever it turns out to have, which stays".to_owned(),
        ));
    }
    lines
}

/// What a branch changes, org by org.
///
/// # Errors
/// When the stream can't be written to.
pub fn comparison(
    out: &mut dyn Write,
    comparison: &Comparison,
    names: &dyn Fn(&ProductId) -> String,
    sources: &Sources,
    palette: Palette,
) -> io::Result<()> {
    for change in &comparison.orgs {
        let place = change
            .origin
            .map(|span| line(&sources.place(span).to_string()))
            .unwrap_or_default();
        let title = format!(
            "{}  {}",
            palette.paint(Label::Heading, &line(&change.label)),
            palette.paint(Label::Faint, &place)
        );
        writeln!(out, "{}", title.trim_end())?;
        for (label, text) in comparison_lines(change, names) {
            writeln!(out, "  {}", palette.paint(label, &text))?;
        }
        writeln!(out)?;
    }
    for note in &comparison.notes {
        writeln!(out, "{}", line(note))?;
    }
    Ok(())
}

/// What changes about one org, line by line.
pub(super) fn comparison_lines(
    change: &OrgChange,
    names: &dyn Fn(&ProductId) -> String,
) -> Vec<(Label, String)> {
    let mut lines = Vec::new();
    match change.entry {
        EntryChange::Added => lines.push((
            Label::Irreversible,
            "! new in the file: if it isn't linked yet, it gets linked, which can't be undone"
                .to_owned(),
        )),
        EntryChange::Removed => lines.push((
            Label::Changed,
            "~ gone from the file: it becomes unmanaged and is never touched".to_owned(),
        )),
        EntryChange::Changed => {}
    }
    for (sign, label, ids) in [
        ('+', Label::Added, &change.enable),
        ('-', Label::Removed, &change.disable),
    ] {
        for id in ids {
            let text = format!("{sign} {id}  {}", line(&names(id)));
            lines.push((label, text.trim_end().to_owned()));
        }
    }
    for note in &change.notes {
        lines.push((Label::Changed, format!("~ {}", line(note))));
    }
    lines
}

/// The one line that says what a branch changes.
#[must_use]
pub fn comparison_summary(comparison: &Comparison) -> String {
    if comparison.orgs.is_empty() && comparison.notes.is_empty() {
        return "This branch changes nothing in the desired state.".to_owned();
    }
    let count = |entry: EntryChange| {
        comparison
            .orgs
            .iter()
            .filter(|org| org.entry == entry)
            .count()
    };
    let enabled: usize = comparison.orgs.iter().map(|org| org.enable.len()).sum();
    let disabled: usize = comparison.orgs.iter().map(|org| org.disable.len()).sum();
    let plural = |number: usize, noun: &str| {
        let s = if number == 1 { "" } else { "s" };
        format!("{number} {noun}{s}")
    };
    format!(
        "This branch: {} added, {} removed from the file, {} changed; {} listed, {disabled} no longer listed.",
        plural(count(EntryChange::Added), "org"),
        count(EntryChange::Removed),
        count(EntryChange::Changed),
        plural(enabled, "product")
    )
}

fn name(plan: &Plan, id: &ProductId) -> String {
    let name = plan.name(id);
    if name == id.as_str() {
        String::new()
    } else {
        line(name)
    }
}

fn calls(out: &mut dyn Write, plan: &Plan, palette: Palette) -> io::Result<()> {
    writeln!(out, "{}", palette.paint(Label::Heading, "Calls, in order"))?;
    let digits = plan.steps.len().to_string().len();
    let width = plan
        .steps
        .iter()
        .map(|step| step.org.label().chars().count())
        .max()
        .unwrap_or(0)
        .min(60);
    for step in &plan.steps {
        let call = step.call();
        let mut notes: Vec<String> = Vec::new();
        let (enable, disable) = (step.enable().len(), step.disable().len());
        if enable > 0 {
            notes.push(format!("+{enable}"));
        }
        if disable > 0 {
            notes.push(format!("-{disable}"));
        }
        if !step.reversible() {
            notes.push("can't be undone".to_owned());
        }
        if step.cause == Some(Cause::Drift) {
            notes.push("drift".to_owned());
        }
        if let Some(before) = step.depends_on.last() {
            notes.push(format!("after {before}"));
        }
        let text = format!(
            "{:>digits$}  {:<10}  {:<width$}  {:<4} {}  {}",
            step.id,
            step.kind().as_str(),
            line(step.org.label()),
            call.method,
            call.path,
            notes.join(", ")
        );
        writeln!(out, "  {}", text.trim_end())?;
    }
    Ok(())
}

/// The one line that says it all.
#[must_use]
pub fn summary(plan: &Plan) -> String {
    if plan.steps.is_empty() {
        return "No changes. The account matches the desired state.".to_owned();
    }
    let mut parts = Vec::new();
    let mut part = |count: usize, text: String| {
        if count > 0 {
            parts.push(text);
        }
    };
    let link = plan.count(Kind::Link);
    part(link, format!("{link} to link"));
    let activate = plan.count(Kind::Activate);
    part(activate, format!("{activate} to activate"));
    let enabled = plan.enabled();
    let s = if enabled == 1 { "" } else { "s" };
    part(enabled, format!("{enabled} product{s} to enable"));
    let disabled = plan.disabled();
    let noun = match (enabled, disabled) {
        (0, 1) => " product",
        (0, _) => " products",
        _ => "",
    };
    part(disabled, format!("{disabled}{noun} to disable"));
    let deactivate = plan.count(Kind::Deactivate);
    part(deactivate, format!("{deactivate} to deactivate"));
    let s = if plan.unchanged == 1 { "" } else { "s" };
    parts.push(format!("{} org{s} unchanged", plan.unchanged));
    format!("Plan: {}.", parts.join(", "))
}
