//! Where something in the file comes from, in words.

use super::escape::line;
use crate::desired::model::Via;
use crate::diagnostic::{Sources, Span};

/// `aerial.yaml:25`.
#[must_use]
pub(super) fn place(sources: &Sources, span: Span) -> String {
    line(&format!("{}:{}", sources.name(span.source), span.line))
}

/// `via bundle workforce (aerial.yaml:25)`: the bundles from the org's list inwards, and the place of the product in the last.
#[must_use]
pub(super) fn via(via: &Via, sources: &Sources) -> String {
    let names: Vec<String> = via.chain().map(|via| line(&via.bundle)).collect();
    let last = via.chain().last().unwrap_or(via);
    let s = if names.len() == 1 { "" } else { "s" };
    let place = place(sources, last.span);
    format!("via bundle{s} {} ({place})", names.join(", "))
}
