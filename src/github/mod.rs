//! Keeps one comment on a pull request up to date, through GitHub's REST API. It knows nothing of plans: text in, text out.

mod comment;
mod error;

pub use comment::{Kept, PullRequest};
pub use error::CommentError;
