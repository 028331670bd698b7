//! The texts of a desired state: from the worktree, from standard input, from wherever the user says, or from a revision.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Component, Path, PathBuf};
use std::sync::PoisonError;

use super::advice;
use super::env::Process;
use super::error::CliError;
use super::flags::Files;
use crate::desired::document::MAX_FILE_BYTES;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Source, Sources, counted};
use crate::files::{
    self, Budget, EntryKind, FileTree as _, FilesError, Finder, Naming, Text, Worktree,
};
use crate::git::{GitError, Repo, Revision};

/// The names that are tried when the user gives none.
pub(super) const DEFAULTS: [&str; 2] = ["aerial.yaml", "aerial"];

/// So many files that aren't read are named.
const NAMED: usize = 10;

/// The texts of a desired state and where they came from.
#[derive(Debug)]
pub(super) struct Found {
    /// The texts, by path.
    pub sources: Sources,
    /// The commit, when all of them are as it has them.
    pub commit: Option<String>,
    /// What is to be said about the files.
    pub notes: Diagnostics,
}

/// The texts of the desired state.
///
/// # Errors
/// When there is none, or one can't be read.
pub(super) fn find(args: &Files, process: &Process) -> Result<Found, CliError> {
    let Some(expression) = &args.at else {
        return in_worktree(args, process);
    };
    let repo = Repo::of(&process.cwd)?;
    let revision = repo.revision(expression)?;
    let named = named_in(args, &repo, revision)?;
    let named = named.ok_or_else(|| {
        CliError::failed(format!("{expression} has no file of the desired state"))
            .hint("name it with --file PATH, relative to this folder")
    })?;
    let (texts, unread) = at(&repo, revision, &named).map_err(|mut error| {
        error.message = format!("{} (at {expression})", error.message);
        error
    })?;
    let sources = texts.into_iter().map(|text| source(text, "", true));
    Ok(Found {
        sources: sorted(sources.collect()),
        commit: Some(revision.to_string()),
        notes: unread_note(&unread),
    })
}

/// Whether there is a desired state: one that was named, or one of the default names.
pub(super) fn any(args: &Files, process: &Process) -> bool {
    let there = |name| process.cwd.join(name).symlink_metadata().is_ok();
    args.at.is_some() || !args.files.is_empty() || DEFAULTS.into_iter().any(there)
}

/// A path as the user wrote it, and from the repository's root.
pub(super) struct NamedInside {
    pub(super) shown: PathBuf,
    pub(super) inside: PathBuf,
}

/// What the user named, for a revision; `None` where nothing is named and the revision has none of the default names.
///
/// # Errors
/// When a name lies outside of the repository, so that no revision has it.
pub(super) fn named_in(
    args: &Files,
    repo: &Repo,
    revision: Revision,
) -> Result<Option<Vec<NamedInside>>, CliError> {
    let inside = |path: &Path| {
        let inside = repo.inside(path).filter(|_| path != Path::new("-"));
        let inside = inside.ok_or_else(|| {
            CliError::failed(format!(
                "{} is outside of the repository, so no revision has it",
                path.display()
            ))
        })?;
        Ok(NamedInside {
            shown: path.to_owned(),
            inside,
        })
    };
    if !args.files.is_empty() {
        let named: Result<_, CliError> = args.files.iter().map(|path| inside(path)).collect();
        return Ok(Some(named?));
    }
    let tree = repo.tree(revision)?;
    for name in DEFAULTS {
        let named = inside(Path::new(name))?;
        if matches!(tree.kind(&named.inside), Ok(Some(_)) | Err(_)) {
            return Ok(Some(vec![named]));
        }
    }
    Ok(None)
}

/// What a revision has at these names, and what it has there that isn't read.
pub(super) fn at(
    repo: &Repo,
    revision: Revision,
    named: &[NamedInside],
) -> Result<(Vec<Text>, Vec<String>), CliError> {
    let tree = repo.tree(revision)?;
    let mut finder = Finder::new(&tree, Naming::Repository);
    for one in named {
        finder.add(&one.inside, &one.shown)?;
    }
    let (located, unread) = finder.finish();
    Ok((
        files::read(&tree, located, &mut Budget::new(MAX_FILE_BYTES))?,
        unread,
    ))
}

