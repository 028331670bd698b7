//! What `doctor` found, one line each.

use super::escape::line;
use super::style::{Label, Palette};

/// How a check went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// Nothing to do.
    Ok,
    /// Something to do.
    Wrong,
    /// Something that only some commands need.
    Missing,
}

impl Finding {
    /// `ok`, `wrong` or `missing`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Wrong => "wrong",
            Self::Missing => "missing",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What was tried.
    pub name: &'static str,
    /// How it went.
    pub finding: Finding,
    /// What was found.
    pub text: String,
    /// What to do.
    pub help: Option<String>,
}

impl Check {
    /// Nothing to do.
    #[must_use]
    pub fn ok(name: &'static str, text: &str) -> Self {
        Self {
            name,
            finding: Finding::Ok,
            text: text.to_owned(),
            help: None,
        }
    }

    /// Something that only some commands need.
    #[must_use]
    pub fn missing(name: &'static str, text: &str, help: Option<String>) -> Self {
        Self {
            finding: Finding::Missing,
            ..Self::wrong(name, text, help)
        }
    }

    /// Something to do.
    #[must_use]
    pub fn wrong(name: &'static str, text: &str, help: Option<String>) -> Self {
        Self {
            name,
            finding: Finding::Wrong,
            text: text.to_owned(),
            help,
        }
    }
}

/// All checks, and what to do under those that failed.
#[must_use]
pub fn table(checks: &[Check], palette: Palette) -> String {
    let mut text = String::new();
    for check in checks {
        let label = match check.finding {
            Finding::Ok => Label::Added,
            Finding::Wrong => Label::Removed,
            Finding::Missing => Label::Changed,
        };
        let word = palette.paint(label, &format!("{:<7}", check.finding.as_str()));
        text = format!("{text}{word}  {:<11}  {}\n", check.name, line(&check.text));
        if let Some(help) = &check.help {
            text = format!("{text}{:>22}{}\n", "", line(help));
        }
    }
    text
}
