//! Lists that were read, by what is written: most orgs list what others list.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::desired::listed::ListedProduct;
use crate::desired::taken::RawListing;

/// So many lists are remembered: more kinds of orgs than there are have nothing to share.
const MOST: usize = 4_096;

/// A list as it is written: its words, and their ends.
pub(super) type Written<'a> = Vec<(Cow<'a, str>, Option<Cow<'a, str>>)>;

/// The lists that were read without a finding.
#[derive(Default)]
pub(super) struct KnownLists<'a>(BTreeMap<Written<'a>, KnownList>);

#[derive(Clone)]
pub(super) struct KnownList {
    pub(super) products: Arc<[ListedProduct]>,
    /// What it takes of the budget.
    pub(super) counted: usize,
}

impl<'a> KnownLists<'a> {
    /// How a list is written.
    pub(super) fn written(words: &[RawListing<'a>]) -> Written<'a> {
        let written = words.iter().map(|listing| {
            let until = listing.until.as_ref().map(|at| at.value.clone());
            (listing.word.value.clone(), until)
        });
        written.collect()
    }

    /// What came of a list that is written like this.
    pub(super) fn find(&self, written: &Written<'a>) -> Option<KnownList> {
        self.0.get(written).cloned()
    }

    /// Remembers it, unless there are too many.
    pub(super) fn keep(&mut self, written: Written<'a>, list: KnownList) {
        if self.0.len() < MOST {
            self.0.insert(written, list);
        }
    }
}