/// The texts in the worktree, and what else the user names.
fn in_worktree(args: &Files, process: &Process) -> Result<Found, CliError> {
    let mut notes = Diagnostics::default();
    let repo = match Repo::of(&process.cwd) {
        Ok(repo) => Some(repo),
        Err(GitError::NoRepository) => None,
        // The files can be read all the same, as if there were no repository.
        Err(error) => {
            let hint = advice::of_git(&error).unwrap_or("the files are read without it");
            notes.push(
                Diagnostic::warning(Code::Notice, format!("no commit is named: {error}"))
                    .help(hint),
            );
            None
        }
    };
    let mut named = args.files.clone();
    if named.is_empty() {
        let there = |name: &&str| process.cwd.join(name).symlink_metadata().is_ok();
        let default = DEFAULTS.into_iter().find(there).ok_or_else(|| {
            CliError::failed("there is no aerial.yaml here, and no folder aerial")
                .hint("name the desired state with --file PATH, or go to the folder that has it; `status`, `history` and `import` need none where AERIAL_ACCOUNT_ID says which account")
        })?;
        named.push(PathBuf::from(default));
    }
    let mut gathering = Gathering {
        process,
        budget: Budget::new(MAX_FILE_BYTES),
        sources: Vec::new(),
        unread: Vec::new(),
    };
    let mut inside = Vec::new();
    let mut elsewhere = Vec::new();
    for path in named {
        let at = repo.as_ref().and_then(|repo| repo.inside(&path));
        match at.filter(|_| path != Path::new("-")) {
            Some(at) => inside.push(NamedInside {
                shown: path,
                inside: at,
            }),
            None => elsewhere.push(path),
        }
    }
    let mut commit = None;
    if let Some(repo) = &repo
        && !inside.is_empty()
    {
        let texts = gathering.repository(repo, &inside)?;
        if elsewhere.is_empty() {
            commit = commit_of(repo, &inside, &texts, &mut notes).map(|one| one.to_string());
        }
        gathering.add(texts, true);
    }
    let mut seen = BTreeSet::new();
    for path in &elsewhere {
        gathering.elsewhere(path, &mut seen)?;
    }
    notes.extend(unread_note(&gathering.unread));
    Ok(Found {
        sources: sorted(gathering.sources),
        commit,
        notes,
    })
}

/// HEAD, when the files in the worktree are what HEAD has at these names, no more and no less.
fn commit_of(
    repo: &Repo,
    named: &[NamedInside],
    texts: &[Text],
    notes: &mut Diagnostics,
) -> Option<Revision> {
    let head = repo.revision("HEAD").ok()?;
    let tree = repo.tree(head).ok()?;
    let mut finder = Finder::new(&tree, Naming::Repository);
    for one in named {
        finder.add(&one.inside, &one.shown).ok()?;
    }
    let (located, _) = finder.finish();
    let here: BTreeSet<&Path> = texts
        .iter()
        .map(|text| text.located.path.as_path())
        .collect();
    let there: BTreeSet<&Path> = located.iter().map(|one| one.path.as_path()).collect();
    let lacking: Vec<&Path> = there.difference(&here).copied().collect();
    let skipped = repo.skipped(&lacking);
    if let Some(first) = skipped.first() {
        notes.push(
            Diagnostic::warning(
                Code::UnreadFiles,
                format!(
                    "{} of the desired state aren't read, {} the first: this is a sparse checkout",
                    counted(skipped.len(), "file"),
                    first.display()
                ),
            )
            .help("git sparse-checkout add FOLDER, with the folder of the desired state"),
        );
    }
    let same = here == there && repo.has(head, texts).unwrap_or(false);
    same.then_some(head)
}

struct Gathering<'a> {
    process: &'a Process,
    budget: Budget,
    sources: Vec<Source>,
    unread: Vec<String>,
}

