//! What can be told of a plan without the account, from a list of its products and orgs: whatever the account would refuse for
//! these is an error here, and what only looks wrong is a warning, since the list may be old.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::lookalike;
use super::matching::{self, OrgPair};
use super::unfit::{Subscription, foreign_with_baseline, missing_cell, unsubscribed};
use crate::desired::model::{Desired, DesiredOrg, StatusGoal};
use crate::desired::suggest::Candidates;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity, Span};
use crate::ids::{OrgName, ProductId};
use crate::live::Snapshot;

/// Holds a desired state against the products and orgs that an account is known to have. What has ended by `today` isn't asked
/// for.
#[must_use]
pub fn offline(desired: &Desired, known: &Snapshot, today: Date) -> Diagnostics {
    let mut found = Diagnostics::default();
    let matching = matching::pair(desired, known, &mut found);
    let near = Candidates::new(known.subscribed.keys().map(ProductId::as_str));
    let entries = desired.by_name();
    let account = Subscription {
        live: known,
        near: &near,
        entries: &entries,
        managed: &matching.managed,
    };
    let mut told: BTreeSet<(ProductId, Span)> = BTreeSet::new();
    for pair in &matching.pairs {
        let want = pair.desired;
        if let Some(live) = pair.live {
            let wrong = [
                matching::other_domain(want, live),
                foreign_with_baseline(want, live, desired, today),
            ];
            wrong.into_iter().flatten().for_each(|one| found.push(one));
        }
        if want.status == Some(StatusGoal::Deleted) {
            continue;
        }
        if pair.live.is_none() && want.cell.is_none() {
            found.push(missing_cell(want));
        }
        let listed = want.listed(today).unwrap_or_default();
        for product in want.products.iter().flatten() {
            let is_known = known.subscribed.contains_key(&product.id);
            if is_known || !listed.contains(&product.id) || desired.ignored.contains(&product.id) {
                continue;
            }
            // The word that names it: many orgs may have it by one bundle.
            let via = product.via.as_ref().and_then(|via| via.chain().last());
            let at = via.map_or_else(|| want.lists_at(product), |via| via.span);
            if told.insert((product.id.clone(), at)) {
                found.push_with(Severity::Error, || {
                    let mut finding = unsubscribed(&product.id, want, account, desired);
                    if let Some(label) = finding.labels.first_mut() {
                        label.span = at;
                    }
                    finding
                });
            }
        }
    }
    let alike = lookalike::among(matching.pairs.iter(), &matching.unmanaged);
    let asked: BTreeSet<Span> = alike.iter().map(|one| one.origin).collect();
    for one in alike {
        found.push_with(Severity::Warning, || {
            Diagnostic::warning(Code::Lookalike, one.question())
                .at(one.origin)
                .help("correct the domain, or say `new: true` on the entry where it is meant")
        });
    }
    let unlisted = matching.unmanaged.iter().map(OrgName::label);
    let unlisted = Candidates::new(unlisted);
    for OrgPair {
        desired: want,
        live,
    } in &matching.pairs
    {
        let meant = want.new || want.create.is_some() || want.consent.is_some();
        let gone = want.status == Some(StatusGoal::Deleted);
        if live.is_none() && !meant && !gone && !asked.contains(&want.origin.org) {
            found.push_with(Severity::Warning, || unknown(want, &unlisted));
        }
    }
    found.sorted()
}

fn unknown(want: &DesiredOrg, unlisted: &Candidates<'_>) -> Diagnostic {
    if want.name.id().is_some() {
        // As `import` writes it: the list is older than the entry rather than the org is new.
        let why = format!(
            "{} isn't among the managed orgs that are known; its entry has an id, so it may have been managed since",
            want.label()
        );
        return Diagnostic::warning(Code::UnknownOrg, why)
            .at(want.origin.org)
            .help("where the account doesn't manage it, the plan shows a link: say `new: true` where that is meant");
    }
    let help = match unlisted.closest(want.label()) {
        Some(near) => format!(
            "did you mean the managed org {near}, which no entry lists? Else say `new: true`"
        ),
        None => "say `new: true` on the entry where that is meant".to_owned(),
    };
    Diagnostic::warning(
        Code::UnknownOrg,
        format!(
            "{} isn't among the account's managed orgs: it would be linked, which can't be undone",
            want.label()
        ),
    )
    .at(want.origin.org)
    .help(help)
}
