//! `import --update`: managed orgs that no entry lists get one, and nothing else of the files changes.

use std::collections::BTreeMap;
use std::sync::Arc;

use similar::TextDiff;

use super::account::AccountSource;
use super::adopt_files::{Because, Update};
use super::adopt_list::with_list;
use super::args_import::ImportArgs as Args;
use super::env::Process;
use super::error::CliError;
use super::exit::Exit;
use super::files::{self, LoadedFiles};
use super::output::Printer;
use super::session::Connection;
use super::{catalog, progress, proof};
use crate::aerial::Reader;
use crate::desired::Desired;
use crate::desired::suggest::closest;
use crate::diagnostic::Sources;
use crate::ids::{Domain, OrgId, OrgName, OrgSet};
use crate::live::{LiveOrg, ProductsOf, Snapshot, Survey};
use crate::render::escape;

/// So many orgs are named of those that went to one file.
const NAMED: usize = 10;

/// Runs the command.
///
/// # Errors
/// When the account can't be read; with exit 4, and nothing written, when the files can't take the orgs without saying anything
/// else than before.
pub(super) async fn run(
    args: &Args,
    process: &Process,
    printer: &Arc<Printer>,
) -> Result<Exit, CliError> {
    let shows = args.out.is_some();
    if args
        .out
        .as_deref()
        .is_some_and(|path| !files::is_stdout(path))
    {
        return Err(CliError::usage("--update writes the files that it reads")
            .hint("--out - shows what it would write"));
    }
    if args.files.at.is_some() {
        return Err(CliError::usage(
            "--update writes to the worktree, not to a revision",
        ));
    }
    let source = AccountSource::of(&args.connection, process)?;
    let of_account = source.clone();
    let add_list = move |texts: &mut Sources, today| with_list(texts, &of_account, today);
    let (found, loaded, listless) =
        files::check_as(&args.files, &source, process, add_list).await?;
    let LoadedFiles { desired, found } = files::accept(found, loaded, &source, printer)?;
    let target = Connection::of(&args.connection, &desired, process, printer).await?;
    let reader = target.reader(&args.connection, process, printer).await?;
    let (bar, progress) = progress::reading(process, printer);
    let all = reader.read(&Survey::orgs_alone(), progress).await;
    bar.finish_and_clear();
    let all = all?;
    let live = unlisted(&reader, &desired, &all, &args.only, process, printer).await?;
    if live.orgs.is_empty() {
        printer.status("every managed org is in the files already: nothing is adopted");
        proof::tell(&reader, None, None, printer);
        return Ok(Exit::Done);
    }
    let update = Update::of(&found.sources, listless.as_ref(), &desired, &live)?;
    update.verify(&source, &desired, &live, process, printer)?;
    if !shows {
        update.write(process, printer)?;
    }
    for one in &update.files {
        if shows {
            let diff = TextDiff::from_lines(&one.before, &one.after);
            let name = &one.name;
            let diff = diff.unified_diff().header(name, name).to_string();
            printer.result(&escape::lines(&diff))?;
        }
        let verb = if shows { "would add" } else { "added" };
        let mut reasons: BTreeMap<Because, Vec<&str>> = BTreeMap::new();
        for (because, org) in &one.orgs {
            reasons.entry(*because).or_default().push(org);
        }
        for (because, orgs) in reasons {
            let named = orgs.get(..NAMED).unwrap_or(&orgs);
            let more = match orgs.len() - named.len() {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let why = because.words();
            printer.status(&format!(
                "{verb} to {}: {}{more}{why}",
                one.name,
                named.join(", ")
            ));
        }
    }
    if !shows {
        catalog::refresh(&args.files, &found.sources, &all, process, printer)?;
    }
    for (id, name) in unnamed(&desired, &live) {
        printer.status(&format!(
            "{id} ({name}) has no name in the files: it stands there by its id"
        ));
    }
    if desired.defaults.baseline.is_some() {
        printer.status("`baseline: none` keeps what they have inside as it is; remove it where the default is to hold");
    }
    proof::tell(&reader, None, None, printer);
    Ok(Exit::Done)
}

/// The managed orgs that no entry lists, or the named ones of them, with their products.
async fn unlisted(
    reader: &Reader,
    desired: &Desired,
    all: &Snapshot,
    only: &[String],
    process: &Process,
    printer: &Printer,
) -> Result<Snapshot, CliError> {
    let listed = desired.by_name();
    let aerial = desired.account.aerial_org.as_ref();
    let is_unlisted = |org: &&LiveOrg| {
        // The Aerial org is in the file by `account`.
        !org.is_aerial_org(aerial)
            && !listed.contains(&org.name())
            && !listed.contains(&OrgName::Domain(org.domain.clone()))
    };
    let unlisted: Vec<OrgName> = all
        .orgs
        .iter()
        .filter(is_unlisted)
        .map(LiveOrg::name)
        .collect();
    let chosen: OrgSet = if only.is_empty() {
        unlisted.into_iter().collect()
    } else {
        let mut chosen = Vec::new();
        for word in only {
            chosen.push(named(word, &unlisted, all)?);
        }
        chosen.into_iter().collect()
    };
    let survey = Survey {
        products: ProductsOf::These(chosen.clone()),
        ..Survey::orgs_alone()
    };
    let (bar, progress) = progress::reading(process, printer);
    let read = reader.read(&survey, progress).await;
    bar.finish_and_clear();
    let mut live = read?;
    live.orgs.retain(|org| chosen.contains(&org.name()));
    Ok(live)
}

/// The org that `--only` names.
fn named(word: &str, unlisted: &[OrgName], all: &Snapshot) -> Result<OrgName, CliError> {
    let domain = Domain::parse(word).ok().map(OrgName::Domain);
    let id = OrgId::parse(word).ok().map(OrgName::Id);
    let is = |org: &OrgName| domain.iter().chain(&id).any(|name| org.is(name));
    if let Some(org) = unlisted.iter().find(|org| is(org)) {
        return Ok(org.clone());
    }
    if all.orgs.iter().any(|org| is(&org.name())) {
        return Err(CliError::usage(format!(
            "--only {word}: the files list it already"
        )));
    }
    let error = CliError::usage(format!("--only {word}: the account manages no such org"));
    let near = closest(word, unlisted.iter().map(OrgName::label));
    Err(match near {
        Some(near) => error.hint(format!("did you mean {near}?")),
        None => error.hint("`aerialctl status --unmanaged` lists those that no entry lists"),
    })
}

/// Products that the files have no name for.
fn unnamed(desired: &Desired, live: &Snapshot) -> BTreeMap<String, String> {
    let products = live
        .orgs
        .iter()
        .filter_map(|org| org.products.as_deref())
        .flatten();
    let unnamed = products
        .filter(|(id, _)| !desired.names.contains_key(*id) && !desired.ignored.contains(*id));
    unnamed
        .map(|(id, name)| (id.to_string(), name.clone()))
        .collect()
}
