//! A plan as Markdown.

use std::fmt::Write as _;

use super::changes::{Places, all_names, diff, irreversible, links};
use super::fit::fitted;
use super::text::code;
use crate::desired::RuleChange;
use crate::diagnostic::clipped;
use crate::plan::Plan;
use crate::render::escape::line;
use crate::render::outline::Outline;
use crate::render::remembered::sentence;
use crate::render::verdict::{self, advice};
use crate::render::{PlanView, account_wide, makers, summary};

/// So many warnings are shown: the run's log has all of them.
const WARNINGS: usize = 20;

/// A guardrail's sentence may name thousands of orgs; so many characters of it are shown.
const MESSAGE: usize = 400;

/// So many deeds of others are told.
const DEEDS: usize = 50;

/// Orgs that are named of each.
const ORGS: usize = 10;

/// Where what is left out is to be found.
const REST: &str = "The run's log and the plan's file have the rest.";

/// A plan with its account and its commit, in at most `limit` characters.
#[must_use]
pub fn plan(view: PlanView<'_>, limit: usize) -> String {
    let mut head = code(&summary::header(view.plan));
    if let Some(commit) = &view.plan.provenance.commit {
        let short: String = commit.chars().take(12).collect();
        // Writing to a string can't fail.
        _ = write!(head, " Commit {}.", code(&short));
    }
    head.push_str("\n\n");
    let room = limit.saturating_sub(head.chars().count());
    head + &plan_within(view, room)
}

/// A plan in the order of danger, in at most `limit` characters.
#[must_use]
pub fn plan_within(view: PlanView<'_>, limit: usize) -> String {
    let outline = Outline::of_plan(view);
    let places = Places {
        sources: view.sources,
        blobs: view.blobs,
    };
    let age = view.remembered.map(|one| code(&sentence(one)) + "\n\n");
    let head = format!(
        "{}**{}**\n\n{}",
        changed_rules(view.account_wide),
        summary::plan(view.plan),
        age.unwrap_or_default()
    );
    let notes = notes(view);
    fitted(limit, REST, |detail| {
        let mut text = head.clone();
        text += &irreversible(&outline, places, detail);
        text += &notes;
        text += &diff(&outline, places, detail);
        if detail.names {
            text += &all_names(&outline);
        }
        if detail.makers() {
            text += &makers(view);
        }
        if detail.places {
            text += &links(&outline, places);
        }
        if detail.calls {
            text += &calls(view.plan);
        }
        text
    })
}

/// What the guardrails say, what a reader should know, and what the marks mean.
fn notes(view: PlanView<'_>) -> String {
    let mut text = String::new();
    // Writing to a string can't fail.
    if let Some(verdict) = verdict::short(view) {
        if !verdict.beyond {
            _ = writeln!(text, "{}\n", verdict.text);
        } else {
            let kind = if verdict.refuses {
                "CAUTION"
            } else {
                "WARNING"
            };
            _ = writeln!(text, "> [!{kind}]\n> {}", code(&verdict.text));
            for breach in &view.plan.breaches {
                let allowed = if view.plan.allowances.lift(breach) {
                    "It is allowed for this run.".to_owned()
                } else {
                    code(&advice(breach, &view.plan.provenance))
                };
                _ = writeln!(
                    text,
                    ">\n> {}. {allowed}",
                    code(clipped(&breach.message, MESSAGE))
                );
            }
            text.push('\n');
        }
    }
    for warning in view.plan.warnings.iter().take(WARNINGS) {
        _ = writeln!(text, "> [!WARNING]\n> {}\n", code(&warning.message));
    }
    let left = view.plan.warnings.iter().count().saturating_sub(WARNINGS);
    if left > 0 {
        _ = writeln!(
            text,
            "> [!WARNING]\n> {left} more warnings are in the run's log.\n"
        );
    }
    if let Some(waves) = summary::waves(view.plan) {
        _ = writeln!(text, "{}\n", code(&waves));
    }
    if let Some(legend) = summary::drift(view) {
        _ = writeln!(text, "{legend}\n");
    }
    text
}

/// Who is behind what is about to change.
fn makers(view: PlanView<'_>) -> String {
    let made = makers::made(view);
    if made.is_empty() {
        return String::new();
    }
    let mut text = format!("{}:\n\n", makers::TITLE);
    for one in made.iter().take(DEEDS) {
        let shown: Vec<String> = one.orgs.iter().take(ORGS).map(|org| code(org)).collect();
        let left = one.orgs.len().saturating_sub(ORGS);
        let more = match left {
            0 => String::new(),
            left => format!(" and {left} more"),
        };
        let when = if one.when.is_empty() {
            String::new()
        } else {
            format!(", {}", code(&one.when))
        };
        // Writing to a string can't fail.
        _ = writeln!(
            text,
            "- {}{when}: {}{more}",
            code(&one.words),
            shown.join(" ")
        );
    }
    let left = made.len().saturating_sub(DEEDS);
    if left > 0 {
        _ = writeln!(text, "- and {left} more");
    }
    text + "\n"
}

/// The calls in their order, folded.
fn calls(plan: &Plan) -> String {
    if plan.steps.is_empty() {
        return String::new();
    }
    let mut text = "<details><summary>Calls, in order</summary>\n\n```text\n".to_owned();
    for step in &plan.steps {
        let request = &step.request;
        // Writing to a string can't fail.
        _ = writeln!(
            text,
            "{} {} {}: {} {}",
            step.id.0,
            step.kind().as_str(),
            line(&step.subject()),
            request.method().as_str(),
            line(&request.address())
        );
    }
    text + "```\n\n</details>\n"
}

/// What a branch changes for the whole account.
pub(super) fn changed_rules(changes: &[RuleChange]) -> String {
    if changes.is_empty() {
        return String::new();
    }
    let mut text = format!("> [!CAUTION]\n> {}\n>\n", account_wide::TITLE);
    for change in account_wide::lines(changes) {
        // Writing to a string can't fail.
        _ = writeln!(text, "> - {}", code(&change));
    }
    text.push('\n');
    text
}
