//! From a list's words to its products, each way of writing it once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Catalog;
use super::known_lists::{KnownList, KnownLists};
use crate::desired::listed::{ListedProduct, ProductList};
use crate::desired::taken::RawListing;
use crate::desired::until::{ListingEnd, day, earlier, longest};
use crate::diagnostic::{Diagnostics, Severity, Span};
use crate::ids::ProductId;

impl Catalog<'_> {
    /// The products that a list of words stands for, each once, with the first word that brought it.
    pub(in super::super) fn resolve(
        &mut self,
        words: &[RawListing<'_>],
        found: &mut Diagnostics,
    ) -> ProductList {
        let places: Box<[Span]> = words.iter().map(|listing| listing.word.span).collect();
        let written = KnownLists::written(words);
        if let Some(known) = self.known.find(&written) {
            let at = words.first().map(|listing| listing.word.span);
            let fits = at.is_none_or(|at| self.count(known.counted, at, found));
            let products = if fits { known.products } else { Arc::default() };
            return ProductList::new(products, places);
        }
        let told =
            |found: &Diagnostics| (found.count(Severity::Error), found.count(Severity::Warning));
        let (before, told_before) = (self.listed, told(found));
        let products = self.read(words, found);
        if told(found) == told_before {
            let known = KnownList {
                products: Arc::clone(&products),
                counted: self.listed - before,
            };
            self.known.keep(written, known);
        }
        ProductList::new(products, places)
    }

    fn read(&mut self, words: &[RawListing<'_>], found: &mut Diagnostics) -> Arc<[ListedProduct]> {
        let mut listed: BTreeMap<ProductId, ListedProduct> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        let mut ends: Vec<ListingEnd<'_>> = Vec::new();
        for (place, listing) in words.iter().enumerate() {
            let word = &listing.word;
            if !seen.insert((&*word.value, listing.end())) {
                continue;
            }
            let until = listing.until.as_ref().and_then(|at| day(at, found));
            let inside = self.expanded.get(&*word.value).map_or(1, BTreeMap::len);
            if !self.count(inside, word.span, found) {
                return Arc::default();
            }
            if let Some(bundle) = self.expanded.get(&*word.value) {
                ends.extend(ListingEnd::of(listing, until, bundle.keys()));
                for (id, inside) in bundle {
                    let new = ListedProduct {
                        id: id.clone(),
                        word: place,
                        via: Some(Arc::clone(&inside.via)),
                        until: earlier(until, inside.until),
                    };
                    longest(&mut listed, id.clone(), new, |one| one.until);
                }
            } else if let Some(id) = self.product(word, found) {
                ends.extend(ListingEnd::of(listing, until, [&id]));
                let new = ListedProduct {
                    id: id.clone(),
                    word: place,
                    via: None,
                    until,
                };
                longest(&mut listed, id, new, |one| one.until);
            }
        }
        let place = |one: &ListedProduct| Some((one.until, words.get(one.word)?.word.span));
        for end in ends {
            end.idle(|id| listed.get(id).and_then(place), found);
        }
        listed.into_values().collect()
    }
}
