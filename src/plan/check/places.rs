//! The law of places: the writes of a plan, replayed on the lists that were read, leave each listed priority in force.

use std::collections::{BTreeMap, BTreeSet};

use super::{Law, Violation};
use crate::desired::baseline::{Baseline, BaselineObject, Gaps, gaps};
use crate::ids::{OrgName, Shelf};
use crate::inside::InsideRead;
use crate::plan::change::Configure;
use crate::plan::step::Step;

/// Numbers and names in order, what comes from Okta left out.
type Numbered = Vec<(u64, String)>;

/// What a write to a place does to a list.
type Replay = fn(&mut Numbered, &str, Option<u64>);

/// The lists that a plan writes to.
#[derive(Default)]
pub(super) struct WrittenLists<'a>(BTreeMap<(&'a OrgName, Shelf), WrittenList<'a>>);

struct WrittenList<'a> {
    baseline: &'a Baseline,
    read: &'a InsideRead,
    steps: Vec<(&'a Step, &'a Configure)>,
}

impl<'a> WrittenLists<'a> {
    pub(super) fn add(
        &mut self,
        (step, change): (&'a Step, &'a Configure),
        baseline: &'a Baseline,
        read: &'a InsideRead,
    ) {
        let shelf = change.object.shelf();
        if shelf.is_ordered() {
            let list = self.0.entry((&step.org, shelf));
            let list = list.or_insert_with(|| WrittenList {
                baseline,
                read,
                steps: Vec::new(),
            });
            list.steps.push((step, change));
        }
    }

    pub(super) fn check(&self, broken: &mut Vec<Violation>) {
        for ((_, shelf), list) in &self.0 {
            if let Some((last, _)) = list.steps.last()
                && !list.leads_to_its_places(shelf)
            {
                broken.push(Violation::of(last, Law::PlacesHold));
            }
        }
    }
}

impl WrittenList<'_> {
    fn leads_to_its_places(&self, shelf: &Shelf) -> bool {
        let okta = self.read.objects.iter();
        let okta: BTreeSet<_> = okta
            .filter(|(_, object)| object.system)
            .map(|(name, _)| name)
            .collect();
        let listed = self.baseline.objects.iter();
        let listed: Vec<&BaselineObject> = listed
            .filter(|object| object.name.shelf() == *shelf && !okta.contains(&object.name))
            .collect();
        let own = self.read.places.get(shelf).into_iter().flatten();
        let own = own.filter(|one| !one.system);
        let mut before: Numbered = own
            .filter_map(|one| Some((one.priority?, one.name.clone())))
            .collect();
        before.sort();
        let replays: &[Replay] = match gaps(shelf.kind.as_deref().unwrap_or_default()) {
            Gaps::Closed => &[between],
            Gaps::Kept => &[to_a_free_place, to_a_place_free_before],
            // A list with gaps isn't one of those that have none, nor is one that has a first place 0.
            Gaps::Unknown
                if has_gaps(&before) || listed.iter().any(|one| number(one) == Some(0)) =>
            {
                &[to_a_free_place, to_a_place_free_before]
            }
            Gaps::Unknown => &[between, to_a_free_place, to_a_place_free_before],
        };
        replays.iter().all(|replay| {
            let mut list = before.clone();
            for (_, change) in &self.steps {
                let Some(one) = listed.iter().find(|one| one.name == change.object) else {
                    continue;
                };
                let mut fields = change.fields.iter();
                let only_moves = change.alters() && fields.all(|field| field.path == "priority");
                // What turns out to be in its place isn't written.
                if !(only_moves && stands(one, &listed, &list)) {
                    replay(&mut list, change.object.name(), number(one));
                }
            }
            listed.iter().all(|one| stands(one, &listed, &list))
        })
    }
}

fn number(object: &BaselineObject) -> Option<u64> {
    object
        .body
        .get("priority")
        .and_then(serde_json::Value::as_u64)
}

/// Whether what is listed of an object's place is so: its number, or as near to it as the end of a list without gaps is.
fn stands(object: &BaselineObject, listed: &[&BaselineObject], list: &Numbered) -> bool {
    let Some(asked) = number(object) else {
        return true;
    };
    let Some(at) = list.iter().position(|(_, name)| name == object.name.name()) else {
        return false;
    };
    let Some((here, after)) = list.get(at).zip(list.get(at + 1..)) else {
        return false;
    };
    let first = list.first().map_or(1, |(first, _)| *first);
    let whole = gaps(object.name.kind().unwrap_or_default()) != Gaps::Kept
        && list
            .iter()
            .zip(first..)
            .all(|((there, _), number)| *there == number);
    let later = listed.iter().filter(|other| number(other) > Some(asked));
    let later = later.filter(|other| list.iter().any(|(_, name)| name == other.name.name()));
    here.0 == asked || (whole && first < 2 && here.0 < asked && after.len() <= later.count())
}

fn has_gaps(list: &Numbered) -> bool {
    list.iter()
        .zip(1..)
        .any(|((there, _), number)| *there != number)
}

fn between(list: &mut Numbered, name: &str, to: Option<u64>) {
    let from = list.iter().position(|(_, other)| other == name);
    if let Some(from) = from {
        list.remove(from);
    }
    let end = list.len();
    let to = to.map(|to| usize::try_from(to.max(1) - 1).unwrap_or(end));
    list.insert(to.or(from).unwrap_or(end).min(end), (0, name.to_owned()));
    for (number, (there, _)) in (1..).zip(list) {
        *there = number;
    }
}

fn to_a_free_place(list: &mut Numbered, name: &str, to: Option<u64>) {
    let from = list.iter().position(|(_, other)| other == name);
    let from = from.map(|from| list.remove(from).0);
    make_room(list, name, to.or(from));
}

fn to_a_place_free_before(list: &mut Numbered, name: &str, to: Option<u64>) {
    let from = list.iter().find(|(_, other)| other == name);
    let to = to.or(from.map(|from| from.0));
    make_room(list, "", to);
    // Its old self was moved like the others.
    let both = |other: &str| other == name || other.is_empty();
    let new = list.iter().find(|(_, other)| other.is_empty());
    let new = new.map_or(0, |new| new.0);
    list.retain(|(_, other)| !both(other));
    list.push((new, name.to_owned()));
    list.sort();
}

/// Puts something new in, and moves one after another down until one finds a free place.
fn make_room(list: &mut Numbered, name: &str, to: Option<u64>) {
    let bottom = list.last().map_or(0, |last| last.0 + 1);
    let to = to.unwrap_or(bottom);
    let mut next = to;
    for (there, _) in list.iter_mut() {
        if *there == next {
            *there += 1;
            next += 1;
        }
    }
    list.push((to, name.to_owned()));
    list.sort();
}
