//! From texts to a valid desired state.
//!
//! `document` reads a text into a tree that knows its places, `schema` checks its shape, `raw` takes the parts out of the
//! tree, `resolve` (with `catalog` for names and bundles) checks their meaning and makes the `model`. Every error of every
//! file is collected: `load` has them in order. `compare` holds two desired states against each other.

mod catalog;
pub mod compare;
pub mod document;
mod load;
pub mod model;
mod raw;
mod resolve;
pub mod schema;
pub mod suggest;

pub use load::{Loaded, load};
pub use model::{Desired, DesiredOrg};
