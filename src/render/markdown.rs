//! A plan or a comparison as Markdown, for a pull-request comment or a job summary.
//!
//! Foreign text stands in `<code>` with every sign written as an entity: it can't open a link, a table cell or a tag, and
//! GitHub mentions nobody from there.

use std::fmt::Write as _;

use super::account_wide;
use super::escape;
use super::human::{self, change_lines};
use super::verdict::advice;
use super::view::PlanView;
use crate::desired::RuleChange;
use crate::desired::compare::{Comparison, EntryChange};
use crate::ids::{OrgName, ProductId};
use crate::plan::{Cause, Kind, Plan, Step};

/// GitHub takes no longer comment, in characters.
pub const LIMIT: usize = 65_536;

/// Room for the note that something was left out.
const RESERVE: usize = 300;

/// Foreign text, as text.
#[must_use]
pub fn code(text: &str) -> String {
    let mut safe = "<code>".to_owned();
    for c in escape::line(text).chars() {
        if c.is_alphanumeric() || c == ' ' {
            safe.push(c);
        } else {
            // Writing to a string can't fail.
            _ = write!(safe, "&#{};", u32::from(c));
        }
    }
    safe.push_str("</code>");
    safe
}

/// A plan: a table of counts, what a reader should know, then a section for each org.
#[must_use]
pub fn plan(view: PlanView<'_>) -> String {
    plan_within(view, LIMIT)
}

/// The same in at most `limit` characters.
#[must_use]
pub fn plan_within(view: PlanView<'_>, limit: usize) -> String {
    let plan = view.plan;
    let first = account_wide(view.account_wide);
    let mut head = format!("**{}**\n\n", human::summary(plan));
    if !plan.steps.is_empty() {
        head.push_str(&counts(plan));
    }
    for breach in &plan.breaches {
        if view.allowances.lift(breach) {
            _ = writeln!(
                head,
                "> [!WARNING]\n> Guardrail {}: {}. It is allowed for this run.\n",
                code(breach.guardrail.key()),
                code(&breach.message)
            );
            continue;
        }
        _ = writeln!(
            head,
            "> [!CAUTION]\n> Guardrail {}: {}. `apply` refuses this plan. {}\n",
            code(breach.guardrail.key()),
            code(&breach.message),
            code(&advice(breach))
        );
    }
    for warning in plan.warnings.iter() {
        _ = writeln!(head, "> [!WARNING]\n> {}\n", code(&warning.message));
    }
    let mut sections = Vec::new();
    for cause in [None, Some(Cause::Change), Some(Cause::Drift)] {
        let orgs = view.by_org(cause);
        let title = match cause {
            _ if orgs.is_empty() => continue,
            None => "",
            Some(Cause::Change) => "### Caused by this branch\n\n",
            Some(Cause::Drift) => "### Drift: the account had moved away from the file before\n\n",
        };
        for (index, (org, steps)) in orgs.into_iter().enumerate() {
            let text = section(view, org, &steps);
            sections.push(if index == 0 {
                format!("{title}{text}")
            } else {
                text
            });
        }
    }
    let room = limit.saturating_sub(first.chars().count());
    first + &assemble(&head, &sections, room)
}

fn section(view: PlanView<'_>, org: &OrgName, steps: &[&Step]) -> String {
    let place = steps
        .first()
        .map(|step| code(&view.place(step)))
        .unwrap_or_default();
    let kinds: Vec<&str> = steps.iter().map(|step| step.kind().as_str()).collect();
    let mut text = format!(
        "<details><summary>{}: {}</summary>\n\n{place}\n\n",
        code(org.label()),
        kinds.join(", ")
    );
    for step in steps {
        for (_, line) in change_lines(view.plan, step) {
            _ = writeln!(text, "- {}", code(line.trim()));
        }
        let request = &step.request;
        _ = writeln!(
            text,
            "- step {}: {}",
            step.id,
            code(&format!("{} {}", request.method().as_str(), request.path()))
        );
    }
    text.push_str("\n</details>\n\n");
    text
}

/// How many steps of each kind there are, as a table: the kinds that the plan has.
fn counts(plan: &Plan) -> String {
    let kinds = Kind::ALL.into_iter().filter(|kind| plan.count(*kind) > 0);
    let mut columns: Vec<(&str, usize)> = kinds
        .map(|kind| (kind.as_str(), plan.count(kind)))
        .collect();
    columns.push(("products enabled", plan.enabled()));
    columns.push(("products disabled", plan.disabled()));
    let row = |cell: &dyn Fn(&(&str, usize)) -> String| {
        let cells: Vec<String> = columns.iter().map(cell).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let titles = row(&|(title, _)| (*title).to_owned());
    let rule = row(&|_| "---:".to_owned());
    let numbers = row(&|(_, number)| number.to_string());
    format!("{titles}{rule}{numbers}\n")
}

/// What a branch changes for the whole account.
fn account_wide(changes: &[RuleChange]) -> String {
    if changes.is_empty() {
        return String::new();
    }
    let mut text = format!("> [!CAUTION]\n> {}\n>\n", account_wide::TITLE);
    for line in account_wide::lines(changes) {
        _ = writeln!(text, "> - {}", code(&line));
    }
    text.push('\n');
    text
}

/// What a branch changes.
#[must_use]
pub fn comparison(comparison: &Comparison, names: &dyn Fn(&ProductId) -> String) -> String {
    let first = account_wide(&comparison.account_wide);
    let head = format!("**{}**\n\n", human::comparison_summary(comparison));
    let sections: Vec<String> = comparison
        .orgs
        .iter()
        .map(|org| {
            let what = match org.entry {
                EntryChange::Added => "added",
                EntryChange::Removed => "removed",
                EntryChange::Changed => "changed",
            };
            let mut text = format!(
                "<details><summary>{}: {what}</summary>\n\n",
                code(&org.label)
            );
            for (_, line) in human::comparison_lines(org, names) {
                _ = writeln!(text, "- {}", code(line.trim()));
            }
            text.push_str("\n</details>\n\n");
            text
        })
        .collect();
    let room = LIMIT.saturating_sub(first.chars().count());
    first + &assemble(&head, &sections, room)
}

/// How a run ended, and the steps that did not go as planned.
#[must_use]
pub fn outcome(summary: &str, problems: &[String]) -> String {
    let sections: Vec<String> = problems
        .iter()
        .map(|problem| format!("- {}\n", code(problem)))
        .collect();
    assemble(&format!("**{summary}**\n\n"), &sections, LIMIT)
}

/// As many whole sections as fit, and a note on those that don't.
fn assemble(head: &str, sections: &[String], limit: usize) -> String {
    let room = limit.saturating_sub(RESERVE);
    let mut text = if head.chars().count() > room {
        // Hundreds of warnings: the counts stay, the warnings are in the log.
        let first = head.split("> [!").next().unwrap_or_default();
        format!(
            "{first}**The warnings are too many to show here. The run's log has all of them.**\n\n"
        )
    } else {
        head.to_owned()
    };
    let mut length = text.chars().count();
    for (shown, section) in sections.iter().enumerate() {
        let more = section.chars().count();
        if length + more > room {
            let left = sections.len() - shown;
            _ = write!(
                text,
                "\n**{left} more of {} are not shown: a comment holds {LIMIT} characters. The run's log has all of them.**\n",
                sections.len()
            );
            return text;
        }
        text.push_str(section);
        length += more;
    }
    text
}
