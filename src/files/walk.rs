//! Finding the files below what the user named.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::error::FilesError;
use super::resolve::{DeadEnd, Resolved, resolve};
use super::tree::{EntryKind, FileTree};

/// Folders in folders: deep enough for every layout.
const MAX_DEPTH: usize = 8;

/// Entries of folders that are looked at.
const MAX_ENTRIES: usize = 100_000;

/// Files of one desired state.
const MAX_FILES: usize = 20_000;

/// A file that was found, not read yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// Its place in the tree, without links.
    pub path: PathBuf,
    /// What the user would call it.
    pub shown: String,
    /// Whether the user named it, or the folder that it lies directly in.
    pub is_direct: bool,
}

/// What paths are called in messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// The tree is a repository.
    Repository,
    /// The tree is a folder outside of git.
    Folder,
}

/// Finds files in one tree; each file and each folder once, by whatever way.
pub struct Finder<'a> {
    tree: &'a dyn FileTree,
    naming: Naming,
    files: BTreeMap<PathBuf, Located>,
    /// The folders that were walked, and whether their files are direct.
    folders: BTreeMap<PathBuf, bool>,
    unread: Vec<String>,
    entries: usize,
}

impl<'a> Finder<'a> {
    /// Nothing found yet.
    #[must_use]
    pub fn new(tree: &'a dyn FileTree, naming: Naming) -> Self {
        Self {
            tree,
            naming,
            files: BTreeMap::new(),
            folders: BTreeMap::new(),
            unread: Vec::new(),
            entries: 0,
        }
    }

    /// Adds what the user named: a file, or the YAML files in a folder. `path` is from the tree's root, `shown` as the user
    /// wrote it.
    ///
    /// # Errors
    /// When it isn't there, may not be read, or is too much.
    pub fn add(&mut self, path: &Path, shown: &Path) -> Result<(), FilesError> {
        let found = resolve(self.tree, path).map_err(|end| self.refused(&end, shown))?;
        match found.kind {
            EntryKind::File => self.file(found.path, shown, true),
            EntryKind::Folder => {
                let before = self.files.len();
                let known = self.folders.contains_key(&found.path);
                self.walk(&found.path, shown, 0)?;
                if self.files.len() == before && !known {
                    return Err(FilesError::Empty(words(shown)));
                }
                Ok(())
            }
            EntryKind::Submodule => Err(FilesError::Submodule(words(shown))),
            EntryKind::Link | EntryKind::Special => Err(FilesError::Special(words(shown))),
        }
    }

    /// Where a path leads, and what is there; nothing is added.
    ///
    /// # Errors
    /// When it isn't there, or may not be read.
    pub fn place(&self, path: &Path, shown: &Path) -> Result<(PathBuf, EntryKind), FilesError> {
        let found = resolve(self.tree, path).map_err(|end| self.refused(&end, shown))?;
        Ok((found.path, found.kind))
    }

    /// The files by their place, and the YAML-looking ones that aren't read.
    #[must_use]
    pub fn finish(self) -> (Vec<Located>, Vec<String>) {
        (self.files.into_values().collect(), self.unread)
    }

    fn file(&mut self, path: PathBuf, shown: &Path, is_direct: bool) -> Result<(), FilesError> {
        if let Some(known) = self.files.get_mut(&path) {
            known.is_direct |= is_direct;
            return Ok(());
        }
        if self.files.len() >= MAX_FILES {
            return Err(FilesError::TooManyFiles(MAX_FILES));
        }
        let located = Located {
            path: path.clone(),
            shown: words(shown),
            is_direct,
        };
        self.files.insert(path, located);
        Ok(())
    }

    fn walk(&mut self, folder: &Path, shown: &Path, depth: usize) -> Result<(), FilesError> {
        let is_direct = depth == 0;
        match self.folders.get_mut(folder) {
            // Named after it was met below another: what lies directly in it is direct now.
            Some(direct) if is_direct && !*direct => *direct = true,
            Some(_) => return Ok(()),
            None => {
                self.folders.insert(folder.to_owned(), is_direct);
            }
        }
        if depth > MAX_DEPTH {
            return Err(FilesError::TooDeep {
                path: words(shown),
                most: MAX_DEPTH,
            });
        }
        let left = MAX_ENTRIES - self.entries;
        let listed = self.tree.list(folder, left);
        let mut entries = listed.map_err(|why| FilesError::Unreadable {
            path: format!("the folder {}", words(shown)),
            why,
        })?;
        if entries.len() > left {
            return Err(FilesError::TooManyEntries {
                path: words(shown),
                most: MAX_ENTRIES,
            });
        }
        self.entries += entries.len();
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        for (name, kind) in entries {
            self.entry(folder, shown, depth, &name, kind)?;
        }
        Ok(())
    }

    fn entry(
        &mut self,
        folder: &Path,
        shown: &Path,
        depth: usize,
        name: &OsString,
        kind: EntryKind,
    ) -> Result<(), FilesError> {
        if name.eq_ignore_ascii_case(".git") {
            return Ok(());
        }
        let (path, shown) = (folder.join(name), shown.join(name));
        let word = name.to_string_lossy().to_lowercase();
        let hidden = word.starts_with('.');
        let yaml = word.ends_with(".yaml") || word.ends_with(".yml");
        let looks_like_yaml = word.contains(".yaml") || word.contains(".yml");
        let followed = match kind {
            EntryKind::Link if hidden => None,
            EntryKind::Link => match resolve(self.tree, &path) {
                Ok(found) => Some(found),
                Err(DeadEnd::Missing) => None,
                Err(end) => return Err(self.refused(&end, &shown)),
            },
            EntryKind::File | EntryKind::Folder | EntryKind::Submodule | EntryKind::Special => {
                Some(Resolved { path, kind })
            }
        };
        match followed {
            Some(Resolved { path, kind }) if !hidden => match kind {
                EntryKind::File if yaml => return self.file(path, &shown, depth == 0),
                EntryKind::Folder => return self.walk(&path, &shown, depth + 1),
                EntryKind::Submodule => {
                    self.unread.push(format!("{} (a submodule)", words(&shown)));
                    return Ok(());
                }
                EntryKind::File | EntryKind::Link | EntryKind::Special => {}
            },
            Some(Resolved {
                kind: EntryKind::Folder,
                ..
            }) => {
                self.unread.push(format!("{}/", words(&shown)));
                return Ok(());
            }
            Some(_) | None => {}
        }
        if looks_like_yaml {
            self.unread.push(words(&shown));
        }
        Ok(())
    }

    fn refused(&self, end: &DeadEnd, shown: &Path) -> FilesError {
        let path = words(shown);
        match end {
            DeadEnd::Missing => FilesError::Missing(path),
            DeadEnd::Outside(link) => FilesError::Outside {
                path,
                link: words(link),
                root: match self.naming {
                    Naming::Repository => "repository",
                    Naming::Folder => "folder",
                },
            },
            DeadEnd::InGit => FilesError::InGit(path),
            DeadEnd::Circle => FilesError::Circle(path),
            DeadEnd::Submodule => FilesError::Submodule(path),
            DeadEnd::Unreadable(why) => FilesError::Unreadable {
                path,
                why: why.clone(),
            },
        }
    }
}

/// A path in words, with `/` between its parts.
pub(super) fn words(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}
