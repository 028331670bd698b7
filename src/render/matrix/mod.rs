//! The matrix of an account as a table for a terminal, as JSON and as CSV.

mod beside;
mod csv;
mod json;
mod key;
mod table;
#[cfg(test)]
mod tests;
pub(super) mod words;

pub use csv::csv;
pub use json::json;
pub use table::table;
pub(super) use words::{Tally, meaning, stands, summary, unlinked, word};
