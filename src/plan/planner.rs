//! Desired state and snapshot to an ordered plan: synchronous, pure, total.

use std::collections::{BTreeMap, BTreeSet};

use super::approve::Checked;
use super::check::Violation;
use super::deletions::Withheld;
use super::digest;
use super::ends::{Postponed, PutOff, Terms};
use super::guardrails::{Judged, breaches};
use super::lookalike::{self, Lookalike};
use super::matching::OrgPair;
use super::model::{Plan, PlanOptions, PlannedWave};
use super::step::Step;
use super::strain::Strained;
use super::unfit::Subscription;
use super::unread::UnreadOrg;
use super::{consent, cut_off, difference, ends, matching, nowhere, order, soon};
use crate::desired::model::{Desired, DesiredOrg, LookalikePolicy, UnmanagedPolicy};
use crate::desired::suggest::Candidates;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Warnings};
use crate::ids::{OrgName, ProductId};
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
    let mut warnings = Warnings::default();
    let matching = matching::pair(desired, live, &mut found);
    let near = Candidates::new(live.subscribed.keys().map(ProductId::as_str));
    let entries = desired.by_name();
    let account = Subscription {
        live,
        near: &near,
        entries: &entries,
        managed: &matching.managed,
    };
    let pairs = matching.pairs.iter();
    let pairs: Vec<_> = pairs
        .filter(|pair| options.selection.covers(pair.desired))
        .collect();
    cut_off::warn(&pairs, live, &mut warnings);
    nowhere::warn(&pairs, desired, live, &mut warnings);
    let terms = Terms {
        reviewed: options.reviewed_on,
        ..Terms::on(options.today)
    };
    let mut draft = Draft::of(&pairs, desired, account, terms, options);
    if draft.found.has_errors() || found.has_errors() {
        found.extend(draft.found);
        return Err(NoPlan::Unfit(found.sorted()));
    }
    let whole = live.coverage == Coverage::Whole;
    let unmanaged = if whole {
        matching.unmanaged
    } else {
        Vec::new()
    };
    let named = desired.account.aerial_org.as_ref();
    if whole && !live.orgs.iter().any(|org| org.is_aerial_org(named)) {
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
    let judge = |draft: &Draft, warnings: &mut Diagnostics| {
        let strained = Strained {
            desired,
            live,
            pairs: &pairs,
            steps: &draft.steps,
            today: options.today,
        };
        let strains = strained.by_plan(warnings);
        let straining = strains
            .iter()
            .flat_map(|strain| strain.steps.iter().copied());
        breaches(Judged {
            strains: &strains,
            straining: &straining.collect(),
            steps: &draft.steps,
            unmanaged: &unmanaged,
            unread: &draft.unread,
            lookalikes: &lookalikes,
            enabled: enabled_in(&pairs),
            limits: &desired.guardrails,
            allowances: &options.allowances,
        })
    };
    let mut constrained = Diagnostics::default();
    let mut breaches = judge(&draft, &mut constrained);
    let (allowances, today) = (&options.allowances, options.today);
    let (steps, left_out) = (&draft.steps, &mut warnings);
    let postponed = Postponed::because_of(&breaches, allowances, steps, &entries, today, left_out);
    let kept_to = Terms {
        postponed: postponed.as_ref(),
        ..terms
    };
    if postponed.is_some() {
        draft = Draft::of(&pairs, desired, account, kept_to, options);
        constrained = Diagnostics::default();
        breaches = judge(&draft, &mut constrained);
    }
    ends::ended_since(terms, &pairs, &mut warnings);
    warnings.extend(soon::ends_soon(desired, &options.selection, today));
    warnings.extend(constrained);
    warnings.join(draft.warnings);
    let has_ends = desired.orgs.iter().any(DesiredOrg::has_an_end);
    let mut plan = Plan {
        account: desired.account.id.clone(),
        today: has_ends.then_some(today),
        server: options.server.clone(),
        provenance: options.provenance.clone(),
        desired_digest: digest::of_desired(desired),
        live_digest: digest::of_live(live),
        live_orgs: live.orgs.len(),
        steps: draft.steps,
        waves: PlannedWave::all(desired, &entries, &draft.unread),
        in_turn: options.in_turn && !desired.waves.is_empty(),
        put_off: PutOff::of(kept_to, &pairs),
        postponed: postponed.unwrap_or_default(),
        unchanged: 0,
        unmanaged,
        unread: draft.unread,
        withheld: draft.withheld,
        warnings: warnings.grouped(),
        breaches,
        allowances: options.allowances.clone(),
        names: names(desired, live),
    };
    let changed: BTreeSet<&OrgName> = plan.steps.iter().map(|step| &step.org).collect();
    plan.unchanged = draft
        .in_scope
        .iter()
        .filter(|org| !changed.contains(org))
        .count();
    Checked::new(plan, desired, live, options).map_err(NoPlan::Unlawful)
}

/// The steps that lead from the account to the file, under some terms.
pub(super) struct Draft {
    pub(super) steps: Vec<Step>,
    pub(super) unread: Vec<UnreadOrg>,
    withheld: Vec<Withheld>,
    in_scope: Vec<OrgName>,
    /// Why there can be no plan.
    pub(super) found: Diagnostics,
    warnings: Warnings,
}

impl Draft {
    pub(super) fn of(
        pairs: &[&OrgPair<'_>],
        desired: &Desired,
        account: Subscription<'_>,
        terms: Terms<'_>,
        options: &PlanOptions,
    ) -> Self {
        let (mut found, mut warnings) = (Diagnostics::default(), Warnings::default());
        let mut diffs: Vec<_> = pairs
            .iter()
            .map(|pair| {
                let told = (&mut found, &mut warnings);
                difference::of(pair, desired, account, terms, options, told.0, told.1)
            })
            .collect();
        let unread = diffs.iter().filter_map(|diff| {
            let reason = diff.unread.clone()?;
            let org = diff.org.clone();
            Some(UnreadOrg { org, reason })
        });
        let unread = unread.collect();
        let withheld = diffs.iter().filter_map(|diff| diff.withheld.clone());
        let withheld = withheld.collect();
        let in_scope = diffs.iter().map(|diff| diff.org.clone()).collect();
        let (granting, givers) = consent::of(&diffs, desired, account);
        diffs.extend(granting);
        Self {
            steps: order::steps(diffs, &givers, options.in_turn),
            unread,
            withheld,
            in_scope,
            found,
            warnings,
        }
    }
}

/// The lookalikes that a limit judges; the others, and those that nobody could look for, are warned about.
fn lookalikes<'a>(
    desired: &Desired,
    pairs: impl Iterator<Item = &'a OrgPair<'a>>,
    unmanaged: &[OrgName],
    whole: bool,
    warnings: &mut Warnings,
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

/// The products enabled in the orgs of the run whose products the file manages.
fn enabled_in(pairs: &[&OrgPair<'_>]) -> u64 {
    let managed = pairs.iter().filter(|pair| pair.desired.products.is_some());
    let products = managed.filter_map(|pair| pair.live?.products.as_ref());
    products.map(|products| products.len() as u64).sum()
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
