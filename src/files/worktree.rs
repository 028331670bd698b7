//! Files on the disk.

use std::ffi::OsString;
use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};

use super::read::regular;
use super::tree::{Content, EntryKind, FileTree, TreeError};

/// A folder of the disk as the root of a tree.
#[derive(Debug, Clone)]
pub struct Worktree {
    root: PathBuf,
    /// Git's own folder, where it lies in the tree under another name than `.git`.
    git: Option<PathBuf>,
}

impl Worktree {
    /// The tree below a folder, which is named without links. Nothing in `git` is read.
    #[must_use]
    pub fn new(root: PathBuf, git: Option<PathBuf>) -> Self {
        Self { root, git }
    }

    fn kind_of(&self, path: &Path, file_type: FileType) -> EntryKind {
        if file_type.is_symlink() {
            EntryKind::Link
        } else if file_type.is_file() {
            EntryKind::File
        } else if !file_type.is_dir() || self.git.as_deref() == Some(path) {
            EntryKind::Special
        } else {
            EntryKind::Folder
        }
    }
}

impl FileTree for Worktree {
    fn root(&self) -> &Path {
        &self.root
    }

    fn kind(&self, path: &Path) -> Result<Option<EntryKind>, TreeError> {
        let full = self.root.join(path);
        match fs::symlink_metadata(&full) {
            Ok(found) => Ok(Some(self.kind_of(&full, found.file_type()))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn list(&self, folder: &Path, limit: usize) -> Result<Vec<(OsString, EntryKind)>, TreeError> {
        let folder = self.root.join(folder);
        fs::read_dir(&folder)?
            .take(limit.saturating_add(1))
            .map(|entry| {
                let entry = entry?;
                let path = entry.path();
                let mut kind = self.kind_of(&path, entry.file_type()?);
                // What it holds isn't this repository's, and a revision of this one hasn't got it.
                if kind == EntryKind::Folder && path.join(".git").exists() {
                    kind = EntryKind::Submodule;
                }
                Ok((entry.file_name(), kind))
            })
            .collect()
    }

    fn target(&self, link: &Path) -> Result<PathBuf, TreeError> {
        Ok(fs::read_link(self.root.join(link))?)
    }

    fn read(&self, file: &Path, limit: usize) -> Result<Content, TreeError> {
        Ok(regular(&self.root.join(file), limit)?)
    }
}
