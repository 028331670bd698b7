//! Words of the file as values.

use super::model::{Amount, Enforce, StatusGoal};
use super::taken::WordAt;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, quote};
use crate::ids::{Domain, OrgId, ProductId};

/// An org's host; never that of its admin console, which people copy from the browser.
pub(super) fn domain(at: &WordAt<'_>, found: &mut Diagnostics) -> Option<Domain> {
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
            let help = meant(&at.value);
            // The reason says what to write as well, as far as it can know.
            let what = match &help {
                Some(_) if ProductId::looks_like(&at.value) => "is not a host name".to_owned(),
                Some(_) if at.value.contains("://") => "is a URL, not a host name".to_owned(),
                Some(_) | None => reason.to_string(),
            };
            let message = format!("{} {what}", quote(&at.value));
            let mut finding = Diagnostic::error(Code::InvalidDomain, message).at(at.span);
            if let Some(help) = help {
                finding = finding.help(help);
            }
            found.push(finding);
            None
        }
    }
}

/// What was meant by a text that is no host name.
fn meant(text: &str) -> Option<String> {
    // Okta's org ids begin like this; a host name never lacks a dot.
    if text.starts_with("00o") && !text.contains('.') && OrgId::parse(text).is_ok() {
        return Some(format!("that is an org's id: write `id: {text}`"));
    }
    if ProductId::looks_like(text) {
        return Some(format!(
            "that is a product's id: it belongs in a list, `products: [{text}]`; write the org's host here, such as `acme.okta.com`"
        ));
    }
    let host = text
        .trim()
        .trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let host = host.split_once("://").map_or(host, |(_, rest)| rest);
    let host: String = host
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))
        .collect();
    let domain = Domain::parse(&host).ok()?;
    let domain = domain.behind_admin_console().unwrap_or(domain);
    Some(format!("write the org's own host alone: `{domain}`"))
}

/// The values of a key, in any case of their letters.
pub(super) fn status(word: &str) -> Option<StatusGoal> {
    let mut goals = StatusGoal::ALL.into_iter();
    goals.find(|goal| word.eq_ignore_ascii_case(goal.as_str()))
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
