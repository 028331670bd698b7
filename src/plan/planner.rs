//! Desired state and snapshot to an ordered plan: synchronous, pure, total.

use std::collections::{BTreeMap, BTreeSet};

use super::approve::Checked;
use super::check::Violation;
use super::deletions::Withheld;
use super::difference::Subscription;
use super::digest;
use super::guardrails::{Judged, breaches};
use super::lookalike::{self, Lookalike};
use super::matching::OrgPair;
use super::model::{Plan, PlanOptions};
use super::{consent, cut_off, difference, matching, order};
use crate::desired::model::{Desired, LookalikePolicy, UnmanagedPolicy};
use crate::desired::suggest::Candidates;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::ids::{OrgName, OrgSet, ProductId};
use crate::live::{Coverage, Snapshot};

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoPlan {
    /// The desired state doesn't fit the account.
    Unfit(Diagnostics),
    /// The plan breaks a law: a defect of the planner, and nothing may be done with it.
    Unlawful(Vec<Violation>),
}

/// Plans how to get from the snapshot to the desired state.
///
/// # Errors
/// Every reason for which there is no plan: an id and a domain of different orgs, a product that isn't subscribed, a cell
/// that is missing, a status that Okta doesn't document.
pub fn plan(desired: &Desired, live: &Snapshot, options: &PlanOptions) -> Result<Checked, NoPlan> {
    let mut found = Diagnostics::default();
    let mut warnings = Diagnostics::default();
    let matching = matching::pair(desired, live, &mut found);
    let near = Candidates::new(live.subscribed.keys().map(ProductId::as_str));
    let account = Subscription { live, near: &near };
    let pairs = matching.pairs.iter();
    let pairs: Vec<_> = pairs
        .filter(|pair| options.selection.covers(pair.desired))
        .collect();
    cut_off::warn(&pairs, live, &mut warnings);
    let mut diffs: Vec<_> = pairs
        .into_iter()
        .map(|pair| difference::of(pair, desired, account, options, &mut found, &mut warnings))
        .collect();
    if found.has_errors() {
        return Err(NoPlan::Unfit(found.sorted()));
    }
    let unread: Vec<OrgName> = diffs
        .iter()
        .filter(|diff| diff.unread)
        .map(|diff| diff.org.clone())
        .collect();
    let withheld = diffs.iter().filter_map(|diff| diff.withheld.clone());
    let withheld: Vec<Withheld> = withheld.collect();
    let in_scope: Vec<OrgName> = diffs.iter().map(|diff| diff.org.clone()).collect();
    let (granting, givers) = consent::of(&diffs, desired, live);
    diffs.extend(granting);
    let steps = order::steps(diffs, &givers);
    let whole = live.coverage == Coverage::Whole;
    let unmanaged = if whole {
        matching.unmanaged
    } else {
        Vec::new()
    };
    if whole && live.aerial_org().is_none() {
        warnings.push(Diagnostic::warning(
            Code::NoAerialOrg,
            "the list of managed orgs lacks the Aerial org, which is always in it: the token may see a part of the account only",
        ));
    }
    if desired.guardrails.unmanaged == UnmanagedPolicy::Warn && !unmanaged.is_empty() {
        warnings.push(unmanaged_warning(&unmanaged));
    }
    if !whole && desired.guardrails.unmanaged != UnmanagedPolicy::Ignore {
        warnings.push(
            Diagnostic::warning(
                Code::NotJudged,
                "this run reads a part of the account, so it can't judge `guardrails.unmanagedOrgs`",
            )
            .help("`aerialctl plan` without --since looks at all orgs"),
        );
    }
    let covered = matching.pairs.iter();
    let covered = covered.filter(|pair| options.selection.covers(pair.desired));
    let lookalikes = lookalikes(desired, covered, &unmanaged, whole, &mut warnings);
    let breaches = breaches(Judged {
        steps: &steps,
        unmanaged: &unmanaged,
        unread: &unread,
        lookalikes: &lookalikes,
        enabled: enabled_in_managed(&unmanaged, live),
        limits: &desired.guardrails,
        allowances: &options.allowances,
    });
    let mut plan = Plan {
        account: desired.account.id.clone(),
        server: options.server.clone(),
        provenance: options.provenance.clone(),
        desired_digest: digest::of_desired(desired),
        live_digest: digest::of_live(live),
        live_orgs: live.orgs.len(),
        steps,
        unchanged: 0,
        unmanaged,
        unread,
        withheld,
        warnings: warnings.sorted(),
        breaches,
        allowances: options.allowances.clone(),
        names: names(desired, live),
    };
    let changed: BTreeSet<&OrgName> = plan.steps.iter().map(|step| &step.org).collect();
    plan.unchanged = in_scope.iter().filter(|org| !changed.contains(org)).count();
    Checked::new(plan, desired, live, options).map_err(NoPlan::Unlawful)
}

