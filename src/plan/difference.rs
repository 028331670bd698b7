//! What differs between an org of the file and the same org of the account: no order, no calls.

use super::change::{
    AddProducts, AfterLink, Change, CreateOrg, Link, ReplaceProducts, RequestDeletion, SetStatus,
};
use super::deletions::{DeletionTold, Withheld};
use super::ends::Terms;
use super::inside;
use super::kinds::Kind;
use super::matching::{self, OrgPair};
use super::model::PlanOptions;
use super::unfit::{Subscription, foreign_with_baseline, missing_cell, subscribed};
use super::{target, unread};
use crate::desired::model::{Desired, DesiredOrg, NewOrg, StatusGoal};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span, Warnings, alike};
use crate::ids::{OrgName, Status, Wave};
use crate::inside::UnreadReason;
use crate::live::{LiveOrg, LiveStatus};

/// The changes of one org, each with the place that asks for it.
pub(super) struct OrgDiff {
    pub(super) org: OrgName,
    /// The wave that it goes with.
    pub(super) wave: Option<Wave>,
    /// Its changes, in any order.
    pub(super) changes: Vec<(Change, Span)>,
    /// Why it can't be looked into, where it has a baseline and can't.
    pub(super) unread: Option<UnreadReason>,
    /// Its deletion, where that is left out.
    pub(super) withheld: Option<Withheld>,
}

/// Compares one pair. Reasons for which there is no plan go to `found`.
pub(super) fn of(
    pair: &OrgPair<'_>,
    desired: &Desired,
    account: Subscription<'_>,
    terms: Terms<'_>,
    options: &PlanOptions,
    found: &mut Diagnostics,
    warnings: &mut Warnings,
) -> OrgDiff {
    let want = pair.desired;
    let Some(live) = pair.live else {
        // What is to be gone, and isn't there, isn't fetched first.
        let linked = if want.status == Some(StatusGoal::Deleted) {
            Ok(Vec::new())
        } else {
            to_link(want, desired, account, terms, options, (found, warnings)).map(|mut changes| {
                changes.extend(inside::of_new(want, desired, terms.today, warnings));
                changes
            })
        };
        let (changes, withheld) = match linked {
            Ok(changes) => (changes, None),
            Err(withheld) => (Vec::new(), Some(withheld)),
        };
        return OrgDiff {
            org: want.name.clone(),
            wave: desired.wave(want),
            changes,
            unread: None,
            withheld,
        };
    };
    let mut withheld = None;
    let mut changes = Vec::new();
    if let (Some(own), Some(cell)) = (want.cell.as_ref().filter(|_| want.cell_is_own), &live.cell)
        && own != cell
    {
        warnings.push_of(
            &format!("{} is in {cell}, not {own}", live.domain),
            "are in another cell than the file says",
            Diagnostic::warning(
                Code::CellDiffers,
                format!("{} is in cell {cell}, the file says {own}", live.domain),
            )
            .at(want.origin.org)
            .help("an org's cell can't be changed; correct the file"),
        );
    }
    if let Some(wrong) = matching::other_domain(want, live) {
        found.push(wrong);
    }
    if let Some(status) = terms.goal(want) {
        let by_end = want.has_ended(terms.today);
        let key = want.origin.until.filter(|_| by_end);
        let at = key.or(want.origin.status).unwrap_or(want.origin.org);
        let aerial = live.is_aerial_org(desired.account.aerial_org.as_ref());
        let change = status_change(status.status(), live, aerial, at, found);
        changes.extend(change.map(|change| (change, at)));
    }
    if want.status == Some(StatusGoal::Deleted) {
        let at = want.origin.status.unwrap_or(want.origin.org);
        if offered(live, at, desired, options, found) {
            match deletion(live, at, options, warnings) {
                Ok(change) => changes.extend(change.map(|change| (Change::Deletion(change), at))),
                Err(why) => withheld = Some(why),
            }
        }
    }
    // What the org has and the file lists stays, whatever else holds: of most orgs nothing more has to be known.
    let has = live.products.as_ref();
    let stays = has.is_some_and(|has| want.lists_exactly(has.keys(), terms.today));
    if !stays && let Some((before, after)) = target::products(want, live, &desired.ignored, terms) {
        let enable = after.difference(&before).cloned().collect();
        subscribed(want, &enable, account, desired, found);
        if before != after {
            let at = want.origin.products.unwrap_or(want.origin.org);
            let stays_inactive = live.status == LiveStatus::Known(Status::Inactive)
                && want.goal(terms.today) != Some(StatusGoal::Active);
            if stays_inactive {
                let unsure = "inactive: Okta doesn't say whether the products of such an org can be changed, and may refuse";
                warnings.push_of(
                    live.domain.as_str(),
                    format!("are and stay {unsure}"),
                    Diagnostic::warning(
                        Code::InactiveOrg,
                        format!("{} is and stays {unsure}", live.domain),
                    )
                    .at(at)
                    .help("if it does, make the org active first, or remove its `products`"),
                );
            }
            let change = ReplaceProducts { before, after };
            changes.push((Change::Products(change), at));
        }
    }
    if let Some(wrong) = foreign_with_baseline(want, live, desired, terms.today) {
        found.push(wrong);
    }
    let within = inside::of_managed(
        want,
        live,
        desired,
        account.live,
        options,
        (found, warnings),
    );
    let unread = match within {
        Ok(within) => {
            changes.extend(within);
            let unreviewed = inside::was_unread(want, live, desired, options);
            unreviewed.then_some(UnreadReason::Unreviewed)
        }
        Err(reason) => {
            unread::warn(want, live, &reason, warnings);
            Some(reason)
        }
    };
    OrgDiff {
        org: live.name(),
        wave: desired.wave(want),
        changes,
        unread,
        withheld,
    }
}

