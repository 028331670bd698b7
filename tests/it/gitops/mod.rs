//! The tool in a repository: revisions, branches, tips.

mod base;
mod preview;
mod repository;
mod revisions;
mod since;
mod tip;
