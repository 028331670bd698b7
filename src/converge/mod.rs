//! Carries out a plan and verifies it: `schedule` says which step may start, `step` runs one (`products` and `orgs` are the kinds), every fact is an event.

mod orgs;
mod products;
mod run;
mod schedule;
mod step;

pub use run::{Converged, run};
pub use schedule::{Next, Schedule};
