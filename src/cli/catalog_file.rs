//! The catalogue beside the files of a desired state: where it lies, and what it tells of them. It is found and read by the rules
//! for those files.

use std::path::{Path, PathBuf};

use super::env::Process;
use super::error::CliError;
use super::flags::Files;
use super::interrupted::off_thread;
use crate::catalogue::{self, AccountCatalogue, BrokenCatalogue};
use crate::clock::today;
use crate::desired::Desired;
use crate::desired::document::{self, MAX_FILE_BYTES};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Source, SourceId, Sources, Span};
use crate::files::{Budget, EntryKind, FileTree, FilesError, Finder, Naming, Worktree, read};
use crate::git::Repo;
use crate::ids::AccountId;
use crate::plan;

/// What its name ends with; in a folder that is all but the default name.
const SUFFIX: &str = ".catalog.json";

/// Its name in a folder.
const IN_FOLDER: &str = "aerial.catalog.json";

/// A catalogue and where it was found.
pub(super) struct FoundCatalogue {
    pub(super) catalogue: Result<AccountCatalogue, BrokenCatalogue>,
    /// Its text, for findings about it.
    pub(super) source: Source,
}

/// Where a catalogue may lie: beside each file that was named, in each folder.
pub(super) fn places(args: &Files, sources: &Sources) -> Vec<PathBuf> {
    beside(named(args, sources), sources)
}

/// The places beside files that have the key `account`.
pub(super) fn places_of_account(args: &Files, sources: &Sources) -> Vec<PathBuf> {
    let has_account = |(id, source): &(SourceId, &Source)| {
        document::parse(*id, source).is_ok_and(|(root, _)| root.get("account").is_some())
    };
    let with_account = sources.iter().filter(has_account);
    let with_account: Vec<&str> = with_account
        .map(|(_, source)| source.name.as_str())
        .collect();
    let is_with = |path: &PathBuf| {
        let shown = words(path);
        let folder = format!("{}/", shown.trim_end_matches('/'));
        let mut names = with_account.iter();
        names.any(|name| *name == shown || name.starts_with(&folder))
    };
    let mut named = named(args, sources);
    named.retain(is_with);
    beside(named, sources)
}

/// The files and folders that were named, or are read where none is.
fn named(args: &Files, sources: &Sources) -> Vec<PathBuf> {
    if !args.files.is_empty() {
        return args.files.clone();
    }
    // The first is a file; what isn't read from it is read from the folder.
    let [file, folder] = super::found::DEFAULTS.map(PathBuf::from);
    let named = if is_file(&file, sources) {
        file
    } else {
        folder
    };
    vec![named]
}

/// The places beside these files and in these folders.
fn beside(named: Vec<PathBuf>, sources: &Sources) -> Vec<PathBuf> {
    let named = named.into_iter().filter(|path| path != Path::new("-"));
    let place = |path: PathBuf| match path.file_stem().filter(|_| is_file(&path, sources)) {
        Some(stem) => path.with_file_name(format!("{}{SUFFIX}", stem.to_string_lossy())),
        None => path.join(IN_FOLDER),
    };
    let mut places: Vec<PathBuf> = named.map(place).collect();
    places.sort();
    places.dedup();
    places
}

