//! What the account doesn't tell and a plan has to know: which deletions and creations were asked for already.

use super::creations::Creations;
use super::deletions::Deletions;

/// What earlier runs and the System Log tell of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    pub deletions: Deletions,
    pub creations: Creations,
}