/// What links an org, and creates it before that where nobody is there.
///
/// # Errors
/// When it isn't known that no earlier run has created it.
fn to_link(
    want: &DesiredOrg,
    desired: &Desired,
    account: Subscription<'_>,
    terms: Terms<'_>,
    options: &PlanOptions,
    (found, warnings): (&mut Diagnostics, &mut Warnings),
) -> Result<Vec<(Change, Span)>, Withheld> {
    let is_absent = |new: &NewOrg| account.live.resolved.get(&new.domain) != Some(&true);
    let new = want.create.as_deref().filter(|new| is_absent(new));
    match (new, want.create.as_deref()) {
        (Some(new), _) => options
            .evidence
            .creations
            .may_be_sent(want, &new.domain, warnings)?,
        (None, Some(there)) => options
            .evidence
            .creations
            .tell_lost(want, &there.domain, warnings),
        (None, None) => {}
    }
    if let Some(parent) = new.and_then(|new| parent_to_create(new, account)) {
        warnings.push_of(
            want.label(),
            "aren't created in this run, since their parents are",
            Diagnostic::warning(
                Code::InvalidCreate,
                format!(
                    "{} isn't created in this run: its parent {parent} is",
                    want.label()
                ),
            )
            .at(want.origin.create.unwrap_or(want.origin.org))
            .help("the next plan has it"),
        );
        return Ok(Vec::new());
    }
    let Some(cell) = want.cell.clone() else {
        found.push(missing_cell(want));
        return Ok(Vec::new());
    };
    let tolerance = target::tolerance(want, desired);
    let enable = target::once_linked(want, &desired.ignored, terms.today);
    subscribed(want, &enable, account, desired, found);
    let after = AfterLink {
        status: want.goal(terms.today).map(StatusGoal::status),
        products: (want.products.is_some() && enable.is_empty()).then(|| tolerance.clone()),
    };
    let create = new.map(|new| {
        let at = want.origin.create.unwrap_or(want.origin.org);
        (Change::Create(CreateOrg { new: new.clone() }), at)
    });
    let mut changes: Vec<(Change, Span)> = create.into_iter().collect();
    changes.push((
        Change::Link(Link {
            name: want.name.clone(),
            cell,
            after,
        }),
        want.origin.org,
    ));
    if !enable.is_empty() {
        let at = want.origin.products.unwrap_or(want.origin.org);
        changes.push((Change::AddProducts(AddProducts { enable, tolerance }), at));
    }
    Ok(changes)
}

