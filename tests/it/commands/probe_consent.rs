//! The question of `probe --org` about a consent that was given before, and what reads tell by their content.

use std::sync::atomic::{AtomicUsize, Ordering};

use aerialctl::cli::Exit;
use aerialctl::emulator::{Org, Switches};
use serde_json::{Value as Json, json};

use crate::fake_account::{FakeAccount, fake_org, ok, refusal};
use crate::server::{Answer, Server, answer};
use crate::support::{ACCOUNT, World, account, desired, org};

const PROBE: &str = "probe --org a.okta.com --yes";
const GRANT: &str = "POST /~a.okta.com/api/v1/org/privacy/aerial/grant 400";

async fn world(probed: Org) -> World {
    let world = World::with(account(vec![probed])).await;
    world.file("aerial.yaml", desired(&["{domain: a.okta.com}"]));
    world
}

fn with_token(world: &mut World) {
    let token = (
        "OKTA_ORG_TOKEN_A_OKTA_COM".to_owned(),
        "test-token".to_owned(),
    );
    world.vars.extend([token]);
}

/// What a question got, and its switch.
fn answer_to<'a>(probe: &'a Json, id: &str) -> (&'a str, &'a str, &'a Json) {
    let questions = probe["questions"].as_array().unwrap();
    let question = questions
        .iter()
        .find(|question| question["id"] == id)
        .unwrap();
    (
        question["result"].as_str().unwrap(),
        question["answer"].as_str().unwrap(),
        &question["switch"]["value"],
    )
}

async fn json(world: &World, words: &str) -> Json {
    world
        .run(&format!("{words} --format json"))
        .await
        .done()
        .json()
}

#[tokio::test]
async fn the_consent_that_an_org_has_given_is_given_again() {
    let mut world = world(org("a", &["sso"])).await;
    with_token(&mut world);
    let before = world.emulator().state().orgs;
    let told = json(&world, PROBE).await;
    assert_eq!(answer_to(&told, "consent-again").1, "400 E0000001");
    assert_eq!(
        answer_to(&told, "consent-read"),
        ("answered", "yes", &json!(true))
    );
    assert_eq!(answer_to(&told, "consent-date").1, "grantedDate");
    let writes = world.writes();
    assert_eq!(writes.last().unwrap(), GRANT);
    assert_eq!(world.emulator().state().orgs, before);
    let ran = world.run(PROBE).await.done();
    let shown = format!(
        "POST a.okta.com/api/v1/org/privacy/aerial/grant {{\"accountId\":\"{ACCOUNT}\"}}\n"
    );
    assert!(ran.err.contains(&shown), "{}", ran.err);
    assert!(!ran.text().contains("test-token"), "{}", ran.text());
    // Without a yes it is shown, and the host hears nothing.
    let seen = world.emulator().seen().len();
    let ran = world
        .run("probe --org a.okta.com")
        .await
        .expect(Exit::Refused);
    assert!(
        ran.err.contains(&format!("would send {}", shown.trim())),
        "{}",
        ran.err
    );
    let seen = world.emulator().seen().split_off(seen);
    assert!(seen.iter().all(|seen| !seen.path.starts_with("/~")));
}

#[tokio::test]
async fn a_consent_that_isn_t_there_isn_t_given() {
    let unlike = |change: fn(&mut Org)| {
        let mut probed = org("a", &["sso"]);
        change(&mut probed);
        probed
    };
    for (probed, token, why) in [
        (
            org("a", &["sso"]),
            false,
            "there is no credential for this org",
        ),
        (
            unlike(|org| org.consent = false),
            true,
            "the org has given no consent",
        ),
        (
            unlike(|org| org.consents_to = Some("0227another".to_owned())),
            true,
            "the org's consent is another account's",
        ),
        (
            unlike(|org| org.aerial_feature = false),
            true,
            "the org has no consents",
        ),
        (
            unlike(|org| org.status = "INACTIVE".to_owned()),
            true,
            "the org's consent can't be read",
        ),
        (
            unlike(|org| org.api_tokens = vec!["00anothertoken".to_owned()]),
            true,
            "the org's consent can't be read",
        ),
    ] {
        let mut world = world(probed).await;
        if token {
            with_token(&mut world);
        }
        let told = json(&world, PROBE).await;
        let (result, answer, _) = answer_to(&told, "consent-again");
        assert_eq!(result, "not asked");
        assert!(answer.contains(why), "{answer}");
        let granted = world
            .writes()
            .into_iter()
            .any(|write| write.contains("grant"));
        assert!(!granted, "{why}");
    }
}

/// A grant that takes the consent away is somebody else's doing, or Okta's: it is said, and nobody grants anything.
#[tokio::test]
async fn a_consent_that_is_gone_afterwards_is_said() {
    let mut world = world(org("a", &["sso"])).await;
    let granted = AtomicUsize::new(0);
    let server = Server::start(move |asked| {
        if asked.line().starts_with("POST ") {
            granted.fetch_add(1, Ordering::SeqCst);
            return ok(&json!({}));
        }
        match granted.load(Ordering::SeqCst) {
            0 => ok(&json!({"accountId": ACCOUNT, "grantDate": "x"})),
            _ => refusal("404 Not Found", "E0000007"),
        }
    })
    .await;
    with_token(&mut world);
    let place = format!("{}/~{{domain}}", server.origin);
    world.vars.insert("AERIAL_ORG_ENDPOINT".to_owned(), place);
    let ran = world.run(PROBE).await.expect(Exit::Failed);
    assert!(
        ran.err
            .contains("its consent isn't this account's any more"),
        "{}",
        ran.err
    );
    let posts = server.asked();
    let posts = posts
        .iter()
        .filter(|asked| asked.line().starts_with("POST "));
    assert_eq!(posts.count(), 1);
    assert!(
        world
            .read("probe.yaml")
            .contains("consentDateField: grantDate")
    );
}

