//! What has happened in an account, the newest first: for people, as JSON, CSV and Markdown.

mod csv;
mod human;
mod json;
mod markdown;
mod words;

pub use csv::csv;
pub use human::{recent, text};
pub use json::{ActorV1, ChapterV1, HistoryV1, RunV1, SCHEMA, SilenceV1, StatusV1, of_org};
pub use markdown::markdown;
pub use words::HistoryView;
