//! GitHub's limit: what is least dangerous is told in fewer words first.

use std::fmt::Write as _;

use crate::render::outline::Danger;

/// GitHub takes no longer comment, in characters.
pub const LIMIT: usize = 65_536;

/// How much is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Detail {
    /// Whether the calls are listed.
    pub(super) calls: bool,
    /// Whether the places are listed as links.
    pub(super) places: bool,
    /// Whether all names are listed, folded, where the changes show the first of many.
    pub(super) names: bool,
    /// From this danger on, the names of orgs that have a change in common are folded.
    folded: Option<Danger>,
    /// From this danger on, orgs are counted and not named.
    counted: Option<Danger>,
}

/// How the orgs of one danger are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    All,
    /// The first of those that have a change in common.
    Some,
    /// Their number.
    Count,
}

impl Detail {
    /// All of it.
    pub(super) const ALL: Self = Self {
        calls: true,
        places: true,
        names: true,
        folded: None,
        counted: None,
    };

    /// Whether it is told who is behind the changes.
    pub(super) fn makers(&self) -> bool {
        self.folded.is_none()
    }

    pub(super) fn names(&self, danger: Danger) -> Names {
        let within = |from: Option<Danger>| from.is_some_and(|from| danger >= from);
        if within(self.counted) {
            Names::Count
        } else if within(self.folded) {
            Names::Some
        } else {
            Names::All
        }
    }

    /// From everything to almost nothing.
    fn levels() -> impl Iterator<Item = Self> {
        let bare = Self {
            calls: false,
            places: false,
            names: false,
            ..Self::ALL
        };
        let folded = Danger::ALL.into_iter().rev().map(move |from| Self {
            folded: Some(from),
            ..bare
        });
        let counted = Danger::ALL.into_iter().rev().map(move |from| Self {
            folded: Some(Danger::Final),
            counted: Some(from),
            ..bare
        });
        let first = [
            Self::ALL,
            Self {
                calls: false,
                ..Self::ALL
            },
            Self {
                names: true,
                ..bare
            },
            bare,
        ];
        first.into_iter().chain(folded).chain(counted)
    }
}

/// The first text that fits, with the word that there is more and where, unless it is the whole; the shortest, cut at a line,
/// where none does.
pub(super) fn fitted(limit: usize, rest: &str, text: impl Fn(Detail) -> String) -> String {
    let mut shortest = String::new();
    for detail in Detail::levels() {
        let mut text = text(detail);
        if detail != Detail::ALL {
            // Writing to a string can't fail.
            _ = write!(
                text,
                "\n**Not all of it is shown, for want of room. {rest}**\n"
            );
        }
        if text.chars().count() <= limit {
            return text;
        }
        shortest = text;
    }
    cut(&shortest, limit)
}

const CUT: &str = "\n\n**The rest isn't shown, for want of room. The run's log has all of it.**\n";

/// A text as far as it fits, in whole lines.
pub(super) fn cut(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let room = limit.saturating_sub(CUT.chars().count() + 8);
    let mut kept = String::new();
    let mut length = 0;
    let mut fence = false;
    for line in text.split_inclusive('\n') {
        length += line.chars().count();
        if length > room {
            break;
        }
        if line.starts_with("```") {
            fence = !fence;
        }
        kept.push_str(line);
    }
    if fence {
        kept.push_str("```\n");
    }
    kept + CUT
}
