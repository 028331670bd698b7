//! Files of a revision, as bytes: no checkout, no network.
//!
//! `repo` finds the repository and its commits, `files` reads what a commit has, `tip` is `--require-tip`, `error` says why
//! not.

mod error;
mod files;
mod repo;
mod tip;

pub use error::GitError;
pub use files::File;
pub use repo::{Repo, Revision};
