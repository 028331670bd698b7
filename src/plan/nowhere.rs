//! Objects that a baseline says come from Okta, and that no org has: a name that is spelled wrongly.

use std::collections::BTreeMap;

use super::matching::OrgPair;
use crate::desired::baseline::BaselineObject;
use crate::desired::model::Desired;
use crate::diagnostic::{Code, Diagnostic, Span, Warnings};
use crate::ids::ObjectName;
use crate::inside::OrgInside;
use crate::live::Snapshot;

/// Warns about each such object, once. One org alone may lack what Okta hasn't given it.
pub(super) fn warn(
    pairs: &[&OrgPair<'_>],
    desired: &Desired,
    live: &Snapshot,
    warnings: &mut Warnings,
) {
    let mut seen: BTreeMap<(Span, &ObjectName), (usize, usize)> = BTreeMap::new();
    for pair in pairs {
        let inside = pair.live.and_then(|org| live.insides.get(&org.id));
        let (Some(OrgInside::Read(there)), Some(baseline)) =
            (inside, desired.baseline(pair.desired))
        else {
            continue;
        };
        let from_okta = |object: &&BaselineObject| object.system;
        for object in baseline.objects.iter().filter(from_okta) {
            let (orgs, having) = seen.entry((object.span, &object.name)).or_default();
            *orgs += 1;
            *having += usize::from(there.objects.contains_key(&object.name));
        }
    }
    for ((span, name), (orgs, having)) in seen {
        if orgs > 1 && having == 0 {
            warnings.push(
                Diagnostic::warning(
                    Code::BaselineUnread,
                    format!("none of the {orgs} orgs that were looked into has {name}, which the baseline says comes from Okta"),
                )
                .at(span)
                .help("write its name as Okta has it"),
            );
        }
    }
}
