//! `probe`: what Okta's documents leave open is found again in an account that has an answer.

use aerialctl::cli::Exit;
use aerialctl::emulator::{EmulatedClient, LinkStyle, Org, State, Switches};
use proptest::prelude::*;
use serde::Deserialize;

use crate::support::{World, account, desired, org};
use crate::tokens::keys;

/// The file that it writes, as a part of a seed.
#[derive(Deserialize)]
struct Part {
    switches: Switches,
}

/// What was written, tokens aside.
fn writes(world: &World) -> Vec<String> {
    let writes = world.writes().into_iter();
    writes
        .filter(|write| {
            !write.starts_with("POST /token") && !write.starts_with("POST /emulator/token")
        })
        .collect()
}

fn found(world: &World) -> Switches {
    let part: Part = serde_yaml::from_str(&world.read("probe.yaml")).unwrap();
    part.switches
}

async fn world(switches: Switches, probed: Org) -> World {
    let world = World::with(State {
        switches,
        ..account(vec![probed, org("b", &["sso"])])
    })
    .await;
    world.file(
        "aerial.yaml",
        desired(&["{domain: a.okta.com, products: [sso]}"]),
    );
    world
}

/// The same where the token is an app's, bound to a key.
async fn bound(switches: Switches, probed: Org) -> World {
    let mut world = world(switches, probed).await;
    let key = keys().swap_remove(0);
    world.vars.remove("AERIAL_ACCESS_TOKEN");
    for (name, value) in [
        ("AERIAL_CLIENT_ID", "0oaclient"),
        ("AERIAL_PRIVATE_KEY", &key.private),
        ("AERIAL_KEY_ID", "key-1"),
    ] {
        world.vars.insert(name.into(), value.into());
    }
    world.emulator().change(|state| {
        state.clients.push(EmulatedClient {
            id: "0oaclient".into(),
            keys: vec![key.public],
            scopes: vec!["okta.accounts.read".into(), "okta.accounts.manage".into()],
            dpop: true,
        });
    });
    world
}

fn links() -> impl Strategy<Value = LinkStyle> {
    prop_oneof![
        Just(LinkStyle::Absolute),
        Just(LinkStyle::Relative),
        Just(LinkStyle::Joined)
    ]
}

prop_compose! {
    /// Switches, those that a probe can see and others.
    fn switches()(
        link_style in links(),
        rate_limit in prop_oneof![Just(0_u64), Just(600), Just(12_000)],
        unknown_org in prop_oneof![Just(404_u16), Just(403), Just(400)],
        settle_reads in 0..3_u32,
        flags in any::<[bool; 11]>(),
        date in prop_oneof![Just("grantedDate"), Just("grantDate")],
    ) -> Switches {
        let [filters, error_bodies, org_group_guesses, duplicate_products, empty_products, products_on_inactive, partial_updates, cell_required, resource_nonce, consent_endpoints, org_rate_limits] = flags;
        Switches {
            link_style, rate_limit, unknown_org, settle_reads, filters, error_bodies, org_group_guesses,
            duplicate_products, empty_products, products_on_inactive, partial_updates, cell_required,
            resource_nonce, consent_endpoints, org_rate_limits, consent_date_field: date.to_owned(),
            ..Switches::default()
        }
    }
}

/// What reads can see of switches, with a token that is bound to a key or not.
fn seen_by_reads(switches: &Switches, bound: bool) -> Switches {
    Switches {
        resource_nonce: bound && switches.resource_nonce,
        link_style: switches.link_style,
        rate_limit: switches.rate_limit,
        filters: switches.filters,
        error_bodies: switches.error_bodies,
        org_group_guesses: switches.org_group_guesses,
        ..Switches::default()
    }
}

/// What writes see beside, to an org that is active or not, and has products or not. What can't be told stays as it is by default.
fn seen(switches: &Switches, active: bool, empty: bool, bound: bool) -> Switches {
    let mut seen = seen_by_reads(switches, bound);
    // The host of an inactive org says no to everything.
    seen.org_rate_limits = switches.org_rate_limits;
    if active {
        seen.consent_endpoints = switches.consent_endpoints;
        if switches.consent_endpoints {
            seen.consent_date_field
                .clone_from(&switches.consent_date_field);
        }
    }
    let accepted = (active || switches.products_on_inactive) && (!empty || switches.empty_products);
    if empty && (accepted || active) {
        seen.empty_products = switches.empty_products;
    }
    if !active && (accepted || !empty) {
        seen.products_on_inactive = switches.products_on_inactive;
    }
    if !empty && accepted {
        seen.duplicate_products = switches.duplicate_products;
    }
    seen
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn the_switches_of_an_emulator_are_found_again(
        switches in switches(),
        active in any::<bool>(),
        empty in any::<bool>(),
        is_bound in any::<bool>(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let products: &[&str] = if empty { &[] } else { &["sso", "mfa"] };
            let status = if active { "ACTIVE" } else { "INACTIVE" };
            let probed = Org { status: status.to_owned(), ..org("a", products) };
            // The nonce of a token endpoint whose refusals are web pages is never heard of.
            let is_bound = is_bound && switches.error_bodies;
            let mut world = if is_bound {
                bound(switches.clone(), probed).await
            } else {
                world(switches.clone(), probed).await
            };
            let token = ("OKTA_ORG_TOKEN_A_OKTA_COM".to_owned(), "test-token".to_owned());
            world.vars.extend([token]);
            let before = world.emulator().state().orgs;
            world.run("probe").await.done();
            assert_eq!(found(&world), seen_by_reads(&switches, is_bound));
            assert_eq!(writes(&world), [""; 0], "reads alone");

            world.run("probe --org a.okta.com --yes").await.done();
            assert_eq!(found(&world), seen(&switches, active, empty, is_bound));
            assert_eq!(world.emulator().state().orgs, before, "left as they were");
            let id = &before[1].id;
            let consent = "POST /~a.okta.com/api/v1/org/privacy/aerial/grant ";
            for write in writes(&world) {
                let to_account = write.starts_with(&format!("PUT /orgs/{id}/"));
                assert!(to_account || write.starts_with(consent), "{write}");
            }
        });
    }
}

