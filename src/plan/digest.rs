//! Fingerprints: `sha256:` and the hex digest of canonical JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};

use super::model::Plan;
use super::wire::PlanV1;
use crate::desired::baseline::{Baseline, BaselineObject};
use crate::desired::constraint::{Constraints, Exclusion, MaxOrgs, Requirement};
use crate::desired::model::{
    Account, Amount, Desired, DesiredOrg, Enforce, Guardrails, NewAdmin, NewOrg, StatusGoal,
    UnmanagedPolicy,
};
use crate::ids::{OrgName, ProductId};
use crate::inside::{InsideObject, InsideRead, OrgInside};
use crate::live::{LiveOrg, Snapshot};

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
    let mut plan = PlanV1::from(plan);
    plan.today = None; // the same plan on another day
    for breach in &mut plan.guardrails {
        breach.allowed = false; // the same plan, whoever is let through with it
    }
    sha256(&serde_json::to_value(plan).unwrap_or_default())
}

/// The fingerprint of what the file means; its order, its letter case and its names don't matter. Everything is taken apart
/// here, so that a new key can't be forgotten.
#[must_use]
pub fn of_desired(desired: &Desired) -> String {
    let Desired {
        account,
        defaults: _, // each org has them in it
        orgs,
        ignored,
        guardrails,
        constraints,
        waves,
        baselines,
        names: _,   // what the file calls a product changes nothing
        bundles: _, // in the lists
    } = desired;
    let orgs: Vec<Json> = orgs.iter().map(org).collect();
    let mut all = json!({
        "account": self::account(account),
        "orgs": orgs,
        "ignoreProducts": ignored,
        "guardrails": limits(guardrails),
        "constraints": rules(constraints),
        "baselines": baselines.iter().map(|(name, baseline)| (name.to_string(), inside(baseline))).collect::<serde_json::Map<_, _>>(),
    });
    // Those of a file without waves stay what they were.
    if let Some(all) = all.as_object_mut().filter(|_| !waves.is_empty()) {
        all.insert("waves".to_owned(), json!(waves.join(" ")));
    }
    sha256(&all)
}

fn account(account: &Account) -> Json {
    let Account {
        id,
        environment,
        aerial_org,
        partner,
    } = account;
    let environment = environment.to_string();
    json!({"id": id, "environment": environment, "aerialOrg": aerial_org, "partner": partner})
}

fn org(org: &DesiredOrg) -> Json {
    let DesiredOrg {
        name,
        cell,
        cell_is_own: _, // where the cell stands changes nothing
        status,
        until,
        products: _, // as a set, below
        enforce,
        baseline,
        parent,
        consent,
        create,
        new,
        wave,
        owner: _,  // shown, and nothing more
        note: _,   // as the owner
        origin: _, // a place in the file
    } = org;
    let mut all = json!({
        "domain": name.domain(),
        "id": name.id(),
        "cell": cell,
        "status": status.map(StatusGoal::as_str),
        "products": listed(org),
        "until": until.map(|day| day.to_string()),
        "enforce": match enforce {
            Enforce::Exact => "exact",
            Enforce::Additive => "additive",
        },
        "baseline": baseline.as_deref(),
        "parent": parent,
        "consent": consent,
        "create": create.as_deref().map(birth),
        "new": new,
    });
    if let (Some(wave), Some(all)) = (wave, all.as_object_mut()) {
        all.insert("wave".to_owned(), json!(**wave));
    }
    all
}

/// Each product, and until when.
fn listed(org: &DesiredOrg) -> Option<BTreeMap<String, Option<String>>> {
    let products = org.products.as_ref()?.iter();
    let listed = products.map(|product| {
        let until = product.until.map(|day| day.to_string());
        (product.id.to_string(), until)
    });
    Some(listed.collect())
}

fn birth(new: &NewOrg) -> Json {
    let NewOrg {
        parent,
        domain: _, // the org's own
        name,
        website,
        admin,
    } = new;
    let NewAdmin {
        first_name,
        last_name,
        email,
        login,
        password_from,
    } = admin;
    json!({
        "parent": parent,
        "name": name,
        "website": website,
        "admin": [first_name, last_name, email, login, password_from],
    })
}

/// The objects by name, each with its fields.
fn inside(baseline: &Baseline) -> Json {
    let Baseline { objects } = baseline;
    let objects = objects.iter().map(|object| {
        let BaselineObject {
            name,
            body,
            system,
            span: _, // a place in the file
        } = object;
        (name.to_string(), json!({"body": **body, "system": system}))
    });
    Json::Object(objects.collect())
}

