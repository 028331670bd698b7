//! Asks an account what Okta's documents leave open.
//!
//! `question` is the table: each question with its request, its judgement and the emulator's switch that it sets. `ask` is the
//! requests, `heard` what of an answer counts, `judge` says what it means, `run` sends the reads, `write` what leaves
//! one sandbox org as it was, and puts back what a write has changed: `standing` says what that is. `record` is the answers
//! as the seed of an emulator has them, beside those of earlier runs.

mod ask;
mod heard;
mod judge;
mod question;
mod record;
mod run;
mod standing;
mod write;

pub use ask::Ask;
pub use heard::Heard;
pub use judge::{AnswerJudge, Hearing, ProbeAnswer};
pub use question::{How, QUESTIONS, Question};
pub use record::{Recorded, setting};
pub use run::read;
pub use write::{Bench, Left, write};
