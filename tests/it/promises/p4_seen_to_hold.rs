//! What wasn't seen to hold isn't called done.

use aerialctl::cli::Exit;

use crate::support::{World, account, desired, org, unlinked};

#[tokio::test]
async fn promise_4_a_confirmed_write_that_does_not_hold_is_a_failure() {
    let world = World::with(account(vec![org("a", &["sso"])])).await;
    world.file(
        "aerial.yaml",
        desired(&["{domain: a.okta.com, products: [sso, mfa]}"]),
    );
    let id = world.emulator().state().orgs[1].id.clone();
    // Okta says 200, and somebody undoes it before it is read back.
    world.faults(&format!(
        "[{{method: GET, path: /orgs/{id}/products, after: 2, times: 99, do: {{products: {{org: a.okta.com, products: [P000052]}}}}}}]"
    ));
    let ran = world
        .run("apply --yes --receipt r.jsonl")
        .await
        .expect(Exit::Partial);
    assert!(
        ran.err
            .contains("isn't as Okta confirmed; it lacks P000131"),
        "{}",
        ran.err
    );
    assert!(world.read("r.jsonl").contains(r#""outcome":"failed""#));
    assert_eq!(
        world.writes().len(),
        1,
        "and it isn't written again behind the user's back"
    );
}

#[tokio::test]
async fn promise_4_a_write_gets_some_time_to_show() {
    let mut state = account(vec![org("a", &["sso"])]);
    state.switches.settle_reads = 4;
    let world = World::with(state).await;
    world.file(
        "aerial.yaml",
        desired(&["{domain: a.okta.com, products: [sso, mfa]}"]),
    );
    world.run("apply --yes").await.done();
    assert_eq!(world.writes().len(), 1);
}

#[tokio::test]
async fn promise_4_an_update_that_was_refused_and_yet_carried_out_is_reported_as_it_is() {
    let mut state = account(vec![org("a", &["sso"])]);
    state.switches.partial_updates = true;
    state
        .dependencies
        .insert("P000131".into(), vec!["P000777".into()]);
    let world = World::with(state).await;
    world.file(
        "aerial.yaml",
        desired(&["{domain: a.okta.com, products: [sso, mfa]}"]),
    );
    // Okta refuses the body and keeps what it knows of it, which here is all of it.
    let ran = world.run("apply --yes --receipt r.jsonl").await.done();
    assert_eq!(world.products("a.okta.com"), ["P000052", "P000131"]);
    let receipt = world.read("r.jsonl");
    assert!(
        receipt.contains(r#""outcome":"applied","sent":true,"status":400"#),
        "{receipt}"
    );
    assert!(
        ran.err.contains("and yet the org is as the step wants it"),
        "{}",
        ran.err
    );
}

#[tokio::test]
async fn promise_4_an_update_that_was_refused_and_carried_out_in_part_is_a_failure() {
    let world = World::with(account(vec![org("a", &["sso"])])).await;
    world.file(
        "aerial.yaml",
        desired(&["{domain: a.okta.com, products: [sso, mfa, lcm]}"]),
    );
    let id = world.emulator().state().orgs[1].id.clone();
    world.faults(&format!(
        "[{{method: PUT, path: /orgs/{id}/products, do: {{status: 400}}}}, {{method: GET, path: /orgs/{id}/products, after: 2, do: {{products: {{org: a.okta.com, products: [P000052, P000131]}}}}}}]"
    ));
    let ran = world
        .run("apply --yes --receipt r.jsonl")
        .await
        .expect(Exit::Partial);
    let receipt = world.read("r.jsonl");
    assert!(
        receipt.contains(r#""outcome":"failed","sent":true,"status":400"#),
        "{receipt}"
    );
    assert!(
        ran.err
            .contains("and now the org has changed since the plan was made; it has also P000131"),
        "{}",
        ran.err
    );
    assert_eq!(world.writes().len(), 1);
}

#[tokio::test]
async fn promise_4_a_status_and_a_link_are_read_back() {
    let world = World::with(account(vec![org("a", &[]), unlinked("b", &[])])).await;
    world.file(
        "aerial.yaml",
        desired(&[
            "{domain: a.okta.com, status: inactive}",
            "{domain: b.okta.com}",
        ]),
    );
    let id = world.emulator().state().orgs[1].id.clone();
    world.faults(&format!(
        "[{{method: GET, path: /orgs/{id}, after: 1, times: 99, do: {{orgStatus: {{org: a.okta.com, status: ACTIVE}}}}}}]"
    ));
    let ran = world.run("apply --yes").await.expect(Exit::Partial);
    assert!(
        ran.err.contains("the org's status reads `ACTIVE`"),
        "{}",
        ran.err
    );
    let looked = world.emulator().seen();
    let link = looked
        .iter()
        .position(|seen| seen.method == "POST")
        .unwrap();
    assert_eq!(
        looked[link + 1].method,
        "GET",
        "the link is read back before anything else"
    );
}

#[tokio::test]
async fn promise_4_an_org_that_was_just_linked_gets_a_moment_to_show() {
    let world = World::with(account(vec![unlinked("new", &[])])).await;
    world.file(
        "aerial.yaml",
        desired(&["{domain: new.okta.com, products: [sso]}"]),
    );
    world.faults("[{method: GET, path: /orgs/*, times: 2, do: {status: 404}}, {method: GET, path: /orgs/*/products, after: 0, times: 2, do: {status: 404}}]");
    world.run("apply --yes").await.done();
    assert_eq!(world.products("new.okta.com"), ["P000052"]);
}
