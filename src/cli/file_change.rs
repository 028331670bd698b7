//! The change to the file that makes an undo last.

use super::account::AccountSource;
use super::input::PlanInput;
use super::planning::Planned;
use crate::desired::amend::amended;
use crate::diagnostic::{SourceId, Sources};
use crate::render::undo;
use crate::undo::{BaselineAgain, DriftAgain, Undoing, amendments, baselines, drift};

/// The change to the entries, and the baselines that ask for what was undone.
pub(super) struct FileChange {
    entries: EntryChanges,
    pub(super) baselines: Vec<BaselineAgain>,
    drift: Vec<DriftAgain>,
}

enum EntryChanges {
    /// The file says so already.
    Nothing,
    /// A unified diff.
    Diff(String),
    /// Entries to be written by hand.
    Entries(String),
}

impl FileChange {
    /// For machines: the change alone.
    pub(super) fn text(&self) -> String {
        match &self.entries {
            EntryChanges::Nothing => String::new(),
            EntryChanges::Diff(text) | EntryChanges::Entries(text) => text.clone(),
        }
    }

    /// For people, with what it is for.
    pub(super) fn words(&self) -> String {
        let entries = match &self.entries {
            EntryChanges::Nothing => String::new(),
            EntryChanges::Diff(diff) => {
                format!("The next `apply` would do it again, unless the file changes:\n\n{diff}\n")
            }
            EntryChanges::Entries(entries) => format!(
                "The next `apply` would do it again, unless the file says of these orgs:\n\n{entries}\n"
            ),
        };
        entries + &undo::baselines(&self.baselines) + &undo::drift(&self.drift)
    }
}

/// What has to change in the files that `input` was loaded from.
pub(super) fn file_change(
    undoing: &Undoing,
    planned: &Planned,
    input: &PlanInput,
    account: &AccountSource,
) -> FileChange {
    let file = &input.desired;
    FileChange {
        entries: entries(undoing, planned, input, account),
        baselines: baselines(undoing, file),
        drift: drift(undoing, file, planned.options.today),
    }
}

fn entries(
    undoing: &Undoing,
    planned: &Planned,
    input: &PlanInput,
    account: &AccountSource,
) -> EntryChanges {
    let file = &input.desired;
    let changes = amendments(undoing, file, planned.options.today);
    if changes.is_empty() {
        return EntryChanges::Nothing;
    }
    // The receipt stands last.
    let sources: Vec<_> = input.sources.iter().collect();
    let files = sources.len().saturating_sub(1);
    let files = sources.iter().take(files);
    let sources = Sources::new(files.map(|(_, source)| (*source).clone()).collect());
    match amended(&sources, account.fallback(), file, &changes) {
        Some(texts) => {
            let diffs = texts.iter().map(|(id, after)| diff(&sources, *id, after));
            EntryChanges::Diff(diffs.collect())
        }
        None => EntryChanges::Entries(undo::entries(&changes, file)),
    }
}

fn diff(sources: &Sources, id: SourceId, after: &str) -> String {
    let source = sources.iter().find(|(one, _)| *one == id);
    let before = source.map(|(_, source)| String::from_utf8_lossy(&source.bytes));
    undo::diff(sources.name(id), &before.unwrap_or_default(), after)
}
