//! A run undone: what its receipt tells and the account still shows becomes a desired state, from which the plan is made that
//! every other plan is made by.
//!
//! `deeds` says what the run did to each org, `back` what of it can be taken back now, `left` what is left alone and why,
//! `lasting` what the file has to say for it.

mod back;
mod deeds;
mod lasting;
mod left;
#[cfg(test)]
mod tests;

pub use back::{OrgBack, Undoing, touched, undoing};
pub use lasting::amendments;
pub use left::{LeftAlone, LeftReason};
