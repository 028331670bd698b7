//! The files of a commit, as a tree that can be walked: each of git's trees is read once.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use git2::{ErrorCode, ObjectType, Oid, Repository};

use super::error::GitError;
use super::repo::{Repo, Revision};
use crate::files::{Content, EntryKind, FileTree, TreeError};

/// A folder of a commit larger than this isn't read, in bytes: some 100,000 entries.
const MAX_TREE_BYTES: usize = 8 * 1024 * 1024;

/// A link's text is no longer.
const MAX_LINK_BYTES: usize = 4096;

type Folder = BTreeMap<OsString, (Oid, EntryKind)>;

/// The files of a commit.
pub struct RevisionTree<'a> {
    repository: &'a Repository,
    workdir: &'a Path,
    top: Oid,
    folders: RefCell<BTreeMap<PathBuf, Rc<Folder>>>,
}

impl Repo {
    /// The files of a commit.
    ///
    /// # Errors
    /// When git hasn't got the commit.
    pub fn tree(&self, revision: Revision) -> Result<RevisionTree<'_>, GitError> {
        let commit = self.repository.find_commit(revision.0)?;
        Ok(RevisionTree {
            repository: &self.repository,
            workdir: &self.workdir,
            top: commit.tree_id(),
            folders: RefCell::default(),
        })
    }
}

impl RevisionTree<'_> {
    /// The object at a path, and what it is.
    pub(super) fn entry(&self, path: &Path) -> Result<Option<(Oid, EntryKind)>, TreeError> {
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            return Ok(Some((self.top, EntryKind::Folder)));
        };
        let Some(folder) = self.folder(parent)? else {
            return Ok(None);
        };
        Ok(folder.get(name).copied())
    }

    fn folder(&self, path: &Path) -> Result<Option<Rc<Folder>>, TreeError> {
        if let Some(known) = self.folders.borrow().get(path) {
            return Ok(Some(Rc::clone(known)));
        }
        let Some((id, EntryKind::Folder)) = self.entry(path)? else {
            return Ok(None);
        };
        let size = self.size(id)?;
        if size > MAX_TREE_BYTES {
            return Err(TreeError::new("the folder has too many entries"));
        }
        let tree = self
            .repository
            .find_tree(id)
            .map_err(|error| self.failed(&error))?;
        let entries = tree.iter().map(|entry| {
            let kind = match (entry.kind(), entry.filemode()) {
                (Some(ObjectType::Tree), _) => EntryKind::Folder,
                (Some(ObjectType::Commit), _) => EntryKind::Submodule,
                (Some(ObjectType::Blob), LINK) => EntryKind::Link,
                (Some(ObjectType::Blob), _) => EntryKind::File,
                (Some(ObjectType::Any | ObjectType::Tag) | None, _) => EntryKind::Special,
            };
            (name(entry.name_bytes()), (entry.id(), kind))
        });
        let folder = Rc::new(entries.collect());
        self.folders
            .borrow_mut()
            .insert(path.to_owned(), Rc::clone(&folder));
        Ok(Some(folder))
    }

    /// The size of an object in bytes, without reading it.
    fn size(&self, id: Oid) -> Result<usize, TreeError> {
        let odb = self.repository.odb().map_err(|error| self.failed(&error))?;
        let (size, _) = odb.read_header(id).map_err(|error| self.failed(&error))?;
        Ok(size)
    }

    fn blob(&self, id: Oid, limit: usize) -> Result<Content, TreeError> {
        let size = self.size(id)?;
        if size > limit {
            return Ok(Content::TooLarge(u64::try_from(size).ok()));
        }
        let blob = self
            .repository
            .find_blob(id)
            .map_err(|error| self.failed(&error))?;
        Ok(Content::Bytes(blob.content().to_vec()))
    }

    fn failed(&self, error: &git2::Error) -> TreeError {
        if error.code() == ErrorCode::NotFound {
            let partial = self
                .repository
                .config()
                .and_then(|config| config.get_string("extensions.partialclone"))
                .is_ok();
            return TreeError {
                reason: "its object isn't in this clone".to_owned(),
                is_partial: partial,
            };
        }
        TreeError::new(error.message())
    }
}

/// The file mode of a symbolic link.
const LINK: i32 = 0o120_000;

#[cfg(unix)]
fn name(bytes: &[u8]) -> OsString {
    use std::os::unix::ffi::OsStrExt as _;
    std::ffi::OsStr::from_bytes(bytes).to_owned()
}

#[cfg(not(unix))]
fn name(bytes: &[u8]) -> OsString {
    String::from_utf8_lossy(bytes).into_owned().into()
}

impl FileTree for RevisionTree<'_> {
    fn root(&self) -> &Path {
        self.workdir
    }

    fn kind(&self, path: &Path) -> Result<Option<EntryKind>, TreeError> {
        Ok(self.entry(path)?.map(|(_, kind)| kind))
    }

    fn list(&self, folder: &Path, limit: usize) -> Result<Vec<(OsString, EntryKind)>, TreeError> {
        let folder = self.folder(folder)?.unwrap_or_default();
        let entries = folder.iter().take(limit.saturating_add(1));
        Ok(entries
            .map(|(name, (_, kind))| (name.clone(), *kind))
            .collect())
    }

    fn target(&self, link: &Path) -> Result<PathBuf, TreeError> {
        let id = self.entry(link)?.map(|(id, _)| id);
        match id.map(|id| self.blob(id, MAX_LINK_BYTES)).transpose()? {
            Some(Content::Bytes(bytes)) => Ok(PathBuf::from(name(&bytes))),
            Some(Content::TooLarge(_)) | None => Err(TreeError::new("the link is too long")),
        }
    }

    fn read(&self, file: &Path, limit: usize) -> Result<Content, TreeError> {
        match self.entry(file)? {
            Some((id, _)) => self.blob(id, limit),
            None => Err(TreeError::new("it isn't there")),
        }
    }
}
