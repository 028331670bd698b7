//! A plan and a comparison in one line.

use std::collections::{BTreeMap, BTreeSet};

use super::view::PlanView;
use crate::desired::compare::{Comparison, EntryChange};
use crate::diagnostic::counted;
use crate::ids::{OrgName, ProductId};
use crate::plan::{AccountServer, Cause, Kind, Plan, PutOff, Step, Withheld};

/// So many orgs are named in one line.
const NAMED: usize = 3;

/// What a plan without steps says.
const MATCHES: &str = "No changes. The account matches the desired state.";

/// The same of an undo, which looks at what one run did, and compares nothing with the file.
const NOTHING_LEFT: &str = "No changes. Nothing is left that `undo` can put back.";

/// Which account the plan is about, where it is, and who issues the tokens for it.
#[must_use]
pub fn header(plan: &Plan) -> String {
    let AccountServer {
        endpoint,
        issuer,
        sandbox: _,
    } = &plan.server;
    let account = &plan.account;
    let whose = match issuer {
        _ if endpoint == AccountServer::EMULATOR => format!("Account {account}, emulated."),
        Some(issuer) => format!("Account {account} at {endpoint}, tokens of {issuer}."),
        None => format!("Account {account} at {endpoint}."),
    };
    match plan.today {
        None => whose,
        Some(today) => format!("{whose} What is listed until a day: as of {today} (UTC)."),
    }
}

/// `Plan: 1 to link, 3 products to enable in 2 orgs, 1 to disable in 1 org, 409 orgs unchanged.`
#[must_use]
pub fn plan(plan: &Plan) -> String {
    let unread = plan.unread.len();
    if plan.steps.is_empty() {
        return match no_changes(unread, &plan.withheld, plan.put_off) {
            None if plan.provenance.undoes => NOTHING_LEFT.to_owned(),
            None => MATCHES.to_owned(),
            Some(text) => text,
        };
    }
    let mut parts = Vec::new();
    let (enabled, disabled) = (plan.enabled(), plan.disabled());
    for kind in Kind::ALL {
        match kind {
            Kind::Enable if enabled > 0 => {
                let orgs = orgs(plan, |step| !step.delta().enable.is_empty());
                parts.push(format!(
                    "{} to enable in {orgs}",
                    counted(enabled, "product")
                ));
            }
            Kind::Disable if disabled > 0 => {
                let products = match enabled {
                    0 => counted(disabled, "product"),
                    _ => disabled.to_string(),
                };
                let orgs = orgs(plan, |step| !step.delta().disable.is_empty());
                parts.push(format!("{products} to disable in {orgs}"));
            }
            Kind::Configure => {
                let objects = plan.count(kind);
                if objects > 0 {
                    let orgs = orgs(plan, |step| step.kind() == kind);
                    parts.push(format!(
                        "{} to configure in {orgs}",
                        counted(objects, "object")
                    ));
                }
            }
            // A swap is both: its products are counted with the others.
            Kind::Enable | Kind::Disable | Kind::Swap => {}
            Kind::Create
            | Kind::Consent
            | Kind::Link
            | Kind::Activate
            | Kind::Deactivate
            | Kind::Delete => match plan.count(kind) {
                0 => {}
                count => parts.push(format!("{count} to {}", kind.as_str())),
            },
        }
    }
    // An undo is about the orgs that it changes.
    if !plan.provenance.undoes {
        parts.push(format!("{} unchanged", counted(plan.unchanged, "org")));
    }
    let but = match unread {
        0 => String::new(),
        _ => format!(
            "; the inside of {} couldn't be read",
            counted(unread, "org")
        ),
    };
    format!("Plan: {}{but}.", parts.join(", "))
}

/// What there is to say of a plan without steps where not all was looked at, or not all is to be done.
fn no_changes(unread: usize, withheld: &[Withheld], put_off: PutOff) -> Option<String> {
    let orgs = counted(unread, "org");
    let of = |kind: Kind| {
        let count = withheld.iter().filter(|one| one.kind == kind).count();
        (count > 0).then(|| counted(count, noun(kind)))
    };
    let left: Vec<String> = [Kind::Create, Kind::Delete]
        .into_iter()
        .filter_map(of)
        .chain(put_off.words())
        .collect();
    let is_all = left.is_empty();
    let left = left.join(" and ");
    let text = match (unread, is_all) {
        (0, true) => return None,
        (0, false) => format!("No changes, and {left} left out."),
        (_, true) => {
            format!("No changes in what could be read; the inside of {orgs} couldn't be.")
        }
        (_, false) => format!(
            "No changes in what could be read; the inside of {orgs} couldn't be, and {left} left out."
        ),
    };
    Some(text)
}

/// `Can't be undone: 1 link (acme-emea.okta.com)`, where there is something.
#[must_use]
pub fn irreversible(plan: &Plan) -> Option<String> {
    // The worst first: what is deleted, then what comes and stays.
    let kinds = Kind::ALL.into_iter().rev();
    let parts: Vec<String> = kinds
        .filter(|kind| !kind.row().reversible)
        .filter_map(|kind| {
            let steps = plan.steps.iter().filter(|step| step.kind() == kind);
            let orgs: Vec<&str> = steps.map(|step| step.org.label()).collect();
            let named = some_of(&orgs)?;
            Some(format!("{} ({named})", counted(orgs.len(), noun(kind))))
        })
        .collect();
    (!parts.is_empty()).then(|| format!("Can't be undone: {}.", parts.join(", ")))
}