/// Whether a filter is evaluated is seen by what comes, not by the status.
#[tokio::test]
async fn promise_7_a_filter_that_is_passed_over_is_none_that_is_evaluated() {
    let all = || {
        ok(&json!([
            fake_org("a", &[]).shown(),
            fake_org("b", &[]).shown()
        ]))
    };
    let bad = || refusal("400 Bad Request", "E0000031");
    let nothing = || ok(&json!([]));
    let one = || ok(&json!([fake_org("a", &[]).shown()]));
    for (name, answers, result, value) in [
        (
            "passed over",
            [all as fn() -> Answer, all],
            "answered",
            Json::Null,
        ),
        ("evaluated", [nothing, one], "answered", json!(true)),
        ("refused", [bad, bad], "answered", json!(false)),
        ("finds nothing", [nothing, nothing], "unclear", Json::Null),
        (
            "finds another",
            [nothing, || ok(&json!([fake_org("b", &[]).shown()]))],
            "unclear",
            Json::Null,
        ),
        ("now so, now so", [bad, one], "unclear", Json::Null),
        ("no list", [|| ok(&json!({})), one], "unclear", Json::Null),
        (
            "not JSON",
            [|| answer("200 OK", "", "<html>"), one],
            "unclear",
            Json::Null,
        ),
    ] {
        let asked = AtomicUsize::new(0);
        let (world, _account) = FakeAccount::start(move |_, call| {
            // The page, the filter that nobody matches, and the one for the first of the page.
            let lists = call.method == "GET" && call.path == "/orgs";
            let turn = lists.then(|| asked.fetch_add(1, Ordering::SeqCst))?;
            match turn {
                0 => Some(one()),
                1 | 2 => Some(answers[turn - 1]()),
                _ => None,
            }
        })
        .await;
        let told = json(&world, "probe").await;
        let (found, answer, set) = answer_to(&told, "filters");
        assert_eq!((found, set), (result, &value), "{name}: {answer}");
        let set = world.read("probe.yaml").contains("filters");
        assert_eq!(set, value != Json::Null, "{name}");
    }
}

/// What is written is a part of a seed: alone, and beside a seed that has the orgs.
#[tokio::test]
async fn the_answers_are_a_seed() {
    let probed = World::with(aerialctl::emulator::State {
        switches: Switches {
            duplicate_products: true,
            rate_limit: 700,
            ..Switches::default()
        },
        ..account(vec![org("a", &["sso"])])
    })
    .await;
    probed.file("aerial.yaml", desired(&["{domain: a.okta.com}"]));
    probed.run(PROBE).await.done();
    let answers = probed.read("probe.yaml");
    assert!(answers.contains("duplicateProducts: true"), "{answers}");

    let world = World::new();
    world.file("probe.yaml", &answers);
    world.file(
        "aerial.yaml",
        desired(&["{domain: a.okta.com, products: [sso]}"]),
    );
    let kept = || world.read(".aerialctl/emulator.json");
    let again = |seeds: &str| format!("plan --emulator {seeds}");
    world.run(&again("--emulator-seed probe.yaml")).await.done();
    assert!(kept().contains("\"rateLimit\": 700"), "{}", kept());
    assert!(
        kept().contains("a.okta.com"),
        "made for the desired state: {}",
        kept()
    );

    // Beside one with the orgs, in either order; the later says what differs.
    let fleet = format!(
        "account: {{id: {ACCOUNT}}}\nproducts: [{{id: P000052, name: SSO}}]\norgs: [{{domain: acme-aerial.okta.com, aerialOrg: true}}, {{domain: b.okta.com}}]\nswitches: {{rateLimit: 900, latencyMs: 0, cellRequired: false}}\n"
    );
    world.file("fleet.yaml", fleet);
    for (seeds, limit) in [
        ("--emulator-seed fleet.yaml --emulator-seed probe.yaml", 700),
        ("--emulator-seed probe.yaml --emulator-seed fleet.yaml", 900),
    ] {
        std::fs::remove_file(world.path(".aerialctl/emulator.json")).unwrap();
        world.run(&again(seeds)).await.done();
        let kept: Json = serde_json::from_str(&kept()).unwrap();
        assert_eq!(kept["switches"]["rateLimit"], limit, "{seeds}");
        assert_eq!(kept["switches"]["duplicateProducts"], true);
        assert_eq!(kept["switches"]["cellRequired"], false);
        assert_eq!(kept["orgs"].as_array().unwrap().len(), 2);
    }

    // What is wrong is said, with the files.
    std::fs::remove_file(world.path(".aerialctl/emulator.json")).unwrap();
    for (words, said) in [
        (
            "emulator --seed probe.yaml",
            "is no seed: the key `account` is missing",
        ),
        (
            "plan --emulator --emulator-seed fleet.yaml --emulator-seed fleet.yaml",
            "the seeds fleet.yaml and fleet.yaml both have the key `account`",
        ),
        (
            "plan --emulator --emulator-seed probe.yaml --emulator-seed odd.yaml",
            "is no seed",
        ),
    ] {
        world.file("odd.yaml", "switches: {nonsense: true}\n");
        let ran = world.run(words).await.expect(Exit::Failed);
        assert!(ran.err.contains(said), "{words}: {}", ran.err);
    }
}
