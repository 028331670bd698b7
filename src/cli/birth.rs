//! What creating an org takes beside the plan: its parent's credential, the admin's password and a place for the new
//! org's token.

use std::collections::BTreeSet;
use std::collections::btree_map::Entry;

use futures_util::stream::{self, StreamExt as _};

use super::error::CliError;
use crate::aerial;
use crate::desired::Desired;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, counted};
use crate::ids::{Domain, OrgName, OrgSet};
use crate::live::Snapshot;
use crate::org::OrgHosts;
use crate::plan::{Host, Kind, Plan, Selection, Step, unborn};

/// Looks for each org that a file would have created, and notes in the snapshot whether it is there.
///
/// # Errors
/// When neither the one nor the other is said.
pub(super) async fn resolve(
    desired: &Desired,
    selection: &Selection,
    live: &mut Snapshot,
    orgs: &OrgHosts,
) -> Result<(), aerial::Error> {
    for domain in unborn(desired, selection, live) {
        if let Entry::Vacant(place) = live.resolved.entry(domain) {
            let exists = orgs.exists(place.key(), false).await?;
            place.insert(exists);
        }
    }
    Ok(())
}

/// So many credentials are looked for at once: a helper is a process each time.
const AT_ONCE: usize = 8;

/// So much of what is lacking is told.
const NAMED: usize = 5;

/// What the creations and consents of a plan lack, a sentence each.
async fn lacking(plan: &Plan, orgs: &OrgHosts) -> Vec<String> {
    let keyring = orgs.keyring();
    let mut lacks = without_credential(plan, orgs).await;
    for step in created(plan) {
        let variable = step.request.secret_variable();
        let password = variable.and_then(|name| keyring.variable(name).err());
        lacks.extend(password.map(|why| why.to_string()));
        if let Some(domain) = step.org.domain() {
            let place = keyring.has_place(domain).await.err();
            lacks.extend(place.map(|why| why.to_string()));
        }
    }
    lacks.into_iter().collect()
}

/// The parents and givers to which nothing lets this run in.
async fn without_credential(plan: &Plan, orgs: &OrgHosts) -> BTreeSet<String> {
    let steps = plan.steps.iter();
    let asked = steps.filter(|step| matches!(step.kind(), Kind::Create | Kind::Consent));
    let hosts = asked.filter_map(|step| match step.request.host() {
        Host::Org(domain) => Some(domain),
        Host::Account => None,
    });
    let hosts: BTreeSet<&Domain> = hosts.collect();
    let looked = stream::iter(hosts).map(|domain| orgs.has_credential(domain));
    let looked = looked.buffer_unordered(AT_ONCE);
    let lacks = looked.filter_map(|found| async { found.err().map(|why| why.to_string()) });
    lacks.collect().await
}

fn created(plan: &Plan) -> impl Iterator<Item = &Step> {
    let steps = plan.steps.iter();
    steps.filter(|step| step.kind() == Kind::Create)
}

/// The first few of many.
fn some_of(lacks: &[String]) -> String {
    let (shown, rest) = lacks.split_at_checked(NAMED).unwrap_or((lacks, &[]));
    let more = match rest.len() {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    format!("{}{more}", shown.join("; "))
}

/// A warning of what `apply` will need.
pub(super) async fn needs(plan: &Plan, orgs: &OrgHosts) -> Diagnostics {
    let lacks = lacking(plan, orgs).await;
    if lacks.is_empty() {
        return Diagnostics::default();
    }
    let purposes = [(Kind::Create, "create"), (Kind::Consent, "let in")];
    let purposes = purposes.into_iter().filter_map(|(kind, verb)| {
        let orgs = Some(plan.count(kind)).filter(|orgs| *orgs > 0)?;
        Some(format!("{verb} {}", counted(orgs, "org")))
    });
    let purposes: Vec<String> = purposes.collect();
    let message = format!(
        "to {}, `apply` needs what isn't here: {}",
        purposes.join(" and to "),
        some_of(&lacks)
    );
    Diagnostics::from_iter([Diagnostic::warning(Code::Notice, message)])
}

/// Refuses a plan whose creations or consents lack something: a new org's token is shown once, so nothing starts without a place for it.
///
/// # Errors
/// With exit 4 when they do.
pub(super) async fn refuse(plan: &Plan, orgs: &OrgHosts) -> Result<(), CliError> {
    let lacks = lacking(plan, orgs).await;
    if lacks.is_empty() {
        return Ok(());
    }
    Err(cannot(plan, &some_of(&lacks)))
}

/// Makes the place for the tokens, where the plan creates an org.
///
/// # Errors
/// With exit 4 when it can't be made.
pub(super) fn ready(plan: &Plan, orgs: &OrgHosts) -> Result<(), CliError> {
    if created(plan).next().is_none() {
        return Ok(());
    }
    let made = orgs.keyring().make_place();
    made.map_err(|why| cannot(plan, &why.to_string()))
}

fn cannot(plan: &Plan, why: &str) -> CliError {
    let what = match plan.count(Kind::Create) {
        0 => "consent can't be granted",
        _ => "an org can't be created",
    };
    CliError::refused(format!("{what}: {why}; nothing was changed"))
}

/// The orgs that a plan links and that its file would have created, had they not been there: they may be there since a moment.
#[must_use]
pub(super) fn young(plan: &Plan, desired: &Desired) -> Vec<OrgName> {
    let here: OrgSet = created(plan).map(|step| step.org.clone()).collect();
    let entries = desired.by_name();
    let links = plan.steps.iter().filter(|step| step.kind() == Kind::Link);
    let young = links.filter(|step| {
        let entry = entries.find(&step.org).one();
        entry.is_some_and(|entry| entry.create.is_some()) && !here.contains(&step.org)
    });
    young.map(|step| step.org.clone()).collect()
}
