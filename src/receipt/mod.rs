//! What happened, as data: the interface between converging and all that reports on it. `event` holds the facts, `wire` is
//! their published form, `read` takes it back.

mod event;
mod read;
pub mod wire;

pub use event::{
    Begun, Ended, Event, Outcome, Runner, Started, StepEnded, TouchedObject, WaveBegun, WaveEnded,
};
pub use read::{PastObject, PastRun, PastStep, Trace, runs};
