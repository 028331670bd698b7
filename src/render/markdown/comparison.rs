//! What a branch changes, as Markdown.

use super::changes::{Places, all_names, diff, irreversible, links};
use super::fit::{LIMIT, fitted};
use super::plan::changed_rules;
use super::text::Blobs;
use crate::desired::compare::Comparison;
use crate::diagnostic::Sources;
use crate::ids::ProductId;
use crate::render::outline::Outline;
use crate::render::summary;

/// Where what is left out is to be found.
const REST: &str = "`aerialctl preview -v` lists the rest.";

/// What a branch changes, in the order of danger.
#[must_use]
pub fn comparison(
    comparison: &Comparison,
    names: &dyn Fn(&ProductId) -> String,
    sources: &Sources,
    blobs: Option<&Blobs>,
) -> String {
    let outline = Outline::of_comparison(comparison, names);
    let places = Places { sources, blobs };
    let head = format!(
        "{}**{}**\n\n",
        changed_rules(&comparison.account_wide),
        summary::comparison(comparison)
    );
    fitted(LIMIT, REST, |detail| {
        let mut text = head.clone();
        text += &irreversible(&outline, places, detail);
        text += &diff(&outline, places, detail);
        if detail.names {
            text += &all_names(&outline);
        }
        if detail.places {
            text += &links(&outline, places);
        }
        text
    })
}
