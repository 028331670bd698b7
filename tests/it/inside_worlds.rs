//! Any account with parents, children, consents, baselines and drift: it converges, then nothing is left to do; what no
//! baseline lists is as it was; and what is called the same in two orgs never meets.

use std::collections::BTreeSet;

use aerialctl::cli::Exit;
use aerialctl::emulator::{Org, State};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::inside_laws::{insides, mixed_up, strays};
use crate::support::{ACCOUNT, World, account, org, unlinked};

/// What each collection has, in the order of [`COLLECTIONS`]; 0 is nothing.
type Pick = [u8; 8];

const COLLECTIONS: [&str; 8] = [
    "orgSettings",
    "zones",
    "threatInsight",
    "trustedOrigins",
    "groups",
    "bookmarkApps",
    "policies",
    "system",
];

/// The product ids that an org has and is to have, as bits.
const PRODUCTS: [&str; 2] = ["P000052", "P000131"];

/// How a child is in the account before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    /// It doesn't exist: the file has it created.
    Unborn,
    Unlinked,
    Managed,
}

#[derive(Debug, Clone)]
struct Child {
    known: Known,
    has: Pick,
    products: [u8; 2],
    with_baseline: bool,
}

#[derive(Debug, Clone)]
struct Case {
    baseline: Pick,
    parent_managed: bool,
    consents: bool,
    children: Vec<Child>,
}

fn case() -> impl Strategy<Value = Case> {
    let pick = || prop::array::uniform8(0u8..4);
    let known = prop::sample::select(vec![Known::Unborn, Known::Unlinked, Known::Managed]);
    let child = (known, pick(), [0u8..4, 0u8..4], any::<bool>());
    let child = child.prop_map(|(known, has, products, with_baseline)| Child {
        known,
        has,
        products,
        with_baseline,
    });
    let children = prop::collection::vec(child, 1..4);
    (pick(), any::<bool>(), any::<bool>(), children).prop_map(
        |(baseline, parent_managed, consents, children)| Case {
            baseline,
            parent_managed,
            consents,
            children,
        },
    )
}

/// What a baseline lists of one collection: one or two fields, some of them to be unset, some of them references.
fn listed(at: usize, all: Pick) -> Option<Json> {
    let pick = *all.get(at)?;
    let zone = (all[1] > 0).then(|| json!([{"ref": "zones/Thing"}]));
    let group = (all[4] > 0).then(|| json!([{"ref": "groups/Thing"}]));
    let mut body = match (COLLECTIONS[at], pick) {
        (_, 0) => return None,
        ("orgSettings", 1) => json!({"website": null}),
        ("orgSettings", _) => json!({"website": format!("https://w{pick}.example")}),
        ("zones", _) => {
            json!({"type": "IP", "gateways": [{"type": "CIDR", "value": format!("192.0.2.{pick}/32")}]})
        }
        ("threatInsight", _) => json!({"action": if pick == 1 { "audit" } else { "block" }}),
        ("trustedOrigins", _) => {
            json!({"origin": format!("https://p{pick}.example"), "scopes": [{"type": "CORS"}]})
        }
        ("groups", 1) => json!({"profile": {"description": null}}),
        ("groups", _) => json!({"profile": {"description": format!("text {pick}")}}),
        ("bookmarkApps", _) => {
            json!({"settings": {"app": {"url": format!("https://h{pick}.example")}}})
        }
        ("policies", _) => {
            json!({"settings": {"password": {"age": {"maxAgeDays": pick}}},
                "rules": {"Thing": {"actions": {"passwordChange": {"access": if pick == 1 { "DENY" } else { "ALLOW" }}}}}})
        }
        _ => json!({"settings": {"password": {"complexity": {"minLength": 8 + pick}}}}),
    };
    match (COLLECTIONS[at], zone, group) {
        ("threatInsight", Some(zone), _) => body["excludeZones"] = zone,
        ("policies", zone, group) => {
            if let Some(group) = group {
                body["conditions"] = json!({"people": {"groups": {"include": group}}});
            }
            if let Some(zone) = zone {
                let network = json!({"connection": "ZONE", "include": zone});
                body["rules"]["Thing"]["conditions"] = json!({"network": network});
            }
        }
        _ => {}
    }
    Some(body)
}

fn baseline(pick: Pick) -> Json {
    let mut all = json!({});
    for (at, collection) in COLLECTIONS.into_iter().enumerate() {
        let Some(mut body) = listed(at, pick) else {
            continue;
        };
        match collection {
            "orgSettings" | "threatInsight" => all[collection] = body,
            "policies" => all["policies"]["PASSWORD"]["Thing"] = body,
            "system" => {
                body["system"] = json!(true);
                all["policies"]["PASSWORD"]["Default Policy"] = body;
            }
            _ => all[collection]["Thing"] = body,
        }
    }
    all
}

