//! An org that nobody could look into, as JSON.

use serde::{Deserialize, Serialize};

use super::org::OrgV1;
use crate::plan::unread::UnreadOrg;

/// An org that can't be looked into, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreadV1 {
    #[serde(flatten)]
    pub org: OrgV1,
    #[serde(default)]
    pub reason: String,
}

impl From<&UnreadOrg> for UnreadV1 {
    fn from(one: &UnreadOrg) -> Self {
        Self {
            org: OrgV1::from(&one.org),
            reason: one.reason.to_string(),
        }
    }
}
