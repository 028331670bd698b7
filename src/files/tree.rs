//! What a source of files has to answer.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// What stands at a path, a link not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// A repository of its own.
    Submodule,
    /// A pipe, a socket, a device: nothing that is opened.
    Special,
}

/// The content of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// All of it.
    Bytes(Vec<u8>),
    /// It is larger than asked for; its size in bytes, where that is known.
    TooLarge(Option<u64>),
}

/// Why a source of files can't answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeError {
    /// In words.
    pub reason: String,
    /// Whether it is because this clone was made with only a part of the objects.
    pub is_partial: bool,
}

impl TreeError {
    /// A reason in words.
    #[must_use]
    pub fn new(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            is_partial: false,
        }
    }
}

impl From<std::io::Error> for TreeError {
    fn from(error: std::io::Error) -> Self {
        Self::new(error.to_string())
    }
}

/// Files in folders. Paths are relative to the root, of plain names alone; the root is the empty path.
pub trait FileTree {
    /// The root, as the absolute path that links may name.
    fn root(&self) -> &Path;

    /// What stands at a path; `None` where there is nothing.
    ///
    /// # Errors
    /// When that can't be read.
    fn kind(&self, path: &Path) -> Result<Option<EntryKind>, TreeError>;

    /// What is in a folder; no more than `limit` entries, and one more where there are more.
    ///
    /// # Errors
    /// When that can't be read.
    fn list(&self, folder: &Path, limit: usize) -> Result<Vec<(OsString, EntryKind)>, TreeError>;

    /// Where a link leads, as it is written in it.
    ///
    /// # Errors
    /// When that can't be read.
    fn target(&self, link: &Path) -> Result<PathBuf, TreeError>;

    /// What a regular file holds, if it isn't more than `limit` bytes.
    ///
    /// # Errors
    /// When that can't be read.
    fn read(&self, file: &Path, limit: usize) -> Result<Content, TreeError>;
}