/// What is in the n-th org: the same things by the same names, with other values, and with fields that no baseline lists.
fn inside(pick: Pick, n: usize) -> Json {
    let mut all = json!({});
    // Without references: they are each org's own.
    let alone = |at: usize| {
        let mut alone = [0; 8];
        alone[at] = pick[at];
        listed(at, alone)
    };
    for (at, collection) in COLLECTIONS.into_iter().enumerate() {
        let Some(mut body) = alone(at) else { continue };
        let key = if collection == "bookmarkApps" {
            "apps"
        } else {
            collection
        };
        match collection {
            "orgSettings" => {
                body["city"] = json!(format!("City {n}"));
                all[key] = body;
                continue;
            }
            "threatInsight" => {
                all[key] = body;
                continue;
            }
            "system" => continue,
            "groups" => {
                body["profile"]["name"] = json!("Thing");
                body["profile"]["unlisted"] = json!(n);
            }
            "bookmarkApps" => {
                body["label"] = json!("Thing");
                body["visibility"] = json!({"autoLaunch": true, "n": n});
            }
            "zones" => {
                body["name"] = json!("Thing");
                body["proxies"] = json!([{"type": "CIDR", "value": format!("198.51.100.{n}/32")}]);
            }
            "policies" => {
                body["name"] = json!("Thing");
                body["type"] = json!("PASSWORD");
                body["description"] = json!(format!("Number {n}"));
                body["settings"]["password"]["lockout"] = json!({"maxAttempts": n});
                let rule = json!({"name": "Thing", "type": "PASSWORD", "status": "ACTIVE",
                    "actions": {"passwordChange": {"access": "DENY"}, "selfServiceUnlock": {"access": "DENY", "n": n}}});
                body["rules"] = if n.is_multiple_of(2) {
                    json!([rule])
                } else {
                    json!([])
                };
            }
            _ => body["name"] = json!("Thing"),
        }
        all[key] = json!([body]);
    }
    all
}

fn products(bits: u8) -> Vec<String> {
    let all = PRODUCTS.iter().enumerate();
    let some = all.filter(|(n, _)| bits >> n & 1 == 1);
    some.map(|(_, id)| (*id).to_owned()).collect()
}

fn token(n: usize) -> String {
    format!("token-number-{n}")
}

/// The account, and what the file says of it. Nobody's baseline is about `other`, and `unlisted` isn't in the file.
fn state(case: &Case) -> State {
    let parent = Org {
        linked: case.parent_managed,
        consent: case.consents || case.parent_managed,
        api_tokens: vec!["token-of-the-parent".to_owned()],
        ..Org::named("acme.okta.com")
    };
    let everything = [3; 8];
    let bystander = |name: &str, n: usize| Org {
        api_tokens: vec![token(n)],
        inside: serde_json::from_value(inside(everything, n)).unwrap(),
        ..org(name, &["sso"])
    };
    let mut orgs = vec![parent, bystander("other", 8), bystander("unlisted", 9)];
    for (n, child) in case.children.iter().enumerate() {
        let name = format!("o{n}");
        let base = match child.known {
            Known::Unborn => continue,
            Known::Unlinked => unlinked(&name, &[]),
            Known::Managed => org(&name, &[]),
        };
        orgs.push(Org {
            parent: Some("acme.okta.com".to_owned()),
            products: products(child.products[0]),
            api_tokens: vec![token(n)],
            inside: serde_json::from_value(inside(child.has, n)).unwrap(),
            ..base
        });
    }
    let mut state = account(orgs);
    state.switches.new_org_seconds = 0;
    state
}

fn file(case: &Case) -> String {
    let entry = |(n, child): (usize, &Child)| {
        let listed = products(child.products[1]).join(", ");
        let mut entry = format!("  - {{domain: o{n}.okta.com, products: [{listed}]");
        if child.with_baseline {
            entry += ", baseline: any";
        }
        entry + match child.known {
            Known::Managed => "}\n",
            Known::Unlinked => ", consent: grant, parent: acme.okta.com}\n",
            Known::Unborn => {
                ", consent: grant, create: {parent: acme.okta.com, name: O%, admin: {firstName: A, lastName: D, email: a@b.example, login: a, passwordFrom: AERIAL_ADMIN_PASSWORD_O%}}}\n"
            }
        }
        .replace('%', &n.to_string())
        .as_str()
    };
    let entries: String = case.children.iter().enumerate().map(entry).collect();
    let baseline = baseline(case.baseline);
    format!(
        "version: 1\naccount: {{id: {ACCOUNT}, aerialOrg: acme-aerial.okta.com}}\ndefaults: {{cell: ok1}}\nguardrails: {{maxDisabled: 100, maxLinked: 9, maxCreated: 9, maxConsented: 9, maxConfigured: 9, unmanagedOrgs: ignore}}\nbaselines: {{any: {baseline}}}\norgs:\n  - domain: other.okta.com\n{entries}"
    )
}

