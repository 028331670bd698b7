//! What every kind of change can say of itself, without a server.

use std::collections::BTreeSet;

use super::kinds::Kind;
use super::request::{OrgSlot, Request};
use crate::ids::ProductId;

/// A change as planning sees it: pure.
pub trait Effect {
    /// What the step is called.
    fn kind(&self) -> Kind;
    /// The one write that makes it.
    fn request(&self, org: OrgSlot) -> Request;
    /// What it does to the org's products.
    fn delta(&self) -> Delta<'_> {
        Delta::default()
    }
    /// What else a reviewer should read, a line each.
    fn notes(&self) -> Vec<Note> {
        Vec::new()
    }
}

/// What a change does to an org's products: the one source of the diff, the plan's JSON, the guardrails and the envelope.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delta<'a> {
    pub enable: BTreeSet<&'a ProductId>,
    pub disable: BTreeSet<&'a ProductId>,
    /// The set before and after; `None` where the plan can't know it, or products aren't concerned.
    pub sets: Option<(&'a BTreeSet<ProductId>, &'a BTreeSet<ProductId>)>,
}

/// A line about a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What kind of line.
    pub sign: Sign,
    /// What it says.
    pub text: String,
}

/// What a line of a diff stands for; the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sign {
    /// `!`: can't be undone.
    Irreversible,
    /// `~`: becomes something else, and somebody will miss what it was.
    Lost,
    /// `-`.
    Removed,
    /// `~`: becomes something else.
    Changed,
    /// `+`.
    Added,
    /// Said beside the change.
    Aside,
}

impl Sign {
    /// The sign in front of the line.
    #[must_use]
    pub fn as_char(self) -> char {
        match self {
            Self::Irreversible => '!',
            Self::Added => '+',
            Self::Removed => '-',
            Self::Changed | Self::Lost => '~',
            Self::Aside => ' ',
        }
    }
}
