//! What an emulated account starts as: a kept one, a seed file, or what the desired state needs.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::env::Process;
use super::error::CliError;
use super::flags::ConnectionFlags;
use super::folder;
use super::output::Printer;
use super::seeds::{self, EmulatorFile};
use crate::desired::model::{Environment, StatusGoal};
use crate::desired::{Desired, DesiredOrg};
use crate::emulator::{Fault, Org, Product, State, Store};
use crate::ids::{AccountId, OrgName};

/// Where the kept account of `--emulator` is, relative to the working directory.
pub(super) const KEPT: &str = ".aerialctl/emulator.json";

/// Its name in the program's own folder.
const NAME: &str = "emulator.json";

/// Where it is, ready to be written.
///
/// # Errors
/// When the folder can't be made, or a link stands in its place.
pub(super) fn kept(process: &Process) -> Result<PathBuf, CliError> {
    folder::ready(NAME, process)
}

/// The account where neither a file nor a seed names one.
const MADE_UP: &str = "0227emulated";

/// The account in a store, else from a seed in one file or several, else made for the desired state.
///
/// # Errors
/// When a file can't be read, holds no account, or is in use.
pub(super) fn kept_account(
    path: &Path,
    seed: &[PathBuf],
    desired: Option<&Desired>,
    process: &Process,
    printer: &Printer,
) -> Result<(Store, State), CliError> {
    let shown = path.strip_prefix(&process.cwd).unwrap_or(path).display();
    let store = Store::open(path).map_err(|error| {
        let failed = CliError::failed(format!(
            "the emulated account {shown} can't be opened: {error}"
        ));
        if error.kind() == std::io::ErrorKind::ResourceBusy {
            failed.hint("run it again when the other has ended")
        } else {
            failed
        }
    })?;
    let kept = store.load().map_err(|error| unreadable(&shown, &error))?;
    let is_new = kept.is_none();
    let mut state = match (kept, desired) {
        (Some(state), _) if !seed.is_empty() => {
            printer.warning(
                &format!(
                    "the seed {} is ignored: there is an account in {shown} already",
                    seeds::shown(seed)
                ),
                "remove the file to start with a new account",
            );
            state
        }
        (Some(state), None) => state,
        (Some(state), Some(desired)) => {
            if state.account.id == desired.account.id.as_str() {
                lacking(&state, desired, &shown.to_string(), printer);
            }
            state
        }
        (None, Some(desired)) if seed.is_empty() => for_desired(desired),
        (None, None) if seed.is_empty() => {
            return Err(
                CliError::usage(format!("there is no account in {shown} yet"))
                    .hint("name one to start with: --seed FILE"),
            );
        }
        (None, desired) => seeds::read(seed, desired.map(for_desired), process)?,
    };
    if is_new {
        begin(&mut state);
    }
    Ok((store, state))
}

/// A new account's log is no other's: what was read of another account is nothing of this one. A seed that is an account's own file
/// has that one's log, and goes on with it.
pub(super) fn begin(state: &mut State) {
    if state.log.id.is_empty() {
        state.log.id = format!("{:016x}", fastrand::u64(..));
    }
}

/// Says which orgs of the file aren't in an account that was made for an earlier one: they can't be linked.
fn lacking(state: &State, desired: &Desired, shown: &str, printer: &Printer) {
    let ids: BTreeSet<&str> = state.orgs.iter().map(|org| org.id.as_str()).collect();
    let domains = state.orgs.iter().map(|org| org.domain.to_ascii_lowercase());
    let domains: BTreeSet<String> = domains.collect();
    let there = |org: &&DesiredOrg| {
        let (id, domain) = (org.name.id(), org.name.domain());
        id.is_some_and(|id| ids.contains(id.as_str()))
            || domain.is_some_and(|domain| domains.contains(&domain.as_str().to_ascii_lowercase()))
    };
    let wanted =
        |org: &&DesiredOrg| org.status != Some(StatusGoal::Deleted) && org.create.is_none();
    let mut orgs = desired.orgs.iter().filter(wanted).filter(|org| !there(org));
    let Some(first) = orgs.next() else {
        return;
    };
    let more = match orgs.count() {
        0 => String::new(),
        more => format!(" (and {more} more)"),
    };
    printer.warning(
        &format!(
            "the emulated account in {shown} has no {}{more}: it was made for an earlier file, or from a seed",
            first.label()
        ),
        &format!("remove {shown} to start with an account that has all of the file's orgs, or make it from --emulator-seed FILE"),
    );
}

