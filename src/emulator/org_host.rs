//! The APIs of an org's own host, served under `/~{domain}`.

use serde_json::json;

use super::apps::apps;
use super::call::{Call, Reply, forbidden, no_such_path, not_found};
use super::consent::consent;
use super::creator::create_child;
use super::groups::groups;
use super::host::OrgHost;
use super::inside::Inside;
use super::logs::logs;
use super::origins::trusted_origins;
use super::policies::policies;
use super::ready::is_ready;
use super::settings::{org, threats};
use super::state::State;
use super::zones::zones;

/// Whether Okta answers this to anybody.
pub(super) fn is_public(segments: &[&str]) -> bool {
    segments.first() == Some(&".well-known")
}

/// Answers one request to an org's own host; `segments` is the path on that host.
pub(super) fn on_org_host(
    state: &mut State,
    domain: &str,
    segments: &[&str],
    call: &Call<'_>,
) -> Reply {
    let domain = domain.to_lowercase();
    let Some(index) = state.orgs.iter().position(|org| org.domain == domain) else {
        return not_found("Org");
    };
    let Some(one) = state.orgs.get(index) else {
        return not_found("Org");
    };
    let ready = is_ready(state, one, call.now);
    if segments == [".well-known", "okta-organization"] {
        if !ready && !state.switches.new_org_resolves {
            return not_found("Org");
        }
        return Reply::ok(json!({
            "id": one.id,
            "_links": {"organization": {"href": format!("https://{domain}")}},
            "pipeline": "idx",
        }));
    }
    if !ready {
        return match state.switches.new_org_status {
            401 => Reply::error(401, "E0000011", "Invalid token provided", &[]),
            503 => Reply::error(503, "E0000010", "Service is in read only mode", &[]),
            _ => not_found("Org"),
        };
    }
    if one.status == "INACTIVE" {
        return forbidden(&["The org isn't active."]);
    }
    match segments {
        ["api", "v1", "org", "privacy", "aerial", rest @ ..] => consent(state, index, rest, call),
        ["api", "v1", "logs"] => {
            let owner = (!one.aerial_org).then(|| domain.clone());
            logs(state, owner.as_deref(), call)
        }
        ["api", "v1", "orgs"] if call.method == "POST" => create_child(state, &domain, call),
        ["api", "v1", rest @ ..] => {
            let mut inside = one.contents();
            let host = OrgHost {
                state,
                domain: &domain,
            };
            let reply = collections(&mut inside, &host, rest, call);
            if reply.changed
                && let Some(org) = state.orgs.get_mut(index)
            {
                org.inside = Some(Box::new(inside));
            }
            reply
        }
        _ => no_such_path(),
    }
}

fn collections(
    inside: &mut Inside,
    host: &OrgHost<'_>,
    segments: &[&str],
    call: &Call<'_>,
) -> Reply {
    match segments {
        ["org"] => org(inside, host, call),
        ["threats", "configuration"] => threats(inside, host, call),
        ["zones", rest @ ..] => zones(inside, host, rest, call),
        ["trustedOrigins", rest @ ..] => trusted_origins(inside, host, rest, call),
        ["groups", rest @ ..] => groups(inside, host, rest, call),
        ["apps", rest @ ..] => apps(inside, host, rest, call),
        ["policies", rest @ ..] => policies(inside, host, rest, call),
        _ => no_such_path(),
    }
}
