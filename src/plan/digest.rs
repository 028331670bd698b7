//! Fingerprints: `sha256:` and the hex digest of canonical JSON.

use std::fmt::Write as _;

use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};

use super::Plan;
use super::wire::PlanV1;
use crate::desired::model::{Amount, Desired, Enforce, Environment, UnmanagedPolicy};
use crate::ids::{OrgName, Status};
use crate::live::Snapshot;

fn sha256(json: &Json) -> String {
    // `serde_json` keeps object keys sorted here, so equal values have equal bytes.
    let hash = Sha256::digest(json.to_string().as_bytes());
    hash.iter().fold("sha256:".to_owned(), |mut hex, byte| {
        // Writing to a string can't fail.
        _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// The fingerprint of a plan's published form.
#[must_use]
pub fn of_plan(plan: &Plan) -> String {
    sha256(&serde_json::to_value(PlanV1::from(plan)).unwrap_or_default())
}

/// The fingerprint of what the file means; its order, its letter case and its names don't matter.
#[must_use]
pub fn of_desired(desired: &Desired) -> String {
    let Desired {
        account,
        orgs,
        ignored,
        limits,
        names: _, // what the file calls a product changes nothing
    } = desired;
    let orgs: Vec<Json> = orgs
        .iter()
        .map(|org| {
            json!({
                "domain": org.name.domain(),
                "id": org.name.id(),
                "cell": org.cell,
                "status": org.status.map(|status| match status {
                    Status::Active => "active",
                    Status::Inactive => "inactive",
                }),
                "products": org.listed(),
                "enforce": match org.enforce {
                    Enforce::Exact => "exact",
                    Enforce::Additive => "additive",
                },
            })
        })
        .collect();
    sha256(&json!({
        "account": {
            "id": account.id,
            "environment": match &account.environment {
                Environment::Production => "production",
                Environment::Sandbox => "sandbox",
                Environment::Url(url) => url,
            },
            "aerialOrg": account.aerial_org,
        },
        "orgs": orgs,
        "ignoreProducts": ignored,
        "guardrails": {
            "maxDisabled": limits.max_disabled.map(|amount| match amount {
                Amount::Count(count) => count.to_string(),
                Amount::Percent(percent) => format!("{percent}%"),
            }),
            "maxLinked": limits.max_linked,
            "maxDeactivated": limits.max_deactivated,
            "protectedOrgs": limits.protected.iter().map(OrgName::label).collect::<Vec<_>>(),
            "unmanagedOrgs": match limits.unmanaged {
                UnmanagedPolicy::Ignore => "ignore",
                UnmanagedPolicy::Warn => "warn",
                UnmanagedPolicy::Fail => "fail",
            },
        },
    }))
}

/// The fingerprint of what was read of the account.
pub(super) fn of_live(live: &Snapshot) -> String {
    let orgs: Vec<Json> = live
        .orgs
        .iter()
        .map(|org| {
            json!({
                "id": org.id,
                "domain": org.domain,
                "cell": org.cell,
                "status": org.status.as_str(),
                "aerialOrg": org.aerial_org,
                "products": org.enabled(),
            })
        })
        .collect();
    let subscribed: Vec<&str> = live.subscribed.keys().map(|id| id.as_str()).collect();
    sha256(&json!({"account": live.account, "orgs": orgs, "subscribed": subscribed}))
}
