//! The outline of what a branch changes.

use super::danger::Danger;
use super::group::{Beside, Line, Outline, Piece, group};
use crate::desired::compare::{Comparison, EntryChange, EntryFact, OrgChange};
use crate::desired::model::{Enforce, ListedProduct, StatusGoal};
use crate::ids::ProductId;
use crate::plan::Sign;

impl<'a> Outline<'a> {
    /// What a branch changes. Whether a new entry means a link, only the account knows: it counts as the worst that it can be.
    #[must_use]
    pub fn of_comparison(comparison: &'a Comparison, names: &dyn Fn(&ProductId) -> String) -> Self {
        let orgs = comparison.orgs.iter();
        group(orgs.flat_map(|org| changes(org, names)).collect())
    }
}

fn changes<'a>(org: &'a OrgChange, names: &dyn Fn(&ProductId) -> String) -> Vec<Piece<'a>> {
    let mut changes: Vec<Piece<'_>> = Vec::new();
    let mut add = |danger, line, place| {
        changes.push(Piece {
            danger,
            org: &org.label,
            id: None,
            place,
            beside: Beside::default(),
            lines: vec![line],
        });
    };
    match org.entry {
        EntryChange::Added => add(
            Danger::Final,
            plain(
                Sign::Irreversible,
                "new in the file: if it isn't linked yet, it gets linked",
            ),
            org.origin,
        ),
        EntryChange::Removed => add(
            Danger::Alteration,
            plain(
                Sign::Changed,
                "gone from the file: it becomes unmanaged and is never touched",
            ),
            org.origin,
        ),
        EntryChange::Changed => {}
    }
    for fact in &org.facts {
        let (danger, sign) = weight(fact);
        add(danger, plain(sign, &fact.to_string()), org.origin);
    }
    let swap = !org.enable.is_empty() && !org.disable.is_empty();
    for (danger, sign, products) in [
        (Danger::Removal, Sign::Removed, &org.disable),
        (Danger::Addition, Sign::Added, &org.enable),
    ] {
        for listed in products {
            add(
                if swap { Danger::Swap } else { danger },
                product(sign, listed, names),
                org.list.or(org.origin),
            );
        }
    }
    changes
}

/// What a fact puts at stake, and how it is marked.
fn weight(fact: &EntryFact) -> (Danger, Sign) {
    match fact {
        EntryFact::Status(Some(StatusGoal::Deleted)) => (Danger::Final, Sign::Irreversible),
        EntryFact::Status(Some(StatusGoal::Inactive)) => (Danger::Deactivation, Sign::Lost),
        EntryFact::Enforce(Enforce::Exact) | EntryFact::Managed(Some(Enforce::Exact)) => {
            (Danger::Removal, Sign::Lost)
        }
        EntryFact::Create(Some(_)) | EntryFact::Consent(Some(_)) | EntryFact::New(true) => {
            (Danger::Final, Sign::Irreversible)
        }
        EntryFact::Until(Some(_)) => (Danger::Deactivation, Sign::Lost),
        EntryFact::ProductUntil(_, Some(_)) => (Danger::Removal, Sign::Lost),
        EntryFact::Create(None)
        | EntryFact::Consent(None)
        | EntryFact::New(false)
        | EntryFact::Parent(_)
        | EntryFact::Managed(None | Some(Enforce::Additive))
        | EntryFact::Status(None | Some(StatusGoal::Active))
        | EntryFact::Enforce(Enforce::Additive)
        | EntryFact::Cell(_)
        | EntryFact::Baseline(_)
        | EntryFact::Inside(_)
        | EntryFact::Until(None)
        | EntryFact::ProductUntil(_, None)
        | EntryFact::Renamed(_)
        | EntryFact::Id(_)
        | EntryFact::Wave(_)
        | EntryFact::Owner(_)
        | EntryFact::Note(_) => (Danger::Alteration, Sign::Changed),
    }
}

fn plain<'a>(sign: Sign, text: &str) -> Line<'a> {
    Line {
        sign,
        text: text.to_owned(),
        via: None,
        aside: None,
        drift: false,
    }
}

fn product<'a>(
    sign: Sign,
    listed: &'a ListedProduct,
    names: &dyn Fn(&ProductId) -> String,
) -> Line<'a> {
    Line {
        // What an entry listed before came with a bundle of another text: its places mean nothing in this one.
        via: listed.via.as_deref().filter(|_| sign == Sign::Added),
        ..plain(
            sign,
            format!("{} {}", listed.id, names(&listed.id)).trim_end(),
        )
    }
}
