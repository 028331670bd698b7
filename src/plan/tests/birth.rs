//! Orgs that come to be: created, consented, linked; and entries that look like another org.

use crate::desired::Desired;
use crate::ids::Domain;
use crate::ids::OrgName;
use crate::live::Snapshot;
use crate::plan::model::Plan;
use crate::plan::world::{account, desired, lines, org, planned};
use crate::plan::{Creations, Evidence, PlanOptions, plan};

fn entry(domain: &str, more: &str) -> String {
    let label = domain.split('.').next().unwrap().to_uppercase();
    let admin = format!(
        "{{firstName: Ana, lastName: Doe, email: a@b.example, login: ana, passwordFrom: AERIAL_ADMIN_PASSWORD_{label}}}"
    );
    format!(
        "{{domain: {domain}, {more}create: {{parent: top.okta.com, name: New, admin: {admin}}}}}"
    )
}

fn with(orgs: &[String], extra: &str) -> Desired {
    let orgs: Vec<&str> = orgs.iter().map(String::as_str).collect();
    desired(extra, &orgs)
}

/// The account with these hosts looked at.
fn seen(mut live: Snapshot, hosts: &[(&str, bool)]) -> Snapshot {
    let hosts = hosts
        .iter()
        .map(|(domain, exists)| (Domain::parse(domain).unwrap(), *exists));
    live.resolved.extend(hosts);
    live
}

fn keys(plan: &Plan) -> Vec<&'static str> {
    let breaches = plan.breaches.iter();
    breaches.map(|breach| breach.guardrail.key()).collect()
}

#[test]
fn an_org_is_created_where_nobody_is_and_linked_once_its_parent_has_consented() {
    let orgs = [
        entry("a.okta.com", "consent: grant, products: [P1], "),
        entry("b.okta.com", "consent: grant, "),
        entry("c.okta.com", ""),
        entry("managed.okta.com", "consent: grant, "),
    ];
    let file = with(&orgs, "");
    let live = account(vec![org("managed", ""), org("top", "")]);
    let live = seen(
        live,
        &[
            ("a.okta.com", false),
            ("b.okta.com", true),
            ("c.okta.com", false),
        ],
    );
    assert_eq!(
        lines(&planned(&file, &live)),
        [
            "1 create a.okta.com POST /api/v1/orgs",
            "2 create c.okta.com POST /api/v1/orgs",
            "3 consent top.okta.com POST /api/v1/org/privacy/aerial/grant",
            "4 link a.okta.com < 1 < 3 POST /orgs",
            "5 link b.okta.com < 3 POST /orgs",
            "6 link c.okta.com < 2 POST /orgs",
            "7 enable a.okta.com +P1 < 4 PUT /orgs/{orgId}/products",
        ]
    );
    let plan = planned(&file, &live);
    // One of the file's orgs is as it should be; the parent isn't one of them.
    assert_eq!(plan.unchanged, 1);
    assert_eq!(keys(&plan), ["maxCreated"]);
}

#[test]
fn an_org_consents_itself_where_it_has_no_parent() {
    let file = desired(
        "",
        &[
            "{domain: own.okta.com, consent: grant}",
            "{domain: kid.okta.com, parent: own.okta.com, consent: grant}",
        ],
    );
    assert_eq!(
        lines(&planned(&file, &account(Vec::new()))),
        [
            "1 consent own.okta.com POST /api/v1/org/privacy/aerial/grant",
            "2 link kid.okta.com < 1 POST /orgs",
            "3 link own.okta.com < 1 POST /orgs",
        ]
    );
}

#[test]
fn one_generation_is_created_in_a_run() {
    let child = entry("child.okta.com", "").replace("top.okta.com", "new.okta.com");
    let file = with(&[entry("new.okta.com", ""), child], "");
    let hosts = [("new.okta.com", false), ("child.okta.com", false)];
    let plan = planned(&file, &seen(account(Vec::new()), &hosts));
    assert_eq!(
        lines(&plan),
        [
            "1 create new.okta.com POST /api/v1/orgs",
            "2 link new.okta.com < 1 POST /orgs"
        ]
    );
    let said: Vec<&str> = plan
        .warnings
        .iter()
        .map(|one| one.message.as_str())
        .collect();
    assert_eq!(
        said,
        ["child.okta.com isn't created in this run: its parent new.okta.com is"]
    );
}

#[test]
fn creations_and_consents_have_a_number() {
    let both = |extra: &str| {
        let orgs = [
            entry("a.okta.com", "consent: grant, "),
            entry("b.okta.com", "consent: grant, ").replace("top.", "other."),
        ];
        let hosts = [("a.okta.com", false), ("b.okta.com", false)];
        planned(&with(&orgs, extra), &seen(account(Vec::new()), &hosts))
    };
    assert_eq!(keys(&both("")), ["maxCreated", "maxConsented"]);
    assert_eq!(
        keys(&both("guardrails: {maxCreated: 2, maxConsented: 2}")),
        [""; 0]
    );
    assert_eq!(
        both("").breaches[1].message,
        "this plan grants consent on 2 orgs, the limit is 1"
    );
}

