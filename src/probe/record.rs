//! The answers as the seed of an emulator has them.

use serde_json::Value as Json;

use super::judge::{Hearing, ProbeAnswer};
use super::question::QUESTIONS;

/// What such a file begins with: by it, it is known again.
pub const BANNER: &str = "# Written by `aerialctl probe`: a part of a seed of the emulator.\n";

/// A `switches:` block that makes the emulator answer as the account does, where it is known. What isn't known isn't in it.
#[must_use]
pub fn switches(hearing: &Hearing) -> String {
    let lines = QUESTIONS.iter().filter_map(|question| {
        let name = question.switch?;
        let ProbeAnswer::Answer(_, Some(value)) = question.answer(hearing) else {
            return None;
        };
        Some(format!("  {}\n", setting(name, &value)))
    });
    let lines: String = lines.collect();
    if lines.is_empty() {
        return format!("{BANNER}switches: {{}}\n");
    }
    format!("{BANNER}switches:\n{lines}")
}

/// `linkStyle: absolute`: a judge's own words, and nothing of the server's but numbers.
#[must_use]
pub fn setting(name: &str, value: &Json) -> String {
    let word = value.as_str().map(str::to_owned);
    format!("{name}: {}", word.unwrap_or_else(|| value.to_string()))
}
