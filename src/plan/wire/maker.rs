//! Who made what a step is to change, as it is published.

use serde::{Deserialize, Serialize};

use super::super::cause::Maker;

/// Who made what a step is to change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MakerV1 {
    pub actor: String,
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// With what: `console`, a run of aerialctl, or the name of another program.
    pub via: String,
    /// The id of the System Log's event.
    pub event: String,
}

impl From<&Maker> for MakerV1 {
    fn from(maker: &Maker) -> Self {
        let Maker {
            actor,
            at,
            via,
            event,
            did: _, // the step says it
        } = maker;
        Self {
            actor: actor.clone(),
            at: at.clone(),
            via: via.clone(),
            event: event.clone(),
        }
    }
}
