//! What to do about a guardrail that refuses a plan.

use crate::plan::{Breach, Guardrail};

/// The sentence that says how to go on: the key in the file, and the flag that lifts the limit once, with the number.
#[must_use]
pub fn advice(breach: &Breach) -> String {
    let key = breach.guardrail.key();
    let word = breach.guardrail.allowance().as_str();
    let change = match breach.guardrail {
        Guardrail::UnmanagedOrgs => "list these orgs, change",
        Guardrail::MaxDisabled
        | Guardrail::MaxLinked
        | Guardrail::MaxDeactivated
        | Guardrail::MaxDeleted
        | Guardrail::ProtectedOrgs => "change",
    };
    format!(
        "{change} `guardrails.{key}` in the file, or allow it for one run with `apply --allow {word}={}`",
        breach.actual
    )
}
