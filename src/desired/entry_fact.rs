//! What an entry says now and didn't before, in words.

use std::fmt;

use jiff::civil::Date;

use super::model::{Enforce, NewOrg, StatusGoal};
use crate::ids::{Cell, Domain, OrgId};

/// One thing about an org, beside its products, that an entry says now and didn't before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryFact {
    /// How its products are managed from now on; `None`: left alone.
    Managed(Option<Enforce>),
    /// The status that it is to have; `None`: none any more.
    Status(Option<StatusGoal>),
    Enforce(Enforce),
    Cell(Option<Cell>),
    /// What it is to have inside, by the name of a baseline; `None`: left alone from now on.
    Baseline(Option<String>),
    /// Its baseline says something else than before.
    Inside(String),
    /// How it is created, where it doesn't exist; `None`: not any more.
    Create(Option<Box<NewOrg>>),
    /// Where consent is granted; `None`: nowhere any more.
    Consent(Option<Domain>),
    /// Whose child it is; `None`: that isn't said any more.
    Parent(Option<Domain>),
    /// Whether it is meant, however much it looks like another.
    New(bool),
    /// The last day before it is to be inactive; `None`: without an end.
    Until(Option<Date>),
    /// A product ends on another day; `None`: without an end.
    ProductUntil(String, Option<Date>),
    /// What the entry called it before.
    Renamed(String),
    /// The id that the entry says beside the same domain; `None`: none any more.
    Id(Option<OrgId>),
    /// The wave that the entry names; `None`: none any more.
    Wave(Option<String>),
    /// Who looks after it; `None`: nobody is named any more.
    Owner(Option<String>),
    /// What a reader should know of it; `None`: nothing any more.
    Note(Option<String>),
}

impl EntryFact {
    /// Whether it is for readers alone: nothing in the account depends on it.
    pub(super) fn is_for_readers(&self) -> bool {
        matches!(self, Self::Wave(_) | Self::Owner(_) | Self::Note(_))
    }
}

/// As a sentence about the org.
impl fmt::Display for EntryFact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Managed(Some(Enforce::Exact)) => {
                "its products are managed from now on: what it has and isn't listed gets disabled"
            }
            Self::Managed(Some(Enforce::Additive)) => {
                "its products are managed from now on; what it has and isn't listed stays"
            }
            Self::Managed(None) => "its products are left alone from now on",
            Self::Status(None) => "its status is left alone from now on",
            Self::Status(Some(StatusGoal::Active)) => "status active",
            Self::Status(Some(StatusGoal::Inactive)) => "status inactive: nobody can sign in to it",
            Self::Status(Some(StatusGoal::Deleted)) => {
                "status deleted: nobody can sign in to it, and Okta is asked to delete it"
            }
            Self::Enforce(Enforce::Exact) => {
                "products that aren't listed get disabled from now on (exact)"
            }
            Self::Enforce(Enforce::Additive) => {
                "products that aren't listed are left alone from now on (additive)"
            }
            Self::Baseline(None) => "its inside is left alone from now on (no baseline)",
            Self::Baseline(Some(name)) => return write!(f, "baseline {name}"),
            Self::Inside(name) => return write!(f, "what the baseline {name} says changes"),
            Self::Cell(None) => "cell none",
            Self::Cell(Some(cell)) => return write!(f, "cell {cell}"),
            Self::Create(None) => "it isn't created any more where it doesn't exist",
            Self::Create(Some(new)) => {
                let admin = &new.admin;
                return write!(
                    f,
                    "created from {} where it doesn't exist, as {}, with the admin {} {} ({}, {})",
                    new.parent,
                    new.name,
                    admin.first_name,
                    admin.last_name,
                    admin.login,
                    admin.email
                );
            }
            Self::Consent(None) => "consent isn't granted any more",
            Self::Consent(Some(giver)) => {
                return write!(f, "consent of {giver} is granted to this account");
            }
            Self::Parent(None) => "whose child it is isn't said any more",
            Self::Parent(Some(parent)) => return write!(f, "a child of {parent}"),
            Self::New(true) => "said to be meant, although it may look like another org",
            Self::New(false) => "no longer said to be meant, should it look like another org",
            Self::Until(None) => "no end any more (until)",
            Self::Until(Some(day)) => {
                return write!(f, "until {day}: after that day nobody can sign in to it");
            }
            Self::ProductUntil(name, None) => {
                return write!(f, "{name} is listed without an end");
            }
            Self::ProductUntil(name, Some(day)) => {
                return write!(f, "{name} is listed until {day}");
            }
            Self::Renamed(before) => return write!(f, "was {before}"),
            Self::Id(None) => "no id any more: it is known by its domain",
            Self::Id(Some(id)) => return write!(f, "id {id}"),
            Self::Wave(None) => "no wave of its own any more",
            Self::Wave(Some(wave)) => return write!(f, "wave {wave}"),
            Self::Owner(None) => "no owner any more",
            Self::Owner(Some(owner)) => return write!(f, "owner {owner}"),
            Self::Note(None) => "no note any more",
            Self::Note(Some(note)) => return write!(f, "note: {note}"),
        })
    }
}
