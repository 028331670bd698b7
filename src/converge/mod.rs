//! Carries out a plan and verifies it: `schedule` says which step may start, `step` runs one, every fact is an event.

mod run;
mod schedule;
mod step;

pub use run::{Converged, run};
pub use schedule::{Next, Schedule};