/// The rules by product, whatever they were called.
fn rules(constraints: &Constraints) -> Json {
    let Constraints {
        requires,
        excludes,
        every_org,
        max_orgs,
    } = constraints;
    let requires = requires.iter().map(|(id, rule)| {
        let Requirement { needs, span: _ } = rule;
        let needs: BTreeSet<_> = needs.iter().collect();
        (id.to_string(), json!(needs))
    });
    let excludes = excludes.iter().map(|(id, rule)| {
        let Exclusion { products, span: _ } = rule;
        (id.to_string(), json!(products))
    });
    let max_orgs = max_orgs.iter().map(|(id, rule)| {
        let MaxOrgs { most, span: _ } = rule;
        (id.to_string(), json!(most))
    });
    json!({
        "requires": Json::Object(requires.collect()),
        "excludes": Json::Object(excludes.collect()),
        "everyOrg": every_org.keys().collect::<Vec<_>>(),
        "maxOrgs": Json::Object(max_orgs.collect()),
    })
}

fn limits(guardrails: &Guardrails) -> Json {
    let Guardrails {
        max_disabled,
        max_linked,
        max_configured,
        max_created,
        max_consented,
        max_deactivated,
        max_deleted,
        protected,
        unmanaged,
        unread,
        lookalikes,
    } = guardrails;
    let max_disabled = max_disabled.map(|amount| match amount {
        Amount::Count(count) => count.to_string(),
        Amount::Percent(percent) => format!("{percent}%"),
    });
    let protected: Vec<&str> = protected.iter().map(OrgName::label).collect();
    json!({
        "maxDisabled": max_disabled,
        "maxLinked": max_linked,
        "maxConfigured": max_configured,
        "baselineUnread": unread.as_str(),
        "maxCreated": max_created,
        "maxConsented": max_consented,
        "lookalikes": lookalikes.as_str(),
        "maxDeactivated": max_deactivated,
        "maxDeleted": max_deleted,
        "protectedOrgs": protected,
        "unmanagedOrgs": match unmanaged {
            UnmanagedPolicy::Ignore => "ignore",
            UnmanagedPolicy::Warn => "warn",
            UnmanagedPolicy::Fail => "fail",
        },
    })
}

/// The fingerprint of what was read of the account.
#[must_use]
pub(super) fn of_live(live: &Snapshot) -> String {
    let Snapshot {
        account,
        account_name: _, // no plan depends on what the account is called
        subscribed,
        orgs,
        insides,
        coverage: _, // what was read is what counts
        resolved,
        surroundings: _, // shown, and nothing is planned of it
        remembered: _,   // the same orgs are the same plan, however they are known
    } = live;
    let orgs: Vec<Json> = orgs.iter().map(live_org).collect();
    let subscribed: Vec<&ProductId> = subscribed.keys().collect();
    let all =
        json!({"account": account, "orgs": orgs, "subscribed": subscribed, "resolved": resolved});
    if insides.is_empty() {
        return sha256(&all);
    }
    let insides = insides.iter();
    let insides = insides.map(|(id, inside)| (id.to_string(), live_inside(inside)));
    sha256(&json!({"account": all, "insides": Json::Object(insides.collect())}))
}

fn live_inside(inside: &OrgInside) -> Json {
    match inside {
        OrgInside::Read(InsideRead {
            objects,
            doubles,
            places,
        }) => {
            let objects = objects.iter().map(|(name, object)| {
                let InsideObject {
                    id: _, // in the body
                    system: _,
                    body,
                    veiled: _, // the same
                } = object;
                (name.to_string(), body.clone())
            });
            let objects = Json::Object(objects.collect());
            let places = places.values().flatten();
            let places: Vec<Json> = places
                .map(|one| json!([one.name, one.system, one.priority]))
                .collect();
            let doubles: Vec<&[String; 2]> = doubles.values().collect();
            json!({"objects": objects, "doubles": doubles, "places": places})
        }
        // Why differs from run to run.
        OrgInside::Unread(_) => Json::Null,
    }
}

fn live_org(org: &LiveOrg) -> Json {
    let LiveOrg {
        id,
        domain,
        display_name: _, // shown, and nothing more
        cell,
        status,
        aerial_org,
        products: _, // by id, below
    } = org;
    json!({
        "id": id,
        "domain": domain,
        "cell": cell,
        "status": status.as_str(),
        "aerialOrg": aerial_org,
        "products": org.enabled(),
    })
}
