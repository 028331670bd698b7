//! What happened, as data: the interface between converging and all that reports on it. `event` holds the facts, `wire` is
//! their published form, `read` takes it back as `past`.

mod event;
mod past;
mod read;
#[cfg(test)]
mod tests;
pub mod wire;

pub use event::{
    Begun, Ended, Event, ObjectWas, Outcome, Runner, Started, StepEnded, TouchedObject, WaveBegun,
    WaveEnded,
};
pub use past::{Past, PastField, PastObject, PastRun, PastStep, ReceiptGap, Trace};
