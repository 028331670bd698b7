//! The account on one page: HTML that needs nothing from anywhere, and says so in a policy of its own.
//!
//! `frame` is the page around it all, `table` the matrix for a reader without JavaScript, `data` the same for `page.js`, which
//! shows as much of it as a screen holds, `steps` the plan, `surroundings` what else the account has. Text of servers and files is written by the template alone, which
//! escapes it, and by the script as text.

mod data;
mod frame;
mod steps;
mod surroundings;
mod table;
mod view;

pub use frame::page;
pub use view::{PagePlan, PageView};
