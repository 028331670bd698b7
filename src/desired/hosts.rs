//! Which hosts a file may name. Who writes the file isn't who may use the credentials: whatever a file says, tokens and
//! assertions go to hosts of Okta's alone. Others come from the environment.

use super::model::Environment;
use super::taken::WordAt;
use super::words::domain;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::ids::Domain;

/// Said wherever a file names another host.
const ELSEWHERE: &str = "only the environment may say that it is elsewhere";

/// `account.environment`.
pub(super) fn environment(at: &WordAt<'_>, found: &mut Diagnostics) -> Option<Environment> {
    match &*at.value {
        "production" => return Some(Environment::Production),
        "sandbox" => return Some(Environment::Sandbox),
        _ => {}
    }
    let host = at.value.strip_prefix("https://");
    let host = host.map(|host| host.strip_suffix('/').unwrap_or(host));
    let server = host
        .and_then(|host| Domain::parse(host).ok())
        .filter(Domain::is_aerial_server);
    // Of what is no URL at all the schema says so.
    let url = ["https://", "http://"].iter().any(|scheme| {
        at.value.starts_with(scheme)
            && !at
                .value
                .contains(|c: char| c.is_whitespace() || "?#".contains(c))
    });
    if url && server.is_none() {
        found.push(
            Diagnostic::error(
                Code::ForeignHost,
                "`account.environment` isn't one of Okta's Aerial servers",
            )
            .at(at.span)
            .help(format!(
                "write `production`, `sandbox` or a URL such as `https://aerial-apac.okta.com`; {ELSEWHERE}"
            )),
        );
    }
    server.map(Environment::Host)
}

/// `account.aerialOrg`.
pub(super) fn aerial_org(at: &WordAt<'_>, found: &mut Diagnostics) -> Option<Domain> {
    let org = domain(at, found)?;
    if org.is_oktas() {
        return Some(org);
    }
    found.push(
        Diagnostic::error(
            Code::ForeignHost,
            "`account.aerialOrg` isn't a host of Okta's",
        )
        .at(at.span)
        .help(format!(
            "write the Aerial org's own host, such as `acme-aerial.okta.com`, not a custom domain; {ELSEWHERE}"
        )),
    );
    None
}

/// The `domain` of an org.
pub(super) fn org(at: &WordAt<'_>, found: &mut Diagnostics) -> Option<Domain> {
    let org = domain(at, found)?;
    if org.is_oktas() {
        return Some(org);
    }
    found.push(
        Diagnostic::error(Code::ForeignDomain, format!("`{org}` isn't a host of Okta's"))
            .at(at.span)
            .help("write the org's Okta host, such as `acme-emea.okta.com`, not a custom domain; or its `id` alone"),
    );
    None
}
