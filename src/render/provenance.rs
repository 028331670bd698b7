//! Where something in the file comes from, and whose it is, in words.

use std::collections::BTreeMap;

use super::escape::line;
use crate::desired::model::Via;
use crate::diagnostic::{Sources, Span};

/// `aerial.yaml:25`.
#[must_use]
pub(super) fn place(sources: &Sources, span: Span) -> String {
    line(&format!("{}:{}", sources.name(span.source), span.line))
}

/// So many bundles of a chain are named; of a longer one the first and the last.
const NAMED: usize = 4;

/// `via bundle workforce (aerial.yaml:25)`: the bundles from the org's list inwards, and the place of the product in the last.
#[must_use]
pub(super) fn via(via: &Via, sources: &Sources) -> String {
    let names: Vec<String> = via.chain().map(|via| line(&via.bundle)).collect();
    let last = via.chain().last().unwrap_or(via);
    let s = if names.len() == 1 { "" } else { "s" };
    let place = place(sources, last.span);
    let names = match names.as_slice() {
        [first, between @ .., last] if names.len() > NAMED => {
            format!("{first}, … {} more …, {last}", between.len())
        }
        all => all.join(", "),
    };
    format!("via bundle{s} {names} ({place})")
}

/// `owners: emea-identity 12, us-identity 3`.
#[must_use]
pub(super) fn owners(owners: &BTreeMap<&str, usize>) -> String {
    let owners = owners.iter();
    let owners: Vec<String> = owners
        .map(|(owner, orgs)| format!("{} {orgs}", line(owner)))
        .collect();
    format!("owners: {}", owners.join(", "))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::diagnostic::{Source, SourceId};

    #[test]
    fn a_long_chain_is_told_by_its_ends() {
        let span = Span {
            source: SourceId(0),
            line: 7,
            column: 1,
            len: 1,
        };
        let chain = |length: usize| {
            let inwards = (0..length).rev().fold(None, |inner, n| {
                let bundle = Arc::from(format!("b{n}"));
                Some(Arc::new(Via {
                    bundle,
                    span,
                    inner,
                }))
            });
            let sources = Sources::new(vec![Source::new("a.yaml", "")]);
            via(&inwards.expect("a bundle"), &sources)
        };
        assert_eq!(chain(4), "via bundles b0, b1, b2, b3 (a.yaml:7)");
        assert_eq!(chain(32), "via bundles b0, … 30 more …, b31 (a.yaml:7)");
    }
}
