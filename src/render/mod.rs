//! Values to text: decides nothing, reads nothing, writes where it is told.

mod account_wide;
pub mod departure;
pub mod diagnostics;
pub mod doctor;
pub mod escape;
pub mod explain;
pub mod github;
pub mod human;
pub mod json;
pub mod markdown;
pub mod matrix;
pub mod outcome;
pub mod outline;
pub mod page;
mod provenance;
pub mod recap;
pub mod sarif;
pub mod style;
pub mod summary;
pub mod verdict;
mod view;
mod wrap;
pub mod yaml;

pub use view::PlanView;