#[tokio::test]
async fn a_probe_reads_like_this() {
    let world = world(Switches::default(), org("a", &["sso"])).await;
    let ran = world.run("probe").await.done();
    insta::assert_snapshot!(ran.text());
    let seen = world.emulator().seen().len();
    assert!(seen <= 13, "{seen} requests are too many");
    let ran = world
        .run("probe --org a.okta.com --yes --shorten-ids")
        .await
        .done();
    insta::assert_snapshot!(ran.text());
    let server = &world.vars["AERIAL_ENDPOINT"];
    insta::assert_snapshot!(world.read("probe.yaml").replace(server, "SERVER"));
    let ran = world.run("probe --format markdown").await.done();
    assert!(ran.out.starts_with("| question | answer |"), "{}", ran.out);
    let json = world.run("probe --format json").await.done().json();
    assert_eq!(json["questions"][0]["switch"]["value"], "absolute");
    assert_eq!(json["questions"][0]["evidence"]["status"], 200);
}

#[tokio::test]
async fn nothing_is_written_to_an_org_unless_it_may_be() {
    let world = world(Switches::default(), org("a", &["sso"])).await;
    let protecting = desired(&["{domain: a.okta.com, products: [sso]}"]).replace(
        "guardrails: {",
        "guardrails: {protectedOrgs: [b.okta.com], ",
    );
    world.file("aerial.yaml", protecting);
    for (org, why) in [
        ("a.okta.com", "add --yes"),
        ("acme-aerial.okta.com --yes", "is the Aerial org"),
        ("b.okta.com --yes", "is one of guardrails.protectedOrgs"),
        (
            "elsewhere.okta.com --yes",
            "isn't one org that the account manages",
        ),
    ] {
        let ran = world.run(&format!("probe --org {org}")).await;
        let ran = ran.expect(Exit::Refused);
        assert!(ran.err.contains(why), "{org}: {}", ran.err);
        assert_eq!(world.writes(), [""; 0], "{org}");
    }
}

#[tokio::test]
async fn an_org_that_a_write_changes_is_put_back_and_left_alone() {
    let world = world(Switches::default(), org("a", &["sso"])).await;
    world.faults("[{method: GET, path: /orgs/*/products, after: 8, do: {products: {org: a.okta.com, products: []}}}]");
    let ran = world.run("probe --org a.okta.com --yes").await;
    let ran = ran.expect(Exit::Failed);
    assert!(
        ran.err
            .contains("that was put back, and nothing more was sent"),
        "{}",
        ran.err
    );
    assert_eq!(world.products("a.okta.com"), ["P000052"]);
    let kinds: Vec<bool> = writes(&world)
        .iter()
        .map(|write| write.contains("/status"))
        .collect();
    assert_eq!(
        kinds,
        [true, false, false],
        "the question, then what puts it back"
    );
}

#[tokio::test]
async fn the_answers_go_over_no_other_file() {
    let world = world(Switches::default(), org("a", &["sso"])).await;
    world.file("probe.yaml", "switches: {}\n");
    world.run("probe").await.expect(Exit::Usage);
    assert_eq!(world.read("probe.yaml"), "switches: {}\n");
    assert_eq!(world.emulator().seen(), []);
    world.run("probe --out mine.yaml").await.done();
    world.run("probe --out mine.yaml").await.done();
}

/// What was asked once stays, what others answered too, and each says whose it is.
#[tokio::test]
async fn answers_are_added_to_those_of_the_same_account_alone() {
    let world = world(Switches::default(), org("a", &["sso"])).await;
    world.run("probe --org a.okta.com --yes").await.done();
    let all = world.read("probe.yaml");
    assert!(all.contains("  duplicateProducts: false # 20"), "{all}");
    let whose = all.lines().nth(1).unwrap().to_owned();
    assert!(whose.contains(crate::support::ACCOUNT), "{whose}");
    assert!(whose.contains(" at http://127.0.0.1:"), "{whose}");
    world.run("probe").await.done();
    assert_eq!(world.read("probe.yaml"), all);
    let ran = world.run("probe --org a.okta.com").await;
    let ran = ran.expect(Exit::Refused);
    assert!(
        ran.out.contains("not asked: nobody said yes: add --yes"),
        "{}",
        ran.out
    );
    assert_eq!(world.read("probe.yaml"), all);
    // One that nothing may be sent to is said before anything is asked.
    let ran = world.run("probe --org elsewhere.okta.com --yes").await;
    assert_eq!(ran.expect(Exit::Refused).out, "");
    assert_eq!(world.read("probe.yaml"), all);
    let ran = world.run("probe --emulator").await.expect(Exit::Usage);
    assert!(ran.err.contains("has the answers of "), "{}", ran.err);
    let other = all.replace(&whose, "# Answers of somebody else");
    let none = all.replace(&format!("{whose}\n"), "");
    for text in [other, none] {
        world.file("probe.yaml", &text);
        world.run("probe").await.expect(Exit::Usage);
        assert_eq!(world.read("probe.yaml"), text);
    }
}
