//! What all files of a desired state have to say together: a key that stands in several must say the same in each.

use super::raw::RawFile;
use super::taken::{At, WordAt};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, SourceId, Span};

/// The place for what no file says.
pub(super) fn start(source: SourceId) -> Span {
    Span {
        source,
        line: 1,
        column: 1,
        len: 0,
    }
}

/// The value of a key that one file alone may have: `rules` reports a second.
pub(super) fn only<'a, T>(
    files: &'a [RawFile<'a>],
    get: impl Fn(&'a RawFile<'a>) -> Option<&'a At<T>>,
) -> Option<&'a At<T>> {
    files.iter().find_map(get)
}

/// The one value that all files which have the key agree on, compared after folding.
pub(super) fn same<'a>(
    files: &'a [RawFile<'a>],
    key: &str,
    found: &mut Diagnostics,
    get: impl Fn(&'a RawFile<'a>) -> Option<&'a WordAt<'a>>,
    fold: impl Fn(&str) -> String,
) -> Option<&'a WordAt<'a>> {
    let all: Vec<&WordAt<'_>> = files.iter().filter_map(get).collect();
    let first = *all.first()?;
    for other in all.iter().skip(1) {
        if fold(&other.value) != fold(&first.value) {
            found.push(
                Diagnostic::error(
                    Code::ConflictingValue,
                    format!("`{key}` has two values in this desired state"),
                )
                .label(other.span, "this one")
                .label(first.span, "and this one")
                .help(
                    "one desired state is about one account; keep others in a folder of their own",
                ),
            );
        }
    }
    Some(first)
}
