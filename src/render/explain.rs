//! Everything that is known of one org, as text.

use super::escape::line;
use super::history::{self, HistoryView};
use super::human::{self, Layout};
use super::matrix::words::{inside, meaning, sign, unlinked};
use super::provenance::{place, via};
use super::style::Label;
use super::summary;
use super::view::PlanView;
use super::wrap::wrap;
use crate::desired::model::{Enforce, ListedProduct};
use crate::diagnostic::{Sources, Span};
use crate::ids::{OrgName, ProductId};
use crate::live::AccountSurroundings;
use crate::plan::{Field, Guardrail, MatrixColumn, MatrixRow, RuleStanding, RuleVerdict, Standing};
use crate::receipt::{PastRun, PastStep};

/// Everything that is known of one org.
#[derive(Debug, Clone, Copy)]
pub struct Explanation<'a> {
    pub row: &'a MatrixRow<'a>,
    pub columns: &'a [MatrixColumn<'a>],
    /// What else the account has, where somebody asked.
    pub surroundings: Option<&'a AccountSurroundings>,
    /// The texts of the desired state.
    pub sources: &'a Sources,
    /// The plan of this org alone; `None` where the file doesn't list it, or there is no plan.
    pub view: Option<PlanView<'a>>,
    /// Orgs that a reader could confuse with this one: unmanaged ones, and those that the file lists and nobody has linked.
    pub near: &'a [(&'a OrgName, Standing)],
    /// What the System Log tells of it; `None` where it can't be read.
    pub log: Option<HistoryView<'a>>,
    /// The wave that it goes with, where the file has waves.
    pub wave: Option<&'a str>,
    /// The constraints that are about it; `None` where it is held against none.
    pub constraints: Option<&'a [RuleVerdict]>,
    /// The earlier runs with the steps of this org alone; `None` where nobody looked.
    pub past: Option<&'a [PastRun]>,
}

/// As text for people.
#[must_use]
pub fn text(one: Explanation<'_>, layout: Layout) -> String {
    let mut parts = vec![
        head(one),
        products(one),
        constraints(one),
        neighbours(one.near),
        past(one.past),
    ];
    parts.retain(|part| !part.is_empty());
    let mut text = String::new();
    for part in parts {
        for Row {
            label,
            indent,
            words,
        } in part
        {
            let blank = " ".repeat(indent);
            let rest = " ".repeat(indent + 4);
            for line in wrap(&words, &blank, &rest, layout.width) {
                text.push_str(&layout.palette.paint(label, &line));
                text.push('\n');
            }
        }
        text.push('\n');
    }
    if let Some(log) = one.log {
        text += &history::recent(log, layout);
        text.push('\n');
    }
    if let Some(view) = one.view {
        if !view.plan.steps.is_empty() {
            let layout = Layout {
                calls: true,
                ..layout
            };
            text += &human::body(view, layout);
        }
        // Limits on whole plans mean nothing for one org, but that it is protected does.
        let breaches = view.plan.breaches.iter();
        let of_one = [Guardrail::ProtectedOrgs, Guardrail::Constraints];
        for breach in breaches.filter(|breach| of_one.contains(&breach.guardrail)) {
            text.extend(human::paragraph(
                layout,
                Label::Irreversible,
                &breach.message,
            ));
        }
        let summary = summary::plan(view.plan);
        text.extend(human::paragraph(layout, Label::Heading, &summary));
    }
    text.trim_end().to_owned() + "\n"
}

/// A line before it is broken.
struct Row {
    label: Label,
    indent: usize,
    words: String,
}

fn row(label: Label, indent: usize, words: impl Into<String>) -> Row {
    Row {
        label,
        indent,
        words: words.into(),
    }
}

fn head(one: Explanation<'_>) -> Vec<Row> {
    let entry = one.row.entry;
    let owner = entry.and_then(|entry| entry.owner.as_deref());
    let note = entry.and_then(|entry| entry.note.as_deref());
    let mut rows = vec![
        row(Label::Heading, 0, full_name(&one.row.org)),
        row(Label::Plain, 2, format!("file      {}", in_file(one))),
        row(
            Label::Plain,
            2,
            format!("account   {}", in_account(one.row)),
        ),
    ];
    let groups = in_groups(one);
    let inside = inside(&one.row.baseline);
    let inside = Some(inside.as_str()).filter(|inside| !inside.is_empty());
    let said = [
        ("inside    ", inside),
        ("groups    ", groups.as_deref()),
        ("owner     ", owner),
        ("wave      ", one.wave),
        ("note      ", note),
    ]
    .into_iter();
    rows.extend(said.filter_map(|(what, said)| {
        let said = format!("{what}{}", line(said?));
        Some(row(Label::Plain, 2, said))
    }));
    rows
}