/// The account of `--emulator`, for a desired state that names none: the kept one's, else the seed's, else one that is made
/// up.
///
/// # Errors
/// When a file that should have it can't be read, or has something that is no account id.
pub(super) fn account_id(
    flags: &ConnectionFlags,
    process: &Process,
) -> Result<AccountId, CliError> {
    let kept = Store::peek(&kept(process)?).map_err(|error| unreadable(KEPT, &error))?;
    let seed = &flags.emulator_seed;
    let (id, whose) = match kept {
        Some(state) => (state.account.id, KEPT.to_owned()),
        None if seed.is_empty() => (MADE_UP.to_owned(), String::new()),
        None => {
            let made = State::empty(MADE_UP, "");
            let state = seeds::read(seed, Some(made), process)?;
            (state.account.id, seeds::shown(seed))
        }
    };
    AccountId::parse(&id)
        .map_err(|reason| CliError::failed(format!("the account's id in {whose} {reason}")))
}

fn unreadable(shown: impl std::fmt::Display, error: &std::io::Error) -> CliError {
    CliError::failed(format!(
        "the emulated account {shown} can't be read: {error}"
    ))
    .hint("remove the file to start with a new account")
}

/// Reads a list of faults; none without a file.
///
/// # Errors
/// When it can't be read or isn't a list of faults.
pub(super) fn faults(path: Option<&Path>, process: &Process) -> Result<Vec<Fault>, CliError> {
    path.map_or_else(
        || Ok(Vec::new()),
        |path| seeds::yaml(path, process, EmulatorFile::Faults),
    )
}

/// Every org of the desired state exists, associated and consented and not yet linked; every product is subscribed.
#[must_use]
pub(super) fn for_desired(desired: &Desired) -> State {
    let mut products: Vec<Product> = desired
        .orgs
        .iter()
        .flat_map(|org| org.products.iter().flatten())
        .map(|product| &product.id)
        .chain(desired.names.keys())
        .chain(&desired.ignored)
        .map(|id| Product {
            id: id.to_string(),
            name: desired
                .names
                .get(id)
                .map_or_else(|| format!("Product {id}"), Clone::clone),
        })
        .collect();
    products.sort_by(|a, b| a.id.cmp(&b.id));
    products.dedup_by(|a, b| a.id == b.id);
    let aerial_org = desired
        .account
        .aerial_org
        .as_ref()
        .map_or_else(|| "aerial.okta.com".to_owned(), ToString::to_string);
    let mut orgs = vec![org(&aerial_org, None, "ok1", true)];
    for wanted in &desired.orgs {
        let domain = match (wanted.name.domain(), wanted.name.id()) {
            (Some(domain), _) => domain.to_string(),
            (None, Some(id)) => format!("org-{}.okta.com", id.as_str().to_lowercase()),
            (None, None) => continue,
        };
        let id = wanted.name.id().map(|id| id.as_str());
        if domain == aerial_org {
            if let (Some(first), Some(id)) = (orgs.first_mut(), id) {
                id.clone_into(&mut first.id);
            }
            continue;
        }
        // One that is to be created isn't there.
        if wanted.create.is_none() {
            let cell = wanted.cell.as_ref().map_or("ok1", |cell| cell.as_str());
            orgs.push(Org {
                parent: wanted.parent.as_ref().map(ToString::to_string),
                ..org(&domain, id, cell, false)
            });
        }
    }
    for wanted in &desired.orgs {
        if let Some(parent) = &wanted.parent
            && !orgs.iter().any(|org| org.domain == parent.as_str())
            && desired
                .by_name()
                .find(&OrgName::Domain(parent.clone()))
                .one()
                .is_none()
        {
            let cell = wanted.cell.as_ref().map_or("ok1", |cell| cell.as_str());
            orgs.push(org(parent.as_str(), None, cell, false));
        }
    }
    // What is to consent hasn't yet; the Aerial org has, or it wouldn't be linked.
    for giver in desired.orgs.iter().filter_map(|org| org.consent.as_ref()) {
        let found = orgs.iter_mut().find(|org| org.domain == giver.as_str());
        if let Some(org) = found.filter(|org| !org.linked) {
            org.consent = false;
        }
    }
    let mut state = State::empty(&desired.account.id.to_string(), "Emulated account");
    state.account.sandbox =
        desired.account.partner || desired.account.environment == Environment::Sandbox;
    state.products = products;
    state.orgs = orgs;
    state.complete();
    state
}

fn org(domain: &str, id: Option<&str>, cell: &str, aerial_org: bool) -> Org {
    Org {
        id: id.unwrap_or_default().to_owned(),
        cell: cell.to_owned(),
        aerial_org,
        linked: aerial_org,
        ..Org::named(domain)
    }
}
