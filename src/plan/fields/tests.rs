//! What differs, what is put together, what can't be unset.

use serde_json::json;

use super::*;
use crate::ids::Collection;

fn ids() -> ObjectIds {
    let zone = ObjectName::named(Collection::Zones, "A");
    [(zone, "nzo1".to_owned())].into()
}

fn paths(listed: &Json, there: &Json) -> Vec<String> {
    let found = differences(listed, &ids(), Some(there));
    found.into_iter().map(|one| one.path).collect()
}

#[test]
fn what_is_not_listed_and_what_okta_adds_is_no_difference() {
    let listed = json!({"a": 1, "b": {"c": [{"type": "CORS"}], "d": {}}, "gone": null});
    let there = json!({
        "id": "x", "a": 1.0, "created": "now", "_links": {},
        "b": {"c": [{"type": "CORS", "allowed": []}], "more": 2}, "gone": []
    });
    assert_eq!(paths(&listed, &there), [""; 0]);
}

#[test]
fn each_field_that_differs_is_told_with_its_path() {
    let listed = json!({"a": 2, "b": {"c.d": "x", "e": null}, "list": [1, 2]});
    let there = json!({"a": 1, "b": {"c.d": "y", "e": "5"}, "list": [1, 2, 3]});
    assert_eq!(paths(&listed, &there), ["a", "b.\"c.d\"", "b.e", "list"]);
    assert_eq!(paths(&listed, &json!({})), ["a", "b.\"c.d\"", "list"]);
    let found = differences(&json!({"a": {"b": 1}}), &ids(), Some(&json!({"a": "text"})));
    assert_eq!(
        found,
        [FieldChange {
            path: "a.b".to_owned(),
            before: None,
            after: json!(1),
            veiled: None,
        }]
    );
}

#[test]
fn the_order_of_a_list_is_okta_s_but_its_members_are_not() {
    let listed = json!({"l": [{"a": 1}, {"a": 1, "b": 2}]});
    assert_eq!(
        paths(&listed, &json!({"l": [{"a": 1, "b": 2}, {"a": 1, "c": 0}]})),
        [""; 0]
    );
    assert_eq!(
        paths(&listed, &json!({"l": [{"a": 1, "b": 3}, {"a": 1}]})),
        ["l"]
    );
    assert_eq!(
        paths(&json!({"l": ["x", "x"]}), &json!({"l": ["x", "y"]})),
        ["l"]
    );
}

#[test]
fn what_is_veiled_is_not_shown_and_still_compared() {
    let seen = |secret: &str| {
        let body = json!({"a": {"url": format!("x {secret}")}, "b": 1});
        let veiled = Some(json!({"a": {"url": "x ***"}, "b": 1}));
        let object = InsideObject {
            veiled,
            ..InsideObject::of(Collection::BookmarkApps, body)
        };
        differences(&json!({"a": {"url": "y"}, "b": 2}), &ids(), Some(&object))
    };
    let found = seen("first");
    assert_eq!(found[0].before, Some(json!("x ***")));
    assert_eq!(found[1].veiled, None);
    assert!(!format!("{found:?}").contains("first"));
    assert_eq!(found, seen("first"));
    assert_ne!(
        found,
        seen("second"),
        "another value, though it looks the same"
    );
    let same = InsideObject {
        veiled: Some(json!({"a": "***"})),
        ..InsideObject::of(Collection::BookmarkApps, json!({"a": "first"}))
    };
    assert_eq!(differences(&json!({"a": "first"}), &ids(), Some(&same)), []);
}

#[test]
fn members_of_lists_are_matched_though_some_fit_several() {
    let listed = json!({"l": [{"a": 1}, {"b": 2}]});
    let there = json!({"l": [{"a": 1, "b": 2}, {"a": 1, "c": 3}]});
    assert_eq!(paths(&listed, &there), [""; 0]);
    let short = json!({"l": [{"a": 1, "b": 2}, {"c": 3}]});
    assert_eq!(paths(&listed, &short), ["l"]);
}

#[test]
fn a_switch_or_a_number_can_not_be_unset() {
    let listed = json!({"a": {"b": null, "c": null}});
    let there = json!({"a": {"b": "text", "c": false}});
    assert_eq!(paths(&listed, &there), ["a.b"], "it would differ for ever");
    let found = unsettable(&listed, &there);
    assert_eq!(found, Some(("a.c".to_owned(), json!(false))));
    assert_eq!(unsettable(&listed, &json!({"a": {"c": []}})), None);
}

#[test]
fn a_reference_is_the_org_s_own_id() {
    let listed = json!({"zones": [{"ref": "zones/A"}]});
    assert_eq!(paths(&listed, &json!({"zones": ["nzo1"]})), [""; 0]);
    let other = json!({"zones": ["nzo2", "nzo1"]});
    let found = differences(&listed, &ids(), Some(&other));
    assert_eq!(found[0].before, Some(json!(["nzo2", {"ref": "zones/A"}])));
    let unknown = json!([{"ref": "zones/B"}]);
    assert_eq!(
        resolved(&unknown, Some(&ids())),
        Err(ObjectName::named(Collection::Zones, "B"))
    );
    assert_eq!(
        resolved(&listed, Some(&ids())).unwrap(),
        json!({"zones": ["nzo1"]})
    );
    assert!(!covers(&json!({"ref": "zones/B"}), &Json::Null, &ids()));
}

#[test]
fn a_merge_keeps_what_is_not_listed() {
    let there = json!({"a": 1, "b": {"c": 1, "d": [1, 2]}, "e": 1, "f": "text"});
    let listed = json!({"b": {"d": [3], "n": null}, "e": null, "f": {"g": null, "h": 1}});
    assert_eq!(
        merged(&there, &listed),
        json!({"a": 1, "b": {"c": 1, "d": [3]}, "f": {"h": 1}})
    );
}
