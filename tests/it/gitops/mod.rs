//! The tool in a repository: revisions, branches, tips.

mod account_wide;
mod base;
mod baselines;
mod clones;
mod lookalike;
mod names;
mod preview;
pub(crate) mod repository;
mod revisions;
mod scale;
mod since;
mod tip;
