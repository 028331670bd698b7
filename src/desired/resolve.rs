//! The second layer: meaning. Raw files to the model, with every error, not the first alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use super::account::{account, version};
use super::agree::{only, start};
use super::baseline::Baseline;
use super::baselines;
use super::birth;
use super::budget;
use super::catalog::Catalog;
use super::constraints::{constraints, contradictions};
use super::guardrails::guardrails;
use super::hosts;
use super::judged::ListJudge;
use super::model::{
    Account, Defaults, Desired, DesiredOrg, Enforce, Environment, Origin, StatusGoal,
};
use super::raw::{RawFile, RawOrg};
use super::tree::Node;
use super::until::day;
use super::waves::{self, WaveNames};
use super::words::{enforce, status};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity, SourceId, Span};
use crate::ids::{Cell, Domain, OrgId, OrgName, Status};

/// Puts the files together, which have so many bytes, with the entries of their orgs, as of a day. The result is absent when
/// there was an error, now or before, in the schema.
///
/// An entry is gone when its org is made: both of all orgs take a lot.
pub(super) fn resolve<'a>(
    files: &[RawFile<'_>],
    entries: impl Iterator<Item = Node<'a>>,
    today: Date,
    (invalid, bytes): (bool, usize),
    found: &mut Diagnostics,
) -> Option<Desired> {
    version(files, found);
    let account = account(files, found);
    let mut catalog = Catalog::new(files, budget::listed(bytes), found);
    let ignored_words: Vec<_> = files
        .iter()
        .flat_map(|file| file.ignore_products.iter().cloned())
        .collect();
    let ignored: BTreeSet<_> = catalog
        .resolve(&ignored_words, found)
        .iter()
        .map(|listed| listed.id.clone())
        .collect();
    let baselines = baselines::baselines(files, found);
    let defaults = Defaults {
        cell: only(files, |file| file.default_cell.as_ref())
            .and_then(|at| Cell::parse(&at.value).ok()),
        enforce: only(files, |file| file.default_enforce.as_ref())
            .and_then(|at| enforce(&at.value)),
        baseline: only(files, |file| file.default_baseline.as_ref())
            .and_then(|at| baselines::named(at, &baselines, found))
            .flatten(),
    };
    let waves = waves::waves(files, found);
    let wave_names = WaveNames::of(&waves);
    let mut orgs: Vec<DesiredOrg> = Vec::new();
    for entry in entries {
        let Some(raw) = RawOrg::from_node(&entry) else {
            continue;
        };
        let wave = raw.wave.as_ref();
        let wave = wave.and_then(|at| wave_names.named(at, found));
        let org = org(&raw, &defaults, &baselines, &mut catalog, found);
        orgs.extend(org.map(|org| DesiredOrg { wave, ..org }));
    }
    for org in &orgs {
        for product in org.products.iter().flatten() {
            if ignored.contains(&product.id) {
                found.push_with(Severity::Warning, || {
                    Diagnostic::warning(
                        Code::IgnoredProduct,
                        format!(
                            "{} lists {}, which `ignoreProducts` leaves to others: it won't be enabled here",
                            org.label(),
                            product.id
                        ),
                    )
                    .at(org.lists_at(product))
                });
            }
        }
    }
    for org in &orgs {
        if let (Some(at), Some(StatusGoal::Inactive | StatusGoal::Deleted)) =
            (org.origin.until, org.status)
        {
            found.push_with(Severity::Warning, || {
                Diagnostic::warning(
                    Code::IdleUntil,
                    format!("`until` does nothing for {}: its status is to be inactive whatever the day", org.label()),
                )
                .at(at)
                .help("remove one of the two")
            });
        }
    }
    once_each(&orgs, found);
    birth::one_password_each(&orgs, found);
    if files.iter().all(|file| !file.has_orgs) {
        found.push(
            Diagnostic::error(Code::MissingKey, "no file has the key `orgs`")
                .at(start(SourceId(0)))
                .help("add `orgs:` with the orgs of the account, or `orgs: []` for none"),
        );
    }
    let guardrails = guardrails(files, &orgs, found);
    if let Some(aerial_org) = account
        .as_ref()
        .and_then(|account| account.aerial_org.as_ref())
    {
        for org in &orgs {
            let ends = org.until.is_some()
                || org
                    .status
                    .is_some_and(|goal| goal.status() == Status::Inactive);
            if org.name.domain() == Some(aerial_org) && ends {
                found.push(
                    Diagnostic::error(
                        Code::InactiveAerialOrg,
                        format!("{aerial_org} is the Aerial org: it is never deactivated"),
                    )
                    .at(org.origin.until.or(org.origin.status).unwrap_or(org.origin.org))
                    .help("remove its `status` and `until`: the Aerial org issues every token, and without it nothing could be undone"),
                );
            }
        }
    }
    if let Some(account) = &account {
        deletions(account, &orgs, found);
        if account.environment == Environment::Sandbox {
            birth::reachable_cells(&orgs, found);
        }
    }
    let constraints = constraints(files, &mut catalog, found);
    let (names, bundles) = (catalog.names(), catalog.bundles());
    // Of a file that breaks the schema nothing bounds the lists and rules.
    if !invalid && !found.has_errors() {
        contradictions(&constraints, &names, found);
        let judgement = ListJudge {
            rules: &constraints,
            names: &names,
            ignored: &ignored,
            today,
        };
        judgement.of(&orgs, found);
    }
    if invalid || found.has_errors() {
        return None;
    }
    orgs.sort_by(|a, b| a.name.cmp(&b.name));
    Some(Desired {
        account: account?,
        defaults,
        orgs,
        ignored,
        guardrails,
        constraints,
        waves,
        baselines,
        names,
        bundles,
    })
}