fn full_name(org: &OrgName) -> String {
    match org {
        OrgName::Both(id, domain) => line(&format!("{domain} ({id})")),
        OrgName::Id(_) | OrgName::Domain(_) => line(org.label()),
    }
}

/// Its entry, and what that says beside the products.
fn in_file(one: Explanation<'_>) -> String {
    let Some(entry) = one.row.entry else {
        return match one.row.standing {
            Standing::AerialOrg => "no entry, which the Aerial org doesn't need",
            Standing::Contradicted => "named by an entry that contradicts the account",
            Standing::NoFile | Standing::Listed | Standing::NotLinked | Standing::Unmanaged => {
                "no entry: it is left alone"
            }
        }
        .to_owned();
    };
    let mut parts = vec![place(one.sources, entry.origin.org)];
    if let Some(goal) = entry.status {
        parts.push(format!("status {}", goal.as_str()));
    }
    parts.extend(entry.until.map(|day| format!("until {day}")));
    if let Some(cell) = &entry.cell {
        parts.push(format!("cell {cell}"));
    }
    parts.extend(
        entry
            .baseline
            .as_ref()
            .map(|name| format!("the baseline {name} inside")),
    );
    // Both are done with once the org is managed.
    let to_come = one.row.live.is_none();
    if let Some(new) = entry.create.as_ref().filter(|_| to_come) {
        parts.push(format!("to be created as a child of {}", new.parent));
    }
    if let Some(giver) = entry.consent.as_ref().filter(|_| to_come) {
        parts.push(format!("with consent on {giver}"));
    }
    parts.push(match (&entry.products, entry.enforce) {
        (None, _) => "its products are left alone".to_owned(),
        (Some(_), Enforce::Exact) => "exactly the listed products".to_owned(),
        (Some(_), Enforce::Additive) => "the listed products and what else it has".to_owned(),
    });
    parts.join(", ")
}

/// The org groups that a managed org is in, or why nobody knows.
fn in_groups(one: Explanation<'_>) -> Option<String> {
    let (found, live) = (one.surroundings?, one.row.live?);
    Some(match found.groups_of(&live.id) {
        Ok(groups) if groups.is_empty() => "in no org group".to_owned(),
        Ok(groups) => {
            let names = groups.into_iter().map(|group| group.name.as_str());
            names.collect::<Vec<&str>>().join(", ")
        }
        Err(why) => format!("not known: {why}"),
    })
}

fn in_account(row: &MatrixRow<'_>) -> String {
    let Some(live) = row.live else {
        return unlinked(row).to_owned();
    };
    let mut parts = vec![live.status.as_str().to_owned()];
    if let Some(cell) = &live.cell {
        parts.push(format!("cell {cell}"));
    }
    if !live.display_name.is_empty() {
        parts.push(format!("called {}", live.display_name));
    }
    if live.aerial_org {
        parts.push("the Aerial org, which issues the tokens and is never deactivated".to_owned());
    }
    line(&parts.join(", "))
}

/// A product of a list, and the word that brought it.
type Listing<'a> = (&'a ListedProduct, Span);

/// The products that it has or is to have.
pub(super) fn of_interest<'a>(
    one: Explanation<'a>,
) -> impl Iterator<Item = (&'a MatrixColumn<'a>, Field, Option<Listing<'a>>)> {
    let listing = move |id: &ProductId| {
        let entry = one.row.entry?;
        let mut listed = entry.products.iter().flatten();
        let product = listed.find(|product| product.id == *id)?;
        Some((product, entry.lists_at(product)))
    };
    let columns = one.columns.iter().zip(&one.row.fields);
    columns.filter_map(move |(column, field)| {
        let listing = listing(column.id);
        let shown = listing.is_some() || !matches!(field, Field::Off | Field::Unknown);
        shown.then_some((column, *field, listing))
    })
}

