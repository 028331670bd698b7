//! `preview`: what this branch changes, from git alone.

use serde::Serialize;

use super::account::AccountSource;
use super::args::PreviewArgs as Args;
use super::base::base;
use super::env::Process;
use super::error::CliError;
use super::exit::Exit;
use super::files::{self, LoadedFiles};
use super::flags::PreviewFormat;
use super::output::Printer;
use super::{actions, artifacts, catalog_file};
use crate::desired::compare::{Comparison, EntryChange, compare};
use crate::desired::model::ListedProduct;
use crate::diagnostic::{Severity, Sources};
use crate::ids::ProductId;
use crate::render::json::Each;
use crate::render::{github, human, markdown};

/// Runs the command.
///
/// # Errors
/// When the state is invalid, and when git can't tell what it was before.
pub(super) async fn run(
    args: &Args,
    process: &Process,
    printer: &Printer,
) -> Result<Exit, CliError> {
    let account = AccountSource::pinned(process)?;
    // Both at once: each is as much work.
    let (loaded, base) = tokio::join!(
        files::load(&args.files, &account, process, printer),
        base(&args.files, &args.base, &account, process),
    );
    let LoadedFiles { desired, found } = loaded?;
    let commit = found.commit;
    let (desired, sources, known) =
        catalog_file::check(&args.files, (desired, found.sources), process).await?;
    printer.diagnostics(&known, &sources);
    let before = base?.told(printer).state();
    if args.files.at.is_none() && commit.is_none() {
        printer.status("edits that no commit has yet are compared as well");
    }
    let comparison = compare(before.as_ref(), &desired);
    let name = |id: &ProductId| {
        let before = before.as_ref().and_then(|before| before.names.get(id));
        desired
            .names
            .get(id)
            .or(before)
            .cloned()
            .unwrap_or_default()
    };
    let blobs = actions::blobs(commit.as_deref(), process);
    let text = markdown::comparison(&comparison, &name, &sources, blobs.as_ref());
    actions::summarize(&text, process, printer);
    match args.format {
        PreviewFormat::Human => {
            let layout = printer.layout(false);
            let text = human::comparison(&comparison, &name, &sources, layout);
            printer.result(&text)?;
        }
        PreviewFormat::Json => artifacts::print(&value(&comparison, &name), printer)?,
        PreviewFormat::Markdown => printer.result(&text)?,
        PreviewFormat::Github => annotations(&comparison, &sources, printer)?,
    }
    // What the account would refuse is shown with the rest, which may tell why.
    Ok(if known.has_errors() {
        Exit::Invalid
    } else {
        Exit::Done
    })
}

fn annotations(
    comparison: &Comparison,
    sources: &Sources,
    printer: &Printer,
) -> Result<(), CliError> {
    for line in github::account_wide(&comparison.account_wide) {
        printer.result_command(&line)?;
    }
    for org in &comparison.orgs {
        if org.entry != EntryChange::Changed || !org.disable.is_empty() {
            let text = format!("{}: {}", org.label, word(org.entry));
            printer.result_command(&github::annotation(
                Severity::Warning,
                org.origin,
                sources,
                &text,
            ))?;
        }
    }
    Ok(())
}

fn word(entry: EntryChange) -> &'static str {
    match entry {
        EntryChange::Added => "added",
        EntryChange::Removed => "removed",
        EntryChange::Changed => "changed",
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownComparison<A, O> {
    account_wide: A,
    orgs: O,
    version: u32,
}

#[derive(Serialize)]
struct ShownRule<'a> {
    after: Option<&'a str>,
    before: Option<&'a str>,
    key: &'a str,
}

#[derive(Serialize)]
struct ShownOrg<'a, P> {
    change: &'a str,
    disable: P,
    enable: P,
    notes: Vec<String>,
    org: &'a str,
}

#[derive(Serialize)]
struct ShownProduct<'a> {
    id: &'a str,
    name: String,
}

fn value<'a>(
    comparison: &'a Comparison,
    name: &'a dyn Fn(&ProductId) -> String,
) -> impl Serialize + 'a {
    let products = move |listed: &'a [ListedProduct]| {
        Each(move || {
            listed.iter().map(move |product| ShownProduct {
                id: product.id.as_str(),
                name: name(&product.id),
            })
        })
    };
    let rules = || {
        comparison.account_wide.iter().map(|change| ShownRule {
            after: change.after.as_deref(),
            before: change.before.as_deref(),
            key: &change.key,
        })
    };
    let orgs = move || {
        comparison.orgs.iter().map(move |org| ShownOrg {
            change: word(org.entry),
            disable: products(&org.disable),
            enable: products(&org.enable),
            notes: org.facts.iter().map(ToString::to_string).collect(),
            org: &org.label,
        })
    };
    ShownComparison {
        account_wide: Each(rules),
        orgs: Each(orgs),
        version: 1,
    }
}
