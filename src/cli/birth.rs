//! What creating an org takes beside the plan: the admin's password, and a place for the new org's token.

use std::collections::BTreeSet;
use std::collections::btree_map::Entry;

use super::error::CliError;
use crate::aerial;
use crate::desired::Desired;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, counted};
use crate::ids::OrgSet;
use crate::live::Snapshot;
use crate::org::{OrgHosts, OrgKeyring};
use crate::plan::{Kind, Plan, Selection, Step, unborn};

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

/// So much of what is lacking is told.
const NAMED: usize = 5;

/// What the creations of a plan lack, a sentence each.
async fn lacking(plan: &Plan, keyring: &dyn OrgKeyring) -> Vec<String> {
    let mut lacks = BTreeSet::new();
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
    let lacks = lacking(plan, orgs.keyring()).await;
    if lacks.is_empty() {
        return Diagnostics::default();
    }
    let created = counted(plan.count(Kind::Create), "org");
    let message = format!(
        "to create {created}, `apply` needs what isn't here: {}",
        some_of(&lacks)
    );
    Diagnostics::from_iter([Diagnostic::warning(Code::Notice, message)])
}

/// Refuses a plan whose creations lack something: a new org's token is shown once, so nothing starts without a place for it.
///
/// # Errors
/// With exit 4 when they do.
pub(super) async fn refuse(plan: &Plan, orgs: &OrgHosts) -> Result<(), CliError> {
    let lacks = lacking(plan, orgs.keyring()).await;
    if lacks.is_empty() {
        return Ok(());
    }
    Err(cannot(&some_of(&lacks)))
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
    made.map_err(|why| cannot(&why.to_string()))
}

fn cannot(why: &str) -> CliError {
    CliError::refused(format!(
        "an org can't be created: {why}; nothing was changed"
    ))
}

/// The orgs that a plan links and that its file would have created, had they not been there: they may be there since a moment.
#[must_use]
pub(super) fn young(plan: &Plan, desired: &Desired) -> OrgSet {
    let here: OrgSet = created(plan).map(|step| step.org.clone()).collect();
    let entries = desired.by_name();
    let links = plan.steps.iter().filter(|step| step.kind() == Kind::Link);
    let young = links.filter(|step| {
        let entry = entries.find(&step.org).one();
        entry.is_some_and(|entry| entry.create.is_some()) && !here.contains(&step.org)
    });
    young.map(|step| step.org.clone()).collect()
}
