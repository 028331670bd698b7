//! A run undone: what its receipt tells and the account still shows becomes a desired state, from which the plan is made that
//! every other plan is made by.
//!
//! `deeds` says what the run did to each org, `back` what of it can be taken back now, `inside` what of the
//! objects in it, `left` what is left alone and why,
//! `lasting` what the file has to say for it.

mod back;
mod deeds;
mod inside;
#[cfg(test)]
mod inside_tests;
mod lasting;
mod left;
#[cfg(test)]
mod tests;
mod undoing;

pub use back::{inside_to_read, touched, undoing};
pub use lasting::{BaselineAgain, DriftAgain, amendments, baselines, drift};
pub use left::{InsideReason, LeftAlone, LeftField, LeftReason};
pub use undoing::{OrgBack, ProductsBack, Undoing};
