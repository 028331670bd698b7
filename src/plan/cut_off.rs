//! An id that was cut off: the org that it is the beginning of is linked, and would be asked for once more.

use std::collections::BTreeMap;

use super::matching::OrgPair;
use crate::diagnostic::{Code, Diagnostic, Warnings};
use crate::ids::OrgId;
use crate::live::{LiveOrg, Snapshot};

/// Warns about each org that is to be linked by an id with which a managed org's id begins.
pub(super) fn warn(pairs: &[&OrgPair<'_>], live: &Snapshot, warnings: &mut Warnings) {
    let unknown = pairs.iter().filter(|pair| pair.live.is_none());
    let named = unknown.filter_map(|pair| Some((pair.desired, pair.desired.name.id()?)));
    let mut named = named.peekable();
    if named.peek().is_none() {
        return;
    }
    let ids: BTreeMap<&OrgId, &LiveOrg> = live.orgs.iter().map(|org| (&org.id, org)).collect();
    for (want, id) in named {
        let next = ids.range::<OrgId, _>(id..).next().map(|(_, org)| *org);
        if let Some(org) = next.filter(|org| org.id.as_str().starts_with(id.as_str())) {
            warnings.push(
                Diagnostic::warning(
                    Code::ShortId,
                    format!(
                        "the id {id} is no managed org's, but {} ({}) begins with it",
                        org.id, org.domain
                    ),
                )
                .at(want.origin.org)
                .help("if that org is meant, write its whole id"),
            );
        }
    }
}
