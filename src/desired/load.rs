//! The layers in their order.

use jiff::civil::Date;

use super::agree::start;
use super::budget::MAX_PARTS;
use super::model::Desired;
use super::raw::{RawAccount, RawFile};
use super::{document, resolve, rules, schema};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, LabelledSpan, SourceId, Sources};
use crate::ids::AccountId;

/// What came of the files: a desired state, unless one of the findings is an error.
#[derive(Debug)]
pub struct Loaded {
    /// The desired state; `None` exactly when there is an error among the findings.
    pub desired: Option<Desired>,
    /// Errors and warnings, in the order of the files.
    pub diagnostics: Diagnostics,
}

/// Loads the files as one desired state.
#[must_use]
pub fn load(sources: &Sources) -> Loaded {
    load_for(sources, None)
}

/// The same, about this account where no file has the key `account`. Nothing in it has ended yet.
#[must_use]
pub fn load_for(sources: &Sources, fallback: Option<&AccountId>) -> Loaded {
    load_on(sources, fallback, Date::MIN)
}

/// The same on a day: what has ended by then is no longer held against constraints. Nothing else depends on it.
#[must_use]
pub fn load_on(sources: &Sources, fallback: Option<&AccountId>, today: Date) -> Loaded {
    load_within(sources, fallback, today, MAX_PARTS)
}

/// The same, with so many parts for all files.
pub(super) fn load_within(
    sources: &Sources,
    fallback: Option<&AccountId>,
    today: Date,
    mut parts: usize,
) -> Loaded {
    let mut found = Diagnostics::default();
    let mut roots = Vec::new();
    let mut unreadable = false;
    let mut bytes = 0;
    for (id, source) in sources.iter() {
        bytes += source.bytes.len();
        match document::parse_within(id, source, &mut parts) {
            Ok((root, duplicates)) => {
                found.extend(duplicates);
                // It was parsed, so it is text.
                let text = std::str::from_utf8(&source.bytes).unwrap_or_default();
                schema::check(&root, text, source.is_recognised(), &mut found);
                roots.push((id, root));
            }
            Err(diagnostic) => {
                unreadable = true;
                found.push(diagnostic);
            }
        }
    }
    let mut meaning = Diagnostics::default();
    if !unreadable {
        rules::check(&roots, sources, &mut meaning);
    }
    let entries: Vec<_> = roots
        .iter_mut()
        .map(|(_, root)| root.take_items("orgs"))
        .collect();
    let mut files: Vec<RawFile<'_>> = roots
        .iter()
        .map(|(_, root)| RawFile::from_node(root))
        .collect();
    if let Some(id) = fallback
        && files.iter().all(|file| file.account.is_none())
        && let Some(first) = files.first_mut()
    {
        first.account = Some(RawAccount::of(id, start(SourceId(0))));
    }
    // What a file that can't be read would have declared is unknown: errors of meaning in the others would mislead.
    let desired = if unreadable {
        None
    } else {
        let errors = found.has_errors();
        let entries = entries.into_iter().flatten();
        let desired = resolve::resolve(&files, entries, today, (errors, bytes), &mut meaning);
        found.extend(meaning.map(|one| without_values(one, sources)));
        desired
    };
    let secrets = found
        .iter()
        .filter(|one| one.code == Code::SecretInBaseline);
    for span in secrets.filter_map(Diagnostic::span) {
        sources.conceal(span.source);
    }
    Loaded {
        desired,
        diagnostics: found.sorted(),
    }
}

/// A finding about a text that isn't recognisably a desired state says what kind of finding it is, and no more: its words
/// may quote what nobody should see.
fn without_values(mut finding: Diagnostic, sources: &Sources) -> Diagnostic {
    let shown = |label: &LabelledSpan| sources.is_recognised(label.span.source);
    if finding.labels.iter().all(shown) {
        return finding;
    }
    finding.message = finding.code.explanation().trim_end_matches('.').to_owned();
    finding.help = None;
    for label in &mut finding.labels {
        label.text.clear();
    }
    finding
}
