//! The files that get entries for adopted orgs: which gets which, and that nothing else in them changes.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use super::account::AccountSource;
use super::adopt_list::{Listless, only_adds};
use super::env::Process;
use super::error::CliError;
use super::existing::unwritable;
use super::output::Printer;
use crate::clock::today;
use crate::desired::compare::{EntryChange, compare};
use crate::desired::document;
use crate::desired::insert::{AddedEntry, with_more_orgs};
use crate::desired::tree::Node;
use crate::desired::{self, Desired};
use crate::diagnostic::{Source, SourceId, Sources};
use crate::disk::{self, Readers};
use crate::ids::Status;
use crate::live::{LiveOrg, Snapshot};
use crate::plan::{PlanOptions, Selection, plan};
use crate::render::adopted::adopted;
use crate::render::escape;
use crate::render::yaml::KeptOfFile;
use crate::shape::{DomainWords, Given, Wanted};

/// Why an org goes to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Because {
    /// There is no other.
    OnlyOne,
    /// Domains in it begin like the org's.
    Domains,
    /// Orgs in it are in the same cell.
    Cell,
    /// It has most orgs.
    Largest,
}

impl Because {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::OnlyOne => "",
            Self::Domains => " (domains there begin alike)",
            Self::Cell => " (orgs there are in the same cell)",
            Self::Largest => " (the file with the most orgs)",
        }
    }
}

/// An org's domain, and why it goes where it goes.
type Adopted = (Because, String);

/// A file that gets entries.
pub(super) struct UpdatedFile {
    pub(super) name: String,
    source: SourceId,
    pub(super) before: String,
    pub(super) after: String,
    /// Each with the reason why it goes here.
    pub(super) orgs: Vec<Adopted>,
}

/// The files with the orgs in them.
pub(super) struct Update<'a> {
    sources: &'a Sources,
    pub(super) files: Vec<UpdatedFile>,
}

/// A file that has orgs, and the words of their domains.
struct FileWithOrgs<'a> {
    id: SourceId,
    root: Node<'a>,
    words: Vec<DomainWords<'a>>,
    /// How many of its orgs are in a cell, by the cell.
    cells: BTreeMap<&'a str, usize>,
}

impl<'a> Update<'a> {
    pub(super) fn of(
        sources: &'a Sources,
        listless: Option<&Listless>,
        desired: &Desired,
        live: &Snapshot,
    ) -> Result<Self, CliError> {
        let entries = adopted(live, &kept(desired, live)).map_err(unwritable)?;
        let places = places(sources, desired);
        let mut chosen: BTreeMap<SourceId, Vec<(Adopted, AddedEntry)>> = BTreeMap::new();
        for (org, entry) in live.orgs.iter().zip(entries) {
            let (place, because) = choose(org, &places).ok_or_else(|| {
                CliError::refused("no file of the desired state has the key `orgs`")
            })?;
            let org = (because, escape::line(org.domain.as_str()));
            chosen.entry(place).or_default().push((org, entry));
        }
        let mut files = Vec::new();
        for (id, source) in sources.iter() {
            let Some(some) = chosen.remove(&id) else {
                continue;
            };
            let root = places.iter().find(|place| place.id == id);
            let before = String::from_utf8_lossy(&source.bytes).into_owned();
            let (orgs, entries): (Vec<_>, Vec<AddedEntry>) = some.into_iter().unzip();
            let after = root.and_then(|place| with_more_orgs(&before, &place.root, &entries));
            let after = after.ok_or_else(|| cannot(&source.name))?;
            let was = listless.filter(|one| one.source == id);
            let before = was.map_or(before, |one| one.before.clone());
            files.push(UpdatedFile {
                name: source.name.clone(),
                source: id,
                before,
                after,
                orgs,
            });
        }
        Ok(Self { sources, files })
    }

