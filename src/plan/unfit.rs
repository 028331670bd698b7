//! What the account refuses of an entry for what it is and has: found with the account, and without it from a catalogue.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::inside;
use crate::desired::model::{Desired, DesiredOrg};
use crate::desired::suggest::Candidates;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity};
use crate::ids::{OrgIndex, ProductId};
use crate::live::{LiveOrg, Snapshot};

/// The account, and what is near to what it can't enable.
#[derive(Clone, Copy)]
pub(super) struct Subscription<'a> {
    pub(super) live: &'a Snapshot,
    /// For all orgs together: what looking may cost is for the whole plan.
    pub(super) near: &'a Candidates<'a>,
    /// The entries of the file: looked up for each new org.
    pub(super) entries: &'a OrgIndex<&'a DesiredOrg>,
    /// Those of the account.
    pub(super) managed: &'a OrgIndex<&'a LiveOrg>,
}

/// An org that is to be looked into, at a host that isn't Okta's.
pub(super) fn foreign_with_baseline(
    want: &DesiredOrg,
    live: &LiveOrg,
    desired: &Desired,
    today: Date,
) -> Option<Diagnostic> {
    if live.domain.is_oktas() {
        return None;
    }
    inside::applies(want, Some(live), desired, today)?;
    let message = format!(
        "{} has a baseline, and the account lists it by a domain that isn't Okta's: no credential goes there",
        live.domain
    );
    Some(
        Diagnostic::error(Code::ForeignDomain, message)
            .at(want.origin.org)
            .help(
                "write `baseline: none` on this entry until the account lists the org's Okta host",
            ),
    )
}

/// An org can't be linked without its cell.
pub(super) fn missing_cell(want: &DesiredOrg) -> Diagnostic {
    Diagnostic::error(
        Code::MissingCell,
        format!("{} isn't linked yet, and linking needs its cell", want.label()),
    )
    .at(want.origin.org)
    .help("add `cell:` to the org or under `defaults:`; the footer of the org's Admin Console shows it")
}

/// Reports each product that would have to be enabled and isn't subscribed, at the word that brought it.
pub(super) fn subscribed(
    want: &DesiredOrg,
    enable: &BTreeSet<ProductId>,
    account: Subscription<'_>,
    desired: &Desired,
    found: &mut Diagnostics,
) {
    for id in enable {
        if account.live.subscribed.contains_key(id) {
            continue;
        }
        // Looking for what was meant costs something: only for what is kept.
        found.push_with(Severity::Error, || unsubscribed(id, want, account, desired));
    }
}

/// A product that can't be enabled, at the word that lists it.
pub(super) fn unsubscribed(
    id: &ProductId,
    want: &DesiredOrg,
    account: Subscription<'_>,
    desired: &Desired,
) -> Diagnostic {
    let at = want
        .products
        .iter()
        .flatten()
        .find(|product| product.id == *id)
        .map_or(want.origin.org, |product| want.lists_at(product));
    let called = desired
        .names
        .get(id)
        .map_or_else(|| id.to_string(), |name| format!("{name} ({id})"));
    let near = account.near.closest(id.as_str());
    let near = near.and_then(|near| {
        account
            .live
            .subscribed
            .get_key_value(&ProductId::parse(near).ok()?)
    });
    let help = near.map_or_else(
        || "`aerialctl status` lists the subscribed products".to_owned(),
        |(near, name)| format!("the nearest subscribed product is {near}, {name}"),
    );
    Diagnostic::error(
        Code::UnsubscribedProduct,
        format!("{called} isn't among the account's subscribed products: it can't be enabled"),
    )
    .at(at)
    .help(help)
}
