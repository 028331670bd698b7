//! Keeps one comment on a pull request up to date, through GitHub's API. It knows nothing of plans: text in, text out.
//!
//! `event` says which pull request a run is about, `comment` keeps the comment, `error` tells GitHub's refusals apart.

mod comment;
mod error;
mod event;

pub use comment::{Kept, Mark, PullRequest};
pub use error::{CommentError, Refusal};
pub use event::{NoSubject, Subject, subject};
