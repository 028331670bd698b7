//! The answers as the seed of an emulator has them, beside those that earlier runs had of the same account.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::Value as Json;

use super::judge::{Hearing, ProbeAnswer};
use super::question::QUESTIONS;

/// What such a file begins with: by it, it is known again.
const BANNER: &str = "# Written by `aerialctl probe`: a part of a seed of the emulator.\n";

/// What the line begins with that says whose answers they are.
const WHOSE: &str = "# Answers of ";

/// What such a file has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recorded {
    /// The account and the server that answered; `None` where the file doesn't say.
    pub whose: Option<String>,
    /// Each switch's line, by its name.
    lines: BTreeMap<String, String>,
}

impl Recorded {
    /// Nothing of an account and a server so far.
    #[must_use]
    pub fn of(whose: &str) -> Self {
        Self {
            whose: Some(whose.to_owned()),
            lines: BTreeMap::new(),
        }
    }

    /// What a file has that [`Self::text`] wrote; `None` of any other.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let rest = text.strip_prefix(BANNER)?;
        let whose = rest.lines().find_map(|line| line.strip_prefix(WHOSE));
        let lines = rest.lines().filter_map(|line| {
            let (name, _) = line.strip_prefix("  ")?.split_once(':')?;
            Some((name.to_owned(), line.to_owned()))
        });
        Some(Self {
            whose: whose.map(str::to_owned),
            lines: lines.collect(),
        })
    }

    /// Takes the answers of a day: what isn't answered this time keeps what it had.
    pub fn add(&mut self, hearing: &Hearing, day: Date) {
        for question in QUESTIONS {
            let (Some(name), ProbeAnswer::Answer(_, Some(value))) =
                (question.switch, question.answer(hearing))
            else {
                continue;
            };
            let line = format!("  {} # {day}", setting(name, &value));
            self.lines.insert(name.to_owned(), line);
        }
    }

    /// A `switches:` block that makes the emulator answer as the account does, where it is known. What isn't known isn't in it.
    #[must_use]
    pub fn text(&self) -> String {
        let whose = self.whose.iter();
        let whose: String = whose.map(|whose| format!("{WHOSE}{whose}\n")).collect();
        if self.lines.is_empty() {
            return format!("{BANNER}{whose}switches: {{}}\n");
        }
        let names = QUESTIONS.iter().filter_map(|question| question.switch);
        let mut rest = self.lines.clone();
        let mut lines: Vec<String> = names.filter_map(|name| rest.remove(name)).collect();
        lines.extend(rest.into_values());
        format!("{BANNER}{whose}switches:\n{}\n", lines.join("\n"))
    }
}

/// `linkStyle: absolute`: a judge's own words, and nothing of the server's but numbers.
#[must_use]
pub fn setting(name: &str, value: &Json) -> String {
    let word = value.as_str().map(str::to_owned);
    format!("{name}: {}", word.unwrap_or_else(|| value.to_string()))
}
