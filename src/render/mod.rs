//! Values to text: decides nothing, reads nothing, writes where it is told.

mod account_wide;
pub mod adopted;
mod csv;
pub mod departure;
pub mod diagnostics;
pub mod doctor;
pub mod escape;
pub mod explain;
pub mod explain_json;
mod first_file;
pub mod github;
pub mod history;
pub mod human;
pub mod json;
mod makers;
pub mod markdown;
pub mod matrix;
pub mod outcome;
pub mod outline;
pub mod page;
pub mod probe;
mod provenance;
pub mod recap;
pub mod remembered;
pub mod sarif;
pub mod style;
pub mod summary;
pub mod undo;
pub mod verdict;
mod view;
mod wrap;
pub mod yaml;

pub use first_file::first_file;
pub use view::PlanView;
