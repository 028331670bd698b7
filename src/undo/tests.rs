//! What is put back of a run, and what is left alone.

use super::{Undoing, undoing};
use crate::diagnostic::SourceId;
use crate::live::{LiveOrg, LiveStatus, Snapshot};
use crate::plan::world::{account, desired, inactive, lines, org};
use crate::plan::{PlanOptions, Selection, plan};
use crate::receipt::{Past, PastRun};

/// A line about a step: its kind, the org `NAME`, the outcome, and the products before and after.
fn step(id: u32, kind: &str, name: &str, outcome: &str, before: &str, after: &str) -> String {
    let set = |words: &str| {
        let words = words.split_whitespace();
        let words: Vec<String> = words
            .map(|id| format!(r#"{{"id":"{id}","name":""}}"#))
            .collect();
        format!("[{}]", words.join(","))
    };
    let sent = !matches!(outcome, "unchanged" | "skipped" | "stale");
    format!(
        r#"{{"event":"step","id":{id},"kind":"{kind}","org":{{"id":"00o{name}","domain":"{name}.okta.com"}},"outcome":"{outcome}","sent":{sent},"before":{},"after":{},"startedAt":""}}"#,
        set(before),
        set(after),
    )
}

fn run(steps: &[String]) -> PastRun {
    let start = r#"{"event":"start","version":1,"account":"0227a","endpoint":"e","steps":1}"#;
    let end = r#"{"event":"end","outcomes":{},"interrupted":false}"#;
    let text = format!("{start}\n{}\n{end}", steps.join("\n"));
    let mut past = Past::default();
    past.read("r.jsonl", &text);
    past.runs.pop().unwrap()
}

/// The steps of the plan, and what is left alone.
fn undone(steps: &[String], file: &[&str], live: &Snapshot) -> (Vec<String>, Vec<String>) {
    with("", steps, file, live)
}

fn with(
    extra: &str,
    steps: &[String],
    file: &[&str],
    live: &Snapshot,
) -> (Vec<String>, Vec<String>) {
    let file = desired(extra, file);
    let undoing = undoing(&run(steps), SourceId(0), &file, &Selection::All, live);
    (planned(&undoing, live), told(&undoing))
}

fn planned(undoing: &Undoing, live: &Snapshot) -> Vec<String> {
    let options = PlanOptions {
        selection: undoing.selection(),
        ..PlanOptions::default()
    };
    lines(plan(&undoing.desired, live, &options).unwrap().plan())
}

fn told(undoing: &Undoing) -> Vec<String> {
    let left = undoing.left.iter();
    left.map(|one| format!("{}: {}", one.org, one.reason))
        .collect()
}

const A: &str = "{domain: a.okta.com, products: [P2, P3], status: active}";

#[test]
fn what_a_run_did_is_taken_back_and_what_changed_since_stays() {
    let steps = [step(1, "swap", "a", "applied", "P1 P4", "P2 P3 P4")];
    // Somebody has added P5, taken P4 away, and P3 that the run had added.
    let live = account(vec![org("a", "P2 P5")]);
    let (plan, left) = undone(&steps, &[A], &live);
    assert_eq!(plan, ["1 swap a.okta.com +P1 -P2 PUT /orgs/00oa/products"]);
    assert_eq!(
        left,
        ["a.okta.com: changed since, and stays: P5 Product P5 enabled; P4 disabled"]
            .map(|text| text.replace("P4 disabled", "P4 Product P4 disabled"))
    );
}

#[test]
fn a_status_comes_back_and_one_that_is_back_already_is_counted() {
    let steps = [
        step(1, "activate", "a", "applied", "", ""),
        step(2, "deactivate", "b", "applied", "", ""),
    ];
    let b = "{domain: b.okta.com, status: inactive}";
    let live = account(vec![org("a", ""), org("b", "")]);
    let file = desired("", &[A, b]);
    let undoing = undoing(&run(&steps), SourceId(0), &file, &Selection::All, &live);
    assert_eq!(
        planned(&undoing, &live),
        ["1 deactivate a.okta.com PUT /orgs/00oa/status"]
    );
    assert_eq!((undoing.already, undoing.left.len()), (1, 0));
}

#[test]
fn what_nothing_takes_back_and_what_nobody_knows_is_told() {
    let killed = r#"{"event":"begin","id":4,"kind":"enable","org":{"id":"00ob","domain":"b.okta.com"},"startedAt":""}"#;
    let object = r#"{"event":"step","id":5,"kind":"configure","org":{"id":"00oa","domain":"a.okta.com"},"outcome":"applied","sent":true,"object":{"collection":"zones","name":"Corporate","id":"n","fields":[{"path":"status","before":"INACTIVE","after":"ACTIVE"},{"path":"type","before":null,"after":"IP"}]}}"#;
    let steps = [
        step(1, "link", "a", "applied", "", ""),
        // It was linked with P4, which stays.
        step(2, "enable", "a", "deferred", "P4", "P1 P4"),
        step(3, "enable", "c", "failed", "P4", "P4"),
        killed.to_owned(),
        object.to_owned(),
        step(6, "delete", "d", "applied", "", ""),
        step(7, "disable", "d", "skipped", "", ""),
    ];
    let file = [
        A,
        "{domain: b.okta.com, products: []}",
        "{domain: c.okta.com, products: []}",
        "{domain: d.okta.com, status: inactive}",
    ];
    let orgs = vec![
        org("a", "P1 P4"),
        org("b", "P1"),
        org("c", "P1"),
        inactive("d", ""),
    ];
    let (plan, left) = undone(&steps, &file, &account(orgs));
    assert_eq!(plan, ["1 disable a.okta.com -P1 PUT /orgs/00oa/products"]);
    assert_eq!(
        left,
        [
            "a.okta.com: was linked, and stays linked",
            "a.okta.com: zones/Corporate (status, type): the receipt doesn't tell what was there",
            "b.okta.com: nobody knows what came of the run's enable step: look at the org",
            "c.okta.com: nobody knows what came of the run's enable step: look at the org",
            "d.okta.com: was asked to be deleted, which nothing takes back",
        ]
    );
}

#[test]
fn what_the_file_and_the_account_keep_is_kept() {
    let steps = [
        step(1, "swap", "a", "applied", "P3 P9 P8", "P1 P2"),
        step(2, "enable", "b", "applied", "", "P1"),
        step(3, "enable", "gone", "applied", "", "P1"),
        step(4, "activate", "acme-aerial", "applied", "", ""),
    ];
    let mut live = account(vec![org("a", "P1 P2"), org("b", "P1")]);
    live.orgs.sort_by_key(LiveOrg::name);
    let file = [A, "{domain: acme-aerial.okta.com}"];
    let (plan, left) = with("ignoreProducts: [P2, P8]", &steps, &file, &live);
    assert_eq!(plan, ["1 swap a.okta.com +P3 -P1 PUT /orgs/00oa/products"]);
    assert_eq!(
        left,
        [
            "a.okta.com: the file's `ignoreProducts` has P2 Product P2, P8: handled elsewhere",
            "a.okta.com: the account isn't subscribed any more, so it can't be enabled: P9",
            "acme-aerial.okta.com: it is the Aerial org, which is never deactivated",
            "b.okta.com: the file doesn't list it: nothing is changed in it",
            "gone.okta.com: the account has no such managed org, or several of this name",
        ]
    );
}

#[test]
fn an_org_that_has_another_name_or_an_odd_status_is_left_alone() {
    let swapped = step(1, "enable", "a", "applied", "", "P1").replace("00oa", "00ob");
    let steps = [swapped, step(2, "deactivate", "c", "applied", "", "")];
    let odd = LiveOrg {
        status: LiveStatus::Other("FROZEN".to_owned()),
        ..org("c", "")
    };
    let live = account(vec![org("a", "P1"), org("b", "P1"), odd]);
    let file = [
        "{domain: a.okta.com}",
        "{domain: b.okta.com}",
        "{domain: c.okta.com}",
    ];
    let (plan, left) = undone(&steps, &file, &live);
    assert_eq!(plan, [""; 0]);
    assert_eq!(
        left,
        [
            "a.okta.com: the account calls the org of this id b.okta.com: it was renamed, or the receipt is wrong",
            "c.okta.com: its status is now `FROZEN`, which Okta doesn't document",
        ]
    );
}

/// A step is told of twice, or there and back again: what counts is the first sight and the last.
#[test]
fn several_steps_of_one_org_are_one_change() {
    let steps = [
        step(1, "enable", "a", "applied", "P1", "P1 P2 P3"),
        step(1, "swap", "a", "applied", "P1 P2 P3", "P2 P4"),
        step(3, "deactivate", "a", "applied", "", ""),
        step(4, "activate", "a", "applied", "", ""),
        step(5, "enable", "a", "unchanged", "P2 P4", "P2 P4 P5"),
    ];
    let (plan, left) = undone(&steps, &[A], &account(vec![org("a", "P2 P4")]));
    assert_eq!(
        plan,
        ["1 swap a.okta.com +P1 -P2 -P4 PUT /orgs/00oa/products"]
    );
    assert_eq!(left, [""; 0]);
}
