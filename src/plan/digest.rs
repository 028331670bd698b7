//! Fingerprints: `sha256:` and the hex digest of canonical JSON.

mod orgs;

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use orgs::{CanonicalLiveOrg, CanonicalOrg};

use super::canonical::{WithList, sha256};
use super::cause::Attribution;
use super::model::Plan;
use super::wire::PlanText;
use crate::desired::baseline::{Baseline, BaselineObject};
use crate::desired::constraint::{Constraints, Exclusion, MaxOrgs, Requirement};
use crate::desired::model::{Account, Amount, Desired, Guardrails, UnmanagedPolicy};
use crate::ids::{OrgName, ProductId};
use crate::inside::{InsideObject, InsideRead, OrgInside};
use crate::live::Snapshot;

/// The fingerprint of a plan's published form.
#[must_use]
pub fn of_plan(plan: &Plan) -> String {
    let causes = Attribution::default();
    let text = PlanText::of(plan, &causes);
    let steps = text.steps;
    let mut rest = text.with_steps(());
    rest.today = None; // the same plan on another day
    for breach in &mut rest.guardrails {
        breach.allowed = false; // the same plan, whoever is let through with it
    }
    let mut rest = object(serde_json::to_value(rest).unwrap_or_default());
    rest.remove("steps");
    sha256(&WithList {
        rest,
        key: "steps",
        list: || {
            steps
                .iter()
                .map(|step| serde_json::to_value(step).unwrap_or_default())
        },
    })
}

fn object(json: Json) -> Map<String, Json> {
    if let Json::Object(map) = json {
        map
    } else {
        Map::new()
    }
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
    let mut rest = object(json!({
        "account": self::account(account),
        "ignoreProducts": ignored,
        "guardrails": limits(guardrails),
        "constraints": rules(constraints),
        "baselines": baselines.iter().map(|(name, baseline)| (name.to_string(), inside(baseline))).collect::<Map<_, _>>(),
    }));
    // Those of a file without waves stay what they were.
    if !waves.is_empty() {
        rest.insert("waves".to_owned(), json!(waves.join(" ")));
    }
    sha256(&WithList {
        rest,
        key: "orgs",
        list: || orgs.iter().map(CanonicalOrg::of),
    })
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
    let subscribed: Vec<&ProductId> = subscribed.keys().collect();
    let all = WithList {
        rest: object(json!({"account": account, "subscribed": subscribed, "resolved": resolved})),
        key: "orgs",
        list: || orgs.iter().map(CanonicalLiveOrg::of),
    };
    if insides.is_empty() {
        return sha256(&all);
    }
    let insides = insides.iter();
    let insides = insides.map(|(id, inside)| (id.to_string(), live_inside(inside)));
    let insides = Json::Object(insides.collect());
    sha256(&CanonicalAccount {
        account: all,
        insides,
    })
}

#[derive(Serialize)]
struct CanonicalAccount<A> {
    account: A,
    insides: Json,
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
