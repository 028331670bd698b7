//! From texts to a valid desired state.
//!
//! `budget` says what texts may cost, `document` reads a text into a `tree` that knows its places (`plain` what most texts have, `reading` all of YAML), `schema` checks its shape and `breach` says what is wrong with
//! it, `rules` checks which keys may stand in which file, `raw` takes the parts out of the tree (`taken`, one by one), `resolve` checks their meaning
//! and makes the `model` (a list of products is `listed`): with `catalog` for names and bundles, `account` and `guardrails` for what is about the whole account,
//! `baselines` and `bodies` for what orgs have inside (a `baseline`), `constraints` for which products go together (a `constraint`; the
//! lists are `judged` by them), `birth` for how an org comes to be, `hosts` for where a file
//! may send anything, `agree` for what several files say together, `until` for what has an end, `waves` for what comes after what,
//! `words` for single values.
//! Every error of every file is collected: `load` has the layers in order. `compare` holds two desired states against each
//! other (an `entry_fact` for what an entry says now), with `account_wide` for what holds for all orgs. `edit` and `amend` change
//! a text and keep the rest of it, `insert` only adds to it.

mod account;
mod account_wide;
mod agree;
pub mod amend;
pub mod baseline;
mod baselines;
mod birth;
pub mod bodies;
mod breach;
mod budget;
mod catalog;
pub mod compare;
pub mod constraint;
pub mod constraint_index;
mod constraints;
pub mod document;
pub mod edit;
mod entry_fact;
mod guardrails;
mod hosts;
pub mod insert;
mod judged;
mod listed;
mod load;
mod mistakes;
pub mod model;
mod plain;
mod raw;
mod reading;
mod remedy;
mod resolve;
mod rules;
pub mod schema;
pub mod suggest;
mod taken;
mod text_places;
pub mod tree;
mod until;
mod waves;
mod words;

pub use account_wide::RuleChange;
pub use load::{Loaded, load, load_for, load_on};
pub use model::{Desired, DesiredOrg};
