//! A plan as a reviewer wants to read it: org by org, then call by call, then one line.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::escape::line;
use super::style::{Label, Palette};
use crate::desired::model::WantedStatus;
use crate::diagnostic::Sources;
use crate::ids::ProductId;
use crate::plan::{Change, Kind, OrgRef, Plan, Step};

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
    let orgs: BTreeSet<&OrgRef> = plan.steps.iter().map(|step| &step.org).collect();
    for org in orgs {
        self::org(out, plan, org, sources, palette)?;
        writeln!(out)?;
    }
    calls(out, plan, palette)?;
    writeln!(out)
}

fn org(
    out: &mut dyn Write,
    plan: &Plan,
    org: &OrgRef,
    sources: &Sources,
    palette: Palette,
) -> io::Result<()> {
    let steps: Vec<&Step> = plan.steps.iter().filter(|step| step.org == *org).collect();
    let id = match (&org.id, &org.domain) {
        (Some(id), Some(_)) => format!(" ({id})"),
        _ => String::new(),
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
        match &step.change {
            Change::Link { cell, .. } => writeln!(
                out,
                "  {}",
                palette.paint(
                    Label::Irreversible,
                    &format!("! link to the account, cell {cell}: this can't be undone")
                )
            )?,
            Change::Status(WantedStatus::Active) => writeln!(
                out,
                "  {}",
                palette.paint(Label::Changed, "~ status INACTIVE → ACTIVE")
            )?,
            Change::Status(WantedStatus::Inactive) => writeln!(
                out,
                "  {}",
                palette.paint(
                    Label::Removed,
                    "~ status ACTIVE → INACTIVE: nobody can sign in to it any more"
                )
            )?,
            Change::Products { .. } | Change::AddToLinked { .. } => {}
        }
        for (sign, label, ids) in [
            ('+', Label::Added, step.enable()),
            ('-', Label::Removed, step.disable()),
        ] {
            for id in &ids {
                writeln!(
                    out,
                    "  {}",
                    palette.paint(label, &format!("{sign} {id}  {}", name(plan, id)))
                )?;
            }
        }
        if matches!(step.change, Change::AddToLinked { .. }) {
            writeln!(
                out,
                "  {}",
                palette.paint(
                    Label::Faint,
                    "  beside whatever it turns out to have, which stays"
                )
            )?;
        }
    }
    Ok(())
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
