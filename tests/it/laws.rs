//! Laws that hold for any account and any desired state.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use aerialctl::cli::Exit;
use aerialctl::desired;
use aerialctl::diagnostic::{Source, Sources};
use aerialctl::emulator::{Org, State};

use crate::support::{HEAD, World, account, org, unlinked};

const PRODUCTS: [&str; 5] = ["P000052", "P000131", "P000139", "P000200", "P001113"];

/// One org of the account and what the file says of it, if anything.
#[derive(Debug, Clone)]
struct Case {
    linked: bool,
    active: bool,
    has: Vec<bool>,
    wanted: Option<Wanted>,
}

#[derive(Debug, Clone)]
struct Wanted {
    by_id: bool,
    upper: bool,
    status: Option<bool>,
    products: Option<Vec<bool>>,
    additive: bool,
}

fn case() -> impl Strategy<Value = Case> {
    let set = || prop::collection::vec(any::<bool>(), PRODUCTS.len());
    let wanted = (
        any::<bool>(),
        any::<bool>(),
        prop::option::of(any::<bool>()),
        prop::option::of(set()),
        any::<bool>(),
    )
        .prop_map(|(by_id, upper, status, products, additive)| Wanted {
            by_id,
            upper,
            status,
            products,
            additive,
        });
    (
        any::<bool>(),
        any::<bool>(),
        set(),
        prop::option::weighted(0.8, wanted),
    )
        .prop_map(|(linked, active, has, wanted)| Case {
            linked,
            active,
            has,
            wanted,
        })
}

fn ids(set: &[bool]) -> Vec<&'static str> {
    PRODUCTS
        .iter()
        .zip(set)
        .filter(|(_, in_it)| **in_it)
        .map(|(id, _)| *id)
        .collect()
}

fn state(cases: &[Case]) -> State {
    let orgs = cases
        .iter()
        .enumerate()
        .map(|(n, case)| {
            let name = format!("org-{n}");
            let base = if case.linked {
                org(&name, &ids(&case.has))
            } else {
                unlinked(&name, &ids(&case.has))
            };
            Org {
                status: if case.active { "ACTIVE" } else { "INACTIVE" }.into(),
                ..base
            }
        })
        .collect();
    let mut state = account(orgs);
    state.switches.products_on_inactive = true;
    state
}

