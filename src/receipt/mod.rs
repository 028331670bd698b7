//! What happened, as data: the interface between converging and all that reports on it. `event` holds the facts, `wire` is
//! their published form.

mod event;
pub mod wire;

pub use event::{Ended, Event, Outcome, Started, StepEnded};