/// `Waves (apply --waves): canary 3 steps in 2 orgs (a.okta.com, b.okta.com), then rest 40 steps in 30 orgs (…).`, where the
/// file has waves and the plan steps.
#[must_use]
pub fn waves(plan: &Plan) -> Option<String> {
    let told = plan.waves.iter().filter_map(|planned| {
        let wave = Some(&planned.wave);
        let steps = plan.steps.iter().filter(|step| step.wave.as_ref() == wave);
        let orgs: Vec<&OrgName> = steps.map(|step| &step.org).collect();
        let different: BTreeSet<&OrgName> = orgs.iter().copied().collect();
        let labels: Vec<&str> = different.iter().map(|org| org.label()).collect();
        Some(format!(
            "{} {} in {} ({})",
            planned.wave.name,
            counted(orgs.len(), "step"),
            counted(labels.len(), "org"),
            some_of(&labels)?
        ))
    });
    let told: Vec<String> = told.collect();
    let title = if plan.in_turn {
        "Waves, one after another"
    } else {
        "Waves (apply --waves takes one after another)"
    };
    (!told.is_empty()).then(|| format!("{title}: {}.", told.join(", then ")))
}

/// `Taken away: P000131 IT Products - MFA in 49 orgs, P000139 … in 3 orgs.`, the most first: removals and swaps together.
#[must_use]
pub fn taken(plan: &Plan) -> Option<String> {
    let mut taken: BTreeMap<&ProductId, usize> = BTreeMap::new();
    for id in plan.steps.iter().flat_map(|step| step.delta().disable) {
        *taken.entry(id).or_default() += 1;
    }
    let mut taken: Vec<(&ProductId, usize)> = taken.into_iter().collect();
    taken.sort_by_key(|(id, orgs)| (std::cmp::Reverse(*orgs), *id));
    let shown: Vec<String> = taken
        .iter()
        .take(NAMED)
        .map(|(id, orgs)| {
            let name = Some(plan.name(id)).filter(|name| *name != id.as_str());
            let name = name.map_or_else(String::new, |name| format!(" {name}"));
            format!("{id}{name} in {}", counted(*orgs, "org"))
        })
        .collect();
    let left = taken.len().saturating_sub(NAMED);
    let more = match left {
        0 => String::new(),
        1 => " and 1 more product".to_owned(),
        left => format!(" and {left} more products"),
    };
    (!shown.is_empty()).then(|| format!("Taken away: {}{more}.", shown.join(", ")))
}

/// The first few, and how many more there are; `None` for nobody.
fn some_of(orgs: &[&str]) -> Option<String> {
    let (named, rest) = orgs.split_at_checked(NAMED).unwrap_or((orgs, &[]));
    if named.is_empty() {
        return None;
    }
    let named = named.join(", ");
    Some(match rest.len() {
        0 => named,
        left => format!("{named} and {left} more"),
    })
}

fn noun(kind: Kind) -> &'static str {
    match kind {
        Kind::Create => "creation",
        Kind::Delete => "deletion",
        Kind::Consent
        | Kind::Link
        | Kind::Activate
        | Kind::Enable
        | Kind::Swap
        | Kind::Configure
        | Kind::Disable
        | Kind::Deactivate => kind.as_str(),
    }
}

/// What the branch causes and what the mark `drift` means; `None` where nobody asked.
#[must_use]
pub fn drift(view: PlanView<'_>) -> Option<String> {
    let steps = &view.plan.steps;
    steps.iter().find_map(|step| view.causes.cause(step))?;
    let is_drift = |step: &&Step| view.causes.cause(step) == Some(Cause::Drift);
    let whole = steps.iter().filter(is_drift).count();
    let in_part = steps.iter().any(|step| view.causes.drifted(step).is_some());
    match whole {
        0 if !in_part => Some("All of it is caused by this branch.".to_owned()),
        _ if whole == steps.len() => Some(
            "All of it is drift: the account had moved away from the file before this branch."
                .to_owned(),
        ),
        _ => Some(
            "Marked drift: the account had moved away from the file before. The rest is caused by this branch."
                .to_owned(),
        ),
    }
}

/// The one line that says what a branch changes.
#[must_use]
pub fn comparison(comparison: &Comparison) -> String {
    if comparison.orgs.is_empty() && comparison.account_wide.is_empty() {
        return "This branch changes nothing in the desired state.".to_owned();
    }
    let of = |entry: EntryChange| {
        let orgs = comparison.orgs.iter();
        orgs.filter(|org| org.entry == entry).count()
    };
    let enabled: usize = comparison.orgs.iter().map(|org| org.enable.len()).sum();
    let disabled: usize = comparison.orgs.iter().map(|org| org.disable.len()).sum();
    format!(
        "This branch: {} added, {} removed from the file, {} changed; {} listed, {disabled} no longer listed.",
        counted(of(EntryChange::Added), "org"),
        of(EntryChange::Removed),
        of(EntryChange::Changed),
        counted(enabled, "product")
    )
}

fn orgs(plan: &Plan, concerned: impl Fn(&Step) -> bool) -> String {
    let steps = plan.steps.iter().filter(|step| concerned(step));
    let orgs: BTreeSet<&OrgName> = steps.map(|step| &step.org).collect();
    counted(orgs.len(), "org")
}