/// A path as texts are named.
fn words(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

fn is_file(path: &Path, sources: &Sources) -> bool {
    let path = words(path);
    sources.iter().any(|(_, source)| source.name == path)
}

/// The catalogue at one of these places; `None` where there is none.
///
/// # Errors
/// When it can't be read, and when there are several.
pub(super) fn find(
    places: &[PathBuf],
    at: Option<&str>,
    process: &Process,
) -> Result<Option<FoundCatalogue>, CliError> {
    let mut found: Option<FoundCatalogue> = None;
    for place in places {
        let Some(source) = optional(place, at, process)? else {
            continue;
        };
        if let Some(before) = &found {
            return Err(CliError::failed(format!(
                "there are two catalogues, {} and {}, and an account has one",
                before.source.name, source.name
            ))
            .hint("remove the one that isn't this account's"));
        }
        let catalogue = catalogue::read(&source.bytes);
        found = Some(FoundCatalogue { catalogue, source });
    }
    Ok(found)
}

/// A text that may be missing, in the worktree or in a revision.
pub(super) fn optional(
    path: &Path,
    at: Option<&str>,
    process: &Process,
) -> Result<Option<Source>, CliError> {
    let repo = match (Repo::of(&process.cwd), at) {
        (Ok(repo), _) => Some(repo),
        (Err(error), Some(_)) => return Err(error.into()),
        (Err(_), None) => None,
    };
    let inside = repo
        .as_ref()
        .and_then(|repo| Some((repo, repo.inside(path)?)));
    match (inside, at) {
        (Some((repo, inside)), Some(expression)) => {
            let tree = repo.tree(repo.revision(expression)?)?;
            one(&tree, Naming::Repository, &inside, path)
        }
        (Some((repo, inside)), None) => one(&repo.worktree(), Naming::Repository, &inside, path),
        (None, Some(_)) => Ok(None),
        (None, None) => {
            let whole = process.cwd.join(path);
            let folder = whole.parent().and_then(|folder| folder.canonicalize().ok());
            let (Some(folder), Some(name)) = (folder, whole.file_name()) else {
                return Ok(None);
            };
            let tree = Worktree::new(folder, None);
            one(&tree, Naming::Folder, Path::new(name), path)
        }
    }
}

/// One file of a tree, by its rules.
fn one(
    tree: &dyn FileTree,
    naming: Naming,
    path: &Path,
    shown: &Path,
) -> Result<Option<Source>, CliError> {
    let mut finder = Finder::new(tree, naming);
    match finder.place(path, shown) {
        Ok((_, EntryKind::File)) => {}
        Ok(_) => return Err(FilesError::Special(shown.display().to_string()).into()),
        Err(FilesError::Missing(_)) => return Ok(None),
        Err(error) => return Err(error.into()),
    }
    finder.add(path, shown)?;
    let (located, _) = finder.finish();
    let mut texts = read(tree, located, &mut Budget::new(MAX_FILE_BYTES))?;
    let text = texts.pop();
    Ok(text.map(|text| super::found::source(text, "", naming == Naming::Repository)))
}

/// What the catalogue beside the files tells of them; nothing where there is none. Its text is added to theirs, and the desired
/// state, which may be large, is given back.
///
/// # Errors
/// When it can't be read. That it is broken, or another account's, is a finding.
pub(super) async fn check(
    args: &Files,
    (desired, sources): (Desired, Sources),
    process: &Process,
) -> Result<(Desired, Sources, Diagnostics), CliError> {
    let args = args.clone();
    let today = today(process.clock.now());
    off_thread(process, move |process| {
        let places = places(&args, &sources);
        let Some(found) = find(&places, args.at.as_deref(), process)? else {
            return Ok((desired, sources, Diagnostics::default()));
        };
        let FoundCatalogue { catalogue, source } = found;
        let name = source.name.clone();
        let (sources, id) = sources.with(source);
        let findings = match usable(catalogue, &desired.account.id, id) {
            Err(finding) => {
                let help = format!("remove {name}, or refresh it with `aerialctl catalog`");
                Diagnostics::from_iter([finding.help(help)])
            }
            Ok(catalogue) => {
                let findings = plan::offline(&desired, &catalogue.account(), today);
                findings.map(|finding| dated(finding, &name))
            }
        };
        Ok((desired, sources, findings))
    })
    .await
}

/// A catalogue that says something about an account.
fn usable(
    catalogue: Result<AccountCatalogue, BrokenCatalogue>,
    account: &AccountId,
    source: SourceId,
) -> Result<AccountCatalogue, Diagnostic> {
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX).max(1);
    let at = |line: usize, column: usize| Span {
        source,
        line: number(line),
        column: number(column),
        len: 0,
    };
    let unusable = |why: String, at| Diagnostic::error(Code::InvalidCatalogue, why).at(at);
    let catalogue = catalogue.map_err(|broken| {
        let at = at(broken.line, broken.column);
        unusable(format!("this is no catalogue: {broken}"), at)
    })?;
    if catalogue.account != *account {
        let other = &catalogue.account;
        let why = format!(
            "this is the catalogue of the account {other}, and the desired state is about {account}"
        );
        return Err(unusable(why, at(1, 1)));
    }
    Ok(catalogue)
}

/// A finding with where it comes from: a catalogue may be older than the account.
fn dated(mut finding: Diagnostic, name: &str) -> Diagnostic {
    let age = format!("this is as of {name}, which `aerialctl catalog` refreshes");
    finding.help = Some(match finding.help {
        Some(help) => format!("{help}; {age}"),
        None => age,
    });
    finding
}
