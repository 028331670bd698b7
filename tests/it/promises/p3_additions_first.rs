//! Nothing is taken away before everything to be added is in place.

use aerialctl::cli::Exit;

use crate::support::{World, account, desired, org, unlinked};

fn file() -> String {
    desired(&[
        "{domain: add.okta.com, products: [sso, mfa]}",
        "{domain: also.okta.com, products: [sso, mfa]}",
        "{domain: off.okta.com, status: inactive}",
        "{domain: remove.okta.com, products: [sso]}",
        "{domain: new.okta.com, products: [sso]}",
        "{domain: swap.okta.com, products: [mfa]}",
        "{domain: up.okta.com, status: active}",
    ])
}

async fn world() -> World {
    let mut up = org("up", &[]);
    up.status = "INACTIVE".into();
    let world = World::with(account(vec![
        org("add", &["sso"]),
        org("also", &["sso"]),
        org("off", &[]),
        org("remove", &["sso", "lcm"]),
        org("swap", &["sso"]),
        unlinked("new", &[]),
        up,
    ]))
    .await;
    world.file("aerial.yaml", file());
    world
}

#[tokio::test]
async fn promise_3_phases_run_in_order() {
    let world = world().await;
    let state = world.emulator().state();
    let name = |path: &str| {
        let id = path.split('/').nth(2).unwrap_or_default();
        let org = state.orgs.iter().find(|org| org.id == id);
        org.map_or_else(String::new, |org| org.domain.replace(".okta.com", ""))
    };
    world.run("apply --yes --concurrency 10").await.done();
    let order: Vec<String> = world
        .emulator()
        .seen()
        .into_iter()
        .filter(|seen| seen.method != "GET")
        .map(|seen| {
            if seen.method == "POST" {
                "link".into()
            } else {
                name(&seen.path)
            }
        })
        .collect();
    let at = |who: &str| order.iter().position(|name| name == who).unwrap();
    assert_eq!(order.len(), 8, "{order:?}");
    assert!(at("link") < at("up"));
    for addition in ["add", "also", "new"] {
        assert!(
            at("up") < at(addition) && at(addition) < at("swap"),
            "{order:?}"
        );
    }
    assert!(
        at("swap") < at("remove") && at("remove") < at("off"),
        "{order:?}"
    );
}

#[tokio::test]
async fn promise_3_removals_stop_when_an_addition_failed_and_additions_go_on() {
    let world = world().await;
    let state = world.emulator().state();
    let id = &state
        .orgs
        .iter()
        .find(|org| org.domain == "add.okta.com")
        .unwrap()
        .id;
    world.faults(&format!(
        "[{{method: PUT, path: /orgs/{id}/products, times: 99, do: {{status: 403}}}}]"
    ));
    let ran = world
        .run("apply --yes --receipt r.jsonl")
        .await
        .expect(Exit::Partial);
    assert_eq!(world.products("add.okta.com"), ["P000052"]);
    assert_eq!(world.products("also.okta.com"), ["P000052", "P000131"]);
    assert_eq!(world.products("new.okta.com"), ["P000052"]);
    // Taken away: nothing.
    assert_eq!(world.products("remove.okta.com"), ["P000052", "P000139"]);
    let state = world.emulator().state();
    let off = state
        .orgs
        .iter()
        .find(|org| org.domain == "off.okta.com")
        .unwrap();
    assert_eq!(off.status, "ACTIVE");
    assert!(
        ran.err.contains("because of it 2 steps weren't tried"),
        "{}",
        ran.err
    );
    let receipt = world.read("r.jsonl");
    assert!(receipt.contains("nothing is taken away after a step that did not succeed"));
    assert_eq!(receipt.matches(r#""outcome":"skipped""#).count(), 2);
    // When the reason is gone, one more run ends in the same place.
    world.faults("[]");
    world.run("apply --yes").await.done();
    world.run("plan --detailed-exitcode").await.done();
}

#[tokio::test]
async fn promise_3_a_failed_step_skips_the_later_steps_of_its_org() {
    let world = World::with(account(vec![unlinked("a", &[]), unlinked("b", &[])])).await;
    world
        .emulator()
        .change(|state| state.orgs[1].consent = false);
    world.file(
        "aerial.yaml",
        desired(&[
            "{domain: a.okta.com, products: [sso]}",
            "{domain: b.okta.com, products: [sso]}",
        ]),
    );
    let ran = world.run("apply --yes").await.expect(Exit::Partial);
    assert!(ran.err.contains("403 E0000006"), "{}", ran.err);
    assert!(ran.err.contains("consented"), "{}", ran.err);
    assert!(
        ran.err
            .contains("because of it 1 step wasn't tried: 1 enable"),
        "{}",
        ran.err
    );
    assert!(!world.linked("a.okta.com") && world.linked("b.okta.com"));
    assert_eq!(world.products("b.okta.com"), ["P000052"]);
}
