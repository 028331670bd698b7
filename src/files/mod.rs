//! The files of a desired state: one walk and one set of rules, whether they lie in a folder or in a git revision.
//!
//! `tree` is what a source of files has to answer, `worktree` answers it from the disk (`git::tree` from a commit), `resolve`
//! follows a path and its links without leaving the tree, `walk` finds the files below what the user named, `read` reads them
//! within bounds, `error` says why not.

mod error;
mod read;
mod resolve;
mod tree;
mod walk;
mod worktree;

pub use error::FilesError;
pub use read::{Budget, Text, read, read_own};
pub use tree::{Content, EntryKind, FileTree, TreeError};
pub use walk::{Finder, Located, Naming};
pub use worktree::Worktree;
