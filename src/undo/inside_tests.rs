//! What of an org's inside is put back.

use serde_json::{Value as Json, json};

use super::inside::{InsideBack, back};
use crate::diagnostic::SourceId;
use crate::diagnostic::Span;
use crate::ids::Collection;
use crate::ids::ObjectName;
use crate::inside::UnreadReason;
use crate::inside::{InsideObject, InsideRead, OrgInside};
use crate::receipt::Past;
use crate::receipt::PastStep;

/// A step that wanted fields of an object otherwise.
fn step(collection: &str, name: &str, was: &str, fields: &Json) -> PastStep {
    let line = json!({"event": "step", "id": 1, "kind": "configure", "org": {"id": "00oa", "domain": null}, "outcome": "applied", "sent": true,
        "object": {"collection": collection, "name": name, "id": "x", "was": was, "fields": fields}});
    let start = r#"{"event":"start","version":1,"account":"0227a","steps":1}"#;
    let mut past = Past::default();
    past.read("r.jsonl", &format!("{start}\n{line}"));
    past.runs.remove(0).steps.remove(0)
}

fn read(objects: &[(ObjectName, Json)]) -> OrgInside {
    let objects = objects.iter().cloned();
    OrgInside::Read(InsideRead {
        objects: objects
            .map(|(name, body)| {
                let object = InsideObject::of(name.collection(), body);
                (name, object)
            })
            .collect(),
        ..InsideRead::default()
    })
}

/// What is put back, what is left alone, and how much is so already.
fn told(steps: &[PastStep], inside: &OrgInside) -> (Vec<String>, Vec<String>, usize) {
    let steps: Vec<&PastStep> = steps.iter().collect();
    let at = |line| Span {
        source: SourceId(0),
        line,
        column: 1,
        len: 0,
    };
    let back: InsideBack = back(&steps, Some(inside), true, at);
    let objects = back.objects.iter();
    let objects = objects.map(|object| format!("{} {}", object.name, object.body));
    let left = back.left.iter().map(ToString::to_string);
    (objects.collect(), left.collect(), back.already)
}

fn zone(name: &str) -> ObjectName {
    ObjectName::named(Collection::Zones, name)
}

#[test]
fn a_field_is_put_back_where_it_is_as_the_run_left_it() {
    let fields = json!([
        {"path": "a", "before": "old", "after": "new"},
        {"path": "b.c", "before": null, "after": "new"},
        {"path": "b.d", "before": [1], "after": [2]},
        {"path": "back", "before": "old", "after": "new"},
        {"path": "since", "before": "old", "after": "new"},
        {"path": "number", "before": null, "after": 7},
        {"path": "veiled", "before": "x***y", "after": "new"},
        {"path": "same", "before": 1, "after": 1},
        {"path": "group", "before": {"ref": "groups/Gone"}, "after": "new"},
        {"path": "zone", "before": {"ref": "zones/Other"}, "after": "new"},
        {"path": "id", "before": "x", "after": "y"},
        {"path": "clientSecret", "before": "x", "after": "new"},
        {"path": "a..b", "before": "x", "after": "new"},
    ]);
    let now = json!({"id": "x", "a": "new", "b": {"c": "new", "d": [2]}, "back": "old", "since": "other", "number": 7, "veiled": "new", "same": 1,
        "group": "new", "zone": "new", "clientSecret": "new"});
    let inside = read(&[(zone("A"), now), (zone("Other"), json!({"id": "nzo2"}))]);
    let (put, mut left, already) = told(&[step("zones", "A", "there", &fields)], &inside);
    left.sort();
    assert_eq!(
        put,
        [r#"zones/A {"a":"old","b":{"c":null,"d":[1]},"zone":{"ref":"zones/Other"}}"#]
    );
    assert_eq!(
        left,
        [
            r#"zones/A (a..b was "x", clientSecret was "x", id was "x"): it can't be set by name and field"#,
            r#"zones/A (group was {"ref":"groups/Gone"}): the old value refers to groups/Gone, which isn't there"#,
            "zones/A (number was not set): it had no value, and a switch or a number can't be unset",
            r#"zones/A (since was "old"): changed since, and stays"#,
            r#"zones/A (veiled was "x***y"): the old value holds a secret, which no receipt has"#,
        ]
    );
    assert_eq!(already, 1);
}

#[test]
fn what_nobody_saw_and_what_is_gone_is_told() {
    let fields = json!([{"path": "a", "before": "old", "after": "new"}]);
    let steps = [
        step("zones", "A", "missing", &fields),
        step("zones", "B", "unseen", &fields),
        step("zones", "C", "", &fields),
        step("rules", "PASSWORD", "there", &fields),
        step("zones", "D", "there", &fields),
    ];
    let (put, left, _) = told(&steps, &read(&[]));
    assert_eq!(put, [""; 0]);
    assert_eq!(
        left,
        [
            "zones/A was made, and stays",
            "zones/B (a): the receipt doesn't tell what was there",
            "zones/C (a): the receipt doesn't tell what was there",
            "rules/PASSWORD (a): the receipt doesn't tell what was there",
            r#"zones/D (a was "old"): it isn't there any more"#,
        ]
    );
    let one = [step("zones", "D", "there", &fields)];
    let unread = OrgInside::Unread(UnreadReason::Failed("no credential".to_owned()));
    let (_, left, _) = told(&one, &unread);
    assert_eq!(
        left,
        [r#"zones/D (a was "old"): the org can't be looked into: no credential"#]
    );
    let steps: Vec<&PastStep> = one.iter().collect();
    let at = |_| unreachable!("nothing is put back");
    let inactive = back(&steps, Some(&read(&[])), false, at);
    assert_eq!(
        inactive.left[0].to_string(),
        r#"zones/D (a was "old"): nobody looks into an org that is or becomes inactive"#
    );
}

/// An org's step is told twice, or two objects are said to have stood in one place.
#[test]
fn a_receipt_that_contradicts_itself_puts_nothing_in_one_place_twice() {
    let policy = |name: &str| ObjectName::policy("PASSWORD", name);
    let moved =
        |before: u64, after: u64| json!([{"path": "priority", "before": before, "after": after}]);
    let inside = read(&[
        (policy("A"), json!({"id": "p1", "priority": 3})),
        (policy("B"), json!({"id": "p2", "priority": 4})),
    ]);
    let steps = [
        step("policies", "PASSWORD/A", "there", &moved(1, 2)),
        step("policies", "PASSWORD/A", "there", &moved(2, 3)),
        step("policies", "PASSWORD/B", "there", &moved(1, 4)),
    ];
    let (put, left, _) = told(&steps, &inside);
    assert_eq!(put, [r#"policies/PASSWORD/A {"priority":1}"#]);
    assert_eq!(
        left,
        ["policies/PASSWORD/B (priority was 1): it can't be set by name and field"]
    );
}
