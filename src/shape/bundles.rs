//! The sets of products that are worth a word of their own.
//!
//! What counts is the number of words in the file: a bundle costs its own words and its name, and saves all but one of its
//! products in each list that uses it. The set that saves most is taken, then the one that saves most of what is left, until none
//! saves enough; then those go that the others have made idle.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::cover::{Cover, cover};
use super::sets::ProductBits;

/// So many orgs make a bundle.
const FEWEST_ORGS: usize = 3;

/// A file with more names of bundles explains nothing.
const MOST_BUNDLES: usize = 16;

/// Of an account where hardly two orgs are alike, so many sets are looked at, the most frequent ones, and so many are held
/// against each other.
const MOST_SETS: usize = 512;
const MOST_COMPARED: usize = 64;

/// A bundle saves at least one in so many words.
const SHARE: usize = 50;

/// How many orgs have each set.
pub(super) type Frequencies = BTreeMap<ProductBits, usize>;

/// The bundles, the smaller first.
pub(super) fn infer(sets: &Frequencies) -> Vec<ProductBits> {
    let words: usize = sets.iter().map(|(set, orgs)| set.len() * orgs).sum();
    let least = (words / SHARE).max(1);
    let mut rests: Vec<Rest> = sets
        .iter()
        .map(|(set, orgs)| Rest {
            set: *set,
            rest: *set,
            orgs: *orgs,
        })
        .collect();
    // What a set saves only gets less as others are taken, so an old number is an upper bound.
    let mut heap: BinaryHeap<(usize, Reverse<ProductBits>)> = candidates(sets)
        .into_iter()
        .map(|set| (saved(set, &rests), Reverse(set)))
        .filter(|(saved, _)| *saved >= least)
        .collect();
    let mut taken = Vec::new();
    while let Some((_, Reverse(set))) = heap.pop() {
        let now = saved(set, &rests);
        if now < least {
            continue;
        }
        if heap.peek().is_some_and(|next| *next > (now, Reverse(set))) {
            heap.push((now, Reverse(set)));
            continue;
        }
        for one in rests.iter_mut().filter(|one| one.uses(set)) {
            one.rest = one.rest.without(set);
        }
        taken.push(set);
        if taken.len() == MOST_BUNDLES {
            break;
        }
    }
    useful(taken, sets)
}

/// A set of some orgs, and what of it no bundle has said yet.
struct Rest {
    set: ProductBits,
    rest: ProductBits,
    orgs: usize,
}

impl Rest {
    /// Whether a bundle says more of it than one product does.
    fn uses(&self, bundle: ProductBits) -> bool {
        bundle.is_within(self.set) && bundle.and(self.rest).len() > 1
    }
}

/// The sets that are there, what two of them have in common, and the products that most orgs have, however the rest differs.
fn candidates(sets: &Frequencies) -> BTreeSet<ProductBits> {
    let mut by_orgs: Vec<(ProductBits, usize)> = sets.iter().map(|(set, n)| (*set, *n)).collect();
    by_orgs.sort_by_key(|(set, orgs)| (Reverse(*orgs), *set));
    by_orgs.truncate(MOST_SETS);
    let mut found: BTreeSet<ProductBits> = by_orgs.iter().map(|(set, _)| *set).collect();
    by_orgs.truncate(MOST_COMPARED);
    for (place, (one, _)) in by_orgs.iter().enumerate() {
        let others = by_orgs.iter().skip(place + 1);
        found.extend(others.map(|(other, _)| one.and(*other)));
    }
    found.extend(widespread(sets));
    found.retain(|set| set.len() > 1);
    found
}

/// The two most widespread products, the three most widespread, and so on.
fn widespread(sets: &Frequencies) -> Vec<ProductBits> {
    let mut spread: BTreeMap<ProductBits, usize> = BTreeMap::new();
    for (set, orgs) in sets {
        for product in set.singles() {
            *spread.entry(product).or_default() += orgs;
        }
    }
    let mut products: Vec<_> = spread.into_iter().collect();
    products.sort_by_key(|(product, orgs)| (Reverse(*orgs), *product));
    let grown = products
        .into_iter()
        .scan(ProductBits::default(), |all, (product, _)| {
            *all = all.or(product);
            Some(*all)
        });
    grown.collect()
}

/// How many words a bundle saves; 0 where too few orgs would use it.
fn saved(bundle: ProductBits, rests: &[Rest]) -> usize {
    let (mut orgs, mut words) = (0, 0);
    for one in rests.iter().filter(|one| one.uses(bundle)) {
        orgs += one.orgs;
        words += one.orgs * (bundle.and(one.rest).len() - 1);
    }
    if orgs < FEWEST_ORGS {
        return 0;
    }
    words.saturating_sub(bundle.len() + 1)
}

/// Without those that too few orgs use once all of them are there, and those without which the file has no more words.
fn useful(mut bundles: Vec<ProductBits>, sets: &Frequencies) -> Vec<ProductBits> {
    bundles.sort_by_key(|bundle| (bundle.len(), *bundle));
    loop {
        let (words, uses) = cost(&bundles, sets);
        let idle = uses.iter().position(|uses| *uses < FEWEST_ORGS);
        let idle = idle.or_else(|| {
            (0..bundles.len()).find(|place| {
                let mut others = bundles.clone();
                others.remove(*place);
                cost(&others, sets).0 <= words
            })
        });
        match idle {
            Some(place) => _ = bundles.remove(place),
            None => return bundles,
        }
    }
}

/// How many words a file with these bundles has, and how many orgs use each.
fn cost(bundles: &[ProductBits], sets: &Frequencies) -> (usize, Vec<usize>) {
    let mut words: usize = bundles.iter().map(|bundle| bundle.len() + 1).sum();
    let mut uses = vec![0; bundles.len()];
    for (set, orgs) in sets {
        let Cover { bundles, rest } = cover(*set, bundles.iter().copied().enumerate(), 2);
        words += orgs * (bundles.len() + rest.len());
        for place in bundles {
            if let Some(uses) = uses.get_mut(place) {
                *uses += orgs;
            }
        }
    }
    (words, uses)
}
