//! A plan as a reviewer wants to read it: org by org, then call by call, then one line.

use std::io::{self, Write};

use super::account_wide;
use super::escape::line;
use super::style::{Label, Palette};
use super::view::PlanView;
use crate::desired::RuleChange;
use crate::desired::compare::{Comparison, EntryChange, OrgChange};
use crate::diagnostic::Sources;
use crate::ids::{OrgName, ProductId};
use crate::plan::{AccountServer, Cause, Kind, Note, Plan, Sign, Step};

/// The diff and the numbered calls, without the summary line. Nothing for a plan without steps.
///
/// # Errors
/// When the stream can't be written to.
pub fn plan(out: &mut dyn Write, view: PlanView<'_>, palette: Palette) -> io::Result<()> {
    out.write_all(account_wide(view.account_wide, palette).as_bytes())?;
    if view.plan.steps.is_empty() {
        return Ok(());
    }
    for cause in [None, Some(Cause::Change), Some(Cause::Drift)] {
        let orgs = view.by_org(cause);
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
            self::org(out, view, org, &steps, palette)?;
            writeln!(out)?;
        }
    }
    calls(out, view, palette)?;
    writeln!(out)
}

fn org(
    out: &mut dyn Write,
    view: PlanView<'_>,
    org: &OrgName,
    steps: &[&Step],
    palette: Palette,
) -> io::Result<()> {
    let id = match org {
        OrgName::Both(id, _) => format!(" ({id})"),
        OrgName::Id(_) | OrgName::Domain(_) => String::new(),
    };
    let place = steps
        .first()
        .map(|step| line(&view.place(step)))
        .unwrap_or_default();
    writeln!(
        out,
        "{}{id}  {}",
        palette.paint(Label::Heading, &line(org.label())),
        palette.paint(Label::Faint, &place)
    )?;
    for step in steps {
        for (label, text) in change_lines(view.plan, step) {
            writeln!(out, "  {}", palette.paint(label, &text))?;
        }
    }
    Ok(())
}

/// What a step changes, line by line.
pub(super) fn change_lines(plan: &Plan, step: &Step) -> Vec<(Label, String)> {
    let delta = step.delta();
    let (mut lines, asides): (Vec<Note>, Vec<Note>) = step
        .change
        .effect()
        .notes()
        .into_iter()
        .partition(|note| note.sign != Sign::Aside);
    for (sign, ids) in [
        (Sign::Added, &delta.enable),
        (Sign::Removed, &delta.disable),
    ] {
        lines.extend(ids.iter().map(|id| Note {
            sign,
            text: format!("{id}  {}", name(plan, id)).trim_end().to_owned(),
        }));
    }
    lines.extend(asides);
    lines
        .into_iter()
        .map(|Note { sign, text }| (Label::of(sign), format!("{} {text}", sign.as_char())))
        .collect()
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
    out.write_all(account_wide(&comparison.account_wide, palette).as_bytes())?;
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
    Ok(())
}

/// What a branch changes for the whole account, before everything else.
fn account_wide(changes: &[RuleChange], palette: Palette) -> String {
    let mut text = String::new();
    if changes.is_empty() {
        return text;
    }
    let mut add = |line: &str| {
        text.push_str(&palette.paint(Label::Irreversible, line));
        text.push('\n');
    };
    add(&format!("Caution: {}", account_wide::TITLE));
    for line in account_wide::lines(changes) {
        add(&format!("! {line}"));
    }
    text.push('\n');
    text
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
    if comparison.orgs.is_empty() && comparison.account_wide.is_empty() {
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

fn calls(out: &mut dyn Write, view: PlanView<'_>, palette: Palette) -> io::Result<()> {
    writeln!(out, "{}", palette.paint(Label::Heading, "Calls, in order"))?;
    let plan = view.plan;
    let digits = plan.steps.len().to_string().len();
    let width = plan
        .steps
        .iter()
        .map(|step| step.org.label().chars().count())
        .max()
        .unwrap_or(0)
        .min(60);
    for step in &plan.steps {
        let request = &step.request;
        let mut notes: Vec<String> = Vec::new();
        let delta = step.delta();
        let (enable, disable) = (delta.enable.len(), delta.disable.len());
        if enable > 0 {
            notes.push(format!("+{enable}"));
        }
        if disable > 0 {
            notes.push(format!("-{disable}"));
        }
        if !step.kind().row().reversible {
            notes.push("can't be undone".to_owned());
        }
        if view.causes.cause(step) == Some(Cause::Drift) {
            notes.push("drift".to_owned());
        }
        if let Some(before) = step.depends_on.last() {
            notes.push(format!("after {before}"));
        }
        let text = format!(
            "{:>digits$}  {:<10}  {:<width$}  {:<4} {}  {}",
            step.id.0,
            step.kind().as_str(),
            line(step.org.label()),
            request.method().as_str(),
            request.path(),
            notes.join(", ")
        );
        writeln!(out, "  {}", text.trim_end())?;
    }
    Ok(())
}

/// Which account the plan is about, where it is, and who issues the tokens for it.
#[must_use]
pub fn header(plan: &Plan) -> String {
    let AccountServer {
        endpoint,
        issuer,
        sandbox: _,
    } = &plan.server;
    let account = &plan.account;
    match issuer {
        _ if endpoint == "emulator" => format!("Account {account}, emulated."),
        Some(issuer) => format!("Account {account} at {endpoint}, tokens of {issuer}."),
        None => format!("Account {account} at {endpoint}."),
    }
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
    let (enabled, disabled) = (plan.enabled(), plan.disabled());
    for kind in Kind::ALL {
        match kind {
            Kind::Enable => {
                let s = if enabled == 1 { "" } else { "s" };
                part(enabled, format!("{enabled} product{s} to enable"));
            }
            // A swap is both: its products are counted with the others.
            Kind::Swap => {}
            Kind::Disable => {
                let noun = match (enabled, disabled) {
                    (0, 1) => " product",
                    (0, _) => " products",
                    _ => "",
                };
                part(disabled, format!("{disabled}{noun} to disable"));
            }
            Kind::Create
            | Kind::Consent
            | Kind::Link
            | Kind::Activate
            | Kind::Configure
            | Kind::Deactivate
            | Kind::Delete => {
                let count = plan.count(kind);
                part(count, format!("{count} to {}", kind.as_str()));
            }
        }
    }
    let s = if plan.unchanged == 1 { "" } else { "s" };
    parts.push(format!("{} org{s} unchanged", plan.unchanged));
    format!("Plan: {}.", parts.join(", "))
}
