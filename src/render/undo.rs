//! A run that is undone: which, what is left alone, and the change to the file that makes it last.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use similar::TextDiff;

use super::escape::line;
use super::human::Layout;
use super::wrap::wrap;
use crate::desired::Desired;
use crate::desired::amend::Amendment;
use crate::diagnostic::counted;
use crate::ids::{OrgName, ProductId};
use crate::plan::wire::OrgV1;
use crate::receipt::PastRun;
use crate::undo::{BaselineAgain, DriftAgain, LeftAlone, Undoing};

/// So many orgs are named for one reason.
const NAMED: usize = 8;

/// What some programs put before the first line of a file.
const MARK: char = '\u{feff}';

/// So many lines around a change of a file are shown.
const AROUND: usize = 3;

/// The schema's text: `schema/undo.schema.json`.
pub const SCHEMA: &str = include_str!("../../schema/undo.schema.json");

/// What an undo has beside its plan, as it is published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UndoV1 {
    /// Which run of the receipt, from 1.
    pub run: usize,
    /// When it started, RFC 3339; empty where the receipt doesn't say.
    pub started_at: String,
    pub commit: Option<String>,
    /// Who started it.
    pub actor: Option<String>,
    /// Whether the receipt has its end, and every line of it is understood.
    pub whole: bool,
    pub left: Vec<LeftV1>,
    /// Products and statuses that are as the run found them already.
    pub already: usize,
    /// What the file has to say, so that the next `apply` doesn't do it again; empty where it says so.
    pub file_change: String,
    /// The baselines that ask for what was undone.
    pub baselines: Vec<BaselineAgainV1>,
}

/// A baseline that asks for what was undone in an object of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BaselineAgainV1 {
    pub baseline: String,
    /// `zones/Corporate`.
    pub object: String,
    /// In how many orgs it was undone.
    pub orgs: usize,
}

/// What is left alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftV1 {
    pub org: OrgV1,
    /// One word.
    pub reason: &'static str,
    /// One sentence.
    pub text: String,
}

/// What an undo has beside its plan; `number` says which run of the receipt it is.
#[must_use]
pub fn wire(
    run: &PastRun,
    number: usize,
    undoing: &Undoing,
    (file_change, again): (String, &[BaselineAgain]),
) -> UndoV1 {
    let left = undoing.left.iter().map(|one| LeftV1 {
        org: OrgV1::from(&one.org),
        reason: one.reason.as_str(),
        text: one.reason.to_string(),
    });
    UndoV1 {
        run: number,
        started_at: run.at.clone(),
        commit: run.commit.clone(),
        actor: run.actor.clone(),
        whole: run.ended && run.unread == 0,
        left: left.collect(),
        already: undoing.already,
        file_change,
        baselines: again
            .iter()
            .map(|again| BaselineAgainV1 {
                baseline: again.baseline.to_string(),
                object: again.object.to_string(),
                orgs: again.orgs,
            })
            .collect(),
    }
}

/// `Undoing a run of aerialctl, commit abc, of 2026-11-26T03:04:25Z: 5 steps.`
#[must_use]
pub fn heading(run: &PastRun) -> String {
    let steps: BTreeSet<u32> = run.steps.iter().map(|step| step.id).collect();
    let at = match run.at.as_str() {
        "" => String::new(),
        at => format!(", of {at}"),
    };
    let steps = counted(steps.len(), "step");
    format!("Undoing {}{at}: {steps}.", run.words())
}

/// What of the run's receipt is missing; `None` where it is whole.
#[must_use]
pub fn gaps(run: &PastRun) -> Option<String> {
    if run.unread > 0 {
        let lines = counted(run.unread, "line");
        return Some(format!(
            "{lines} of the receipt can't be understood: what they tell isn't undone"
        ));
    }
    (!run.ended).then(|| {
        "the receipt lacks the run's end: it was killed, or goes on elsewhere, and what isn't recorded isn't undone"
            .to_owned()
    })
}