/// What is said of an entry for a domain that isn't managed: the limits, and the warnings' codes.
fn alike(entry: &str, extra: &str) -> (Vec<&'static str>, Vec<&'static str>) {
    let file = desired(extra, &[entry]);
    let live = account(vec![org("acme-emea", ""), org("acme-1", "")]);
    let plan = planned(&file, &live);
    let codes = plan.warnings.iter().map(|one| one.code.as_str());
    let codes = codes.filter(|code| *code != "unmanaged-orgs");
    (keys(&plan), codes.collect())
}

#[test]
fn a_typo_doesn_t_become_a_link() {
    let refused = (vec!["lookalikes"], vec!["lookalike"]);
    let fine = (vec![], vec![]);
    let warned = (vec![], vec!["lookalike"]);
    for domain in [
        "acme-eema.okta.com",
        "acme-eme.okta.com",
        "acme-emeaa.okta.com",
        "acme-amea.okta.com",
        "acme-emea.oktapreview.com",
    ] {
        let entry = format!("{{domain: {domain}}}");
        assert_eq!(alike(&entry, ""), refused, "{domain}");
        let new = format!("{{domain: {domain}, new: true}}");
        assert_eq!(alike(&new, ""), fine, "{domain}");
        let id = format!("{{domain: {domain}, id: 00ox}}");
        assert_eq!(alike(&id, ""), fine, "{domain}");
        assert_eq!(alike(&entry, "guardrails: {lookalikes: warn}"), warned);
    }
    for domain in ["acme-aaea.okta.com", "acme-apac.okta.com", "other.okta.com"] {
        assert_eq!(
            alike(&format!("{{domain: {domain}}}"), ""),
            fine,
            "{domain}"
        );
    }
    // Numbered orgs look like each other, and are meant.
    for domain in ["acme-2.okta.com", "acme-12.okta.com"] {
        assert_eq!(
            alike(&format!("{{domain: {domain}}}"), ""),
            warned,
            "{domain}"
        );
    }
    // Nothing is a typo for an org that an entry lists.
    let listed = desired(
        "",
        &[
            "{domain: acme-eema.okta.com}",
            "{domain: acme-emea.okta.com}",
        ],
    );
    assert_eq!(
        keys(&planned(&listed, &account(vec![org("acme-emea", "")]))),
        [""; 0]
    );
    let plan = planned(
        &desired("", &["{domain: acme-eema.okta.com}"]),
        &account(vec![org("acme-emea", "")]),
    );
    assert_eq!(
        plan.breaches[0].message,
        "this plan links 1 org like a managed one: acme-eema.okta.com: did you mean the managed org acme-emea.okta.com, which no entry lists?; the limit is 0"
    );
}

#[test]
fn what_an_earlier_run_may_have_created_is_left_out_or_its_token_is_lost() {
    let orgs = [
        entry("a.okta.com", "consent: grant, products: [P1], "),
        entry("b.okta.com", ""),
        entry("c.okta.com", ""),
    ];
    let file = with(&orgs, "guardrails: {maxCreated: 9}");
    let live = account(vec![org("top", "")]);
    let hosts = [
        ("a.okta.com", false),
        ("b.okta.com", true),
        ("c.okta.com", false),
    ];
    let live = seen(live, &hosts);
    let planned = |creations: Creations| {
        let options = PlanOptions {
            evidence: Evidence {
                creations,
                ..Evidence::default()
            },
            ..PlanOptions::default()
        };
        plan(&file, &live, &options).unwrap()
    };
    let mut unsure = Creations::default();
    for domain in ["a.okta.com", "b.okta.com"] {
        let name = OrgName::Domain(Domain::parse(domain).unwrap());
        unsure.note(&name, format!("receipts/{domain}.jsonl"));
    }
    let checked = planned(unsure);
    assert_eq!(
        lines(checked.plan()),
        [
            "1 create c.okta.com POST /api/v1/orgs",
            "2 link b.okta.com POST /orgs",
            "3 link c.okta.com < 1 POST /orgs",
        ]
    );
    let withheld = checked.plan().withheld.iter();
    let withheld: Vec<&str> = withheld.map(|one| one.why.as_str()).collect();
    assert_eq!(
        withheld,
        [
            "an earlier run began to create a.okta.com and never got an answer that tells of it (receipt receipts/a.okta.com.jsonl), and it isn't there"
        ]
    );
    let warnings = checked.plan().warnings.iter();
    let codes: Vec<&str> = warnings.map(|one| one.code.as_str()).collect();
    assert_eq!(codes, ["unmanaged-orgs", "creation-unknown", "token-lost"]);
    assert!(checked.permit(None).is_err());
    let mut unread = Creations::default();
    unread.unread("the receipts can't be read".to_owned());
    assert_eq!(planned(unread).plan().withheld.len(), 2);
}