    /// Reads what would be written: all that was there means the same, the new entries are these orgs, and a plan of them is
    /// empty.
    pub(super) fn verify(
        &self,
        account: &AccountSource,
        before: &Desired,
        live: &Snapshot,
        process: &Process,
        printer: &Printer,
    ) -> Result<(), CliError> {
        let mut texts: Vec<Source> = self.sources.iter().map(|(_, one)| one.clone()).collect();
        for file in &self.files {
            let old = texts
                .get(file.source.place())
                .ok_or_else(|| cannot(&file.name))?;
            let new = old.with_text(&file.after);
            let (old_root, _) =
                document::parse(file.source, old).map_err(|_| cannot(&file.name))?;
            let new_root = document::parse(file.source, &new);
            let kept = new_root
                .is_ok_and(|(new_root, _)| only_adds(&old_root, &new_root, file.orgs.len()));
            if !kept {
                return Err(cannot(&file.name));
            }
            if let Some(place) = texts.get_mut(file.source.place()) {
                *place = new;
            }
        }
        let sources = Sources::new(texts);
        let today = today(process.clock.now());
        let loaded = desired::load_on(&sources, account.fallback(), today);
        let Some(after) = loaded.desired else {
            printer.diagnostics(&loaded.diagnostics, &sources);
            return Err(CliError::refused(
                "with these orgs the desired state isn't valid, so nothing was written",
            )
            .hint("correct what is said above first, or adopt others with --only"));
        };
        let comparison = compare(Some(before), &after);
        let added = comparison
            .orgs
            .iter()
            .filter(|org| org.entry == EntryChange::Added);
        let adds_alone = comparison.account_wide.is_empty()
            && added.count() == live.orgs.len()
            && comparison.orgs.len() == live.orgs.len();
        let names = live.orgs.iter().map(LiveOrg::name);
        let options = PlanOptions {
            selection: Selection::Only(names.collect()),
            today,
            ..PlanOptions::default()
        };
        let steps = plan(&after, live, &options).map(|checked| checked.plan().steps.len());
        if adds_alone && steps == Ok(0) {
            return Ok(());
        }
        let files: Vec<&str> = self.files.iter().map(|file| file.name.as_str()).collect();
        Err(cannot(&files.join(", ")))
    }

    /// Writes the files, each as a whole. All of them are looked at before the first is written.
    ///
    /// # Errors
    /// When one has changed meanwhile, holds a secret, or can't be written: it says which were written before.
    pub(super) fn write(&self, process: &Process, printer: &Printer) -> Result<(), CliError> {
        for file in &self.files {
            if printer.redactor().redact(&file.after) != file.after {
                let name = &file.name;
                return Err(CliError::refused(format!(
                    "{name} holds a secret of this run, so nothing was written"
                ))
                .hint("take the secret out of it, and take it for known"));
            }
            file.place(process)
                .map_err(|error| after_some(error, &[]))?;
        }
        for (number, file) in self.files.iter().enumerate() {
            let before = self.files.get(..number).unwrap_or_default();
            file.write(process)
                .map_err(|error| after_some(error, before))?;
        }
        Ok(())
    }
}

/// Says what was written before something went wrong.
fn after_some(error: CliError, written: &[UpdatedFile]) -> CliError {
    let names: Vec<&str> = written.iter().map(|file| file.name.as_str()).collect();
    let message = if names.is_empty() {
        format!("{}, so nothing was written", error.message)
    } else {
        let names = names.join(", ");
        format!(
            "{}; written before that, and valid by itself: {names}",
            error.message
        )
    };
    CliError { message, ..error }
}

fn cannot(name: &str) -> CliError {
    CliError::refused(format!(
        "{name} can't take these orgs without saying anything else than before, so nothing was written"
    ))
    .hint("`aerialctl import` prints their entries: take them over by hand")
}

