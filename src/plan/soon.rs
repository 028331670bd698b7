//! What ends in the next days, so that nobody is surprised.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::model::Selection;
use crate::desired::model::{Desired, DesiredOrg, Enforce, StatusGoal};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span, counted};
use crate::ids::ProductId;

/// So many days ahead.
const DAYS: i32 = 14;

/// So many orgs are named for each.
const NAMED: usize = 3;

/// An org, and where the file says that something of it ends.
type OrgAt<'a> = (&'a DesiredOrg, Span);

/// What ends.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Ends<'a> {
    /// A product is listed no longer, and disabled; where the org is additive, left as it is.
    Product(&'a ProductId, bool),
    /// The org is to be inactive.
    Org,
}

/// A warning for each day and product that ends, about all orgs together.
#[must_use]
pub fn ends_soon(desired: &Desired, selection: &Selection, today: Date) -> Diagnostics {
    let near = |until: Option<Date>| {
        let until = until?;
        let days = (until - today).get_days();
        (0..=DAYS).contains(&days).then_some((until, days))
    };
    let mut ends: BTreeMap<(Date, i32, Ends<'_>), Vec<OrgAt<'_>>> = BTreeMap::new();
    let orgs = desired.orgs.iter().filter(|org| selection.covers(org));
    for org in orgs.filter(|org| org.status != Some(StatusGoal::Deleted)) {
        if let Some((until, days)) = near(org.until)
            && org.status != Some(StatusGoal::Inactive)
        {
            let at = org.origin.until.unwrap_or(org.origin.org);
            ends.entry((until, days, Ends::Org))
                .or_default()
                .push((org, at));
        }
        for product in org.products.iter().flatten() {
            if let Some((until, days)) = near(product.until)
                && !desired.ignored.contains(&product.id)
            {
                let what = Ends::Product(&product.id, org.enforce == Enforce::Additive);
                let all = ends.entry((until, days, what)).or_default();
                all.push((org, org.lists_at(product)));
            }
        }
    }
    let ends = ends.into_iter();
    ends.map(|((until, days, what), orgs)| warning(until, days, &what, &orgs, desired))
        .collect()
}

fn warning(
    until: Date,
    days: i32,
    what: &Ends<'_>,
    orgs: &[OrgAt<'_>],
    desired: &Desired,
) -> Diagnostic {
    let named: Vec<&str> = orgs
        .iter()
        .take(NAMED)
        .map(|(org, _)| org.label())
        .collect();
    let more = match orgs.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let named = format!("{}{more}", named.join(", "));
    let left = match days {
        0 => "today is the last day".to_owned(),
        1 => "1 day left".to_owned(),
        days => format!("{days} days left"),
    };
    let message = match what {
        Ends::Product(id, additive) => {
            let name = desired.names.get(*id);
            let name = name.map_or_else(|| id.to_string(), |name| format!("{name} ({id})"));
            let then = if *additive {
                "then it isn't listed any more, and stays enabled (additive)"
            } else {
                "then it is disabled there"
            };
            let count = counted(orgs.len(), "org");
            format!("{name} ends with {until} in {count}: {named}; {left}, {then}")
        }
        Ends::Org => {
            let end = if orgs.len() == 1 { "ends" } else { "end" };
            format!("{named} {end} with {until}; {left}, then nobody can sign in there")
        }
    };
    let at = orgs.first().map(|(_, at)| *at);
    let warning = Diagnostic::warning(Code::EndsSoon, message);
    match at {
        Some(at) => warning.at(at),
        None => warning,
    }
}
