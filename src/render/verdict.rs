//! What the guardrails say of a plan.

use super::view::PlanView;
use crate::diagnostic::counted;
use crate::plan::{Breach, Guardrail, Provenance, Withheld};

/// What the guardrails say of a plan, in one sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Whether the command that would carry out the plan refuses it.
    pub refuses: bool,
    /// Whether it is beyond a limit, allowed or not.
    pub beyond: bool,
    pub text: String,
}

/// The sentence that says how to go on: the key in the file, and the flag that lifts the limit once, with the number.
#[must_use]
pub fn advice(breach: &Breach, provenance: &Provenance) -> String {
    let command = match provenance.command() {
        "undo" => "undo RECEIPT",
        command => command,
    };
    let place = breach.guardrail.place();
    let word = breach.guardrail.allowance().as_str();
    if breach.by_allowance {
        return format!(
            "allow as much with `{command} --allow {word}={}`",
            breach.actual
        );
    }
    let change = match breach.guardrail {
        Guardrail::UnmanagedOrgs => "list these orgs, change",
        Guardrail::BaselineUnread => "give credentials for these orgs, change",
        Guardrail::Lookalikes => "correct the domain, say `new: true` where it is meant, change",
        Guardrail::Constraints => "change the lists, or",
        Guardrail::MaxDisabled
        | Guardrail::MaxCreated
        | Guardrail::MaxConsented
        | Guardrail::MaxLinked
        | Guardrail::MaxConfigured
        | Guardrail::MaxDeactivated
        | Guardrail::MaxDeleted
        | Guardrail::ProtectedOrgs => "change",
    };
    format!(
        "{change} `{place}` in the file, or allow it for one run with `{command} --allow {word}={}`",
        breach.actual
    )
}

/// `apply will refuse: maxDisabled 22 > 5; --allow disables=22 lifts it once`; `None` where there is nothing to judge.
#[must_use]
pub fn short(view: PlanView<'_>) -> Option<Verdict> {
    let (lifted, refused): (Vec<&Breach>, Vec<&Breach>) = view
        .plan
        .breaches
        .iter()
        .partition(|breach| view.plan.allowances.lift(breach));
    let all = |breaches: &[&Breach]| {
        let breaches = breaches.iter();
        breaches
            .map(|breach| numbers(breach))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let words = |breaches: &[&Breach]| {
        let breaches = breaches.iter();
        let words = breaches.map(|breach| {
            format!(
                "{}={}",
                breach.guardrail.allowance().as_str(),
                breach.actual
            )
        });
        words.collect::<Vec<_>>().join(",")
    };
    let withheld = view.plan.withheld.as_slice();
    let command = view.plan.provenance.command();
    let text = match (refused.as_slice(), lifted.as_slice()) {
        ([], []) if !withheld.is_empty() => {
            format!("{command} will refuse: {}", left_out(withheld))
        }
        ([], []) if view.plan.steps.is_empty() => return None,
        ([], []) => "Within the guardrails.".to_owned(),
        ([], lifted) if !withheld.is_empty() => format!(
            "{command} will refuse: {}; beyond the guardrails: {}",
            left_out(withheld),
            allowed(view, lifted)
        ),
        ([], lifted) => format!("Beyond the guardrails: {}.", allowed(view, lifted)),
        (refused, lifted) => {
            let it = if refused.len() == 1 { "it" } else { "them" };
            let refusal = format!(
                "{command} will refuse: {}; --allow {} lifts {it} once",
                all(refused),
                words(refused)
            );
            let more = [
                (!lifted.is_empty()).then(|| allowed(view, lifted)),
                (!withheld.is_empty()).then(|| left_out(withheld)),
            ];
            more.into_iter()
                .flatten()
                .fold(refusal, |text, more| format!("{text}; {more}"))
        }
    };
    Some(Verdict {
        refuses: !refused.is_empty() || !withheld.is_empty(),
        beyond: !view.plan.breaches.is_empty() || !withheld.is_empty(),
        text,
    })
}

/// `maxDisabled 22 > 5, allowed by --allow disables=22`: of limits that are lifted in this run, with the words as they were
/// given.
fn allowed(view: PlanView<'_>, lifted: &[&Breach]) -> String {
    let given = view.plan.allowances.words();
    let lifted = lifted.iter().map(|breach| {
        let word = breach.guardrail.allowance().as_str();
        let given = given.iter().find(|one| one.split('=').next() == Some(word));
        let given = given.map_or(word, String::as_str);
        format!("{}, allowed by --allow {given}", numbers(breach))
    });
    lifted.collect::<Vec<_>>().join("; ")
}

/// Of what is left out, why.
fn left_out(withheld: &[Withheld]) -> String {
    match withheld {
        [] => String::new(),
        [one] => one.why.clone(),
        [one, rest @ ..] => {
            let rest = counted(rest.len() as u64, "more org");
            format!("{}; likewise {rest}", one.why)
        }
    }
}

/// `maxDisabled 22 > 5`; of a percentage what it is of.
fn numbers(breach: &Breach) -> String {
    let key = breach.guardrail.key();
    let of = breach
        .share
        .map_or_else(String::new, |share| format!(" ({})", share.words()));
    format!("{key} {} > {}{of}", breach.actual, breach.limit)
}
