//! Where policies and rules are to stand in their lists, and which writes bring them there [Okta, Policy and rule
//! prioritization].
//!
//! A listed priority is the number that Okta is to show. Where a list has no gaps, it can't be more than there are objects: one
//! that is listed beyond the end stands as far down as it can, those that are listed with a greater one behind it. What comes
//! from Okta stands behind all others and has no say.
//!
//! A write moves others, so that what is in its place now may not be in a moment. Okta documents two ways of moving, and of one of
//! them it leaves open what happens to the place that an object leaves: whatever would be moved in any of them is written again.

use std::collections::BTreeSet;

use crate::desired::baseline::{Gaps, gaps};
use crate::ids::Shelf;
use crate::inside::Ranked;

/// Where an object is to stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedPlace {
    /// The listed number.
    pub priority: u64,
    /// Those of its list that are listed with a greater one.
    pub behind: BTreeSet<String>,
    /// Whether Okta keeps gaps in its list, so that no number is beyond the end.
    pub gaps: bool,
}

impl ListedPlace {
    /// Whether an object stands there, in a list as it is now.
    #[must_use]
    pub fn holds(&self, name: &str, list: &[Ranked]) -> bool {
        let Some(one) = list.iter().find(|one| one.name == name) else {
            return false;
        };
        if one.system || one.priority == Some(self.priority) {
            return true;
        }
        if self.gaps {
            return false;
        }
        let own: Vec<&Ranked> = list.iter().filter(|one| !one.system).collect();
        let numbers: BTreeSet<u64> = own.iter().filter_map(|one| one.priority).collect();
        let (Some(here), Some(first), Some(last)) = (one.priority, numbers.first(), numbers.last())
        else {
            return false;
        };
        let whole = numbers.len() == own.len() && last - first + 1 == own.len() as u64;
        let behind = own.iter().filter(|one| self.behind.contains(&one.name));
        let deepest = last - behind.count().min(own.len() - 1) as u64;
        whole && *first <= 1 && here < self.priority && here >= deepest
    }
}

/// An object of a list that is listed in a baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wish<'a> {
    pub(super) name: &'a str,
    /// Where it is to stand, if that is listed.
    pub(super) place: Option<ListedPlace>,
    /// Whether it is there.
    pub(super) there: bool,
    /// Whether it differs in anything but its place.
    pub(super) differs: bool,
}

/// How often all are gone through again at most; once or twice is enough.
const ROUNDS: usize = 4;

/// One write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PlaceWrite {
    /// Which of the wishes it is for; one may need several.
    pub(super) wish: usize,
    /// Whether its place is a reason for it.
    pub(super) moves: bool,
    /// Whether it isn't the first one.
    pub(super) again: bool,
}

