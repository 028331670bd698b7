//! Sets of products as bits.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::ProductId;

/// So many products are looked at; Okta has some dozens. What is more is listed by itself, the least widespread first.
const MOST: usize = WORDS * 64;

const WORDS: usize = 4;

/// A set of products, by their places in a [`ProductPlaces`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ProductBits([u64; WORDS]);

impl ProductBits {
    fn each(self, other: Self, join: impl Fn(u64, u64) -> u64) -> Self {
        let mut joined = self;
        for (mine, theirs) in joined.0.iter_mut().zip(other.0) {
            *mine = join(*mine, theirs);
        }
        joined
    }

    pub(super) fn and(self, other: Self) -> Self {
        self.each(other, |a, b| a & b)
    }

    pub(super) fn or(self, other: Self) -> Self {
        self.each(other, |a, b| a | b)
    }

    pub(super) fn without(self, other: Self) -> Self {
        self.each(other, |a, b| a & !b)
    }

    pub(super) fn is_within(self, other: Self) -> bool {
        self.without(other) == Self::default()
    }

    /// Each product of it as a set of its own.
    pub(super) fn singles(self) -> impl Iterator<Item = Self> {
        let bits = (0..WORDS).flat_map(|word| (0..64).map(move |bit| (word, 1_u64 << bit)));
        bits.filter_map(move |(word, bit)| {
            let is_in = self.0.get(word).is_some_and(|all| all & bit != 0);
            let mut one = Self::default();
            *one.0.get_mut(word)? = bit;
            is_in.then_some(one)
        })
    }

    pub(super) fn len(self) -> usize {
        let ones = self.0.iter().map(|word| word.count_ones());
        usize::try_from(ones.sum::<u32>()).unwrap_or(usize::MAX)
    }
}

/// Which product is which bit: by id.
#[derive(Debug, Default)]
pub(super) struct ProductPlaces<'a>(BTreeMap<&'a ProductId, (usize, u64)>);

impl<'a> ProductPlaces<'a> {
    /// The products of these sets, the most widespread of them where there are too many.
    pub(super) fn of(sets: impl Iterator<Item = &'a BTreeSet<ProductId>>) -> Self {
        let mut spread: BTreeMap<&ProductId, usize> = BTreeMap::new();
        for id in sets.flatten() {
            *spread.entry(id).or_default() += 1;
        }
        let mut ids: Vec<_> = spread.into_iter().collect();
        ids.sort_by_key(|(id, count)| (std::cmp::Reverse(*count), *id));
        let ids: BTreeSet<&ProductId> = ids.into_iter().take(MOST).map(|(id, _)| id).collect();
        let placed = ids.into_iter().enumerate();
        Self(
            placed
                .map(|(place, id)| (id, (place / 64, 1 << (place % 64))))
                .collect(),
        )
    }

    /// The bits of a set, as far as its products have places.
    pub(super) fn bits(&self, set: &BTreeSet<ProductId>) -> ProductBits {
        let mut bits = ProductBits::default();
        for (word, bit) in set.iter().filter_map(|id| self.0.get(id)) {
            if let Some(word) = bits.0.get_mut(*word) {
                *word |= bit;
            }
        }
        bits
    }

    /// Whether all products of a set have places.
    pub(super) fn has_all(&self, set: &BTreeSet<ProductId>) -> bool {
        set.iter().all(|id| self.0.contains_key(id))
    }

    /// The products of a set, by id.
    pub(super) fn products(&self, bits: ProductBits) -> BTreeSet<ProductId> {
        let inside =
            |(word, bit): &(usize, u64)| bits.0.get(*word).is_some_and(|all| all & bit != 0);
        let ids = self.0.iter().filter(|(_, place)| inside(place));
        ids.map(|(id, _)| (*id).clone()).collect()
    }
}
