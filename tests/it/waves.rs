//! `apply --waves`: each wave is seen to hold before anything of the next, whatever happens.

use proptest::prelude::*;

use aerialctl::cli::Exit;
use aerialctl::emulator::{Org, State};

use crate::support::{HEAD, World, account, org, unlinked};

const PRODUCTS: [&str; 3] = ["P000052", "P000131", "P000139"];

/// An org of the account, and what the file says of it.
#[derive(Debug, Clone)]
struct Case {
    linked: bool,
    active: bool,
    has: Vec<bool>,
    wants: Option<Vec<bool>>,
    status: Option<bool>,
    /// Of three; none: no wave of its own.
    wave: Option<usize>,
}

fn case() -> impl Strategy<Value = Case> {
    let set = || prop::collection::vec(any::<bool>(), PRODUCTS.len());
    let org = (prop::bool::weighted(0.8), any::<bool>(), set());
    let entry = (
        prop::option::weighted(0.9, set()),
        prop::option::of(any::<bool>()),
        prop::option::weighted(0.8, 0..3_usize),
    );
    (org, entry).prop_map(|((linked, active, has), (wants, status, wave))| Case {
        linked,
        active,
        has,
        wants,
        status,
        wave,
    })
}

fn ids(set: &[bool]) -> Vec<&'static str> {
    let all = PRODUCTS.iter().zip(set);
    all.filter(|(_, is)| **is).map(|(id, _)| *id).collect()
}

fn state(cases: &[Case]) -> State {
    let orgs = cases.iter().enumerate().map(|(n, case)| {
        let name = format!("org-{n}");
        let made = if case.linked { org } else { unlinked };
        Org {
            status: if case.active { "ACTIVE" } else { "INACTIVE" }.into(),
            ..made(&name, &ids(&case.has))
        }
    });
    let mut state = account(orgs.collect());
    state.switches.products_on_inactive = true;
    state
}

fn file(cases: &[Case]) -> String {
    let entries = cases.iter().enumerate().map(|(n, case)| {
        let mut entry = format!("{{domain: org-{n}.okta.com");
        if let Some(wants) = &case.wants {
            entry = format!("{entry}, products: [{}]", ids(wants).join(", "));
        }
        if let Some(active) = case.status {
            let word = if active { "active" } else { "inactive" };
            entry = format!("{entry}, status: {word}");
        }
        if let Some(wave) = case.wave {
            entry = format!("{entry}, wave: w{wave}");
        }
        entry + "}"
    });
    let entries: Vec<String> = entries.collect();
    let head = HEAD.replace("maxDisabled: 100", "maxDisabled: 100%");
    let orgs = entries.join(",\n  ");
    format!("{head}waves: [w0, w1, w2]\norgs: [{orgs}]\n")
}

