//! A plan as a reviewer wants to read it: the most dangerous first, each change once, and what it comes to at the end.

use super::account_wide;
use super::escape::line;
use super::makers;
use super::outline::{Danger, Line, Outline, Own, Section, Shared};
use super::provenance::{owners, place, via};
use super::remembered::sentence;
use super::style::{Label, Palette};
use super::summary;
use super::verdict;
use super::view::PlanView;
use super::wrap::wrap;
use crate::desired::RuleChange;
use crate::desired::compare::Comparison;
use crate::diagnostic::{Sources, counted};
use crate::ids::ProductId;
use crate::plan::{Cause, Step};

/// So many lines of names are shown of a change that many orgs have in common …
const NAMES: usize = 3;

/// … and so many where it can't be undone or ends in nobody signing in.
const NAMES_IN_DANGER: usize = 12;

/// How a text for people is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    pub palette: Palette,
    /// In columns.
    pub width: usize,
    /// Whether every org is named where many have a change in common.
    pub all: bool,
    /// Whether the calls are listed too.
    pub calls: bool,
}

/// The changes by danger, and the calls where they are wanted. Nothing for a plan without steps and without account-wide
/// changes.
#[must_use]
pub fn body(view: PlanView<'_>, layout: Layout) -> String {
    let mut text = account_wide(view.account_wide, layout);
    if view.plan.steps.is_empty() {
        return text;
    }
    if let Some(legend) = summary::drift(view) {
        text.extend(paragraph(layout, Label::Faint, &legend));
        text.push('\n');
    }
    text += &sections(&Outline::of_plan(view), view.sources, layout);
    text += &makers(view, layout);
    if layout.calls {
        text += &calls(view, layout);
        text.push('\n');
    }
    text
}

/// What a reader of the last lines must know: what can't be undone, whether `apply` will refuse, and the summary.
#[must_use]
pub fn ending(view: PlanView<'_>, layout: Layout) -> String {
    let mut text = String::new();
    if let Some(waves) = summary::waves(view.plan) {
        text.extend(paragraph(layout, Label::Plain, &waves));
    }
    if let Some(taken) = summary::taken(view.plan) {
        text.extend(paragraph(layout, Label::Removed, &taken));
    }
    if let Some(final_steps) = summary::irreversible(view.plan) {
        text.extend(paragraph(layout, Label::Irreversible, &final_steps));
    }
    if let Some(verdict) = verdict::short(view) {
        let label = if verdict.beyond {
            Label::Irreversible
        } else {
            Label::Faint
        };
        text.extend(paragraph(layout, label, &verdict.text));
    }
    if let Some(one) = view.remembered {
        text.extend(paragraph(layout, Label::Faint, &sentence(one)));
    }
    text.extend(paragraph(layout, Label::Heading, &summary::plan(view.plan)));
    text
}

/// What a branch changes, by danger.
#[must_use]
pub fn comparison(
    comparison: &Comparison,
    names: &dyn Fn(&ProductId) -> String,
    sources: &Sources,
    layout: Layout,
) -> String {
    let outline = Outline::of_comparison(comparison, names);
    let mut text = account_wide(&comparison.account_wide, layout);
    text += &sections(&outline, sources, layout);
    let summary = summary::comparison(comparison);
    text.extend(paragraph(layout, Label::Heading, &summary));
    text
}

fn sections(outline: &Outline<'_>, sources: &Sources, layout: Layout) -> String {
    let mut text = String::new();
    for section in &outline.sections {
        text.extend(painted(
            layout,
            Label::Heading,
            [section.danger.title().to_owned()],
        ));
        let Section {
            danger,
            shared,
            own,
        } = section;
        for shared in shared {
            text += &self::shared(*danger, shared, sources, layout);
        }
        for own in own {
            text += &self::own(own, sources, layout);
        }
        text.push('\n');
    }
    text
}

fn shared(danger: Danger, shared: &Shared<'_>, sources: &Sources, layout: Layout) -> String {
    let mut text = String::new();
    for line in &shared.lines {
        let orgs = Some(shared.orgs.len());
        text.extend(change(line, orgs, "  ", sources, layout));
    }
    text.extend(aside(&shared.lines, "      ", layout));
    let most = match danger {
        Danger::Final | Danger::Deactivation => NAMES_IN_DANGER,
        Danger::Removal
        | Danger::Alteration
        | Danger::Swap
        | Danger::Addition
        | Danger::Creation => NAMES,
    };
    text.extend(painted(
        layout,
        Label::Faint,
        names(&shared.orgs, most, layout),
    ));
    if !shared.owners.is_empty() {
        let indent = "      ";
        let owners = wrap(&owners(&shared.owners), indent, indent, layout.width);
        text.extend(painted(layout, Label::Faint, owners));
    }
    text
}

/// Who is behind what is about to change.
fn makers(view: PlanView<'_>, layout: Layout) -> String {
    let made = makers::made(view);
    let mut text = String::new();
    for one in &made {
        let orgs = counted(one.orgs.len(), "org");
        let gap = if one.when.is_empty() { "" } else { "   " };
        let words = line(&format!("{}{gap}{}   {orgs}", one.words, one.when));
        text.extend(painted(
            layout,
            Label::Plain,
            wrap(&words, "  ", "      ", layout.width),
        ));
        text.extend(painted(
            layout,
            Label::Faint,
            names(&one.orgs, NAMES, layout),
        ));
    }
    if text.is_empty() {
        return text;
    }
    let title: String = painted(layout, Label::Heading, [makers::TITLE.to_owned()]).collect();
    format!("{title}{text}\n")
}

