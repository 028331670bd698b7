//! The places of policies and rules, by the two ways in which Okta numbers them [Okta, Policy and rule prioritization].
//!
//! The older types have no gaps: each write moves what stands between the old place and the new one, and a deletion closes up.
//! The newer ones start at 0 and keep gaps: a write moves what is in its way, and what that pushes on, as far as the next free
//! place; a deletion moves nothing.

use serde_json::{Value as Json, json};

use super::objects::{Object, flag};

/// The types whose policies and rules keep gaps.
const GAPS: [&str; 5] = [
    "ACCESS_POLICY",
    "DEVICE_SIGNAL_COLLECTION",
    "ENTITY_RISK",
    "POST_AUTH_SESSION",
    "PROFILE_ENROLLMENT",
];

/// The place of Okta's own where there are gaps.
const LAST: u64 = 99;

/// How a list is numbered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Numbering {
    gaps: bool,
    /// Whether the place that an object leaves counts as taken while others are moved. Okta's worked example adds up only so.
    own_counts: bool,
}

impl Numbering {
    pub(super) fn of(policy_type: &str, own_counts: bool) -> Self {
        Self {
            gaps: GAPS.contains(&policy_type),
            own_counts,
        }
    }

    /// Puts a new object where its priority says; without one, behind all but Okta's own.
    pub(super) fn add(self, all: &mut Vec<Object>, new: Object) {
        self.put(all, None, new);
    }

    /// Puts a new version of an object in its place.
    pub(super) fn replace(self, all: &mut Vec<Object>, index: usize, new: Object) {
        self.put(all, Some(index), new);
    }

    pub(super) fn remove(self, all: &mut Vec<Object>, index: usize) {
        if index < all.len() {
            all.remove(index);
        }
        if !self.gaps {
            close_up(all);
        }
    }

    /// Gives each object of a seed a place of its own.
    pub(super) fn complete(self, all: &mut [Object]) {
        if !self.gaps {
            return close_up(all);
        }
        in_order(all);
        let mut free = 0;
        for one in all {
            if flag(one, "system") {
                set(one, LAST);
                continue;
            }
            let here = place(one).unwrap_or(free).max(free);
            set(one, here);
            free = here + 1;
        }
    }

    fn put(self, all: &mut Vec<Object>, old: Option<usize>, mut new: Object) {
        if !self.gaps {
            if let Some(index) = old {
                all.remove(index);
                close_up(all);
            }
            let wanted = place(&new).unwrap_or(u64::MAX);
            for one in all.iter_mut().filter(|one| !flag(one, "system")) {
                let Some(there) = place(one).filter(|there| *there >= wanted) else {
                    continue;
                };
                set(one, there + 1);
            }
            all.push(new);
            return close_up(all);
        }
        let before = old.map(|index| all.remove(index));
        if flag(&new, "system") {
            set(&mut new, LAST);
        } else {
            let mut taken: Vec<u64> = all
                .iter()
                .filter(|one| !flag(one, "system"))
                .filter_map(place)
                .collect();
            let bottom = taken.iter().max().map_or(0, |last| last + 1);
            let wanted = place(&new).unwrap_or(bottom);
            if self.own_counts {
                taken.extend(before.as_ref().and_then(place));
            }
            let free = (wanted..).find(|place| !taken.contains(place));
            let moved = wanted..free.unwrap_or(wanted);
            for one in all.iter_mut().filter(|one| !flag(one, "system")) {
                if let Some(there) = place(one).filter(|there| moved.contains(there)) {
                    set(one, there + 1);
                }
            }
            set(&mut new, wanted);
        }
        all.push(new);
        in_order(all);
    }
}

fn place(one: &Object) -> Option<u64> {
    one.get("priority").and_then(Json::as_u64)
}

fn set(one: &mut Object, place: u64) {
    one.insert("priority".to_owned(), json!(place));
}

/// Sorts by priority; Okta's own is the last.
fn in_order(all: &mut [Object]) {
    all.sort_by_key(|one| (flag(one, "system"), place(one).unwrap_or(u64::MAX)));
}

/// Numbers objects from 1 in the order of their priorities.
fn close_up(all: &mut [Object]) {
    in_order(all);
    for (one, place) in all.iter_mut().zip(1..) {
        set(one, place);
    }
}
