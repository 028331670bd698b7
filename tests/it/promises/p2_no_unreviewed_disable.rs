//! Apply never disables a product that the reviewed plan didn't show as disabled.

use aerialctl::cli::Exit;

use crate::support::{World, account, desired, org, unlinked};

#[tokio::test]
async fn promise_2_a_newly_linked_org_keeps_what_it_turns_out_to_have() {
    let world = World::with(account(vec![unlinked("new", &["lcm", "itp"])])).await;
    world.file(
        "aerial.yaml",
        desired(&["{domain: new.okta.com, products: [sso]}"]),
    );
    let ran = world
        .run("apply --yes --receipt r.jsonl")
        .await
        .expect(Exit::Partial);
    assert_eq!(
        world.products("new.okta.com"),
        ["P000052", "P000139", "P001113"]
    );
    assert!(
        ran.err
            .contains("P000139, P001113; the next plan shows them"),
        "{}",
        ran.err
    );
    assert!(world.read("r.jsonl").contains(r#""outcome":"deferred""#));
    // The next plan shows them, and only then they go.
    let plan = world.run("plan --format json").await.done().json();
    assert_eq!(plan["summary"]["productsDisabled"], 2);
    world.run("apply --yes").await.done();
    assert_eq!(world.products("new.okta.com"), ["P000052"]);
}

#[tokio::test]
async fn promise_2_a_newly_linked_org_with_an_empty_list_is_left_to_the_next_plan() {
    let world = World::with(account(vec![unlinked("new", &["lcm"])])).await;
    world.file(
        "aerial.yaml",
        desired(&["{domain: new.okta.com, products: []}"]),
    );
    world.run("apply --yes").await.expect(Exit::Partial);
    assert_eq!(world.products("new.okta.com"), ["P000139"]);
}

#[tokio::test]
async fn promise_2_ignored_and_additive_leftovers_are_not_deferred() {
    let world = World::with(account(vec![
        unlinked("a", &["wfl"]),
        unlinked("b", &["lcm"]),
    ]))
    .await;
    let file = desired(&[
        "{domain: a.okta.com, products: [sso]}",
        "{domain: b.okta.com, products: [sso], enforce: additive}",
    ]);
    world.file("aerial.yaml", format!("{file}ignoreProducts: [P000200]\n"));
    world.run("apply --yes").await.done();
    assert_eq!(world.products("a.okta.com"), ["P000052", "P000200"]);
    assert_eq!(world.products("b.okta.com"), ["P000052", "P000139"]);
    world.run("plan --detailed-exitcode").await.done();
}

#[tokio::test]
async fn promise_2_an_org_that_changed_in_between_is_stale_and_not_written_to() {
    let world = World::with(account(vec![org("a", &["sso"]), org("b", &["sso"])])).await;
    world.file(
        "aerial.yaml",
        desired(&[
            "{domain: a.okta.com, products: [sso, mfa]}",
            "{domain: b.okta.com, products: [sso, mfa]}",
        ]),
    );
    let a = world.emulator().state().orgs[1].id.clone();
    // The first read of a's products is the plan's, the second is the look before the write.
    world.faults(&format!(
        "[{{method: GET, path: /orgs/{a}/products, after: 1, do: {{products: {{org: a.okta.com, products: [P000052, P001113]}}}}}}]"
    ));
    let ran = world.run("apply --yes").await.expect(Exit::Partial);
    assert_eq!(world.products("a.okta.com"), ["P000052", "P001113"]);
    assert_eq!(world.products("b.okta.com"), ["P000052", "P000131"]);
    assert!(ran.err.contains("stale"), "{}", ran.err);
    assert!(ran.err.contains("it has also P001113"), "{}", ran.err);
    assert!(ran.err.contains("(aerial.yaml:10:26)"), "{}", ran.err);
    assert_eq!(world.writes().len(), 1);
}

#[tokio::test]
async fn promise_2_a_reviewed_plan_is_an_envelope() {
    let world = World::with(account(vec![org("a", &["sso", "lcm"]), org("b", &["sso"])])).await;
    let file = desired(&[
        "{domain: a.okta.com, products: [sso]}",
        "{domain: b.okta.com, products: [sso, mfa]}",
    ]);
    world.file("aerial.yaml", &file);
    world.run("plan --out plan.json").await.done();
    // Somebody does one of the steps by hand: it has become unnecessary, which is fine.
    world
        .emulator()
        .change(|state| state.orgs[2].products.push("P000131".into()));
    world.run("apply --yes --plan plan.json").await.done();
    assert_eq!(world.products("a.okta.com"), ["P000052"]);
    // Now the account drifts: the new plan has a step that nobody reviewed.
    world
        .emulator()
        .change(|state| state.orgs[1].products.push("P001113".into()));
    let before = world.writes().len();
    let ran = world
        .run("apply --yes --plan plan.json")
        .await
        .expect(Exit::Refused);
    assert!(
        ran.err.contains("no longer the one that was reviewed"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("P001113"), "{}", ran.err);
    assert_eq!(world.writes().len(), before);
}

#[tokio::test]
async fn promise_2_a_tampered_plan_makes_nothing_happen() {
    let world = World::with(account(vec![org("a", &["sso", "lcm"])])).await;
    world.file(
        "aerial.yaml",
        desired(&["{domain: a.okta.com, products: [sso]}"]),
    );
    world.run("plan --out plan.json").await.done();
    let good = world.read("plan.json");
    for (from, to, exit) in [
        ("\"body\": [", "\"body\": [{\"id\":\"P9\"},", Exit::Refused),
        (
            "\"kind\": \"disable\"",
            "\"kind\": \"enable\"",
            Exit::Refused,
        ),
        ("P000139", "P000777", Exit::Refused),
        ("0227mkkf8ulgt48bkidcd8ekqft", "0227other", Exit::Refused),
        ("\"version\": 1", "\"version\": 2", Exit::Refused),
        ("\"steps\"", "\"stepz\"", Exit::Failed),
        ("{", "", Exit::Failed),
    ] {
        assert!(good.contains(from), "{from}");
        world.file("plan.json", good.replacen(from, to, 1));
        world.run("apply --yes --plan plan.json").await.expect(exit);
    }
    assert_eq!(world.writes(), [""; 0]);
    world.file("plan.json", good);
    world.run("apply --yes --plan plan.json").await.done();
    assert_eq!(world.products("a.okta.com"), ["P000052"]);
}

#[tokio::test]
async fn promise_2_a_reviewed_plan_covers_going_on_after_an_interruption() {
    let world = World::with(account(vec![unlinked("new", &["lcm"])])).await;
    world.file(
        "aerial.yaml",
        desired(&["{domain: new.okta.com, products: [sso], enforce: additive}"]),
    );
    world.run("plan --out plan.json").await.done();
    // The first run got as far as linking the org.
    world.emulator().change(|state| state.orgs[1].linked = true);
    world.run("apply --yes --plan plan.json").await.done();
    assert_eq!(world.products("new.okta.com"), ["P000052", "P000139"]);
}
