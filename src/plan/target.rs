//! The products that an org should end with.
//!
//! What is to be left alone is copied into the desired set **before** the difference is taken, because Okta's PUT replaces
//! the whole set: nothing after this needs a special case, and an ignored product can't be lost from a body.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::change::Tolerance;
use super::ends::Terms;
use crate::desired::model::{Desired, DesiredOrg, Enforce, StatusGoal};
use crate::ids::ProductId;
use crate::live::LiveOrg;

/// `listed ∪ (live ∩ ignored) ∪ (live, if additive)`, where a listed product that is ignored counts only if it is there.
pub(super) fn of(
    listed: &BTreeSet<ProductId>,
    live: &BTreeSet<ProductId>,
    ignored: &BTreeSet<ProductId>,
    enforce: Enforce,
) -> BTreeSet<ProductId> {
    let mut target: BTreeSet<ProductId> = listed.difference(ignored).cloned().collect();
    target.extend(live.intersection(ignored).cloned());
    if enforce == Enforce::Additive {
        target.extend(live.iter().cloned());
    }
    target
}

/// A managed org's products before and after; `None` where the file leaves them alone, they weren't read, or the org is on
/// its way out: it is deactivated, then deleted, and nothing else.
pub(super) fn products(
    want: &DesiredOrg,
    live: &LiveOrg,
    ignored: &BTreeSet<ProductId>,
    terms: Terms<'_>,
) -> Option<(BTreeSet<ProductId>, BTreeSet<ProductId>)> {
    if want.status == Some(StatusGoal::Deleted) {
        return None;
    }
    let (listed, before) = (want.listed(terms.today)?, live.enabled()?);
    let mut after = of(&listed, &before, ignored, want.enforce);
    let kept = terms.kept(want);
    after.extend(before.intersection(&kept).cloned());
    Some((before, after))
}

/// What an org gets once it is linked.
pub(super) fn once_linked(
    want: &DesiredOrg,
    ignored: &BTreeSet<ProductId>,
    today: Date,
) -> BTreeSet<ProductId> {
    let mut enable = want.listed(today).unwrap_or_default();
    enable.retain(|id| !ignored.contains(id));
    enable
}

/// The same rule for an org that can't be read before it is linked: what may stay on it beside the listed products.
pub(super) fn tolerance(org: &DesiredOrg, desired: &Desired) -> Tolerance {
    match org.enforce {
        Enforce::Additive => Tolerance::Everything,
        Enforce::Exact => Tolerance::Only(desired.ignored.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(ids: &[&str]) -> BTreeSet<ProductId> {
        ids.iter().map(|id| ProductId::parse(id).unwrap()).collect()
    }

    #[test]
    fn ignored_products_are_kept_and_never_added() {
        let ignored = set(&["P8", "P9"]);
        let target = |listed: &[&str], live: &[&str], enforce| {
            of(&set(listed), &set(live), &ignored, enforce)
        };
        assert_eq!(
            target(&["P1"], &["P2", "P9"], Enforce::Exact),
            set(&["P1", "P9"])
        );
        assert_eq!(
            target(&["P1", "P8"], &["P9"], Enforce::Exact),
            set(&["P1", "P9"])
        );
        assert_eq!(target(&[], &["P2"], Enforce::Exact), set(&[]));
        assert_eq!(
            target(&["P1"], &["P2", "P9"], Enforce::Additive),
            set(&["P1", "P2", "P9"])
        );
    }
}
