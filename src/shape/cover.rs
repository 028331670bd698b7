//! A set of products in the fewest words: bundles that lie within it, and the rest one by one.

use super::sets::ProductBits;

/// A set said in words.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Cover {
    /// Places of bundles, in their order.
    pub(super) bundles: Vec<usize>,
    /// What they leave.
    pub(super) rest: ProductBits,
}

/// Takes bundles as long as one brings `least` products or more that none before it has brought, the one that brings most first.
pub(super) fn cover(
    set: ProductBits,
    bundles: impl Iterator<Item = (usize, ProductBits)> + Clone,
    least: usize,
) -> Cover {
    let within = bundles.filter(|(_, bundle)| bundle.is_within(set));
    let within: Vec<_> = within.collect();
    let mut cover = Cover {
        bundles: Vec::new(),
        rest: set,
    };
    loop {
        let brings = |bundle: &ProductBits| bundle.and(cover.rest).len();
        let best = within
            .iter()
            .max_by_key(|(place, bundle)| (brings(bundle), std::cmp::Reverse(*place)));
        match best {
            Some((place, bundle)) if brings(bundle) >= least => {
                cover.bundles.push(*place);
                cover.rest = cover.rest.without(*bundle);
            }
            Some(_) | None => break,
        }
    }
    cover.bundles.sort_unstable();
    cover
}