/// The writes that fulfil the wishes, in order. The wishes come by priority, those without one first: from the top down,
/// as Okta demands. Where gaps are listed that isn't enough, and what stands too high is moved down before.
#[must_use]
pub(super) fn writes(shelf: &Shelf, list: &[Ranked], wishes: &[Wish<'_>]) -> Vec<PlaceWrite> {
    let attempt = |down_first| {
        let mut attempt = Attempt::of(shelf, list, wishes);
        attempt.run(wishes, down_first);
        attempt
    };
    let from_the_top = attempt(false);
    if from_the_top.fulfils(wishes) {
        return from_the_top.writes;
    }
    attempt(true).writes
}

/// The number in an object's body where it is one that a place can have.
#[must_use]
pub fn listed_priority(body: &serde_json::Value) -> Option<u64> {
    body.get("priority")?.as_u64()
}

/// Writes, and what each way of moving makes of the list.
struct Attempt {
    lists: Vec<MovingList>,
    writes: Vec<PlaceWrite>,
}

impl Attempt {
    fn of(shelf: &Shelf, list: &[Ranked], wishes: &[Wish<'_>]) -> Self {
        let is_zero = |wish: &Wish<'_>| wish.place.as_ref().is_some_and(|at| at.priority == 0);
        // What has gaps or a place 0 isn't a list that Okta closes.
        let closes = is_closed(list) && !wishes.iter().any(is_zero);
        let ways: &[Moves] = match gaps(shelf.kind.as_deref().unwrap_or_default()) {
            Gaps::Closed => &[Moves::Between],
            Gaps::Kept => &[Moves::ToAFreePlace, Moves::ToAPlaceThatWasFree],
            Gaps::Unknown if !closes => &[Moves::ToAFreePlace, Moves::ToAPlaceThatWasFree],
            Gaps::Unknown => &[
                Moves::Between,
                Moves::ToAFreePlace,
                Moves::ToAPlaceThatWasFree,
            ],
        };
        let own = list.iter().filter(|one| !one.system);
        let own: Vec<Ranked> = own.cloned().collect();
        let lists = ways.iter().map(|moves| MovingList {
            moves: *moves,
            own: own.clone(),
        });
        Self {
            lists: lists.collect(),
            writes: Vec::new(),
        }
    }

    fn run(&mut self, wishes: &[Wish<'_>], down_first: bool) {
        for (at, wish) in wishes.iter().enumerate() {
            if wish.place.is_none() && (wish.differs || !wish.there) {
                self.write(at, wish);
            }
        }
        let placed = wishes.iter().enumerate();
        let placed = placed.filter(|(_, wish)| wish.place.is_some());
        if down_first {
            for (at, wish) in placed.clone().rev().filter(|(_, wish)| wish.there) {
                if self.lists.iter().any(|list| list.is_too_high(wish)) {
                    self.write(at, wish);
                }
            }
        }
        for (at, wish) in placed.clone() {
            let written = self.writes.iter().any(|write| write.wish == at);
            let needed = (wish.differs && !written) || !wish.there;
            if needed || self.lists.iter().any(|list| !list.holds(wish)) {
                self.write(at, wish);
            }
        }
        // What stands as far down as it goes is moved up again by what goes behind it.
        for _ in 0..ROUNDS {
            if !down_first || self.fulfils(wishes) {
                return;
            }
            for (at, wish) in placed.clone().filter(|(_, wish)| wish.there) {
                if self.lists.iter().any(|list| !list.holds(wish)) {
                    self.write(at, wish);
                }
            }
        }
    }

    fn write(&mut self, at: usize, wish: &Wish<'_>) {
        let again = self.writes.iter().any(|write| write.wish == at);
        let moves = self.lists.iter().any(|list| !list.holds(wish));
        for list in &mut self.lists {
            // A write that turns out to be needless isn't sent.
            if !again && (wish.differs || !wish.there) || !list.holds(wish) {
                list.put(wish.name, wish.place.as_ref().map(|place| place.priority));
            }
        }
        self.writes.push(PlaceWrite {
            wish: at,
            moves,
            again,
        });
    }

    fn fulfils(&self, wishes: &[Wish<'_>]) -> bool {
        let lists = self.lists.iter();
        lists
            .into_iter()
            .all(|list| wishes.iter().all(|wish| list.holds(wish)))
    }
}

/// Whether the numbers of what doesn't come from Okta are 1, 2, 3 and so on.
fn is_closed(list: &[Ranked]) -> bool {
    let own = list.iter().filter(|one| !one.system);
    let numbers: BTreeSet<Option<u64>> = own.clone().map(|one| one.priority).collect();
    let wanted = (1..).take(own.count()).map(Some);
    numbers.into_iter().eq(wanted)
}

/// What a write does to the others of its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moves {
    /// Those between its old place and the new one; there are no gaps.
    Between,
    /// Those in its way, as far as the next free place, which may be the one that it leaves.
    ToAFreePlace,
    /// The same, but the place that it leaves counts as taken.
    ToAPlaceThatWasFree,
}

struct MovingList {
    moves: Moves,
    /// All that doesn't come from Okta.
    own: Vec<Ranked>,
}

impl MovingList {
    fn holds(&self, wish: &Wish<'_>) -> bool {
        let place = wish.place.as_ref();
        place.is_none_or(|place| place.holds(wish.name, &self.own))
    }

    fn is_too_high(&self, wish: &Wish<'_>) -> bool {
        let there = self.own.iter().find(|one| one.name == wish.name);
        let (Some(here), Some(place)) = (there.and_then(|one| one.priority), &wish.place) else {
            return false;
        };
        here < place.priority && !self.holds(wish)
    }

    /// Without a number: where it is, or behind all others.
    fn put(&mut self, name: &str, priority: Option<u64>) {
        let old = self.own.iter().position(|one| one.name == name);
        let old = old.map(|at| self.own.remove(at));
        let before = old.and_then(|one| one.priority);
        let taken: BTreeSet<u64> = self.own.iter().filter_map(|one| one.priority).collect();
        let bottom = taken.last().map_or(0, |last| last + 1);
        let wanted = priority.or(before).unwrap_or(bottom);
        let one = |priority| Ranked {
            name: name.to_owned(),
            system: false,
            priority: Some(priority),
        };
        if self.moves == Moves::Between {
            self.own.sort_by_key(|one| one.priority.unwrap_or(u64::MAX));
            let above = usize::try_from(wanted.saturating_sub(1)).unwrap_or(usize::MAX);
            let is_new = priority.is_none() && before.is_none();
            let at = if is_new { usize::MAX } else { above };
            self.own.insert(at.min(self.own.len()), one(wanted));
            for (one, number) in self.own.iter_mut().zip(1..) {
                one.priority = Some(number);
            }
            return;
        }
        let stays = (self.moves == Moves::ToAPlaceThatWasFree).then_some(before);
        let stays = stays.flatten();
        let is_taken = |place: &u64| taken.contains(place) || stays == Some(*place);
        let free = (wanted..).find(|place| !is_taken(place));
        let moved = wanted..free.unwrap_or(wanted);
        for other in &mut self.own {
            if let Some(here) = other.priority.filter(|here| moved.contains(here)) {
                other.priority = Some(here + 1);
            }
        }
        self.own.push(one(wanted));
    }
}
