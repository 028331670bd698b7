//! What changes, as a reviewer reads it: by danger, and each change once, with the orgs that it is about.

mod danger;
mod group;
mod of_comparison;
mod of_plan;

pub use danger::Danger;
pub use group::{Beside, Line, Outline, Own, Section, Shared};