/// The lookalikes that a limit judges; the others, and those that nobody could look for, are warned about.
fn lookalikes<'a>(
    desired: &Desired,
    pairs: impl Iterator<Item = &'a OrgPair<'a>>,
    unmanaged: &[OrgName],
    whole: bool,
    warnings: &mut Diagnostics,
) -> Vec<Lookalike> {
    if !whole {
        let mut links = pairs.filter(|pair| pair.live.is_none() && !pair.desired.new);
        if let Some(first) = links.next() {
            warnings.push(
                Diagnostic::warning(
                    Code::Lookalike,
                    "this run reads a part of the account, so it can't tell whether an org that isn't linked looks like a managed one that the file doesn't list",
                )
                .at(first.desired.origin.org)
                .help("`aerialctl plan` without --since looks at all of them"),
            );
        }
        return Vec::new();
    }
    let found = lookalike::among(pairs, unmanaged);
    let warns = desired.guardrails.lookalikes == LookalikePolicy::Warn;
    let (told, judged): (Vec<_>, Vec<_>) = found.into_iter().partition(|one| warns || one.numbered);
    for one in &judged {
        warnings.push(
            Diagnostic::warning(Code::Lookalike, one.question())
                .at(one.origin)
                .help("correct the domain, or say `new: true` on the entry where it is meant"),
        );
    }
    if let Some(first) = told.first() {
        let more = match told.len() {
            1 => String::new(),
            number => format!(" ({} more entries look like one)", number - 1),
        };
        warnings.push(
            Diagnostic::warning(Code::Lookalike, format!("{}{more}", first.question()))
                .at(first.origin)
                .help("correct the domain, or say `new: true` on each entry that is meant"),
        );
    }
    judged
}

/// The products enabled in the orgs whose products were read, which are those that the file manages.
fn enabled_in_managed(unmanaged: &[OrgName], live: &Snapshot) -> u64 {
    let unmanaged: OrgSet = unmanaged.iter().cloned().collect();
    live.orgs
        .iter()
        .filter(|org| !unmanaged.contains(&org.name()))
        .filter_map(|org| org.products.as_ref())
        .map(|products| products.len() as u64)
        .sum()
}

fn unmanaged_warning(orgs: &[OrgName]) -> Diagnostic {
    const SHOWN: usize = 5;
    let labels: Vec<&str> = orgs.iter().take(SHOWN).map(OrgName::label).collect();
    let more = if orgs.len() > SHOWN {
        format!(" and {} more", orgs.len() - SHOWN)
    } else {
        String::new()
    };
    let (are, them) = if orgs.len() == 1 {
        ("managed org isn't", "it is")
    } else {
        ("managed orgs aren't", "they are")
    };
    Diagnostic::warning(
        Code::UnmanagedOrgs,
        format!(
            "{} {are} in the file: {}{more}; {them} left alone",
            orgs.len(),
            labels.join(", ")
        ),
    )
}

fn names(desired: &Desired, live: &Snapshot) -> BTreeMap<ProductId, String> {
    let mut names = live.product_names();
    for (id, name) in &desired.names {
        names.entry(id.clone()).or_insert_with(|| name.clone());
    }
    names
}
