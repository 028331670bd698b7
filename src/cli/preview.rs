//! `preview`: what this branch changes, from git alone.

use serde_json::json;

use super::account::AccountSource;
use super::args::PreviewArgs as Args;
use super::base::base;
use super::env::Process;
use super::error::CliError;
use super::exit::Exit;
use super::files::{self, LoadedFiles};
use super::flags::PreviewFormat;
use super::output::Printer;
use super::{actions, artifacts};
use crate::desired::compare::{Comparison, EntryChange, compare};
use crate::desired::model::ListedProduct;
use crate::diagnostic::{Severity, Sources};
use crate::ids::ProductId;
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
    let LoadedFiles { desired, found } =
        files::load(&args.files, &account, process, printer).await?;
    let before = base(&args.files, &args.base, &account, process, printer)
        .await?
        .state();
    if args.files.at.is_none() && found.commit.is_none() {
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
    let blobs = actions::blobs(found.commit.as_deref(), process);
    let text = markdown::comparison(&comparison, &name, &found.sources, blobs.as_ref());
    actions::summarize(&text, process, printer);
    match args.format {
        PreviewFormat::Human => {
            let layout = printer.layout(false);
            let text = human::comparison(&comparison, &name, &found.sources, layout);
            printer.result(&text)?;
        }
        PreviewFormat::Json => printer.result(&artifacts::json(&value(&comparison, &name)))?,
        PreviewFormat::Markdown => printer.result(&text)?,
        PreviewFormat::Github => annotations(&comparison, &found.sources, printer)?,
    }
    Ok(Exit::Done)
}

fn annotations(
    comparison: &Comparison,
    sources: &Sources,
    printer: &Printer,
) -> Result<(), CliError> {
    for line in github::account_wide(&comparison.account_wide) {
        printer.result_line(&line)?;
    }
    for org in &comparison.orgs {
        if org.entry != EntryChange::Changed || !org.disable.is_empty() {
            let text = format!("{}: {}", org.label, word(org.entry));
            printer.result_line(&github::annotation(
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

fn value(comparison: &Comparison, name: &dyn Fn(&ProductId) -> String) -> serde_json::Value {
    let products = |listed: &[ListedProduct]| -> Vec<serde_json::Value> {
        let ids = listed.iter().map(|product| &product.id);
        ids.map(|id| json!({"id": id, "name": name(id)})).collect()
    };
    let orgs: Vec<serde_json::Value> = comparison
        .orgs
        .iter()
        .map(|org| {
            json!({
                "org": org.label,
                "change": word(org.entry),
                "enable": products(&org.enable),
                "disable": products(&org.disable),
                "notes": org.facts.iter().map(ToString::to_string).collect::<Vec<_>>(),
            })
        })
        .collect();
    let changes = comparison.account_wide.iter();
    let account_wide: Vec<serde_json::Value> = changes
        .map(|change| json!({"key": change.key, "before": change.before, "after": change.after}))
        .collect();
    json!({"version": 1, "accountWide": account_wide, "orgs": orgs})
}