/// What the new entries have to know of the files.
fn kept(desired: &Desired, live: &Snapshot) -> KeptOfFile {
    let is_said = desired.orgs.is_empty() || desired.orgs.iter().any(|org| org.status.is_some());
    let active = |org: &&LiveOrg| org.status.is(Status::Active);
    let silent = live.orgs.iter().filter(|org| !is_said && active(org));
    let inside = live
        .orgs
        .iter()
        .filter(|_| desired.defaults.baseline.is_some());
    KeptOfFile {
        given: Given {
            names: desired.names.clone(),
            bundles: desired.bundles.clone(),
            ignored: desired.ignored.clone(),
            wanted: Wanted::Nothing,
            ..Given::default()
        },
        without_status: silent.map(|org| org.id.clone()).collect(),
        baseline: inside
            .map(|org| (org.id.clone(), "none".to_owned()))
            .collect(),
        ..KeptOfFile::default()
    }
}

fn places<'a>(sources: &'a Sources, desired: &'a Desired) -> Vec<FileWithOrgs<'a>> {
    let place = |(id, source): (SourceId, &'a Source)| {
        let (root, _) = document::parse(id, source).ok()?;
        root.get("orgs")?;
        let orgs = desired
            .orgs
            .iter()
            .filter(|org| org.origin.org.source == id);
        let mut cells = BTreeMap::new();
        for cell in orgs.clone().filter_map(|org| org.cell.as_ref()) {
            *cells.entry(cell.as_str()).or_default() += 1;
        }
        let words = orgs.filter_map(|org| org.name.domain().map(DomainWords::of));
        Some(FileWithOrgs {
            id,
            words: words.collect(),
            cells,
            root,
        })
    };
    sources.iter().filter_map(place).collect()
}

/// The file with the orgs whose domains begin most like this one's, beyond what all begin with; else the one with most orgs of its
/// cell; else the one with most orgs.
fn choose(org: &LiveOrg, places: &[FileWithOrgs<'_>]) -> Option<(SourceId, Because)> {
    let words = DomainWords::of(&org.domain);
    let all = || places.iter().flat_map(|place| &place.words);
    let common = all().map(|other| words.shared(other)).min().unwrap_or(0);
    let score = |place: &FileWithOrgs<'_>| {
        let shared = place.words.iter().map(|other| words.shared(other));
        let most = shared
            .clone()
            .max()
            .filter(|most| *most > common)
            .unwrap_or(0);
        let alike = shared.filter(|shared| most > 0 && *shared == most).count();
        let cell = org.cell.as_ref().map(|cell| cell.as_str());
        let of_cell = cell.and_then(|cell| place.cells.get(cell)).copied();
        let of_cell = of_cell.unwrap_or(0);
        let last = std::cmp::Reverse(place.id);
        (most, alike, of_cell, place.words.len(), last)
    };
    let scored = places.iter().map(|place| (score(place), place.id));
    let ((most, _, of_cell, ..), place) = scored.max()?;
    let because = match (places.len(), most, of_cell) {
        (1, ..) => Because::OnlyOne,
        (_, 1.., _) => Because::Domains,
        (_, 0, 1..) => Because::Cell,
        (_, 0, 0) => Because::Largest,
    };
    Some((place, because))
}

impl UpdatedFile {
    /// The file that was read, where a link within its tree leads, unless it has changed meanwhile.
    fn place(&self, process: &Process) -> Result<PathBuf, CliError> {
        let name = &self.name;
        let failed =
            |error: io::Error| CliError::failed(format!("{name} can't be written: {error}"));
        let place: PathBuf = process.cwd.join(name).canonicalize().map_err(failed)?;
        // What is longer than it was isn't what it was.
        let now = match disk::read(&place, self.before.len() as u64) {
            Err(error) if error.kind() == io::ErrorKind::FileTooLarge => None,
            read => Some(read.map_err(failed)?),
        };
        if now.as_deref() == Some(self.before.as_bytes()) {
            return Ok(place);
        }
        Err(CliError::refused(format!("{name} has changed since it was read")).hint("run it again"))
    }

    fn write(&self, process: &Process) -> Result<(), CliError> {
        let place = self.place(process)?;
        let written = disk::replace(&place, self.after.as_bytes(), Readers::AsBefore);
        written
            .map_err(|error| CliError::failed(format!("{} can't be written: {error}", self.name)))
    }
}
