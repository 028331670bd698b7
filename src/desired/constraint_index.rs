//! Constraints by number: an org's products are looked up once, and each rule is a look at a few marks.

use std::collections::{BTreeMap, BTreeSet};
use std::iter;

use super::constraint::{BrokenRule, Constraints};
use crate::ids::ProductId;

/// The rules about single orgs.
#[derive(Debug)]
pub struct ConstraintIndex<'a> {
    /// The products that a rule names, each by its place in `products`.
    numbers: BTreeMap<&'a ProductId, usize>,
    products: Vec<RuledProduct<'a>>,
    every_org: Vec<usize>,
}

/// A product that a rule names, and the rules about it.
#[derive(Debug)]
struct RuledProduct<'a> {
    id: &'a ProductId,
    needs: Vec<(&'a BTreeSet<ProductId>, Vec<usize>)>,
    excludes: Vec<usize>,
}

/// A broken rule, with the places of the products that it is about, so that nobody has to look for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BrokenAt<'a> {
    pub rule: BrokenRule<'a>,
    /// Of the product whose rule it is; `None` of one that isn't there.
    pub own: Option<usize>,
    /// Of the one that it excludes.
    pub other: Option<usize>,
}

/// Which of the products that rules name one org has. It is used for one org after another.
#[derive(Debug)]
pub struct Marks {
    /// Of each product where it stands in what was marked.
    places: Vec<Option<usize>>,
    marked: Vec<usize>,
}

impl<'a> ConstraintIndex<'a> {
    #[must_use]
    pub fn of(rules: &'a Constraints) -> Self {
        let required = rules.requires.iter();
        let required =
            required.flat_map(|(id, rule)| iter::once(id).chain(rule.needs.iter().flatten()));
        let excluded = rules.excludes.iter();
        let excluded = excluded.flat_map(|(id, rule)| iter::once(id).chain(&rule.products));
        let ids: BTreeSet<&ProductId> = required
            .chain(excluded)
            .chain(rules.every_org.keys())
            .collect();
        let numbers: BTreeMap<&ProductId, usize> = ids.into_iter().zip(0..).collect();
        let number = |id: &ProductId| numbers.get(id).copied();
        let products = numbers.keys().map(|id| {
            let needs = rules.requires.get(*id).into_iter();
            let needs = needs.flat_map(|rule| &rule.needs);
            let excludes = rules.excludes.get(*id).into_iter();
            RuledProduct {
                id,
                needs: needs
                    .map(|need| (need, need.iter().filter_map(number).collect()))
                    .collect(),
                excludes: excludes
                    .flat_map(|rule| rule.products.iter().filter_map(number))
                    .collect(),
            }
        });
        Self {
            products: products.collect(),
            every_org: rules.every_org.keys().filter_map(number).collect(),
            numbers,
        }
    }

    /// Whether there is no rule about single orgs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.products.is_empty()
    }

    /// Marks without any product.
    #[must_use]
    pub fn marks(&self) -> Marks {
        Marks {
            places: vec![None; self.products.len()],
            marked: Vec::new(),
        }
    }

    /// Marks these products, each with its place, and no others.
    pub fn mark<'p>(
        &self,
        marks: &mut Marks,
        products: impl IntoIterator<Item = (usize, &'p ProductId)>,
    ) {
        for number in marks.marked.drain(..) {
            if let Some(place) = marks.places.get_mut(number) {
                *place = None;
            }
        }
        for (at, id) in products {
            if let Some(number) = self.numbers.get(id)
                && let Some(place) = marks.places.get_mut(*number)
            {
                *place = Some(at);
                marks.marked.push(*number);
            }
        }
    }

    /// The rules that the marked products break, in the order in which they were marked: of each requirement the first need
    /// that isn't met. An org without any mark breaks none but `everyOrg`.
    #[must_use]
    pub fn broken_by(&self, marks: &Marks) -> Vec<BrokenRule<'a>> {
        self.broken_at(marks).map(|one| one.rule).collect()
    }

    /// The same, with the places.
    pub fn broken_at<'m>(&'m self, marks: &'m Marks) -> impl Iterator<Item = BrokenAt<'a>> + 'm {
        let of_marked = marks.marked.iter().flat_map(move |number| {
            let own = marks.place(*number);
            let one = self.products.get(*number).into_iter();
            one.flat_map(move |one| self.broken_of(one, own, marks))
        });
        let missing = self.every_org.iter().filter(|number| !marks.has(**number));
        let missing = missing.filter_map(|number| self.products.get(*number));
        of_marked.chain(missing.map(|one| BrokenAt {
            rule: BrokenRule::EveryOrg(one.id),
            own: None,
            other: None,
        }))
    }

    /// Those about one marked product.
    fn broken_of<'m>(
        &'m self,
        one: &'m RuledProduct<'a>,
        own: Option<usize>,
        marks: &'m Marks,
    ) -> impl Iterator<Item = BrokenAt<'a>> + 'm {
        let unmet = one.needs.iter();
        let mut unmet = unmet.filter(|(_, one_of)| !one_of.iter().any(|other| marks.has(*other)));
        let unmet = unmet.next().map(|(need, _)| BrokenAt {
            rule: BrokenRule::Requires(one.id, need),
            own,
            other: None,
        });
        let excluded = one.excludes.iter().filter_map(move |number| {
            let other = marks.place(*number)?;
            Some(BrokenAt {
                rule: BrokenRule::Excludes(one.id, self.products.get(*number)?.id),
                own,
                other: Some(other),
            })
        });
        unmet.into_iter().chain(excluded)
    }

    /// Each need of a marked product, with the place of that and the places of what meets it.
    pub fn needs<'m>(
        &'m self,
        marks: &'m Marks,
    ) -> impl Iterator<Item = (BrokenRule<'a>, usize, impl Iterator<Item = usize> + 'm)> + 'm {
        self.marked(marks).flat_map(move |one| {
            let own = self
                .numbers
                .get(one.id)
                .and_then(|number| marks.place(*number));
            one.needs.iter().filter_map(move |(need, one_of)| {
                let there = one_of.iter().filter_map(|number| marks.place(*number));
                Some((BrokenRule::Requires(one.id, need), own?, there))
            })
        })
    }

    /// What every org is to have and is marked, with its place.
    pub fn of_every_org<'m>(
        &'m self,
        marks: &'m Marks,
    ) -> impl Iterator<Item = (BrokenRule<'a>, usize)> + 'm {
        self.every_org.iter().filter_map(|number| {
            let one = self.products.get(*number)?;
            Some((BrokenRule::EveryOrg(one.id), marks.place(*number)?))
        })
    }

    fn marked<'m>(&'m self, marks: &'m Marks) -> impl Iterator<Item = &'m RuledProduct<'a>> + 'm {
        let marked = marks.marked.iter();
        marked.filter_map(|number| self.products.get(*number))
    }
}

