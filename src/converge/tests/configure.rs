//! What a look at an object means, case by case.

use serde_json::{Value as Json, json};

use crate::converge::judge::{Judge as _, Judgement, Since};
use crate::converge::record::Leftover;
use crate::converge::step::configure::SeenObject;
use crate::ids::{Collection, Domain, ObjectName};
use crate::inside::{InsideObject, Ranked};
use crate::plan::change::{Configure, ObjectSight};
use crate::plan::fields::{ObjectIds, differences};
use crate::plan::places::ListedPlace;

const DESCRIPTION: &str = "profile.description";

fn change(sight: ObjectSight, before: Option<&Json>) -> Configure {
    let listed = json!({"profile": {"description": "new"}, "priority": 1});
    Configure {
        domain: Domain::parse("a.okta.com").unwrap(),
        object: ObjectName::named(Collection::Groups, "G"),
        fields: differences(&listed, &ObjectIds::new(), before),
        listed: listed.into(),
        place: Some(ListedPlace {
            priority: 1,
            gaps: false,
            behind: ["Later".to_owned()].into(),
        }),
        sight,
        ids: ObjectIds::new(),
    }
}

fn seen(bodies: &[Json]) -> SeenObject {
    let objects = bodies.iter();
    SeenObject {
        objects: objects
            .map(|body| InsideObject::of(Collection::Groups, body.clone()))
            .collect(),
        ids: ObjectIds::new(),
        list: Vec::new(),
    }
}

fn group(description: &str, priority: u8) -> Json {
    json!({"id": "00g1", "priority": priority, "profile": {"description": description, "other": 1}})
}

#[track_caller]
fn word(change: &Configure, bodies: &[Json]) -> &'static str {
    match change.judge(&seen(bodies), Since::Nothing) {
        Judgement::InPlace(left) if left.text.is_some() => "deferred",
        Judgement::InPlace(_) => "in place",
        Judgement::Ready => "ready",
        Judgement::Stale(_) => "stale",
        Judgement::Forbidden(_) => "forbidden",
    }
}

#[test]
fn an_object_that_was_seen_is_changed_only_as_it_was_seen() {
    let there = ObjectSight::There(Some("00g1".to_owned()));
    let change = change(there, Some(&group("old", 3)));
    assert_eq!(word(&change, &[group("old", 3)]), "ready");
    assert_eq!(word(&change, &[group("new", 1)]), "in place");
    assert_eq!(word(&change, &[group("other", 3)]), "stale");
    assert_eq!(
        word(&change, &[group("new", 3)]),
        "stale",
        "half of it is done"
    );
    assert_eq!(word(&change, &[]), "stale");
    assert_eq!(
        word(&change, &[group("old", 3), group("old", 3)]),
        "forbidden"
    );
    // What Okta moved by itself: to another place, away from its own, into it.
    assert_eq!(word(&change, &[group("old", 2)]), "ready");
    assert_eq!(word(&change, &[group("old", 1)]), "ready");
    let kept = self::change(change.sight.clone(), Some(&group("old", 1)));
    assert_eq!(word(&kept, &[group("old", 2)]), "ready");
    let mut unlisted = group("old", 3);
    unlisted["profile"]["other"] = json!(2);
    assert_eq!(
        word(&change, &[unlisted]),
        "ready",
        "it is merged, not overwritten"
    );
}

#[test]
fn a_place_beyond_the_end_of_a_list_without_gaps_is_the_end() {
    let there = ObjectSight::There(Some("00g1".to_owned()));
    let mut change = change(there, Some(&group("new", 3)));
    change.place = change.place.map(|place| ListedPlace {
        priority: 9,
        ..place
    });
    std::sync::Arc::make_mut(&mut change.listed)["priority"] = json!(9);
    let look = |list: &[(&str, u64)]| {
        let here = list.iter().find(|(name, _)| *name == "G").unwrap().1;
        let mut seen = seen(&[group("new", u8::try_from(here).unwrap())]);
        let list = list.iter();
        seen.list = list
            .map(|(name, priority)| Ranked {
                name: (*name).to_owned(),
                system: *name == "Default Policy",
                priority: Some(*priority),
            })
            .collect();
        change.judge(&seen, Since::Nothing)
    };
    let in_place = Judgement::InPlace(Leftover::default());
    let last = [("X", 1), ("G", 2), ("Default Policy", 3)];
    assert_eq!(look(&last), in_place);
    assert_eq!(look(&[("X", 1), ("G", 2), ("Later", 3)]), in_place);
    assert_eq!(look(&[("X", 1), ("G", 2), ("Y", 3)]), Judgement::Ready);
    let gap = [("X", 1), ("G", 3)];
    assert_eq!(
        look(&gap),
        Judgement::Ready,
        "where there are gaps, it is 9"
    );
    assert_eq!(look(&[("X", 1), ("G", 9)]), in_place);
}

#[test]
fn a_missing_object_is_made_once() {
    let change = change(ObjectSight::Missing, None);
    assert_eq!(word(&change, &[]), "ready");
    assert_eq!(word(&change, &[group("new", 1)]), "in place");
    assert_eq!(word(&change, &[group("old", 1)]), "stale");
    assert!(change.is_repeatable());
    let app = Configure {
        object: ObjectName::named(Collection::BookmarkApps, "G"),
        ..change
    };
    assert!(!app.is_repeatable(), "two may have one label");
}

#[test]
fn in_an_org_that_nobody_saw_what_is_there_is_left_to_the_next_plan() {
    let own = change(ObjectSight::Unseen { system: false }, None);
    assert_eq!(word(&own, &[]), "ready");
    assert_eq!(word(&own, &[group("new", 1)]), "in place");
    assert_eq!(word(&own, &[group("old", 1)]), "deferred");
    let oktas = change(ObjectSight::Unseen { system: true }, None);
    assert_eq!(word(&oktas, &[group("old", 1)]), "ready");
    assert_eq!(word(&oktas, &[]), "forbidden");
}

#[test]
fn what_falls_short_is_named() {
    let there = ObjectSight::There(Some("00g1".to_owned()));
    let change = change(there, Some(&group("old", 1)));
    let short = change.falls_short(&seen(&[group("old", 1)]), &seen(&[]));
    assert!(
        short.ends_with(&format!("differs in {DESCRIPTION}")),
        "{short}"
    );
    let without = json!({"id": "00g1", "priority": 1, "profile": {}});
    let passed_over = change.falls_short(&seen(&[without]), &seen(&[]));
    let says = format!(
        "isn't as Okta confirmed: Okta took no `{DESCRIPTION}`: does another word, or another place, hold for it?"
    );
    assert!(passed_over.ends_with(&says), "{passed_over}");
    let gone = change.falls_short(&seen(&[]), &seen(&[]));
    assert!(gone.ends_with("doesn't show"), "{gone}");
}
