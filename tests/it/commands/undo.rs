//! `undo`: a run taken back, as far as that goes.

use aerialctl::cli::{Exit, Terminal};
use aerialctl::emulator::Org;

use crate::support::{World, account, desired, org, plain, unlinked};

/// An account on which one run links, enables, swaps, activates and deactivates.
async fn world() -> World {
    let asleep = Org {
        status: "INACTIVE".into(),
        ..org("asleep", &[])
    };
    let world = World::with(account(vec![
        org("a", &["sso", "lcm"]),
        org("b", &["mfa"]),
        asleep,
        org("old", &[]),
        unlinked("new", &["itp"]),
    ]))
    .await;
    world.file("aerial.yaml", file());
    world.run("apply --yes --receipt r.jsonl").await;
    world
}

fn file() -> String {
    desired(&[
        "{domain: a.okta.com, products: [workforce]}",
        "{domain: b.okta.com, products: [mfa, itp]}",
        "{domain: asleep.okta.com, status: active}",
        "{domain: old.okta.com, status: inactive}",
        "{domain: new.okta.com, products: [sso]}",
    ])
}

fn status(world: &World, domain: &str) -> String {
    let state = world.emulator().state();
    let org = state.orgs.iter().find(|org| org.domain == domain);
    org.unwrap().status.clone()
}

#[tokio::test]
async fn a_run_is_undone_but_for_the_link_and_what_changed_since() {
    let world = world().await;
    world.emulator().change(|state| {
        let b = state.orgs.iter_mut().find(|org| org.domain == "b.okta.com");
        b.unwrap().products.push("P000200".into());
    });
    let ran = world.run("undo r.jsonl --yes").await.done();
    insta::assert_snapshot!(plain(&ran.text(), &world));
    assert_eq!(world.products("a.okta.com"), ["P000052", "P000139"]);
    assert_eq!(world.products("b.okta.com"), ["P000131", "P000200"]);
    assert_eq!(world.products("new.okta.com"), ["P001113"]);
    assert!(world.linked("new.okta.com"));
    assert_eq!(status(&world, "asleep.okta.com"), "INACTIVE");
    assert_eq!(status(&world, "old.okta.com"), "ACTIVE");
}

#[tokio::test]
async fn a_second_undo_has_nothing_to_do_and_the_plan_wants_it_all_again_until_the_file_says_so() {
    let world = world().await;
    let first = world.run("undo r.jsonl --yes --format json").await.done();
    let result = first.json();
    assert_eq!(result["undo"]["whole"], true);
    assert_eq!(result["undo"]["left"][0]["reason"], "final");
    let again = world.run("undo r.jsonl").await.done();
    assert!(
        again
            .out
            .contains("6 changes of the run are undone already."),
        "{}",
        again.out
    );
    // It compares nothing with the file, and doesn't say so.
    let says = "No changes. Nothing is left that `undo` can put back.";
    assert!(again.out.contains(says), "{}", again.out);
    assert_eq!(again.text().matches("matches the desired state").count(), 0);
    let change = "The next `apply` would do it again, unless the file changes:";
    assert!(again.text().contains(change), "{}", again.text());
    let drifted = world.run("plan --detailed-exitcode").await;
    drifted.expect(Exit::Pending);
    // The diff is one that makes the file say it.
    let diff = result["undo"]["fileChange"].as_str().unwrap().to_owned();
    let mut text = world.read("aerial.yaml");
    for line in diff
        .lines()
        .filter(|line| !line.starts_with("---") && !line.starts_with("+++"))
    {
        if let Some(old) = line.strip_prefix('-') {
            text = text.replacen(&format!("{old}\n"), "", 1);
        }
    }
    let new: Vec<&str> = diff
        .lines()
        .filter(|line| !line.starts_with("+++"))
        .filter_map(|line| line.strip_prefix('+'))
        .collect();
    world.file("aerial.yaml", format!("{text}{}\n", new.join("\n")));
    let plan = world.run("plan --detailed-exitcode").await.done();
    assert!(plan.out.contains("No changes."), "{}", plan.out);
}

#[tokio::test]
async fn it_asks_is_reviewed_and_is_kept_within_the_guardrails() {
    let mut world = world().await;
    let before = world.writes().len();
    let refused = world.run("undo r.jsonl").await.expect(Exit::Refused);
    assert!(
        refused.err.contains("nobody is here to confirm"),
        "{}",
        refused.err
    );
    let planned = world.run("undo r.jsonl --out plan.json").await.done();
    assert!(planned.err.contains("0 writes"), "{}", planned.err);
    assert_eq!(world.writes().len(), before);
    // What somebody reviewed is the most that is done.
    world.emulator().change(|state| {
        let a = state.orgs.iter_mut().find(|org| org.domain == "a.okta.com");
        a.unwrap().products.push("P000200".into());
    });
    let other = world.run("undo r.jsonl --yes --plan plan.json").await;
    let other = other.expect(Exit::Refused);
    assert!(
        other.err.contains("aerialctl undo RECEIPT --out FILE"),
        "{}",
        other.err
    );
    let strict = file().replace("maxDeactivated: 100", "maxDeactivated: 0");
    world.file("strict.yaml", strict);
    let limit = world.run("undo r.jsonl --yes -f strict.yaml").await;
    let limit = limit.expect(Exit::Refused);
    assert!(
        limit.err.contains("guardrail maxDeactivated"),
        "{}",
        limit.err
    );
    // A machine has what it was about all the same.
    let json = "undo r.jsonl --yes -f strict.yaml --format json";
    let json = world.run(json).await.expect(Exit::Refused).json();
    assert_eq!((&json["exit"], &json["steps"]), (&4.into(), &[0; 0].into()));
    assert_eq!(json["undo"]["left"][0]["reason"], "changed");
    let change = json["undo"]["fileChange"].as_str().unwrap();
    assert!(change.starts_with("--- a/strict.yaml"), "{change}");
    assert_eq!(world.writes().len(), before);
    world.terminal = Terminal {
        stdin: true,
        stderr: true,
        ..world.terminal
    };
    world.stdin = "yes\n".to_owned();
    world.run("undo r.jsonl --only b.okta.com").await.done();
    assert_eq!(world.products("b.okta.com"), ["P000131"]);
    assert_eq!(world.writes().len(), before + 1);
}

