//! A step: one change to one org, at most one write, with nothing left to decide when it runs.

use super::change::{Change, Configure};
use super::effect::Delta;
use super::kinds::Kind;
use super::request::{Request, StepId};
use crate::diagnostic::Span;
use crate::ids::{OrgName, Wave};

/// One change to one org.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its number in the plan, from 1.
    pub id: StepId,
    /// The org; without an id where a link will tell it.
    pub org: OrgName,
    /// The wave that it goes with; `None` where the file has none.
    pub wave: Option<Wave>,
    /// The steps that must have succeeded before.
    pub depends_on: Vec<StepId>,
    pub change: Change,
    /// The one write that makes it.
    pub request: Request,
    /// The place in the file that asks for it.
    pub origin: Span,
}

impl Step {
    /// What the step is called.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.change.effect().kind()
    }

    /// What it is about inside of the org, if it is.
    #[must_use]
    pub fn configure(&self) -> Option<&Configure> {
        if let Change::Configure(change) = &self.change {
            Some(change)
        } else {
            None
        }
    }

    /// What it is about, for a reader: the org, and the object in it.
    #[must_use]
    pub fn subject(&self) -> String {
        let org = self.org.label();
        match self.configure() {
            Some(change) => format!("{org} {}", change.object),
            None => org.to_owned(),
        }
    }

    /// What it does to the org's products.
    #[must_use]
    pub fn delta(&self) -> Delta<'_> {
        self.change.effect().delta()
    }
}
