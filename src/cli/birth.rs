//! What creating an org takes beside the plan: the admin's password, and a place for the new org's token.

use std::collections::btree_map::Entry;

use super::error::CliError;
use super::output::Printer;
use crate::aerial;
use crate::desired::Desired;
use crate::diagnostic::counted;
use crate::live::Snapshot;
use crate::org::{OrgHosts, OrgKeyring};
use crate::plan::{Kind, Plan, Selection, unborn};

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
fn lacking(plan: &Plan, keyring: &dyn OrgKeyring) -> Vec<String> {
    let created = plan.steps.iter().filter(|step| step.kind() == Kind::Create);
    let bodies = created.map(|step| step.request.body());
    let variables: Vec<String> = bodies
        .filter_map(|body| {
            let secret = body.pointer("/admin/credentials/password/value/secret")?;
            secret.as_str().map(str::to_owned)
        })
        .collect();
    let mut lacks: Vec<String> = variables
        .iter()
        .filter_map(|name| keyring.variable(name).err())
        .map(|why| why.to_string())
        .collect();
    if !variables.is_empty() {
        lacks.extend(keyring.place().err().map(|why| why.to_string()));
    }
    lacks
}

/// Warns of what `apply` will need.
pub(super) fn warn(plan: &Plan, orgs: &OrgHosts, printer: &Printer) {
    let lacks = lacking(plan, orgs.keyring());
    if let Some((shown, rest)) = lacks.split_at_checked(lacks.len().min(NAMED))
        && !shown.is_empty()
    {
        let more = match rest.len() {
            0 => String::new(),
            more => format!("; and {more} more"),
        };
        let why = shown.join("; ");
        let created = plan.count(Kind::Create);
        let orgs = counted(created, "org");
        printer.warning(
            &format!("`apply` will refuse to create {orgs}: {why}{more}"),
            HELP,
        );
    }
}

/// Refuses a plan whose creations lack something: a new org's token is shown once, so nothing starts without a place for it.
///
/// # Errors
/// With exit 4 when they do.
pub(super) fn refuse(plan: &Plan, orgs: &OrgHosts) -> Result<(), CliError> {
    let lacks = lacking(plan, orgs.keyring());
    if lacks.is_empty() {
        return Ok(());
    }
    Err(CliError::refused(format!("an org can't be created: {}", lacks.join("; "))).hint(HELP))
}

const HELP: &str = "set the variable that `create.admin.passwordFrom` names to the first password of the org's admin, and name a place for the org's token with AERIAL_CREDENTIAL_HELPER or --token-dir";
