//! How an org's inside stands to its baseline: the planner's rules, as a picture.

use jiff::civil::Date;

use super::change::Change;
use super::inside;
use super::model::PlanOptions;
use crate::desired::model::{Desired, DesiredOrg};
use crate::diagnostic::{Diagnostics, Span, Warnings};
use crate::ids::ObjectName;
use crate::inside::UnreadReason;
use crate::live::{LiveOrg, Snapshot};

/// How an org's inside stands to its baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BaselineStanding {
    /// No baseline is asked for.
    None,
    /// All of it is as it should be.
    Holds,
    /// These objects are missing or differ.
    Differs(Vec<ObjectName>),
    /// The org isn't linked yet: it gets these objects then.
    Ahead(Vec<ObjectName>),
    /// It can't be looked into.
    Unread(UnreadReason),
    /// Nobody looked.
    Unlooked,
    /// The org is inactive or about to be, and such orgs aren't looked at.
    Inactive,
}

impl BaselineStanding {
    pub(super) fn of(
        want: &DesiredOrg,
        live: Option<&LiveOrg>,
        desired: &Desired,
        snapshot: &Snapshot,
        today: Date,
    ) -> Self {
        let asks = desired.baseline(want);
        if asks.is_none_or(|baseline| baseline.objects.is_empty()) {
            return Self::None;
        }
        if inside::applies(want, live, desired, today).is_none() {
            return Self::Inactive;
        }
        // What a plan would warn about is the plan's to say.
        let warnings = &mut Warnings::default();
        let Some(live) = live else {
            let changes = inside::of_new(want, desired, today, warnings);
            return Self::Ahead(objects(changes));
        };
        if !snapshot.insides.contains_key(&live.id) {
            return Self::Unlooked;
        }
        let options = PlanOptions {
            today,
            ..PlanOptions::default()
        };
        let told = (&mut Diagnostics::default(), warnings);
        match inside::of_managed(want, live, desired, snapshot, &options, told) {
            Err(reason) => Self::Unread(reason),
            Ok(changes) if changes.is_empty() => Self::Holds,
            Ok(changes) => Self::Differs(objects(changes)),
        }
    }

    /// The objects that are to be made or changed.
    #[must_use]
    pub fn objects(&self) -> &[ObjectName] {
        match self {
            Self::Differs(objects) | Self::Ahead(objects) => objects,
            Self::None | Self::Holds | Self::Unread(_) | Self::Unlooked | Self::Inactive => &[],
        }
    }
}

fn objects(changes: Vec<(Change, Span)>) -> Vec<ObjectName> {
    let mut objects = Vec::new();
    for (change, _) in changes {
        // One may be written more than once.
        if let Change::Configure(change) = change
            && !objects.contains(&change.object)
        {
            objects.push(change.object);
        }
    }
    objects
}
