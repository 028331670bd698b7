//! Who may do what on an org's own host: SSWS tokens, and OAuth tokens with scopes.

use std::time::SystemTime;

use super::call::{Reply, forbidden};
use super::state::{ADMIN, Org, State};
use super::token::{Entered, Presented, READ_LOG, Tokens};

/// Who asks, where they may.
pub(super) fn on_org(
    state: &State,
    tokens: &mut Tokens,
    domain: &str,
    segments: &[&str],
    presented: &Presented<'_>,
    now: SystemTime,
) -> Result<String, Reply> {
    let domain = domain.to_lowercase();
    let invalid = || Reply::error(401, "E0000011", "Invalid token provided", &[]);
    let own = state.orgs.iter().find(|org| org.domain == domain);
    let (scheme, token) = presented
        .authorization
        .and_then(|header| header.split_once(' '))
        .ok_or_else(invalid)?;
    let has = |org: &Org| org.api_tokens.iter().any(|known| known == token);
    if state.orgs.iter().any(has) {
        // An org's token is good there and nowhere else.
        let good = own.is_some_and(has) && scheme.eq_ignore_ascii_case("SSWS");
        return if good {
            Ok(ADMIN.to_owned())
        } else {
            Err(invalid())
        };
    }
    match tokens.entered(presented, state.switches.resource_nonce, now)? {
        Entered::Open => {
            let closed =
                own.is_some_and(|org| !org.api_tokens.is_empty() || !org.clients.is_empty());
            if closed {
                Err(invalid())
            } else {
                Ok(ADMIN.to_owned())
            }
        }
        Entered::Client {
            host,
            scopes,
            client,
        } => {
            let at_home = match host {
                Some(host) => host == domain,
                None => own.is_some_and(|org| org.aerial_org),
            };
            if !at_home {
                return Err(invalid());
            }
            match needed(presented.method, segments) {
                Some(needed) if !allows(&scopes, &needed) => Err(forbidden(&[])),
                _ => Ok(client),
            }
        }
    }
}

/// Whether a request may read the System Log where the tokens come from.
pub(super) fn on_log(
    tokens: &mut Tokens,
    nonce_needed: bool,
    presented: &Presented<'_>,
    now: SystemTime,
) -> Result<(), Reply> {
    match tokens.entered(presented, nonce_needed, now)? {
        Entered::Open => Ok(()),
        Entered::Client { host: Some(_), .. } => {
            Err(Reply::error(401, "E0000011", "Invalid token provided", &[]))
        }
        Entered::Client { scopes, .. } if allows(&scopes, READ_LOG) => Ok(()),
        Entered::Client { .. } => Err(forbidden(&[])),
    }
}

/// The scope that a call needs; `None` where there is no such call.
fn needed(method: &str, segments: &[&str]) -> Option<String> {
    let ["api", "v1", rest @ ..] = segments else {
        return None;
    };
    let word = if method == "GET" { "read" } else { "manage" };
    let scope = match rest {
        // Okta asks for this even to read a consent.
        ["org", "privacy", ..] | ["orgs"] => return Some("okta.orgs.manage".to_owned()),
        ["org", ..] => "orgs",
        ["threats", ..] => "threatInsights",
        ["zones", ..] => "networkZones",
        ["trustedOrigins", ..] => "trustedOrigins",
        ["groups", ..] => "groups",
        ["apps", ..] => "apps",
        ["policies", ..] => "policies",
        ["logs"] => "logs",
        _ => return None,
    };
    Some(format!("okta.{scope}.{word}"))
}

/// Whether one of the scopes is the needed one, or the manage scope that includes it.
fn allows(scopes: &[String], needed: &str) -> bool {
    let manage = needed.replace(".read", ".manage");
    scopes
        .iter()
        .any(|scope| *scope == needed || *scope == manage)
}
