//! Reading what was found, within bounds.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::error::FilesError;
use super::tree::{Content, FileTree};
use super::walk::{Located, words};

/// What may still be read, in bytes.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    /// Of one file.
    per_file: usize,
    /// Of all files together.
    in_all: usize,
    used: usize,
}

impl Budget {
    /// So many bytes of one file, and twice as many of all together.
    #[must_use]
    pub fn new(per_file: usize) -> Self {
        Self {
            per_file,
            in_all: per_file.saturating_mul(2),
            used: 0,
        }
    }

    fn take(&mut self, content: Content, shown: &str) -> Result<Vec<u8>, FilesError> {
        let bytes = match content {
            Content::Bytes(bytes) => bytes,
            Content::TooLarge(bytes) => {
                return Err(FilesError::TooLarge {
                    path: shown.to_owned(),
                    bytes,
                    most: self.per_file,
                });
            }
        };
        self.used = self.used.saturating_add(bytes.len());
        if self.used > self.in_all {
            return Err(FilesError::TooMuch(self.in_all));
        }
        Ok(bytes)
    }
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// Where it was found.
    pub located: Located,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// Reads the files.
///
/// # Errors
/// When one can't be read, or they are too large.
pub fn read(
    tree: &dyn FileTree,
    files: Vec<Located>,
    budget: &mut Budget,
) -> Result<Vec<Text>, FilesError> {
    let mut texts = Vec::with_capacity(files.len());
    for located in files {
        let content =
            tree.read(&located.path, budget.per_file)
                .map_err(|why| FilesError::Unreadable {
                    path: located.shown.clone(),
                    why,
                })?;
        let bytes = budget.take(content, &located.shown)?;
        texts.push(Text { located, bytes });
    }
    Ok(texts)
}

/// Reads what the user named by a path of their own, which may be a pipe or a device, or standard input.
///
/// # Errors
/// When it can't be read, or is too large.
pub fn read_own(
    source: impl Read,
    shown: &Path,
    budget: &mut Budget,
) -> Result<Vec<u8>, FilesError> {
    let content = bounded(source, budget.per_file).map_err(|error| FilesError::Unreadable {
        path: words(shown),
        why: error.into(),
    })?;
    budget.take(content, &words(shown))
}

/// No more than so many bytes of a file.
pub(super) fn bounded(source: impl Read, limit: usize) -> io::Result<Content> {
    let mut bytes = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX);
    source
        .take(most.saturating_add(1))
        .read_to_end(&mut bytes)?;
    Ok(if bytes.len() > limit {
        Content::TooLarge(None)
    } else {
        Content::Bytes(bytes)
    })
}

/// A regular file, unless it is larger than `limit`.
pub(super) fn regular(path: &Path, limit: usize) -> io::Result<Content> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "it isn't a regular file",
        ));
    }
    if usize::try_from(metadata.len()).map_or(true, |bytes| bytes > limit) {
        return Ok(Content::TooLarge(Some(metadata.len())));
    }
    bounded(file, limit)
}