/// What orgs are called, in so many lines at most, unless all are wanted.
fn names(orgs: &[&str], most: usize, layout: Layout) -> Vec<String> {
    let most = if layout.all { usize::MAX } else { most };
    let names: Vec<String> = orgs.iter().map(|org| line(org)).collect();
    let indent = "      ";
    let mut lines = wrap(&names.join("  "), indent, indent, layout.width);
    if lines.len() > most {
        lines.truncate(most.saturating_sub(1));
        let shown: usize = lines
            .iter()
            .map(|line| line.split_whitespace().count())
            .sum();
        let left = names.len().saturating_sub(shown);
        lines.push(format!("{indent}and {left} more (-v lists all)"));
    }
    lines
}

fn own(own: &Own<'_>, sources: &Sources, layout: Layout) -> String {
    let id = own.id.map_or_else(String::new, |id| format!(" ({id})"));
    let place = own
        .place
        .map_or_else(String::new, |span| format!("   {}", place(sources, span)));
    let owner = own.beside.owner;
    let owner = owner.map_or_else(String::new, |owner| format!("   owner {owner}"));
    let title = wrap(
        &line(&format!("{}{id}{place}{owner}", own.org)),
        "  ",
        "      ",
        layout.width,
    );
    let mut text: String = painted(layout, Label::Heading, title).collect();
    if let Some(note) = own.beside.note {
        let note = wrap(
            &line(&format!("note: {note}")),
            "      ",
            "      ",
            layout.width,
        );
        text.extend(painted(layout, Label::Faint, note));
    }
    for line in &own.lines {
        text.extend(change(line, None, "    ", sources, layout));
    }
    text.extend(aside(&own.lines, "      ", layout));
    text
}

/// One change: `+ P000310 Okta Identity Governance   31 orgs   via bundle workforce (aerial.yaml:25)`.
fn change<'a>(
    change: &Line<'_>,
    orgs: Option<usize>,
    indent: &'a str,
    sources: &Sources,
    layout: Layout,
) -> impl Iterator<Item = String> + use<'a> {
    let mut text = format!("{} {}", change.sign.as_char(), line(&change.text));
    if let Some(orgs) = orgs {
        text = format!("{text}   {orgs} orgs");
    }
    if let Some(bundle) = change.via {
        text = format!("{text}   {}", via(bundle, sources));
    }
    if change.drift {
        text.push_str("   drift");
    }
    let lines = wrap(&text, indent, &format!("{indent}    "), layout.width);
    painted(layout, Label::of(change.sign), lines)
}

/// What is to be known beside some of the lines, once.
fn aside(lines: &[Line<'_>], indent: &str, layout: Layout) -> Option<String> {
    let aside = lines.iter().find_map(|line| line.aside.as_deref())?;
    let lines = wrap(&line(aside), indent, indent, layout.width);
    Some(painted(layout, Label::Faint, lines).collect())
}

/// What a branch changes for the whole account, before everything else.
fn account_wide(changes: &[RuleChange], layout: Layout) -> String {
    if changes.is_empty() {
        return String::new();
    }
    let title = format!("Caution: {}", account_wide::TITLE);
    let mut text: String = paragraph(layout, Label::Irreversible, &title).collect();
    for change in account_wide::lines(changes) {
        let lines = wrap(&format!("! {change}"), "", "    ", layout.width);
        text.extend(painted(layout, Label::Irreversible, lines));
    }
    text.push('\n');
    text
}

fn calls(view: PlanView<'_>, layout: Layout) -> String {
    let plan = view.plan;
    let title = "Calls, in order".to_owned();
    let mut text: String = painted(layout, Label::Heading, [title]).collect();
    let digits = plan.steps.len().to_string().len();
    let labels = plan
        .steps
        .iter()
        .map(|step| step.org.label().chars().count());
    let width = labels.max().unwrap_or(0).min(60);
    for step in &plan.steps {
        let request = &step.request;
        let first = format!("  {:>digits$}  {:<10}  ", step.id.0, step.kind().as_str());
        let remarks = line(&remarks(view, step).join(", "));
        let gap = if remarks.is_empty() { "" } else { "   " };
        let call = format!(
            "{:<width$}   {} {}{gap}{remarks}",
            line(step.org.label()),
            request.method().as_str(),
            line(&request.address()),
        );
        let rest = " ".repeat(first.chars().count());
        for line in wrap(&call, &first, &rest, layout.width) {
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }
    text
}

fn remarks(view: PlanView<'_>, step: &Step) -> Vec<String> {
    let delta = step.delta();
    let object = step.configure().map(|change| change.object.to_string());
    let mut remarks: Vec<String> = object.into_iter().collect();
    for (sign, count) in [('+', delta.enable.len()), ('-', delta.disable.len())] {
        if count > 0 {
            remarks.push(format!("{sign}{count}"));
        }
    }
    if !step.kind().row().reversible {
        remarks.push("can't be undone".to_owned());
    }
    if view.causes.cause(step) == Some(Cause::Drift) {
        remarks.push("drift".to_owned());
    } else if view.causes.drifted(step).is_some() {
        remarks.push("drift in part".to_owned());
    }
    if !step.depends_on.is_empty() {
        let before = step.depends_on.iter().map(ToString::to_string);
        remarks.push(format!(
            "after {}",
            before.collect::<Vec<_>>().join(" and ")
        ));
    }
    remarks
}

/// A text of any length, broken into lines.
pub(super) fn paragraph(
    layout: Layout,
    label: Label,
    text: &str,
) -> impl Iterator<Item = String> + use<> {
    painted(layout, label, wrap(&line(text), "", "  ", layout.width))
}

fn painted<L: IntoIterator<Item = String>>(
    layout: Layout,
    label: Label,
    lines: L,
) -> impl Iterator<Item = String> + use<L> {
    let palette = layout.palette;
    let lines = lines.into_iter();
    lines.map(move |line| format!("{}\n", palette.paint(label, &line)))
}
