//! The plan on the page, and what is to be known before it is carried out.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::super::escape::line;
use super::super::outline::{Line, Outline, Own, Shared};
use super::super::verdict::advice;
use super::super::{account_wide, provenance, summary};
use super::view::{PagePlan, PageView};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity, alike, counted};
use crate::plan::{Plan, Sign};

/// More orgs under one heading, or with one change in common, are counted.
const MAX_ORGS: usize = 300;

/// So many are named at once.
const OPEN: usize = 10;

/// What a branch changes for the whole account, then what refuses or warns.
pub(super) fn cautions(view: PageView<'_>) -> Markup {
    html! { (rules(view)) (refusals(view)) }
}

fn rules(view: PageView<'_>) -> Markup {
    let changes = match view.plan {
        PagePlan::Made(made) => made.account_wide,
        PagePlan::Unasked | PagePlan::Impossible(_) => &[],
    };
    html! {
        @if !changes.is_empty() {
            section .caution aria-labelledby="rules" {
                h2 #rules { (account_wide::TITLE) }
                ul { @for change in account_wide::lines(changes) { li { (change) } } }
            }
        }
    }
}

fn refusals(view: PageView<'_>) -> Markup {
    let (breaches, found): (Vec<_>, _) = match view.plan {
        PagePlan::Unasked => return html! {},
        PagePlan::Impossible(found) => (Vec::new(), found),
        PagePlan::Made(made) => {
            let breaches = made.plan.breaches.iter();
            let judged = breaches.map(|breach| {
                let advice = advice(breach, &made.plan.provenance);
                (breach, made.plan.allowances.lift(breach), advice)
            });
            (judged.collect(), &made.plan.warnings)
        }
    };
    if breaches.is_empty() && found.is_empty() {
        return html! {};
    }
    html! {
        section .caution aria-labelledby="cautions" {
            h2 #cautions {
                @if let PagePlan::Impossible(_) = view.plan { "Why there is no plan" } @else { "Guardrails and warnings" }
            }
            ul {
                @for (breach, lifted, advice) in breaches {
                    li {
                        @if lifted { "Allowed for this run: " } @else { strong { "Apply will refuse: " } }
                        code { (breach.guardrail.key()) } ", " (line(&breach.message)) ". "
                        @if !lifted { span .faint { (advice) "." } }
                    }
                }
                (findings(view, found))
            }
        }
    }
}

fn findings(view: PageView<'_>, found: &Diagnostics) -> Markup {
    let word = |one: &Diagnostic| match one.severity {
        Severity::Error => "Error",
        Severity::Warning => "Warning",
    };
    html! {
        @for one in found.shown() {
            li {
                strong { (word(one)) ": " } (line(&one.message))
                @if let Some(span) = one.span() {
                    " " span .faint { "(" (line(&view.sources.place(span).to_string())) ")" }
                }
                @if let Some(help) = &one.help { ". " (line(help)) }
            }
        }
        @if let Some(rest) = found.rest() { li { (rest) } }
    }
}

/// What the plan changes, the most dangerous first.
pub(super) fn plan(view: PageView<'_>) -> Markup {
    let PagePlan::Made(made) = view.plan else {
        return html! {};
    };
    let outline = Outline::of_plan(made);
    html! {
        section .plan aria-labelledby="plan" {
            h2 #plan { "The plan" }
            p { (summary::plan(made.plan)) }
            @if let Some(drift) = summary::drift(made) { p { (drift) } }
            (unread(made.plan))
            @for section in &outline.sections {
                h3 { (section.danger.title()) }
                ul {
                    @for shared in &section.shared { (self::shared(view, shared)) }
                    @for own in section.own.iter().take(MAX_ORGS) { (self::own(view, own)) }
                }
                @if section.own.len() > MAX_ORGS {
                    p { (counted(section.own.len() - MAX_ORGS, "more org")) ", which " code { "aerialctl plan" } " lists." }
                }
            }
        }
    }
}

/// The orgs that nobody could look into, by reason.
fn unread(plan: &Plan) -> Markup {
    let mut reasons: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for one in &plan.unread {
        let org = one.org.label();
        let reason = one.reason.to_string();
        let reason = reason.strip_prefix(&format!("{org}: ")).unwrap_or(&reason);
        reasons.entry(alike(reason, [org])).or_default().push(org);
    }
    html! {
        @if !reasons.is_empty() {
            h3 { "Not looked into" }
            p { "They have a baseline, and nothing is changed inside of them." }
            ul {
                @for (reason, orgs) in &reasons {
                    li {
                        (line(reason))
                        details open[orgs.len() <= OPEN] {
                            summary { (counted(orgs.len(), "org")) }
                            (orgs.iter().take(MAX_ORGS).map(|org| line(org)).collect::<Vec<String>>().join(", "))
                            @if orgs.len() > MAX_ORGS { " and " (orgs.len() - MAX_ORGS) " more" }
                        }
                    }
                }
            }
        }
    }
}

fn shared(view: PageView<'_>, shared: &Shared<'_>) -> Markup {
    let named: Vec<String> = shared
        .orgs
        .iter()
        .take(MAX_ORGS)
        .map(|org| line(org))
        .collect();
    let left = shared.orgs.len() - named.len();
    html! {
        li {
            (changes(view, &shared.lines))
            details open[shared.orgs.len() <= OPEN] {
                summary { (shared.orgs.len()) " orgs" }
                (named.join(", "))
                @if left > 0 { " and " (left) " more" }
            }
        }
    }
}

fn own(view: PageView<'_>, own: &Own<'_>) -> Markup {
    html! {
        li {
            strong { (line(own.org)) }
            @if let Some(id) = own.id { " " span .id .faint { (id) } }
            @if let Some(span) = own.place {
                " " span .faint { (provenance::place(view.sources, span)) }
            }
            (changes(view, &own.lines))
        }
    }
}

fn changes(view: PageView<'_>, lines: &[Line<'_>]) -> Markup {
    html! {
        @for change in lines {
            div {
                span .(class(change.sign)) { (change.sign.as_char()) " " (line(&change.text)) }
                @if let Some(via) = change.via { " " span .faint { (provenance::via(via, view.sources)) } }
                @if change.drift { " (drift)" }
            }
        }
        @if let Some(aside) = lines.iter().find_map(|change| change.aside.as_deref()) {
            div .faint { (line(aside)) }
        }
    }
}

fn class(sign: Sign) -> &'static str {
    match sign {
        Sign::Irreversible => "bang",
        Sign::Added => "plus",
        Sign::Removed | Sign::Lost => "minus",
        Sign::Changed => "change",
        Sign::Aside => "faint",
    }
}
