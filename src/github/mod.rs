//! Keeps one comment on a pull request up to date, through GitHub's REST API. It knows nothing of plans: text in, text out.

mod comment;

pub use comment::{Error, Kept, PullRequest};
