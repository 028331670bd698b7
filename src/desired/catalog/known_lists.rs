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
pub(super) struct KnownLists(BTreeMap<Written<'static>, KnownList>);

#[derive(Clone)]
pub(super) struct KnownList {
    pub(super) products: Arc<[ListedProduct]>,
    /// What it takes of the budget.
    pub(super) counted: usize,
}

impl KnownLists {
    /// How a list is written.
    pub(super) fn written<'a>(words: &[RawListing<'a>]) -> Written<'a> {
        let written = words.iter().map(|listing| {
            let until = listing.until.as_ref().map(|at| at.value.clone());
            (listing.word.value.clone(), until)
        });
        written.collect()
    }

    /// What came of a list that is written like this.
    pub(super) fn find<'a>(&self, written: &Written<'a>) -> Option<KnownList> {
        let known: &BTreeMap<Written<'a>, KnownList> = &self.0;
        known.get(written).cloned()
    }

    /// Remembers it, unless there are too many.
    pub(super) fn keep(&mut self, written: Written<'_>, list: KnownList) {
        if self.0.len() < MOST {
            let own = |word: Cow<'_, str>| Cow::Owned(word.into_owned());
            let written = written.into_iter();
            let written = written.map(|(word, until)| (own(word), until.map(own)));
            self.0.insert(written.collect(), list);
        }
    }
}