#[tokio::test]
async fn another_account_s_receipt_and_what_is_none_is_refused() {
    let world = world().await;
    let before = world.writes().len();
    let receipt = world.read("r.jsonl");
    world.file(
        "other.jsonl",
        receipt.replace(crate::support::ACCOUNT, "0227other"),
    );
    let origin = world.emulator().origin().to_owned();
    world.file(
        "server.jsonl",
        receipt.replace(&origin, "https://aerial-apac.okta.com"),
    );
    world.file("none.jsonl", "{}\n");
    for (words, exit, says) in [
        (
            "undo other.jsonl --yes",
            Exit::Refused,
            "is of another account",
        ),
        (
            "undo server.jsonl --yes",
            Exit::Refused,
            "is of a run against another server",
        ),
        (
            "undo none.jsonl --yes",
            Exit::Failed,
            "has no run of `apply` in it",
        ),
        ("undo missing.jsonl --yes", Exit::Failed, "can't be read"),
        (
            "undo r.jsonl --run 2 --yes",
            Exit::Usage,
            "r.jsonl has 1 run",
        ),
    ] {
        let ran = world.run(words).await.expect(exit);
        assert!(ran.err.contains(says), "{words}: {}", ran.err);
    }
    assert_eq!(world.writes().len(), before);
}

/// Cut lines, unknown kinds, orgs that were swapped: each is said, and nothing comes of it.
#[tokio::test]
async fn a_receipt_that_somebody_broke_undoes_what_it_still_proves() {
    let world = world().await;
    let receipt = world.read("r.jsonl");
    let cut: Vec<&str> = receipt.lines().take(3).collect();
    world.file("cut.jsonl", format!("{}\n{{\"event\":\"st", cut.join("\n")));
    let ran = world.run("undo cut.jsonl --out p.json").await.done();
    assert!(
        ran.err
            .contains("1 line of the receipt can't be understood"),
        "{}",
        ran.err
    );
    let odd = receipt.replace("\"kind\":\"swap\"", "\"kind\":\"renovate\"");
    world.file("odd.jsonl", odd);
    let ran = world.run("undo odd.jsonl --out p.json").await.done();
    assert!(
        ran.err
            .contains("2 lines of the receipt can't be understood"),
        "{}",
        ran.err
    );
    assert!(!ran.out.contains("P000139"), "{}", ran.out);
    let killed: Vec<&str> = receipt
        .lines()
        .filter(|line| !line.contains("\"end\""))
        .collect();
    world.file("killed.jsonl", killed.join("\n"));
    let ran = world.run("undo killed.jsonl --out p.json").await.done();
    assert!(ran.err.contains("lacks the run's end"), "{}", ran.err);
}

/// What somebody else did is neither put into the file nor passed over.
#[tokio::test]
async fn the_change_to_the_file_is_of_what_the_run_did_alone() {
    let world = World::with(account(vec![org("a", &["sso"])])).await;
    world.file(
        "aerial.yaml",
        desired(&["{domain: a.okta.com, products: [workforce]}"]),
    );
    world.run("apply --yes --receipt run.jsonl").await.done();
    world.emulator().change(|state| {
        let a = state.orgs.iter_mut().find(|org| org.domain == "a.okta.com");
        a.unwrap().products.push("P001113".into());
    });
    let back = world
        .run("undo run.jsonl --yes --receipt back.jsonl")
        .await
        .done();
    let says =
        "by the file the next `apply` changes these as well:\n\n  a.okta.com: disables P001113\n";
    assert!(back.text().contains(says), "{}", back.text());
    assert!(!back.text().contains("unchanged"), "{}", back.text());
    // Undone in its turn, where the file says `sso` alone.
    let file = desired(&["{domain: a.okta.com, products: [sso]}"]);
    world.file("aerial.yaml", file);
    let again = world
        .run("undo back.jsonl --yes --format json")
        .await
        .done();
    let change = again.json()["undo"]["fileChange"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        change.contains("+  - {domain: a.okta.com, products: [sso, "),
        "{change}"
    );
    assert!(
        !change.contains("itp") && !change.contains("P001113"),
        "{change}"
    );
}
