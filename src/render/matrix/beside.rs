//! What stands below the table beside the products: baselines, org groups, templates of request conditions.

use std::collections::BTreeMap;

use super::super::escape::line;
use super::super::wrap::wrap;
use crate::diagnostic::{alike, counted};
use crate::live::{AccountSurroundings, LiveGroup, LiveTemplate};
use crate::plan::{BaselineStanding, Matrix};

/// So many lines are shown of what may be many.
const MAX_LINES: usize = 20;

/// So many names are shown in one line.
const NAMED: usize = 5;

/// The constraints that orgs break; nothing where none does.
pub(super) fn constraints(matrix: &Matrix<'_>, width: usize) -> Vec<String> {
    let broken = matrix.broken.first.iter().take(MAX_LINES);
    let mut lines: Vec<String> = broken
        .map(|one| format!("{} {}", one.org.label(), one.words))
        .collect();
    let rest = matrix.broken.count - lines.len();
    if rest > 0 {
        lines.push(format!("and {rest} more"));
    }
    block("Constraints broken", &lines, width)
}

/// The shown orgs by wave, in the order of the file; nothing where it has none. Where these aren't all orgs, so it says.
pub(super) fn waves(matrix: &Matrix<'_>, of: usize, width: usize) -> Vec<String> {
    let mut orgs: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for row in &matrix.rows {
        if let Some(wave) = matrix.wave(row) {
            orgs.entry(wave).or_default().push(row.org.label());
        }
    }
    let narrowed = matrix.rows.len() < of;
    let lines = matrix.waves.iter().filter_map(|wave| {
        let orgs = orgs.remove(wave.as_ref()).unwrap_or_default();
        if narrowed && orgs.is_empty() {
            return None;
        }
        let some = match orgs.as_slice() {
            [] => String::new(),
            some => format!(" ({})", some_of(some)),
        };
        Some(format!("{wave}: {}{some}", counted(orgs.len(), "org")))
    });
    let title = if narrowed {
        "Waves of the orgs shown"
    } else {
        "Waves"
    };
    block(title, &lines.collect::<Vec<String>>(), width)
}

/// How the shown orgs stand to their baselines, and those that may differ, a kind a line; nothing where none has one.
pub(super) fn baselines(matrix: &Matrix<'_>, width: usize) -> Vec<String> {
    let mut kinds: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let mut differ: Vec<String> = Vec::new();
    for row in matrix.rows.iter().chain(&matrix.unsure) {
        let org = row.org.label();
        let kind = match &row.baseline {
            BaselineStanding::None => continue,
            BaselineStanding::Differs(objects) => {
                let names: Vec<String> = objects.iter().map(ToString::to_string).collect();
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let objects = counted(objects.len(), "object");
                differ.push(format!("{org} differs in {objects}: {}", some_of(&names)));
                continue;
            }
            BaselineStanding::Holds => "holds",
            BaselineStanding::Ahead(_) => "to be made once the org is linked",
            BaselineStanding::Unlooked => "not looked at; `status --inside` does",
            BaselineStanding::Inactive => "not looked at, since the org is inactive or to be",
            BaselineStanding::Unread(reason) => {
                let own = row.org.domain().map(ToString::to_string);
                let reason = reason.to_string();
                let lead = own
                    .as_ref()
                    .map(|own| format!("{own}: "))
                    .unwrap_or_default();
                let reason = reason.strip_prefix(&lead).unwrap_or(&reason);
                let reason = alike(reason, own.as_deref());
                kinds
                    .entry(format!("unread: {reason}"))
                    .or_default()
                    .push(org);
                continue;
            }
        };
        kinds.entry(kind.to_owned()).or_default().push(org);
    }
    let rest = differ.len().saturating_sub(MAX_LINES);
    differ.truncate(MAX_LINES);
    if rest > 0 {
        differ.push(format!("and {} more differ", counted(rest, "org")));
    }
    let kinds = kinds.into_iter().map(|(kind, orgs)| {
        format!(
            "{}: {kind} ({})",
            counted(orgs.len(), "org"),
            some_of(&orgs)
        )
    });
    let lines: Vec<String> = differ.into_iter().chain(kinds).collect();
    block("Baselines", &lines, width)
}

/// What else the account has, and what it doesn't answer for; nothing of what it has none of.
pub(super) fn surroundings(found: &AccountSurroundings, width: usize) -> Vec<String> {
    let mut lines = match &found.groups {
        Ok(groups) => block("Org groups", &some(groups, "org group", group), width),
        Err(_) => Vec::new(),
    };
    if let Ok(templates) = &found.templates {
        let shown = some(templates, "template", template);
        lines.extend(block("Templates of request conditions", &shown, width));
    }
    let unknown: Vec<String> = found.unknown().into_iter().map(str::to_owned).collect();
    lines.extend(block("Not known", &unknown, width));
    lines
}

/// A group with how many orgs it has.
fn group(group: &LiveGroup) -> String {
    let orgs = match &group.orgs {
        Ok(orgs) => counted(orgs.len(), "org"),
        Err(_) => "its orgs aren't known".to_owned(),
    };
    let name = called(&group.name, &group.id);
    match group.description.trim() {
        "" => format!("{name}: {orgs}"),
        words => format!("{name}: {orgs}, {words}"),
    }
}

fn template(template: &LiveTemplate) -> String {
    let name = called(&template.name, &template.id);
    match template.state.as_str() {
        "" => name.to_owned(),
        state => format!("{name}: {state}"),
    }
}

/// What a reader calls it: its name, else its id.
fn called<'a>(name: &'a str, id: &'a str) -> &'a str {
    if name.trim().is_empty() { id } else { name }
}

fn some<T>(all: &[T], what: &str, of: impl Fn(&T) -> String) -> Vec<String> {
    let mut lines: Vec<String> = all.iter().take(MAX_LINES).map(of).collect();
    let rest = all.len().saturating_sub(MAX_LINES);
    if rest > 0 {
        let more = counted(rest, &format!("more {what}"));
        lines.push(format!("and {more}, which `--format json` has"));
    }
    lines
}

fn some_of(names: &[&str]) -> String {
    let shown = names.get(..NAMED).unwrap_or(names).join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn block(title: &str, lines: &[String], width: usize) -> Vec<String> {
    if lines.is_empty() {
        return Vec::new();
    }
    let lines = lines
        .iter()
        .flat_map(|one| wrap(&line(one), "  ", "    ", width));
    let mut block = vec![title.to_owned()];
    block.extend(lines);
    block.push(String::new());
    block
}