async fn world(case: &Case) -> World {
    let mut world = World::with(state(case)).await;
    let mut set = |name: String, value: String| world.vars.insert(name, value);
    set(
        "OKTA_ORG_TOKEN_ACME_OKTA_COM".into(),
        "token-of-the-parent".into(),
    );
    set("AERIAL_TOKEN_DIR".into(), "tokens".into());
    for (n, child) in case.children.iter().enumerate() {
        if child.known == Known::Unborn {
            set(
                format!("AERIAL_ADMIN_PASSWORD_O{n}"),
                "first-password-0123".into(),
            );
        } else {
            set(format!("OKTA_ORG_TOKEN_O{n}_OKTA_COM"), token(n));
        }
    }
    world.file("aerial.yaml", file(case));
    world
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn any_account_converges_and_keeps_the_rest(case in case()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = world(&case).await;
            let before = insides(&world);
            // What an org turns out to have once it is linked is left to one more plan, which a person can see.
            let first = world.run("apply --yes --new-org-wait 1ms").await;
            let late = case.children.iter().any(|child| child.known == Known::Unlinked);
            prop_assert!(first.exit == Exit::Done || (late && first.exit == Exit::Partial), "{}", first.text());
            if first.exit == Exit::Partial {
                prop_assert!(first.err.contains("deferred"), "{}", first.text());
                world.run("apply --yes").await.done();
            }
            world.run("plan --detailed-exitcode").await.done();
            let seen = world.emulator().seen().into_iter();
            let links: Vec<String> = seen.filter(|seen| seen.path == "/orgs" && seen.changed).map(|seen| seen.body).collect();
            let distinct: BTreeSet<&String> = links.iter().collect();
            prop_assert_eq!(links.len(), distinct.len(), "linked twice");

            let after = insides(&world);
            let nothing = json!({});
            let any = baseline(case.baseline);
            for (domain, before) in &before {
                let n = domain.strip_prefix('o').and_then(|rest| rest.split('.').next()?.parse::<usize>().ok());
                let with = n.is_some_and(|n| case.children[n].with_baseline);
                let strays = strays(before, &after[domain], if with { &any } else { &nothing });
                prop_assert_eq!(strays, Vec::<String>::new(), "{}", domain);
            }
            prop_assert_eq!(mixed_up(&world), Vec::<String>::new());

            let writes = world.writes().len();
            world.run("apply --yes").await.done();
            prop_assert_eq!(world.writes().len(), writes);
            Ok(())
        })?;
    }

    /// A run on an account that nobody else touches, undone: what was inside of orgs before is as it was, what was made stays.
    #[test]
    fn a_run_that_is_undone_leaves_the_insides_as_they_were(case in case()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = world(&case).await;
            let before = insides(&world);
            world.run("apply --yes --new-org-wait 1ms --receipt r.jsonl").await;
            let undone = world.run("undo r.jsonl --yes --format json").await.done();
            let left = undone.json()["undo"]["left"].clone();
            let after = insides(&world);
            for (domain, before) in &before {
                let left = left.as_array().unwrap().iter();
                let of_org = left.filter(|one| one["org"]["domain"] == json!(domain) && one["reason"] == json!("inside"));
                let texts: Vec<&str> = of_org.map(|one| one["text"].as_str().unwrap()).collect();
                for text in &texts {
                    prop_assert!(text.contains("can't be unset"), "{}", text);
                }
                // What wasn't there is Okta's to fill in, and what was to be unset would be planned again below.
                let mut strays = strays(before, &after[domain], &json!({}));
                strays.retain(|stray| !stray.ends_with(" is new"));
                prop_assert!(strays.is_empty() || !texts.is_empty(), "{domain} {strays:?}\n{}\n{}", undone.text(), world.read("r.jsonl"));
            }
            let again = world.run("undo r.jsonl --yes").await.done();
            prop_assert!(again.out.contains("No changes."), "{}", again.text());
            Ok(())
        })?;
    }
}
