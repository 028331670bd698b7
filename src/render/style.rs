//! The one place with colours: what a piece of text is, and how that looks.

use anstyle::{AnsiColor, Style};

use crate::plan::Sign;

/// What a piece of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
    /// A title.
    Heading,
    /// Something that comes.
    Added,
    /// Something that goes.
    Removed,
    /// Something that becomes different.
    Changed,
    /// Something that can't be undone.
    Irreversible,
    /// Something as it is.
    Plain,
    /// Something beside the point.
    Faint,
}

impl Label {
    /// How a line of a diff looks.
    #[must_use]
    pub fn of(sign: Sign) -> Self {
        match sign {
            Sign::Irreversible => Self::Irreversible,
            Sign::Added => Self::Added,
            Sign::Removed | Sign::Lost => Self::Removed,
            Sign::Changed => Self::Changed,
            Sign::Aside => Self::Faint,
        }
    }
}

/// Whether text is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Palette {
    /// Whether text is coloured.
    pub colour: bool,
}

impl Palette {
    /// The text as this label looks.
    #[must_use]
    pub fn paint(self, label: Label, text: &str) -> String {
        if !self.colour {
            return text.to_owned();
        }
        let style = match label {
            Label::Heading => Style::new().bold(),
            Label::Added => AnsiColor::Green.on_default(),
            Label::Removed => AnsiColor::Red.on_default(),
            Label::Changed => AnsiColor::Yellow.on_default(),
            Label::Irreversible => AnsiColor::Red.on_default().bold(),
            Label::Plain => Style::new(),
            Label::Faint => Style::new().dimmed(),
        };
        format!("{style}{text}{style:#}")
    }
}
