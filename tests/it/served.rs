//! What a server may say: how much of it, and what can't be true.

use std::time::{Duration, Instant};

use aerialctl::cli::Exit;
use aerialctl::desired::load;
use aerialctl::diagnostic::{Severity, Source, Sources};
use aerialctl::ids::{AccountId, ProductId};
use aerialctl::live::{Coverage, Snapshot};
use aerialctl::plan::{NoPlan, PlanOptions, plan};

use crate::server::{Answer, Asked, Server, answer};
use crate::support::{ACCOUNT, World, desired};

/// A world whose environment points at a server of the test's.
fn at(server: &Server) -> World {
    let mut world = World::new();
    for (name, value) in [
        ("AERIAL_ENDPOINT", server.origin.as_str()),
        ("AERIAL_ACCESS_TOKEN", "given-token"),
    ] {
        world.vars.insert(name.into(), value.into());
    }
    world.file("aerial.yaml", desired(&["{domain: a.okta.com}"]));
    world
}

/// Answers for an account with these orgs, none of which has a product.
fn account(asked: &Asked, about: &str, orgs: &str) -> Answer {
    let path = asked.line();
    let body = if path.ends_with("/accounts") {
        about
    } else if path.contains("/orgs?") {
        orgs
    } else {
        "[]"
    };
    answer("200 OK", "", body)
}

fn about() -> String {
    format!(r#"{{"id": "{ACCOUNT}", "name": "Acme"}}"#)
}

const AERIAL: &str =
    r#"{"id": "00oA", "domain": "acme-aerial.okta.com", "status": "ACTIVE", "aerialOrg": true}"#;

#[tokio::test]
async fn an_org_that_is_listed_twice_must_be_the_same() {
    let once = r#"{"id": "00oB", "domain": "a.okta.com", "status": "ACTIVE"}"#;
    let other = once.replace("ACTIVE", "INACTIVE");
    for (again, exit) in [(once, Exit::Done), (other.as_str(), Exit::Failed)] {
        let orgs = format!("[{AERIAL}, {once}, {again}]");
        let server = Server::start(move |asked| account(asked, &about(), &orgs)).await;
        let ran = at(&server).run("status").await.expect(exit);
        let says = "has a.okta.com (00oB) twice, and says two things of it";
        assert_eq!(ran.err.contains(says), exit == Exit::Failed, "{}", ran.err);
    }
}

#[tokio::test]
async fn an_account_that_does_not_say_which_it_is_is_not_read() {
    for about in ["{}", r#"{"id": null, "name": "Acme"}"#] {
        let server =
            Server::start(move |asked| account(asked, about, &format!("[{AERIAL}]"))).await;
        let ran = at(&server).run("status").await.expect(Exit::Failed);
        assert!(ran.err.contains("which account this is"), "{}", ran.err);
    }
}

#[tokio::test]
async fn a_list_of_too_many_orgs_is_given_up() {
    let server = Server::start(|asked| {
        if asked.line().contains("/orgs?") {
            let from = fastrand::u64(..1 << 40);
            let orgs = (from..from + 50_000)
                .map(|n| format!(r#"{{"id": "00o{n}", "domain": "o{n}.okta.com"}}"#));
            let orgs = format!("[{}]", orgs.collect::<Vec<_>>().join(","));
            let next = format!(
                "Link: <{}/{ACCOUNT}/api/v1/orgs?after={from}>; rel=\"next\"\r\n",
                asked.origin,
            );
            return answer("200 OK", &next, &orgs);
        }
        account(asked, &about(), "[]")
    })
    .await;
    let ran = at(&server).run("plan").await.expect(Exit::Failed);
    assert!(ran.err.contains("more than 200000 items"), "{}", ran.err);
}

#[tokio::test]
async fn a_long_name_is_cut_where_it_is_read() {
    let long = "ä".repeat(1_000_000);
    let orgs = format!(
        "[{}]",
        AERIAL.replace('}', &format!(r#", "name": "{long}"}}"#))
    );
    let named = about().replace("Acme", &long);
    let server = Server::start(move |asked| account(asked, &named, &orgs)).await;
    let ran = at(&server).run("status --format json").await.done();
    let cut = format!("{}…", "ä".repeat(200));
    assert_eq!(ran.json()["orgs"][0]["name"], cut);
    assert_eq!(ran.json()["account"]["name"], cut);
}

#[test]
fn suggestions_cost_nothing_where_nobody_sees_them() {
    let product = |n: usize| {
        (
            ProductId::parse(&format!("Q{n:060}")).unwrap(),
            String::new(),
        )
    };
    let account = Snapshot {
        insides: Default::default(),
        resolved: Default::default(),
        surroundings: None,
        remembered: None,
        account: AccountId::parse(ACCOUNT).unwrap(),
        account_name: String::new(),
        subscribed: (0..2_000).map(product).collect(),
        orgs: Vec::new(),
        coverage: Coverage::Whole,
    };
    let ids: Vec<String> = (0..40_000).map(|n| format!("P{n:059}")).collect();
    let listed = ids.join(", ");
    let org = format!("{{domain: a.okta.com, cell: ok1, products: [{listed}]}}");
    let sources = Sources::new(vec![Source::new("aerial.yaml", desired(&[&org]))]);
    let file = load(&sources).desired.unwrap();
    let started = Instant::now();
    let Err(NoPlan::Unfit(found)) = plan(&file, &account, &PlanOptions::default()) else {
        panic!("nothing of it is subscribed");
    };
    assert_eq!(found.count(Severity::Error), 40_000);
    let took = started.elapsed();
    assert!(took < Duration::from_secs(60), "{took:?}");
}
