//! What differs between an org of the file and the same org of the account: no order, no calls.

use std::collections::BTreeSet;

use super::matching::Pair;
use super::step::{AfterLink, Change, OrgKey, OrgRef};
use super::target;
use crate::desired::model::{Desired, DesiredOrg, WantedStatus};
use crate::desired::suggest::closest;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::ids::ProductId;
use crate::live::{LiveOrg, Snapshot, Status};

/// The changes of one org, each with the place that asks for it.
pub(super) struct OrgDiff {
    /// The org.
    pub(super) org: OrgRef,
    /// Its changes, in any order.
    pub(super) changes: Vec<(Change, Span)>,
}

/// Compares one pair. Reasons for which there is no plan go to `found`.
pub(super) fn of(
    pair: &Pair<'_>,
    desired: &Desired,
    snapshot: &Snapshot,
    found: &mut Diagnostics,
    warnings: &mut Diagnostics,
) -> OrgDiff {
    let want = pair.desired;
    let Some(live) = pair.live else {
        return OrgDiff {
            org: OrgRef {
                id: want.id.clone(),
                domain: want.domain.clone(),
            },
            changes: to_link(want, desired, snapshot, found),
        };
    };
    let mut changes = Vec::new();
    if let (Some(own), Some(cell)) = (want.cell.as_ref().filter(|_| want.cell_is_own), &live.cell)
        && own != cell
    {
        warnings.push(
            Diagnostic::warning(
                Code::CellDiffers,
                format!("{} is in cell {cell}, the file says {own}", live.domain),
            )
            .at(want.origin.org)
            .help("an org's cell can't be changed; correct the file"),
        );
    }
    if let Some(domain) = want
        .domain
        .as_ref()
        .filter(|domain| **domain != live.domain)
    {
        warnings.push(
            Diagnostic::warning(
                Code::DomainDiffers,
                format!(
                    "the org {} is {} now, the file says {domain}",
                    live.id, live.domain
                ),
            )
            .at(want.origin.org)
            .help("the id decides; correct the domain in the file"),
        );
    }
    if let Some(status) = want.status {
        let at = want.origin.status.unwrap_or(want.origin.org);
        changes.extend(status_change(status, live, at, found).map(|change| (change, at)));
    }
    if let (Some(listed), Some(before)) = (want.listed(), live.enabled()) {
        let after = target::of(&listed, &before, &desired.ignored, want.enforce);
        let enable = after.difference(&before).cloned().collect();
        subscribed(want, &enable, snapshot, desired, found);
        if before != after {
            let at = want.origin.products.unwrap_or(want.origin.org);
            changes.push((Change::Products { before, after }, at));
        }
    }
    OrgDiff {
        org: OrgRef {
            id: Some(live.id.clone()),
            domain: Some(live.domain.clone()),
        },
        changes,
    }
}

fn to_link(
    want: &DesiredOrg,
    desired: &Desired,
    snapshot: &Snapshot,
    found: &mut Diagnostics,
) -> Vec<(Change, Span)> {
    let Some(cell) = want.cell.clone() else {
        found.push(
            Diagnostic::error(
                Code::MissingCell,
                format!("{} isn't linked yet, and linking needs its cell", want.label()),
            )
            .at(want.origin.org)
            .help("add `cell:` to the org or under `defaults:`; the footer of the org's Admin Console shows it"),
        );
        return Vec::new();
    };
    let key = match (&want.id, &want.domain) {
        (Some(id), _) => OrgKey::Id(id.clone()),
        (None, Some(domain)) => OrgKey::Domain(domain.clone()),
        (None, None) => return Vec::new(),
    };
    let tolerance = target::tolerance(want, desired);
    let mut enable = want.listed().unwrap_or_default();
    enable.retain(|id| !desired.ignored.contains(id));
    subscribed(want, &enable, snapshot, desired, found);
    let after = AfterLink {
        status: want.status,
        products: (want.products.is_some() && enable.is_empty()).then(|| tolerance.clone()),
    };
    let mut changes = vec![(Change::Link { key, cell, after }, want.origin.org)];
    if !enable.is_empty() {
        let at = want.origin.products.unwrap_or(want.origin.org);
        changes.push((Change::AddToLinked { enable, tolerance }, at));
    }
    changes
}

fn status_change(
    want: WantedStatus,
    live: &LiveOrg,
    at: Span,
    found: &mut Diagnostics,
) -> Option<Change> {
    match (want, &live.status) {
        (WantedStatus::Active, Status::Active) | (WantedStatus::Inactive, Status::Inactive) => None,
        (WantedStatus::Active, Status::Inactive) => Some(Change::Status(WantedStatus::Active)),
        (WantedStatus::Inactive, Status::Active) if live.aerial_org => {
            found.push(
                Diagnostic::error(
                    Code::InactiveAerialOrg,
                    format!("{} is the Aerial org: it is never deactivated", live.domain),
                )
                .at(at)
                .help("remove its `status`: the Aerial org issues every token, and without it nothing could be undone"),
            );
            None
        }
        (WantedStatus::Inactive, Status::Active) => Some(Change::Status(WantedStatus::Inactive)),
        (_, Status::Other(other)) => {
            let shown = if other.is_empty() {
                "no status at all".to_owned()
            } else {
                format!("the status `{other}`")
            };
            found.push(
                Diagnostic::error(
                    Code::UnknownStatus,
                    format!("the server gives {} {shown}, which Okta doesn't document", live.domain),
                )
                .at(at)
                .help("remove the org's `status` from the file to leave it alone, or ask Okta what it means"),
            );
            None
        }
    }
}

/// Reports each product that would have to be enabled and isn't subscribed, at the word that brought it.
fn subscribed(
    want: &DesiredOrg,
    enable: &BTreeSet<ProductId>,
    snapshot: &Snapshot,
    desired: &Desired,
    found: &mut Diagnostics,
) {
    for id in enable {
        if snapshot.subscribed.contains_key(id) {
            continue;
        }
        let at = want
            .products
            .iter()
            .flatten()
            .find(|product| product.id == *id)
            .map_or(want.origin.org, |product| product.span);
        let called = desired
            .names
            .get(id)
            .map_or_else(|| id.to_string(), |name| format!("{name} ({id})"));
        let near = closest(
            id.as_str(),
            snapshot.subscribed.keys().map(ProductId::as_str),
        )
        .and_then(|near| {
            snapshot
                .subscribed
                .get_key_value(&ProductId::parse(near).ok()?)
        });
        let help = near.map_or_else(
            || "`aerialctl status` lists the subscribed products".to_owned(),
            |(near, name)| format!("the nearest subscribed product is {near}, {name}"),
        );
        found.push(
            Diagnostic::error(
                Code::UnsubscribedProduct,
                format!(
                    "{called} isn't among the account's subscribed products: it can't be enabled"
                ),
            )
            .at(at)
            .help(help),
        );
    }
}
