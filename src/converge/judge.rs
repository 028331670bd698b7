//! What a look at an org means for a step: pure, one answer for each thing that can be seen.

use std::collections::BTreeSet;

use super::record::{Leftover, StepRecord};
use crate::ids::ProductId;

/// What a look means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Judgement {
    /// The org is as the step wants it, but for what is left to the next plan.
    InPlace(Leftover),
    /// The org is as the plan saw it: the write may go.
    Ready,
    /// The org is something else than the plan saw, in words: nothing may be sent.
    Stale(String),
    /// It must not be done, whatever the plan says.
    Forbidden(String),
}

/// What became of this step's write before a look.
#[derive(Debug)]
pub(super) enum Since<'a, S> {
    /// None was sent that may have had an effect.
    Nothing,
    /// One was sent and its answer was lost, or it was refused; this was seen before it.
    Unclear(&'a S),
    /// Okta has confirmed one; this was seen before it.
    Confirmed(&'a S),
}

impl<S> Clone for Since<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Since<'_, S> {}

impl<'a, S> Since<'a, S> {
    /// What was seen before the write.
    pub(super) fn before(self) -> Option<&'a S> {
        match self {
            Self::Nothing => None,
            Self::Unclear(before) | Self::Confirmed(before) => Some(before),
        }
    }
}

/// A change as converging sees it, without a server.
pub(super) trait Judge {
    /// What a look at the org shows.
    type Seen;

    /// What it means.
    fn judge(&self, seen: &Self::Seen, since: Since<'_, Self::Seen>) -> Judgement;

    /// What to say where a confirmed write doesn't show; `before` is what was seen before it.
    fn falls_short(&self, now: &Self::Seen, before: &Self::Seen) -> String;

    /// Writes into the record what was seen.
    fn note(&self, seen: &Self::Seen, record: &mut StepRecord);

    /// Whether the write may be sent again when a look shows nothing of it. It may not where
    /// nothing would show of it, nor where doing it twice would be worse than not knowing.
    fn is_repeatable(&self) -> bool {
        true
    }

    /// Whether what a write has done can be seen at all.
    fn shows(&self) -> bool {
        true
    }

    /// Whether a refusal (400, 409) means that nothing was done. It doesn't where Okta may carry out a part of a body
    /// before it refuses the rest.
    fn refusal_is_final(&self) -> bool {
        true
    }
}

/// Ids in a sentence.
pub(super) fn list(products: &BTreeSet<ProductId>) -> String {
    let ids: Vec<&str> = products.iter().map(ProductId::as_str).collect();
    ids.join(", ")
}

/// What to say where Okta's answer to a write has other products than were sent: it answers with what it was sent.
pub(super) fn answered_otherwise(
    sent: &BTreeSet<ProductId>,
    answered: &BTreeSet<ProductId>,
) -> Option<String> {
    let clause = "Okta's answer to the write has other products than were sent";
    (sent != answered).then(|| differs(clause, sent, answered))
}

/// What is there beyond and short of what was expected, after a clause that says since when.
pub(super) fn differs(
    clause: &str,
    expected: &BTreeSet<ProductId>,
    current: &BTreeSet<ProductId>,
) -> String {
    let extra: BTreeSet<ProductId> = current.difference(expected).cloned().collect();
    let missing: BTreeSet<ProductId> = expected.difference(current).cloned().collect();
    let mut text = clause.to_owned();
    for (word, products) in [("has also", extra), ("lacks", missing)] {
        if !products.is_empty() {
            text = format!("{text}; it {word} {}", list(&products));
        }
    }
    text
}