impl Gathering<'_> {
    fn repository(&mut self, repo: &Repo, named: &[NamedInside]) -> Result<Vec<Text>, FilesError> {
        let tree = repo.worktree();
        let mut finder = Finder::new(&tree, Naming::Repository);
        for one in named {
            finder.add(&one.inside, &one.shown)?;
        }
        let (located, unread) = finder.finish();
        self.unread.extend(unread);
        files::read(&tree, located, &mut self.budget)
    }

    fn add(&mut self, texts: Vec<Text>, in_repository: bool) {
        let sources = texts.into_iter();
        self.sources
            .extend(sources.map(|text| source(text, "", in_repository)));
    }

    /// What lies in no repository, or outside of this one by the path's own words.
    fn elsewhere(&mut self, path: &Path, seen: &mut BTreeSet<PathBuf>) -> Result<(), CliError> {
        if path == Path::new("-") {
            if seen.insert(path.to_owned()) {
                let mut stdin = self
                    .process
                    .stdin
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                let bytes = files::read_own(&mut *stdin, path, &mut self.budget)?;
                self.sources.push(Source::new("-", bytes));
            }
            return Ok(());
        }
        let full = self.process.cwd.join(path);
        let canonical = |path: &Path| {
            path.canonicalize()
                .map_err(|_| FilesError::Missing(path.display().to_string()))
        };
        let below = path
            .components()
            .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        let root = if below {
            // In this folder by its own words: then no link on the way there may lead out of it.
            let here = Worktree::new(canonical(&self.process.cwd)?, None);
            let mut finder = Finder::new(&here, Naming::Folder);
            let place = finder.place(path, path)?;
            match place {
                (file, EntryKind::File) => {
                    finder.add(&file, path)?;
                    let (located, _) = finder.finish();
                    let located = located
                        .into_iter()
                        .filter(|one| seen.insert(here.root().join(&one.path)));
                    let texts = files::read(&here, located.collect(), &mut self.budget)?;
                    self.add(texts, false);
                    return Ok(());
                }
                (folder, EntryKind::Folder) => here.root().join(folder),
                (_, EntryKind::Link | EntryKind::Submodule | EntryKind::Special) => {
                    return Err(FilesError::Special(path.display().to_string()).into());
                }
            }
        } else if full.is_dir() {
            canonical(&full)?
        } else {
            return self.own(path, &full, seen);
        };
        let tree = Worktree::new(root, None);
        let mut finder = Finder::new(&tree, Naming::Folder);
        finder.add(Path::new(""), path)?;
        let (located, unread) = finder.finish();
        self.unread.extend(unread);
        let located = located
            .into_iter()
            .filter(|one| seen.insert(tree.root().join(&one.path)));
        let texts = files::read(&tree, located.collect(), &mut self.budget)?;
        self.add(texts, false);
        Ok(())
    }

    /// A file, pipe or device that the user names by where it is.
    fn own(
        &mut self,
        path: &Path,
        full: &Path,
        seen: &mut BTreeSet<PathBuf>,
    ) -> Result<(), CliError> {
        let shown = path.display().to_string();
        let file = File::open(full).map_err(|error| {
            if error.kind() == std::io::ErrorKind::NotFound {
                FilesError::Missing(shown.clone())
            } else {
                FilesError::Unreadable {
                    path: shown.clone(),
                    why: error.into(),
                }
            }
        })?;
        let canonical = full.canonicalize().unwrap_or_else(|_| full.to_owned());
        if seen.insert(canonical) {
            let bytes = files::read_own(file, path, &mut self.budget)?;
            self.sources
                .push(Source::new(shown.replace('\\', "/"), bytes));
        }
        Ok(())
    }
}

/// A text under its name; `mark` is added to it.
pub(super) fn source(text: Text, mark: &str, in_repository: bool) -> Source {
    let located = text.located;
    let mut source = Source::new(format!("{}{mark}", located.shown), text.bytes);
    if in_repository {
        source.path = located.path.to_string_lossy().replace('\\', "/");
    }
    source.may_rule = located.is_direct;
    source
}

/// The order of `--file` doesn't matter.
pub(super) fn sorted(mut sources: Vec<Source>) -> Sources {
    sources.sort_by(|a, b| (&a.path, &a.name).cmp(&(&b.path, &b.name)));
    Sources::new(sources)
}

/// Nothing is left out in silence.
fn unread_note(unread: &[String]) -> Diagnostics {
    let mut notes = Diagnostics::default();
    if unread.is_empty() {
        return notes;
    }
    let named: Vec<&str> = unread.iter().take(NAMED).map(String::as_str).collect();
    let more = match unread.len() - named.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    notes.push(
        Diagnostic::warning(
            Code::UnreadFiles,
            format!("not read: {}{more}", named.join(", ")),
        )
        .help("a desired state is in regular files that end in `.yaml` or `.yml`, outside of hidden folders"),
    );
    notes
}
