//! What one run leaves to the next: the products of orgs as they were read, and where the System Log goes on from before that.
//! Pure: reading and writing is done elsewhere.
//!
//! `model` is what is kept, `wire` its text, `named` finds the orgs that events name, `heard` takes what they say, `told` holds it. `recall` decides what of it still holds, given the list of orgs as it is now and
//! what the log has told since; `settle` what of a reading is worth keeping. A memory is no truth: whatever is wrong with one
//! costs a whole read, and `whole` says why.

mod heard;
mod model;
mod named;
mod recall;
mod settle;
#[cfg(test)]
mod tests;
mod told;
mod whole;
mod wire;

pub use heard::{LogNews, heard};
pub use model::{AccountMemory, MemoryOwner, RememberedOrg};
pub use recall::{Recall, recall};
pub use settle::kept;
pub use told::ToldOfOrgs;
pub use whole::WholeReason;
pub use wire::{BEGINNING, read, write};