fn products(one: Explanation<'_>) -> Vec<Row> {
    let mut rows = vec![row(Label::Heading, 0, "Products")];
    for (column, field, listing) in of_interest(one) {
        let label = match field {
            Field::Missing => Label::Added,
            Field::Unwanted => Label::Removed,
            Field::Enabled | Field::LeftAlone | Field::Ignored | Field::Off | Field::Unknown => {
                Label::Plain
            }
        };
        let names = [column.own, column.okta].into_iter().flatten();
        let names: Vec<&str> = names.collect();
        let mut words = format!(
            "{} {} {}   {}",
            sign(field),
            column.id,
            line(&names.join(", ")),
            meaning(field, true)
        );
        if let Some((listing, at)) = listing {
            let whence = listing.via.as_deref().map_or_else(
                || format!("listed at {}", place(one.sources, at)),
                |bundle| via(bundle, one.sources),
            );
            let until = listing.until.map(|day| format!(", until {day}"));
            words = format!("{words}   {whence}{}", until.unwrap_or_default());
        }
        rows.push(row(label, 2, words));
    }
    if rows.len() == 1 {
        rows.push(row(Label::Faint, 2, "none"));
    }
    rows
}

fn constraints(one: Explanation<'_>) -> Vec<Row> {
    let Some(all) = one.constraints.filter(|all| !all.is_empty()) else {
        return Vec::new();
    };
    let mut rows = vec![row(Label::Heading, 0, "Constraints")];
    for RuleVerdict {
        rule,
        asks,
        place: at,
        verdict,
    } in all
    {
        let (label, said) = match verdict {
            RuleStanding::Holds => (Label::Plain, "holds".to_owned()),
            RuleStanding::Broken(why) => (Label::Irreversible, format!("broken: it {why}")),
            RuleStanding::WillBreak(why) => {
                (Label::Irreversible, format!("the plan breaks it: it {why}"))
            }
            RuleStanding::WillHold(why) => (
                Label::Added,
                format!("broken, which the plan mends: it {why}"),
            ),
            RuleStanding::OfAllOrgs => (
                Label::Faint,
                "about all orgs together: `status` and `plan` count them".to_owned(),
            ),
        };
        let at = place(one.sources, *at);
        let words = format!("{rule}: {asks}   {said}   {at}");
        rows.push(row(label, 2, line(&words)));
    }
    rows
}

fn neighbours(near: &[(&OrgName, Standing)]) -> Vec<Row> {
    if near.is_empty() {
        return Vec::new();
    }
    let mut rows = vec![row(Label::Heading, 0, "Easily confused with")];
    for (org, standing) in near {
        let what = if *standing == Standing::NotLinked {
            "the file lists it, and it isn't linked"
        } else {
            "linked, and no entry lists it"
        };
        rows.push(row(
            Label::Changed,
            2,
            format!("{}   {what}", full_name(org)),
        ));
    }
    rows
}

/// So many steps of earlier runs are shown, the latest.
const PAST: usize = 20;

/// The latest steps, and how many earlier ones there are.
pub(super) fn latest(runs: &[PastRun]) -> (Vec<(&PastRun, &PastStep)>, usize) {
    let mut steps: Vec<(&PastRun, &PastStep)> = runs
        .iter()
        .flat_map(|run| run.steps.iter().map(move |step| (run, step)))
        .collect();
    steps.sort_by(|(_, a), (_, b)| b.at.cmp(&a.at));
    let left = steps.len().saturating_sub(PAST);
    steps.truncate(PAST);
    (steps, left)
}

fn past(runs: Option<&[PastRun]>) -> Vec<Row> {
    let Some(runs) = runs else {
        return Vec::new();
    };
    let mut rows = vec![row(Label::Heading, 0, "Receipts")];
    let (steps, left) = latest(runs);
    for (run, step) in steps {
        let object = step.object.as_ref();
        let object = object.map_or_else(String::new, |object| format!(" {}", object.label));
        let mut words = format!(
            "{}  {}{object} {}",
            step.at,
            step.kind.as_str(),
            step.outcome
                .map_or("begun, and how it ended isn't recorded", |outcome| outcome
                    .as_str())
        );
        if let Some(commit) = &run.commit {
            let short: String = commit.chars().take(12).collect();
            words = format!("{words}   commit {short}");
        }
        for known in [&run.actor, &run.url, &step.error].into_iter().flatten() {
            words = format!("{words}   {known}");
        }
        words = format!("{words}   {}", run.place(step));
        rows.push(row(Label::Plain, 2, line(&words)));
    }
    if left > 0 {
        rows.push(row(Label::Faint, 2, format!("and {left} earlier ones")));
    }
    if rows.len() == 1 {
        rows.push(row(Label::Faint, 2, "none names this org"));
    }
    rows
}