/// The desired state of the cases; `shuffled` writes the same thing in another order, case and spelling.
fn file(cases: &[Case], state: &State, ignored: &[bool], shuffled: bool) -> String {
    let names = BTreeMap::from([
        ("P000052", "sso"),
        ("P000131", "mfa"),
        ("P000139", "lcm"),
        ("P001113", "itp"),
    ]);
    let mut entries: Vec<String> = cases
        .iter()
        .enumerate()
        .filter_map(|(n, case)| {
            let wanted = case.wanted.as_ref()?;
            let known = &state.orgs[n + 1];
            let domain = if wanted.upper == shuffled {
                known.domain.clone()
            } else {
                known.domain.to_uppercase()
            };
            let mut entry = if wanted.by_id {
                format!("{{id: {}", known.id)
            } else {
                format!("{{domain: {domain}")
            };
            if let Some(active) = wanted.status {
                entry += if active {
                    ", status: active"
                } else {
                    ", status: inactive"
                };
            }
            if let Some(products) = &wanted.products {
                let mut words: Vec<&str> = ids(products)
                    .into_iter()
                    .map(|id| {
                        if shuffled {
                            id
                        } else {
                            names.get(id).copied().unwrap_or(id)
                        }
                    })
                    .collect();
                if shuffled {
                    words.reverse();
                }
                entry = format!("{entry}, products: [{}]", words.join(", "));
            }
            if wanted.additive {
                entry += ", enforce: additive";
            }
            Some(entry + "}")
        })
        .collect();
    if shuffled {
        entries.reverse();
    }
    let ignored = ids(ignored).join(", ");
    format!(
        "{HEAD}ignoreProducts: [{ignored}]\norgs: [{}]\n",
        entries.join(",\n  ")
    )
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

fn set(products: &[String]) -> BTreeSet<&str> {
    products.iter().map(String::as_str).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Plan, apply, plan: nothing is left but what was deferred; a converged account gets no write; no PUT lacks a
    /// product that the plan didn't show as disabled.
    #[test]
    fn any_account_converges(
        cases in prop::collection::vec(case(), 1..7),
        ignored in prop::collection::vec(prop::bool::weighted(0.2), PRODUCTS.len()),
    ) {
        run(async {
            let state = state(&cases);
            let world = World::with(state.clone()).await;
            world.file("aerial.yaml", file(&cases, &state, &ignored, false));
            let plan = world.run("plan --format json").await.done().json();
            let steps = plan["steps"].as_array().unwrap().len();
            let ran = world.run("apply --yes --receipt r.jsonl").await;
            let deferred = world.read("r.jsonl").contains(r#""outcome":"deferred""#);
            let exit = if deferred { Exit::Partial } else { Exit::Done };
            let ran = ran.expect(exit);
            assert!(world.writes().len() <= steps, "{}", ran.text());
            let mut shown: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
            for step in plan["steps"].as_array().unwrap() {
                let gone = step["disable"].as_array().unwrap().iter().map(|p| p["id"].as_str().unwrap().to_owned());
                let domain = step["org"]["domain"].as_str().unwrap_or_default().to_owned();
                shown.entry(domain).or_default().extend(gone);
            }
            let ignored = ids(&ignored);
            for (before, after) in state.orgs.iter().zip(&world.emulator().state().orgs) {
                let lost: BTreeSet<String> = set(&before.products).difference(&set(&after.products)).map(|id| (*id).to_owned()).collect();
                let allowed = shown.get(&before.domain).cloned().unwrap_or_default();
                assert!(lost.is_subset(&allowed), "{} lost {lost:?}, the plan showed {allowed:?}", before.domain);
                assert!(lost.iter().all(|id| !ignored.contains(&id.as_str())));
                assert!(after.linked || !before.linked, "there is no unlink");
            }
            if deferred {
                world.run("apply --yes").await.done();
            }
            let writes = world.writes().len();
            world.run("plan --detailed-exitcode").await.done();
            world.run("apply --yes").await.done();
            assert_eq!(world.writes().len(), writes, "a converged account gets no write");
        });
    }

    /// A run on an account that nobody else touches, undone: every product and status is as it was before, links stay.
    #[test]
    fn a_run_that_is_undone_leaves_its_links_alone(
        cases in prop::collection::vec(case(), 1..7),
        ignored in prop::collection::vec(prop::bool::weighted(0.2), PRODUCTS.len()),
    ) {
        run(async {
            let state = state(&cases);
            let world = World::with(state.clone()).await;
            world.file("aerial.yaml", file(&cases, &state, &ignored, false));
            world.run("apply --yes --receipt r.jsonl").await;
            let receipt = world.read("r.jsonl");
            let undone = world.run("undo r.jsonl --yes --receipt u.jsonl").await.done();
            for (before, after) in state.orgs.iter().zip(&world.emulator().state().orgs) {
                assert_eq!(set(&before.products), set(&after.products), "{}{receipt}", undone.text());
                assert_eq!(before.status, after.status, "{}{receipt}", undone.text());
            }
            let writes = world.writes().len();
            world.run("undo r.jsonl --yes").await.done();
            assert_eq!(world.writes().len(), writes, "there is nothing left to undo");
        });
    }

    /// The order of the file, the case of domains, and ids for names don't change a byte of the plan.
    #[test]
    fn spelling_does_not_change_the_plan(
        cases in prop::collection::vec(case(), 1..7),
        ignored in prop::collection::vec(prop::bool::weighted(0.2), PRODUCTS.len()),
    ) {
        run(async {
            let state = state(&cases);
            let world = World::with(state.clone()).await;
            world.file("aerial.yaml", file(&cases, &state, &ignored, false));
            let first = world.run("plan --format json").await.done().out;
            world.file("aerial.yaml", file(&cases, &state, &ignored, true));
            let second = world.run("plan --format json").await.done().out;
            // Which word a warning points at is the file's matter, not the plan's.
            assert_eq!(first, second);
        });
    }

    /// A file that `import` wrote changes nothing, and neither does a folder.
    #[test]
    fn what_is_imported_changes_nothing(cases in prop::collection::vec(case(), 1..14)) {
        run(async {
            let world = World::with(state(&cases)).await;
            world.run("import --account 0227mkkf8ulgt48bkidcd8ekqft --out aerial.yaml").await.done();
            let ran = world.run("plan --detailed-exitcode").await.done();
            assert_eq!(ran.out, "No changes. The account matches the desired state.\n");
            assert!(!ran.err.contains("warning"), "{}", ran.err);
            assert_eq!(world.run("import").await.done().out, world.read("aerial.yaml"));
            for by in ["prefix", "bundle"] {
                world.run(&format!("import --out {by}/ --split {by}")).await.done();
                let ran = world.run(&format!("plan --detailed-exitcode --file {by}")).await.done();
                assert_eq!(ran.out, "No changes. The account matches the desired state.\n");
                assert!(!ran.err.contains("warning"), "{}", ran.err);
            }
        });
    }

    /// Whatever the bytes, the loader ends with a desired state or with an error, never with a panic.
    #[test]
    fn no_text_breaks_the_loader(text in "[\\[\\]{}:,\\-&*!|>'\"#%@` \n\ta-z0-9]{0,200}") {
        let sources = Sources::new(vec![Source::new("aerial.yaml", text.clone())]);
        let loaded = desired::load(&sources);
        prop_assert_eq!(loaded.desired.is_none(), loaded.diagnostics.has_errors());
        let around = format!("{HEAD}orgs:\n{text}\n");
        let sources = Sources::new(vec![Source::new("aerial.yaml", around)]);
        let loaded = desired::load(&sources);
        prop_assert_eq!(loaded.desired.is_none(), loaded.diagnostics.has_errors());
    }
}
