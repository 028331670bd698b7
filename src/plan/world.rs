//! Small worlds for tests of planning: a file, an account, and the plan between them, without a server.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value as Json;

use super::approve::Checked;
use super::model::{Plan, PlanOptions};
use super::planner::{NoPlan, plan};
use crate::desired::Desired;
use crate::diagnostic::{Source, Sources};
use crate::ids::{AccountId, Cell, Collection, Domain, ObjectName, OrgId, ProductId, Status};
use crate::inside::{InsideObject, InsideRead, OrgInside, Ranked};
use crate::live::{Coverage, LiveOrg, LiveStatus, Snapshot};

/// A desired state with these orgs, one YAML flow mapping each; `extra` are more lines at the top level.
pub(crate) fn desired(extra: &str, orgs: &[&str]) -> Desired {
    let orgs: Vec<String> = orgs.iter().map(|org| format!("  - {org}\n")).collect();
    let account = if extra.contains("account:") {
        ""
    } else {
        "account: {id: 0227a, aerialOrg: acme-aerial.okta.com}\n"
    };
    let text = format!(
        "version: 1\n{account}defaults: {{cell: ok1}}\n{extra}\norgs:\n{}",
        if orgs.is_empty() {
            "  []\n".to_owned()
        } else {
            orgs.concat()
        }
    );
    let sources = Sources::new(vec![Source::new("aerial.yaml", text)]);
    let loaded = crate::desired::load(&sources);
    loaded
        .desired
        .unwrap_or_else(|| panic!("{:#?}", loaded.diagnostics))
}

/// A set of products from words such as `P1 P2`.
pub(crate) fn products(words: &str) -> std::collections::BTreeSet<ProductId> {
    let ids = words.split_whitespace().map(ProductId::parse);
    ids.map(Result::unwrap).collect()
}

/// A managed, active org `NAME.okta.com` with the id `00oNAME` and these products.
pub(crate) fn org(name: &str, words: &str) -> LiveOrg {
    LiveOrg {
        id: OrgId::parse(&format!("00o{name}")).unwrap(),
        domain: Domain::parse(&format!("{name}.okta.com")).unwrap(),
        display_name: String::new(),
        cell: Cell::parse("ok1").ok(),
        status: LiveStatus::Known(Status::Active),
        aerial_org: false,
        products: Some(Arc::new(named(words))),
    }
}

/// The same, inactive.
pub(crate) fn inactive(name: &str, words: &str) -> LiveOrg {
    LiveOrg {
        status: LiveStatus::Known(Status::Inactive),
        ..org(name, words)
    }
}

/// What was read inside of the org `NAME.okta.com`: objects by reference, as Okta answers.
pub(crate) fn inside(name: &str, objects: &[(&str, Json)]) -> (OrgId, OrgInside) {
    let objects = objects.iter().map(|(name, body)| {
        let name = match *name {
            "orgSettings" => ObjectName::single(Collection::OrgSettings),
            "threatInsight" => ObjectName::single(Collection::ThreatInsight),
            named => ObjectName::referred(named).unwrap(),
        };
        let object = InsideObject::of(name.collection(), body.clone());
        (name, object)
    });
    let id = OrgId::parse(&format!("00o{name}")).unwrap();
    let mut read = InsideRead {
        objects: objects.collect(),
        ..InsideRead::default()
    };
    // Nothing else stands in the lists.
    for (name, object) in &read.objects {
        let shelf = name.shelf();
        if shelf.is_ordered() {
            let placed = Ranked {
                name: name.name().to_owned(),
                ..Ranked::of(&object.body)
            };
            read.places.entry(shelf).or_default().push(placed);
        }
    }
    (id, OrgInside::Read(read))
}

fn named(words: &str) -> BTreeMap<ProductId, String> {
    let ids = products(words).into_iter();
    ids.map(|id| (id.clone(), format!("Product {id}")))
        .collect()
}

/// An account with its Aerial org and these, subscribed to P1 to P5.
pub(crate) fn account(orgs: Vec<LiveOrg>) -> Snapshot {
    let mut all = vec![LiveOrg {
        aerial_org: true,
        ..org("acme-aerial", "")
    }];
    all.extend(orgs);
    all.sort_by_key(LiveOrg::name);
    Snapshot {
        account: AccountId::parse("0227a").unwrap(),
        account_name: "Acme".to_owned(),
        subscribed: named("P1 P2 P3 P4 P5"),
        orgs: all,
        insides: BTreeMap::new(),
        coverage: Coverage::Whole,
        resolved: BTreeMap::new(),
        surroundings: None,
        remembered: None,
    }
}

/// The plan, which keeps every law.
pub(crate) fn planned(desired: &Desired, live: &Snapshot) -> Plan {
    checked(desired, live).plan().clone()
}

/// The same with its proof.
pub(crate) fn checked(desired: &Desired, live: &Snapshot) -> Checked {
    plan(desired, live, &PlanOptions::default()).unwrap_or_else(|reason| panic!("{reason:#?}"))
}

/// The words of the findings for which there is no plan.
pub(crate) fn unfit(desired: &Desired, live: &Snapshot) -> Vec<&'static str> {
    let Err(NoPlan::Unfit(found)) = plan(desired, live, &PlanOptions::default()) else {
        panic!("there is a plan");
    };
    found.iter().map(|one| one.code.as_str()).collect()
}

/// A plan's steps as lines: `3 link new.okta.com +P1 -P2 < 1 POST /orgs`.
pub(crate) fn lines(plan: &Plan) -> Vec<String> {
    plan.steps
        .iter()
        .map(|step| {
            let mut line = format!("{} {} {}", step.id, step.kind().as_str(), step.org);
            let delta = step.delta();
            for (sign, ids) in [('+', delta.enable), ('-', delta.disable)] {
                for id in ids {
                    line = format!("{line} {sign}{id}");
                }
            }
            for before in &step.depends_on {
                line = format!("{line} < {before}");
            }
            let request = &step.request;
            format!("{line} {} {}", request.method().as_str(), request.path())
        })
        .collect()
}
