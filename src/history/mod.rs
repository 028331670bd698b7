//! What has happened in an account: what its System Log tells, and what our own runs wrote down about it. Pure: reading is
//! the room [`log`](crate::log)'s.
//!
//! `event` is one thing that somebody did. `story` finds the org that an event is about, and the run that caused it. `makers`
//! finds who made what a plan is about to change. `requested` finds in the log the
//! deletions that were asked for, `recorded` in receipts, and the creations that may have been sent.

mod event;
mod makers;
mod recorded;
mod requested;
mod story;
#[cfg(test)]
mod tests;

pub use event::{CONSOLE, Deed, EventActor, EventResult, LogEvent, LoggedOrg, UNKNOWN};
pub use makers::MakerSearch;
pub use recorded::{births, creations, deletions};
pub use requested::DeletionSearch;
pub use story::{Chapter, Silence, Story};
