//! How a run ends: causes with what they held up, the receipt, what to do next.

use aerialctl::cli::Exit;

use crate::support::{World, account, desired, org};

/// Of six additions Okta refuses five for one reason and one for another; 24 orgs were to lose something.
async fn world() -> World {
    let orgs = (0..30).map(|i| org(&format!("o{i:02}"), &["sso", "lcm"]));
    let mut state = account(orgs.collect());
    for product in ["P000131", "P001113"] {
        let needs = vec!["P000200".into()];
        state.dependencies.insert(product.to_owned(), needs);
    }
    let mut world = World::with(state).await;
    world.vars.insert("COLUMNS".into(), "100".into());
    let entries: Vec<String> = (0..30)
        .map(|i| match i {
            0..5 => format!("{{domain: o{i:02}.okta.com, products: [sso, lcm, mfa]}}"),
            5 => "{domain: o05.okta.com, products: [sso, lcm, itp]}".to_owned(),
            6..26 => format!("{{domain: o{i:02}.okta.com, products: [sso]}}"),
            _ => format!("{{domain: o{i:02}.okta.com, products: [], status: inactive}}"),
        })
        .collect();
    let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
    world.file("aerial.yaml", desired(&entries));
    world
}

#[tokio::test]
async fn failures_are_told_by_cause_with_what_each_held_up() {
    let world = world().await;
    let ran = world.run("apply --yes").await.expect(Exit::Partial);
    let (_, end) = ran.err.split_once("\n\n").unwrap();
    let last = ran.out.lines().last().unwrap();
    // Which request comes when is chance.
    let (before, after) = end.split_once("reqEmulated").unwrap();
    let after = after.trim_start_matches(|c: char| c.is_ascii_digit());
    insta::assert_snapshot!(format!("{before}req…{after}{last}"));
    assert_eq!(ran.err.matches("skipped ").count(), 0, "{}", ran.err);
    let all = world.run("plan").await.done();
    assert!(all.out.contains("Plan: "), "{}", all.out);
}

/// Nobody named a receipt, so there is one in `.aerialctl`, which git doesn't see; a run without a step leaves none.
#[tokio::test]
async fn a_run_leaves_a_receipt_whether_or_not_one_is_named() {
    let world = world().await;
    let ran = world.run("apply --yes").await.expect(Exit::Partial);
    let name = "20260101T000000000Z-0227mkkf8ulgt48bkidcd8ekqft.jsonl";
    let path = format!(".aerialctl/receipts/{name}");
    assert!(
        ran.err.contains(&format!("The receipt: {path}\n")),
        "{}",
        ran.err
    );
    let receipt = world.read(&path);
    let skipped = receipt.lines().filter(|line| line.contains("\"skipped\""));
    let because = skipped.filter(|line| line.contains("\"because\":"));
    assert_eq!(because.count(), 28, "{receipt}");
    assert_eq!(world.read(".aerialctl/.gitignore"), "*\n");
    let count = || {
        std::fs::read_dir(world.path(".aerialctl/receipts"))
            .unwrap()
            .count()
    };
    world.file("aerial.yaml", desired(&[]).replace("orgs:\n", "orgs: []\n"));
    world.run("apply --yes").await.done();
    assert_eq!(count(), 1);
}

/// Where none can be made the run goes on, and says so.
#[tokio::test]
async fn a_run_that_can_leave_no_receipt_says_so() {
    let world = world().await;
    world.file(".aerialctl", "a file");
    let ran = world.run("apply --yes").await.expect(Exit::Partial);
    assert!(
        ran.err.contains("this run leaves no receipt"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("--receipt"), "{}", ran.err);
}
