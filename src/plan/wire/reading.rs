//! How an account was read where an earlier run had left something to go on from.

use serde::{Deserialize, Serialize};

/// How old the parts of what was read are. The list of orgs is always of now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadingV1 {
    /// When the System Log was asked, RFC 3339; the list was read after it.
    pub at: String,
    /// Orgs whose products were read.
    pub read: usize,
    /// Orgs whose products are known from earlier.
    pub remembered: usize,
    /// When the oldest of these were read; null where there are none.
    pub oldest: Option<String>,
    /// Why all was read; null where it wasn't.
    pub whole: Option<String>,
}
