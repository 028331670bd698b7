//! Words of the file as values.

use super::model::{Amount, Enforce};
use super::raw::At;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, quote};
use crate::ids::Domain;

/// An org's host; never that of its admin console, which people copy from the browser.
pub(super) fn domain(at: &At<String>, found: &mut Diagnostics) -> Option<Domain> {
    match Domain::parse(&at.value) {
        Ok(domain) => {
            if let Some(plain) = domain.behind_admin_console() {
                found.push(
                    Diagnostic::error(
                        Code::AdminHost,
                        format!("`{domain}` is the host of an admin console"),
                    )
                    .at(at.span)
                    .help(format!("write the org's own host: `{plain}`")),
                );
                return None;
            }
            Some(domain)
        }
        Err(reason) => {
            found.push(
                Diagnostic::error(
                    Code::InvalidDomain,
                    format!("{} {reason}", quote(&at.value)),
                )
                .at(at.span),
            );
            None
        }
    }
}

pub(super) fn enforce(word: &str) -> Option<Enforce> {
    match word {
        "exact" => Some(Enforce::Exact),
        "additive" => Some(Enforce::Additive),
        _ => None,
    }
}

/// `5` or `20%`.
pub(super) fn amount(text: &str) -> Option<Amount> {
    match text.strip_suffix('%') {
        Some(number) => number.trim().parse().ok().map(Amount::Percent),
        None => text.parse().ok().map(Amount::Count),
    }
}