/// The parent of a new org, where it is itself to be created.
fn parent_to_create<'a>(new: &NewOrg, account: Subscription<'a>) -> Option<&'a OrgName> {
    let parent = OrgName::Domain(new.parent.clone());
    let parent = account.entries.find(&parent).one()?;
    let absent = account.live.resolved.get(&new.parent) == Some(&false);
    (absent && parent.create.is_some()).then_some(&parent.name)
}

fn status_change(
    want: Status,
    live: &LiveOrg,
    aerial: bool,
    at: Span,
    found: &mut Diagnostics,
) -> Option<Change> {
    match (want, &live.status) {
        (Status::Active, LiveStatus::Known(Status::Active)) => None,
        (Status::Inactive, LiveStatus::Known(Status::Inactive)) if !aerial => None,
        (Status::Inactive, LiveStatus::Known(_)) if aerial => {
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
        (want, LiveStatus::Known(_)) => Some(Change::Status(SetStatus { to: want })),
        (_, LiveStatus::Other(other)) => {
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

/// Whether orgs can be deleted where this plan would be carried out: a sandbox's file says so, the server must be one too.
fn offered(
    live: &LiveOrg,
    at: Span,
    desired: &Desired,
    options: &PlanOptions,
    found: &mut Diagnostics,
) -> bool {
    let offered = desired.account.partner || options.server.sandbox;
    if !offered {
        found.push(
            Diagnostic::error(
                Code::DeletionNotOffered,
                format!("{} can't be deleted: the server that is spoken to isn't the sandbox's, and the account is no partner's", live.domain),
            )
            .at(at)
            .help("write `status: inactive`, or say `account.partner: true` where that is what it is"),
        );
    }
    offered
}

/// The request for the deletion of an org that an earlier run has deactivated, unless a run before has made it.
///
/// # Errors
/// When that isn't known: it would be made twice.
fn deletion(
    live: &LiveOrg,
    at: Span,
    options: &PlanOptions,
    warnings: &mut Warnings,
) -> Result<Option<RequestDeletion>, Withheld> {
    if !live.status.is(Status::Inactive) {
        return Ok(None);
    }
    let (why, help) = match options.evidence.deletions.of(&live.name()) {
        DeletionTold::Asked => return Ok(None),
        DeletionTold::NotAsked => return Ok(Some(RequestDeletion)),
        DeletionTold::Unsure => (
            format!(
                "whether the deletion of {} was requested isn't known: {}",
                live.domain,
                options.evidence.deletions.doubtful(&live.name())
            ),
            "look in the Aerial Console whether it is pending; if it is, take the entry out of the file, and if it isn't, that run's receipt out of its folder, or delete the org there",
        ),
        DeletionTold::Nothing => (
            format!(
                "nothing tells whether the deletion of {} was requested already: the account doesn't{}",
                live.domain,
                options.evidence.deletions.silence()
            ),
            "name the folder with the receipts of all runs with --receipt-dir; or take the entry out of the file: the org stays inactive, and is deleted in the Aerial Console",
        ),
    };
    let message = format!("{why}; its deletion is left out, and `apply` refuses the plan");
    let kind = alike(&why, [live.domain.as_str()]);
    warnings.push_of(
        live.domain.as_str(),
        format!("have their deletions left out, and `apply` refuses the plan: {kind}"),
        Diagnostic::warning(Code::DeletionUnknown, message)
            .at(at)
            .help(help),
    );
    Err(Withheld {
        kind: Kind::Delete,
        org: live.name(),
        why,
    })
}