/// The waves of the orgs that were written to, from one write on.
fn written(world: &World, cases: &[Case], from: usize) -> Vec<usize> {
    let state = world.emulator().state();
    let writes = world.emulator().seen().into_iter();
    let writes = writes.filter(|seen| seen.method != "GET").skip(from);
    writes
        .map(|seen| {
            let at = state.orgs.iter().position(|org| {
                seen.path.contains(&format!("/{}/", org.id)) || seen.body.contains(&org.domain)
            });
            // The first is the Aerial org.
            cases[at.unwrap() - 1].wave.unwrap_or(2)
        })
        .collect()
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

/// Applies until all is done; checks each run on its way.
async fn converged(cases: &[Case], words: &str, faults: &str) -> State {
    let world = World::with(state(cases)).await;
    world.file("aerial.yaml", file(cases));
    world.faults(faults);
    for n in 0..12 {
        let from = world.writes().len();
        let receipt = format!("r{n}.jsonl");
        let ran = world.run(&format!("{words} --receipt {receipt}")).await;
        let waves = written(&world, cases, from);
        if words.contains("--waves") {
            assert!(waves.is_sorted(), "{waves:?}\n{}", ran.text());
            let receipt = world.read(&receipt);
            for (place, name) in ["w0", "w1", "w2"].iter().enumerate() {
                if receipt.contains(&format!(r#""wave":"{name}","held":false"#)) {
                    assert_eq!(ran.exit, Exit::Partial, "{}", ran.text());
                    let later = waves.iter().any(|wave| *wave > place);
                    assert!(!later, "{waves:?}\n{}", ran.text());
                }
            }
        }
        if ran.exit == Exit::Done {
            return world.emulator().state();
        }
        ran.expect(Exit::Partial);
    }
    panic!("it never ends");
}

/// What waves may not change: everything but ids and times.
fn end(state: &State) -> Vec<(String, bool, String, Vec<String>)> {
    let orgs = state.orgs.iter();
    orgs.map(|org| {
        let mut products = org.products.clone();
        products.sort();
        (org.domain.clone(), org.linked, org.status.clone(), products)
    })
    .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Waves end where a run without them ends, in whatever order; nothing of a wave is written before those before it hold,
    /// also where requests fail.
    #[test]
    fn waves_end_in_the_same_place_and_come_one_after_another(
        cases in prop::collection::vec(case(), 1..7),
        refused in prop::option::of(0..4_u32),
    ) {
        run(async {
            let faults = refused.map_or_else(
                || "[]".to_owned(),
                |after| format!("[{{method: PUT, path: /orgs/*/*, after: {after}, do: {{status: 403}}}}]"),
            );
            let at_once = converged(&cases, "apply --yes", "[]").await;
            let waves = converged(&cases, "apply --yes --waves", &faults).await;
            prop_assert_eq!(end(&at_once), end(&waves));
            Ok(())
        })?;
    }
}

const THREE: &str = "{domain: a.okta.com, products: [sso, mfa], wave: canary}
  - {domain: a2.okta.com, products: [], wave: canary}
  - {domain: b.okta.com, products: [sso, mfa], wave: some}
  - {domain: c.okta.com, products: [sso, mfa]}
  - {domain: c2.okta.com, products: []}";

async fn three() -> World {
    let orgs = [
        ("a", ["sso"].as_slice()),
        ("a2", &["lcm"]),
        ("b", &["sso"]),
        ("c", &["sso"]),
        ("c2", &["lcm"]),
    ];
    let orgs = orgs.map(|(name, products)| org(name, products));
    let world = World::with(account(orgs.into())).await;
    let text = format!("{HEAD}waves: [canary, some, rest]\norgs:\n  - {THREE}\n");
    world.file("aerial.yaml", text);
    world
}

/// A text however it is wrapped.
fn words(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ")
}

fn id(world: &World, domain: &str) -> String {
    let state = world.emulator().state();
    let org = state.orgs.iter().find(|org| org.domain == domain);
    org.unwrap().id.clone()
}

#[tokio::test]
async fn each_wave_holds_before_the_next_and_the_receipt_says_so() {
    let world = three().await;
    let plan = world.run("plan").await.done();
    assert!(
        words(&plan.out).contains("Waves (apply --waves takes one after another): canary 2 steps in 2 orgs (a.okta.com, a2.okta.com), then some 1 step in 1 org"),
        "{}",
        plan.out
    );
    world.run("plan --out plan.json --format json").await.done();
    let ran = world
        .run("apply --waves --yes --plan plan.json --receipt r.jsonl")
        .await
        .done();
    for said in [
        "Wave canary: 2 steps.",
        "Wave canary holds: read again, nothing is left to do.",
        "Wave some holds: read again, nothing is left to do.",
        "Wave rest holds.",
    ] {
        assert!(ran.err.contains(said), "{}", ran.err);
    }
    let receipt = world.read("r.jsonl");
    let of = |line: &str| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let event = line["event"].as_str().unwrap().to_owned();
        match line.get("wave") {
            Some(wave) => format!("{event} {} {}", wave.as_str().unwrap(), line["looked"]),
            None => event,
        }
    };
    let events: Vec<String> = receipt.lines().map(of).collect();
    let waves: Vec<&String> = events
        .iter()
        .filter(|event| event.contains("wave"))
        .collect();
    assert_eq!(
        waves,
        [
            "wave canary null",
            "waved canary true",
            "wave some null",
            "waved some true",
            "wave rest null",
            "waved rest false"
        ]
    );
    world.run("plan --detailed-exitcode").await.done();
    world.run("apply --waves --yes").await.done();
}

/// A wave in which something fails, is stale or comes to light is the last: whatever it is, nothing is sent about later orgs.
#[tokio::test]
async fn a_wave_that_does_not_hold_is_the_last() {
    for (what, said) in [
        ("{status: 403}", "step 1 failed"),
        (
            "{products: {org: a.okta.com, products: [P000052, P000139]}}",
            "step 1 is stale",
        ),
    ] {
        let world = three().await;
        let (method, path) = if what.contains("status") {
            (
                "PUT",
                format!("/orgs/{}/products", id(&world, "a.okta.com")),
            )
        } else {
            // Between the plan's look and the step's own.
            (
                "GET",
                format!("/orgs/{}/products", id(&world, "a.okta.com")),
            )
        };
        let after = u32::from(method == "GET");
        world.faults(&format!(
            "[{{method: {method}, path: {path}, after: {after}, do: {what}}}]"
        ));
        let ran = world
            .run("apply --waves --yes --format json --receipt r.jsonl")
            .await
            .expect(Exit::Partial);
        assert!(
            ran.err.contains("the wave canary does not hold: "),
            "{}",
            ran.err
        );
        assert!(ran.err.contains(said), "{}", ran.err);
        let waves = &ran.json()["waves"];
        assert_eq!(waves[0]["held"], false, "{waves}");
        assert_eq!(waves.as_array().unwrap().len(), 1);
        for later in ["b.okta.com", "c.okta.com"] {
            assert_eq!(world.products(later), ["P000052"]);
        }
        assert_eq!(world.products("c2.okta.com"), ["P000139"]);
        let receipt = world.read("r.jsonl");
        assert!(
            receipt.matches(r#""outcome":"skipped""#).count() >= 3,
            "{receipt}"
        );
        world.faults("[]");
        world.run("apply --waves --yes").await.done();
        world.run("plan --detailed-exitcode").await.done();
    }
}

#[tokio::test]
async fn what_others_change_in_an_org_of_the_wave_ends_the_run() {
    let world = three().await;
    let path = format!("/orgs/{}/products", id(&world, "a2.okta.com"));
    world.faults(&format!(
        "[{{method: PUT, path: {path}, do: {{products: {{org: a.okta.com, products: []}}}}}}]"
    ));
    let ran = world.run("apply --waves --yes").await.expect(Exit::Partial);
    assert!(
        ran.err.contains("the wave canary does not hold: read again, its orgs have 1 change left to make (enable a.okta.com)"),
        "{}",
        ran.err
    );
    assert!(
        ran.err
            .contains("3 steps skipped: the wave canary does not hold"),
        "{}",
        ran.err
    );
    assert_eq!(world.products("b.okta.com"), ["P000052"]);
    assert_eq!(world.products("c.okta.com"), ["P000052"]);
    // Without waves nobody looks.
    let world = three().await;
    world.faults(&format!(
        "[{{method: PUT, path: {path}, do: {{products: {{org: a.okta.com, products: []}}}}}}]"
    ));
    world.run("apply --yes").await.done();
}

#[tokio::test]
async fn a_wave_whose_orgs_can_not_be_read_again_is_the_last() {
    let world = three().await;
    let path = format!("/orgs/{}/products", id(&world, "a2.okta.com"));
    // The plan's read, the step's look, and what sees its write hold.
    world.faults(&format!(
        "[{{method: GET, path: {path}, after: 3, times: 99, do: {{status: 403}}}}]"
    ));
    let ran = world.run("apply --waves --yes").await.expect(Exit::Partial);
    assert!(
        ran.err
            .contains("the wave canary does not hold: its orgs can't be read again"),
        "{}",
        ran.err
    );
    assert_eq!(world.products("b.okta.com"), ["P000052"]);
}

#[tokio::test]
async fn a_file_without_waves_is_not_applied_by_waves() {
    let world = three().await;
    let text = world.read("aerial.yaml");
    let text = text.replace("waves: [canary, some, rest]\n", "");
    let text = text
        .replace(", wave: canary", "")
        .replace(", wave: some", "");
    world.file("aerial.yaml", text);
    let ran = world.run("apply --waves --yes").await.expect(Exit::Refused);
    assert!(ran.err.contains("the file has no `waves`"), "{}", ran.err);
    assert_eq!(world.writes().len(), 0);
    world.run("apply --yes").await.done();
}

/// A guardrail is about the plan, not about a wave.
#[tokio::test]
async fn limits_are_judged_over_all_waves() {
    let world = three().await;
    let text = world.read("aerial.yaml");
    world.file(
        "aerial.yaml",
        text.replace("maxDisabled: 100", "maxDisabled: 1"),
    );
    let ran = world.run("apply --waves --yes").await.expect(Exit::Refused);
    assert!(ran.err.contains("maxDisabled"), "{}", ran.err);
    assert_eq!(world.writes().len(), 0);
}