impl Marks {
    fn place(&self, number: usize) -> Option<usize> {
        self.places.get(number).copied().flatten()
    }

    fn has(&self, number: usize) -> bool {
        self.place(number).is_some()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::desired::constraint::{Exclusion, Requirement};
    use crate::diagnostic::{SourceId, Span};

    fn id(number: usize) -> ProductId {
        ProductId::parse(&format!("P{number}")).unwrap()
    }

    fn set() -> impl Strategy<Value = BTreeSet<ProductId>> {
        prop::collection::btree_set((0..8_usize).prop_map(id), 1..4)
    }

    fn rules() -> impl Strategy<Value = Constraints> {
        let span = Span {
            source: SourceId(0),
            line: 1,
            column: 1,
            len: 0,
        };
        let product = || (0..8_usize).prop_map(id);
        let needs = prop::collection::vec(set(), 0..4);
        let requires = prop::collection::btree_map(product(), needs, 0..4);
        let excludes = prop::collection::btree_map(product(), set(), 0..4);
        let every = prop::collection::btree_set(product(), 0..3);
        (requires, excludes, every).prop_map(move |(requires, excludes, every)| Constraints {
            requires: requires
                .into_iter()
                .map(|(id, needs)| (id, Requirement { needs, span }))
                .collect(),
            excludes: excludes
                .into_iter()
                .map(|(id, products)| (id, Exclusion { products, span }))
                .collect(),
            every_org: every.into_iter().map(|id| (id, span)).collect(),
            max_orgs: BTreeMap::new(),
        })
    }

    /// What the rules say, word for word.
    fn plainly<'a>(rules: &'a Constraints, has: &BTreeSet<ProductId>) -> Vec<BrokenRule<'a>> {
        let mut broken = Vec::new();
        for (id, rule) in rules.requires.iter().filter(|(id, _)| has.contains(*id)) {
            let unmet = rule.needs.iter().find(|need| need.is_disjoint(has));
            broken.extend(unmet.map(|need| BrokenRule::Requires(id, need)));
        }
        for (id, rule) in rules.excludes.iter().filter(|(id, _)| has.contains(*id)) {
            let there = rule.products.iter().filter(|other| has.contains(*other));
            broken.extend(there.map(|other| BrokenRule::Excludes(id, other)));
        }
        let missing = rules.every_org.keys().filter(|id| !has.contains(*id));
        broken.extend(missing.map(BrokenRule::EveryOrg));
        broken.sort();
        broken
    }

    proptest! {
        /// One after another with the same marks.
        #[test]
        fn the_index_says_what_the_rules_say(rules in rules(), orgs in prop::collection::vec(prop::collection::btree_set((0..10_usize).prop_map(id), 0..7), 1..5)) {
            let index = ConstraintIndex::of(&rules);
            let mut marks = index.marks();
            for has in &orgs {
                index.mark(&mut marks, (0..).zip(has));
                let mut found = index.broken_by(&marks);
                found.sort();
                prop_assert_eq!(found, plainly(&rules, has));
            }
        }
    }
}