/// What is left alone, one reason after the other with its orgs; nothing where there is nothing.
#[must_use]
pub fn left(undoing: &Undoing, layout: Layout) -> String {
    let mut by_reason: BTreeMap<String, Vec<&LeftAlone>> = BTreeMap::new();
    for one in &undoing.left {
        let reason = one.reason.to_string();
        by_reason.entry(reason).or_default().push(one);
    }
    let mut text = String::new();
    if !by_reason.is_empty() {
        text += "Left alone:\n";
    }
    for (reason, of_reason) in by_reason {
        let most = if layout.all { usize::MAX } else { NAMED };
        let orgs: Vec<&str> = of_reason.iter().map(|one| one.org.label()).collect();
        let shown: Vec<&str> = orgs.iter().take(most).copied().collect();
        let more = match orgs.len() - shown.len() {
            0 => String::new(),
            more => format!(" and {more} more (-v names them)"),
        };
        let words = line(&format!("{}{more}: {reason}", shown.join(", ")));
        for wrapped in wrap(&words, "  ", "      ", layout.width) {
            text += &wrapped;
            text.push('\n');
        }
    }
    if undoing.already > 0 {
        let are = if undoing.already == 1 { "is" } else { "are" };
        let things = counted(undoing.already, "change");
        text = format!("{text}{things} of the run {are} undone already.\n");
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

/// The baselines that ask for what was undone; nothing where none does.
#[must_use]
pub fn baselines(again: &[BaselineAgain]) -> String {
    let lines = again.iter().map(|again| {
        let orgs = counted(again.orgs as u64, "org");
        line(&format!(
            "  baseline {}: {}, in {orgs}",
            again.baseline, again.object
        )) + "\n"
    });
    let lines: String = lines.collect();
    if lines.is_empty() {
        return lines;
    }
    format!(
        "The next `apply` would do it again, unless what these list changes, or these orgs get another one:\n\n{lines}\n"
    )
}

/// What the next `apply` does besides; nothing where there is nothing.
#[must_use]
pub fn drift(again: &[DriftAgain]) -> String {
    let lines = again.iter().take(NAMED).map(|again| {
        let deeds = [("enables", &again.enable), ("disables", &again.disable)];
        let deeds = deeds.into_iter().filter(|(_, ids)| !ids.is_empty());
        let deeds = deeds.map(|(what, ids)| {
            let ids: Vec<&str> = ids.iter().map(ProductId::as_str).collect();
            format!("{what} {}", ids.join(", "))
        });
        let deeds: Vec<String> = deeds.collect();
        line(&format!("  {}: {}", again.name.label(), deeds.join("; "))) + "\n"
    });
    let lines: String = lines.collect();
    let more = match again.len().saturating_sub(NAMED) {
        _ if lines.is_empty() => return lines,
        0 => String::new(),
        more => format!("  and likewise in {}\n", counted(more, "more org")),
    };
    format!(
        "And what isn't of that run: by the file the next `apply` changes these as well:\n\n{lines}{more}\n"
    )
}

/// A changed file as a unified diff, which `git apply` takes.
#[must_use]
pub fn diff(path: &str, before: &str, after: &str) -> String {
    let path = line(path);
    let diff = TextDiff::from_lines(before, after);
    let mut diff = diff.unified_diff();
    let (a, b) = (format!("a/{path}"), format!("b/{path}"));
    let text = diff.context_radius(AROUND).header(&a, &b).to_string();
    let lines: Vec<String> = text.split('\n').map(patch_line).collect();
    lines.join("\n")
}

/// A line of a diff, in which what the file's form is made of stays: who applies it compares byte by byte.
fn patch_line(text: &str) -> String {
    let (text, end) = match text.strip_suffix('\r') {
        Some(text) => (text, "\r"),
        None => (text, ""),
    };
    let marked = text.split_at_checked(1);
    let marked = marked.and_then(|(sign, rest)| Some((sign, rest.strip_prefix(MARK)?)));
    match marked {
        Some((sign, rest)) => format!("{sign}{MARK}{}{end}", line(rest)),
        None => line(text) + end,
    }
}

/// Entries that are to be written by hand, as YAML.
#[must_use]
pub fn entries(changes: &[Amendment<'_>], file: &Desired) -> String {
    let entry = |one: &Amendment<'_>| {
        let key = match &one.entry.name {
            OrgName::Domain(domain) | OrgName::Both(_, domain) => format!("domain: {domain}"),
            OrgName::Id(id) => format!("id: {id}"),
        };
        let mut text = format!("  - {key}\n");
        if one.products.is_some() {
            let words = one.words(file).join(", ");
            text = format!("{text}    products: [{words}]\n");
        }
        if let Some(status) = one.status {
            text = format!("{text}    status: {}\n", status.as_str());
            if one.entry.until.is_some() {
                text += "    # and no `until` that is over\n";
            }
        }
        text
    };
    changes.iter().map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diff_keeps_what_a_file_s_form_is_made_of_and_nothing_else_that_acts() {
        let told = diff(
            "a.yaml",
            "\u{feff}a\r\nb\u{1b}\r\n",
            "\u{feff}a\r\nc\u{feff}\r\n",
        );
        assert_eq!(
            told.split('\n').skip(3).collect::<Vec<_>>(),
            [" \u{feff}a\r", "-b\\u{1b}\r", "+c\\u{feff}\r", ""]
        );
    }
}
