//! A plan or a comparison as Markdown, for a pull-request comment or a job summary.
//!
//! Foreign text stands in `<code>` with every sign written as an entity, or in a block of code: it can't open a link, a table
//! cell or a tag, and GitHub mentions nobody from there.

mod changes;
mod comparison;
mod fit;
mod plan;
mod text;

pub use comparison::comparison;
pub use fit::LIMIT;
pub use plan::{plan, plan_within};
pub use text::{Blobs, code};

pub use outcome::outcome;
mod outcome;
