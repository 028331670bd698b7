//! A wave by its name.

use std::sync::Arc;

/// A part of an account whose orgs are converged before those of the next, where a run takes one after another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wave {
    /// Its place in the file's list, from 0: the order is by place.
    pub place: usize,
    pub name: Arc<str>,
}
