//! Files of a revision, as bytes: no checkout, no network.
//!
//! `repo` finds the repository and its commits, `extensions` which formats of it are read, `tree` is what a commit has,
//! `state` whether the worktree has the same, `renames` what a file was called, `tip` is `--require-tip`, `exposed` whether git
//! would pick a file up, `error` says why
//! not.

mod error;
mod exposed;
mod extensions;
mod renames;
mod repo;
mod state;
mod tip;
mod tree;

pub use error::GitError;
pub use exposed::exposes;
pub use repo::{Repo, Revision};
pub use tip::Tip;
pub use tree::RevisionTree;
