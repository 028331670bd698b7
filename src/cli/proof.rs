//! The proof that a command wrote nothing: what its tokens reach, and what it sent.

use super::output::Printer;
use crate::aerial::Reader;
use crate::auth::Reach;
use crate::diagnostic::counted;
use crate::http::Sent;
use crate::log::LogReader;
use crate::org::{OrgHosts, OrgReads};

/// What protects where no scope does: a reader has no method that writes.
const TYPE_ALONE: &str = "what protects is that this command can't write";

/// Says it of a command that read the account, and perhaps at the hosts of orgs and in the System Log.
pub(super) fn tell(
    account: &Reader,
    orgs: Option<&OrgHosts>,
    log: Option<&LogReader>,
    printer: &Printer,
) {
    let inside = orgs.map_or_else(OrgReads::default, OrgHosts::reads);
    let log = log.map(|log| {
        let scope = match log.reach() {
            Reach::Scope(scope) => format!(" (scope {scope})"),
            Reach::Unknown | Reach::Unscoped => String::new(),
        };
        format!(
            "{} of the System Log{scope}",
            counted(log.sent().reads, "GET")
        )
    });
    printer.status(&line(account.reach(), account.sent(), inside, log));
}

fn line(reach: Reach, sent: Sent, inside: OrgReads, log: Option<String>) -> String {
    let (scope, mut unprotected) = match reach {
        Reach::Scope(scope) => (format!("scope {scope}, "), Vec::new()),
        Reach::Unknown => (
            String::new(),
            vec!["the access token was given, and its scopes aren't known".to_owned()],
        ),
        Reach::Unscoped => (String::new(), vec!["an API token has no scopes".to_owned()]),
    };
    let mut parts = vec![format!(
        "read-only: {scope}{}, {}",
        counted(sent.reads, "GET"),
        counted(sent.writes, "write")
    )];
    parts.extend(log);
    if inside.requests > 0 {
        parts.push(format!(
            "{} at {}",
            counted(inside.requests, "GET"),
            match inside.orgs {
                1 => "1 org's own host".to_owned(),
                orgs => format!("{orgs} orgs' own hosts"),
            }
        ));
    }
    if inside.unscoped > 0 {
        unprotected.push(format!(
            "{} of these hosts by an API token (SSWS), which has no scopes",
            inside.unscoped
        ));
    }
    if !unprotected.is_empty() {
        parts.push(format!("{}: {TYPE_ALONE}", unprotected.join(", and ")));
    }
    parts.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_named_where_one_was_asked_for_and_nowhere_else() {
        let sent = Sent {
            reads: 7,
            writes: 0,
        };
        let none = OrgReads::default();
        let by_tokens = OrgReads {
            requests: 21,
            orgs: 3,
            unscoped: 2,
        };
        let by_apps = OrgReads {
            requests: 1,
            orgs: 1,
            unscoped: 0,
        };
        let scope = Reach::Scope("okta.accounts.read".into());
        for (reach, inside, said) in [
            (
                scope.clone(),
                none,
                "read-only: scope okta.accounts.read, 7 GETs, 0 writes",
            ),
            (
                scope.clone(),
                by_apps,
                "read-only: scope okta.accounts.read, 7 GETs, 0 writes; 1 GET at 1 org's own host",
            ),
            (
                Reach::Unknown,
                none,
                "read-only: 7 GETs, 0 writes; the access token was given, and its scopes aren't known: what protects is that this command can't write",
            ),
            (
                scope.clone(),
                by_tokens,
                "read-only: scope okta.accounts.read, 7 GETs, 0 writes; 21 GETs at 3 orgs' own hosts; 2 of these hosts by an API token (SSWS), which has no scopes: what protects is that this command can't write",
            ),
        ] {
            assert_eq!(line(reach, sent, inside, None), said);
        }
        let log = Some("1 GET of the System Log (scope okta.logs.read)".to_owned());
        assert_eq!(
            line(scope, sent, by_apps, log),
            "read-only: scope okta.accounts.read, 7 GETs, 0 writes; 1 GET of the System Log (scope okta.logs.read); 1 GET at 1 org's own host"
        );
    }
}