/// Okta deletes orgs of the sandbox and of partners alone [Okta, Aerial API: deletionRequest].
fn deletions(account: &Account, orgs: &[DesiredOrg], found: &mut Diagnostics) {
    if account.partner || account.environment == Environment::Sandbox {
        return;
    }
    for org in orgs {
        if org.status == Some(StatusGoal::Deleted) {
            found.push(
                Diagnostic::error(
                    Code::DeletionNotOffered,
                    format!("{} can't be deleted: this account is neither the sandbox's nor a partner's", org.label()),
                )
                .at(org.origin.status.unwrap_or(org.origin.org))
                .help("write `status: inactive`; or say `account.environment: sandbox`, or `account.partner: true` where that is what it is"),
            );
        }
    }
}

fn org(
    raw: &RawOrg<'_>,
    defaults: &Defaults,
    baselines: &BTreeMap<Arc<str>, Arc<Baseline>>,
    catalog: &mut Catalog<'_>,
    found: &mut Diagnostics,
) -> Option<DesiredOrg> {
    let org_domain = raw.domain.as_ref().and_then(|at| hosts::org(at, found));
    let id = raw.id.as_ref().and_then(|at| OrgId::parse(&at.value).ok());
    if let (Some(id), Some(at)) = (&id, &raw.id)
        && id.is_short()
    {
        found.push_with(Severity::Warning, || short(id, at.span));
    }
    let products = raw.products.as_ref();
    let products = products.map(|at| catalog.resolve(&at.value, found));
    let name = OrgName::of(id, org_domain)?;
    let own_cell = raw.cell.as_ref().and_then(|at| Cell::parse(&at.value).ok());
    let own_baseline = raw.baseline.as_ref();
    let own_baseline = own_baseline.and_then(|at| baselines::named(at, baselines, found));
    let cell = own_cell.clone().or_else(|| defaults.cell.clone());
    let birth = birth::of(raw, &name, cell.as_ref(), found);
    Some(DesiredOrg {
        name,
        cell_is_own: own_cell.is_some(),
        cell,
        status: raw.status.as_ref().and_then(|at| status(&at.value)),
        until: raw.until.as_ref().and_then(|at| day(at, found)),
        products,
        enforce: raw
            .enforce
            .as_ref()
            .and_then(|at| enforce(&at.value))
            .or(defaults.enforce)
            .unwrap_or(Enforce::Exact),
        baseline: own_baseline.unwrap_or_else(|| defaults.baseline.clone()),
        parent: birth.parent,
        consent: birth.consent,
        create: birth.create.map(Box::new),
        new: raw.new.as_ref().is_some_and(|at| at.value == "true"),
        wave: None, // named by the caller
        owner: raw.owner.as_ref().map(|at| at.value.trim().into()),
        note: raw.note.as_ref().map(|at| at.value.trim().to_owned()),
        origin: Origin {
            org: raw.span,
            status: raw.status.as_ref().map(|at| at.span),
            until: raw.until.as_ref().map(|at| at.span),
            products: raw.products.as_ref().map(|at| at.span),
            consent: raw.consent.as_ref().map(|at| at.span),
            create: raw.create.as_ref().map(|at| at.span),
        },
    })
}

/// An id that was cut off when it was copied finds no org, and then asks for a link.
fn short(id: &OrgId, at: Span) -> Diagnostic {
    Diagnostic::warning(
        Code::ShortId,
        format!(
            "the id {id} is shorter than Okta's, which have {} characters",
            OrgId::USUAL_LEN
        ),
    )
    .at(at)
    .help("was it cut off? Write all of it, and the `domain` beside it: a link can't be undone")
}

fn once_each(orgs: &[DesiredOrg], found: &mut Diagnostics) {
    let mut domains: BTreeMap<&Domain, Span> = BTreeMap::new();
    let mut ids: BTreeMap<&OrgId, Span> = BTreeMap::new();
    for org in orgs {
        let by_domain = org
            .name
            .domain()
            .and_then(|domain| domains.insert(domain, org.origin.org));
        let by_id = org.name.id().and_then(|id| ids.insert(id, org.origin.org));
        if let Some(before) = by_domain.or(by_id) {
            found.push(
                Diagnostic::error(
                    Code::DuplicateOrg,
                    format!("the org {} is listed twice", org.label()),
                )
                .label(org.origin.org, "here")
                .label(before, "and here")
                .help("keep one of the two entries"),
            );
        }
    }
}
