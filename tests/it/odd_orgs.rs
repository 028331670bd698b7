//! Org hosts that answer what can't be true: nothing is written for it, and nothing of it gets out of its place.

use std::sync::atomic::{AtomicBool, Ordering};

use aerialctl::cli::Exit;
use serde_json::{Value as Json, json};

use crate::server::{Answer, Asked, Server, answer};
use crate::support::{World, account, desired, org};

const BASELINE: &str = "baselines: {s: {groups: {G: {profile: {x: 1}}}}}\n";

/// An account with one org, whose own host is a server.
async fn world(respond: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> (World, Server) {
    let mut world = World::with(account(vec![org("a", &["sso"])])).await;
    let server = Server::start(respond).await;
    let place = format!("{}/~{{domain}}", server.origin);
    world.vars.extend([
        ("AERIAL_ORG_ENDPOINT".to_owned(), place),
        (
            "OKTA_ORG_TOKEN_A_OKTA_COM".to_owned(),
            "token-of-a".to_owned(),
        ),
    ]);
    world.file(
        "aerial.yaml",
        desired(&["{domain: a.okta.com, baseline: s}"]) + BASELINE,
    );
    (world, server)
}

fn group(id: &str, x: u8) -> Json {
    json!({"id": id, "type": "OKTA_GROUP", "profile": {"name": "G", "x": x, "description": "keep"}})
}

fn ok(body: &Json) -> Answer {
    answer("200 OK", "", &body.to_string())
}

fn writes(server: &Server) -> Vec<String> {
    let asked = server.asked().into_iter();
    asked
        .map(|asked| asked.line().to_owned())
        .filter(|line| !line.starts_with("GET"))
        .collect()
}

#[tokio::test]
async fn promise_7_an_id_that_can_t_be_one_leaves_the_org_unread() {
    for id in [
        "x\n```\n</details>\n# Approved",
        "..",
        "",
        "a/../../users/me/lifecycle/deactivate",
        "x\u{1b}[31m",
        "x?a=b#c",
        "x\u{202e}",
        "token-of-a",
    ] {
        let (world, server) = world(move |_| ok(&json!([group(id, 2)]))).await;
        for command in [
            "plan --format json",
            "plan --format markdown",
            "apply --yes --calls",
        ] {
            let ran = world.run(command).await.done();
            let text = ran.text();
            assert!(
                text.contains("the id of groups/G") || text.contains("the id of groups&#47;G"),
                "{id:?}: {text}"
            );
            assert!(!text.contains("Approved") && !text.contains("users/me"));
        }
        assert_eq!(writes(&server), [""; 0], "{id:?}");
    }
}

#[tokio::test]
async fn an_object_on_two_pages_is_one_object() {
    let (world, server) = world(|asked| {
        let link = format!(
            "Link: <{}/~a.okta.com/api/v1/groups?after=2>; rel=\"next\"\r\n",
            asked.origin
        );
        let line = asked.line();
        if line.contains("/groups/00g1") && line.starts_with("PUT") {
            return ok(&group("00g1", 1));
        }
        let written = if line.contains("/groups/00g1") { 2 } else { 0 };
        let link = if line.contains("after=2") { "" } else { &link };
        let found = json!([group("00g1", written)]);
        if line.contains("/groups/00g1") {
            return ok(&group("00g1", written));
        }
        answer("200 OK", link, &found.to_string())
    })
    .await;
    let plan = world.run("plan --format json").await.done().json();
    assert_eq!(plan["steps"][0]["call"]["path"], "/api/v1/groups/00g1");
    assert_eq!(plan.get("unread"), None, "{plan:#}");
    assert_eq!(writes(&server), [""; 0]);
}

#[tokio::test]
async fn an_answer_about_another_object_is_never_written_into_the_one_that_was_asked_for() {
    let (world, server) = world(|asked| {
        if asked.line().contains("/groups/00g1") {
            return ok(&group("00gOTHER", 2));
        }
        ok(&json!([group("00g1", 2)]))
    })
    .await;
    let apply = world.run("apply --yes").await.expect(Exit::Partial);
    assert!(
        apply.err.contains("the answer is about another object"),
        "{}",
        apply.err
    );
    assert_eq!(writes(&server), [""; 0]);
}

#[tokio::test]
async fn a_list_of_another_host_is_none_of_this_one() {
    let (world, server) = world(|asked| {
        let link = format!(
            "Link: <{}/~b.okta.com/api/v1/groups?after=1>; rel=\"next\"\r\n",
            asked.origin
        );
        answer("200 OK", &link, "[]")
    })
    .await;
    let plan = world.run("plan").await.done();
    let why = "the next page isn't one of this list";
    assert!(plan.err.contains(why), "{}", plan.err);
    let others = server.asked();
    assert!(others.iter().all(|asked| !asked.line().contains("~b")));
}

#[tokio::test]
async fn an_object_with_a_number_that_can_t_be_written_back_is_left_alone() {
    let body = r#"{"id":"00g1","type":"OKTA_GROUP","profile":{"name":"G","big":123456789012345678901234567890}}"#;
    let (world, server) = world(move |asked| {
        let one = asked.line().contains("/groups/00g1");
        let body = if one {
            body.to_owned()
        } else {
            format!("[{body}]")
        };
        answer("200 OK", "", &body)
    })
    .await;
    let says = "groups/G has a number in profile.big that can't be written back as it is";
    let plan = world.run("plan").await.done();
    assert!(plan.err.contains(says), "{}", plan.err);
    let apply = world.run("apply --yes").await.expect(Exit::Partial);
    assert!(apply.err.contains("so it is left alone"), "{}", apply.err);
    assert_eq!(writes(&server), [""; 0]);
}

#[tokio::test]
async fn what_a_write_changes_beside_what_is_listed_is_told() {
    let written = AtomicBool::new(false);
    let (world, _server) = world(move |asked| {
        if asked.line().starts_with("PUT") {
            written.store(true, Ordering::Relaxed);
        }
        let body = if written.load(Ordering::Relaxed) {
            json!({"id": "00g1", "type": "OKTA_GROUP", "profile": {"name": "G", "x": 1, "description": "new"}})
        } else {
            group("00g1", 2)
        };
        if asked.line().contains("/groups/00g1") {
            ok(&body)
        } else {
            ok(&json!([body]))
        }
    })
    .await;
    let apply = world.run("apply --yes --receipt r.jsonl").await.done();
    let says = "Okta has also changed what isn't listed: profile.description";
    assert!(apply.err.contains(says), "{}", apply.err);
    assert!(world.read("r.jsonl").contains(says));
}

#[tokio::test]
async fn no_run_says_that_all_matches_where_an_org_is_unread() {
    let (world, _server) = world(|_| answer("403 Forbidden", "", "{}")).await;
    let says = "No changes in what could be read; the inside of 1 org couldn't be.";
    for command in [
        "plan",
        "plan --format markdown",
        "plan --detailed-exitcode",
        "apply --yes",
        "explain a.okta.com",
        "report --out -",
    ] {
        let ran = world.run(command).await.done();
        let plain = ran.out.replace("&#39;", "'");
        assert!(plain.contains(says), "{command}: {}", ran.out);
        assert!(!plain.contains("matches the desired state"), "{command}");
    }
    world
        .file(
            "aerial.yaml",
            desired(&["{domain: a.okta.com, baseline: s, products: [sso, mfa]}"]) + BASELINE,
        )
        .run("plan --out plan.json")
        .await
        .done();
    let ran = world.run("plan").await.done();
    let says = "the inside of 1 org couldn't be read.";
    assert!(ran.out.contains(says), "{}", ran.out);
    // What nobody has reviewed isn't compared, though it could be read by now.
    world.run("apply --yes --plan plan.json").await.done();
    let ran = world.run("apply --yes --plan plan.json").await.done();
    assert!(!ran.out.contains("matches the desired"), "{}", ran.out);
}

#[tokio::test]
async fn a_consent_that_names_no_account_is_no_other_account_s() {
    for body in ["{}", "[{\"accountId\": \"x\"}]"] {
        let (world, server) = world(move |_| answer("200 OK", "", body)).await;
        let mut state = world.emulator().state();
        state.orgs.push(crate::support::unlinked("c", &[]));
        state.complete();
        let mut other = World::with(state).await;
        let place = format!("{}/~{{domain}}", server.origin);
        other.vars.extend([
            ("AERIAL_ORG_ENDPOINT".to_owned(), place),
            (
                "OKTA_ORG_TOKEN_C_OKTA_COM".to_owned(),
                "token-of-c".to_owned(),
            ),
        ]);
        other.file(
            "aerial.yaml",
            desired(&["{domain: c.okta.com, new: true, consent: grant}"]),
        );
        let apply = other.run("apply --yes").await.expect(Exit::Partial);
        assert!(
            apply.err.contains("names no account, which can't be"),
            "{}",
            apply.err
        );
        assert!(!apply.err.contains("another Aerial account"));
        assert_eq!(writes(&server), [""; 0]);
    }
}

#[tokio::test]
async fn what_no_org_has_from_okta_is_told_as_a_slip() {
    let (world, _server) = world(|_| ok(&json!([]))).await;
    let state = account(vec![org("a", &["sso"]), org("b", &["sso"])]);
    let mut two = World::with(state).await;
    two.vars.extend(
        world
            .vars
            .clone()
            .into_iter()
            .filter(|(name, _)| name.starts_with("OKTA_") || name == "AERIAL_ORG_ENDPOINT"),
    );
    two.vars.insert(
        "OKTA_ORG_TOKEN_B_OKTA_COM".to_owned(),
        "token-of-b".to_owned(),
    );
    two.file(
        "aerial.yaml",
        desired(&[
            "{domain: a.okta.com, baseline: s}",
            "{domain: b.okta.com, baseline: s}",
        ]) + "baselines: {s: {policies: {PASSWORD: {Defualt Policy: {system: true, description: x}}}}}\n",
    );
    let plan = two.run("plan").await.done();
    assert!(
        plan.err.contains(
            "none of the 2 orgs that were looked into has policies/PASSWORD/Defualt Policy"
        ),
        "{}",
        plan.err
    );
}
