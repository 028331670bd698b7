//! The layers in their order.

use super::agree::start;
use super::model::Desired;
use super::{document, raw, resolve, schema};
use crate::diagnostic::{Diagnostics, SourceId, Sources};
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

/// The same, about this account where no file has the key `account`.
#[must_use]
pub fn load_for(sources: &Sources, fallback: Option<&AccountId>) -> Loaded {
    let mut found = Diagnostics::default();
    let mut files = Vec::new();
    let mut unreadable = false;
    for (id, source) in sources.iter() {
        match document::parse(id, &source.bytes) {
            Ok((root, duplicates)) => {
                found.extend(duplicates);
                found.extend(schema::check(&root));
                files.push(raw::RawFile::from_node(&root));
            }
            Err(diagnostic) => {
                unreadable = true;
                found.push(diagnostic);
            }
        }
    }
    if let Some(id) = fallback
        && files.iter().all(|file| file.account.is_none())
        && let Some(first) = files.first_mut()
    {
        first.account = Some(raw::RawAccount::of(id, start(SourceId(0))));
    }
    // What a file that can't be read would have declared is unknown: errors of meaning in the others would mislead.
    let desired = if unreadable {
        None
    } else {
        resolve::resolve(&files, &mut found)
    };
    Loaded {
        desired,
        diagnostics: found.sorted(),
    }
}
