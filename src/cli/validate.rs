//! `validate`: both layers of checks, without the network.

use super::account::AccountSource;
use super::args::ValidateArgs as Args;
use super::env::Process;
use super::error::CliError;
use super::exit::Exit;
use super::flags::FindingsFormat;
use super::output::Printer;
use super::{artifacts, catalog_file, files};
use crate::diagnostic::{Severity, counted};
use crate::render::{escape, github, json, sarif};

/// Checks the desired state.
///
/// # Errors
/// With exit 3 when it is invalid.
pub(super) async fn run(
    args: &Args,
    process: &Process,
    printer: &Printer,
) -> Result<Exit, CliError> {
    let account = AccountSource::pinned(process)?;
    let (found, mut loaded) = files::check(&args.files, &account, process).await?;
    if let Some(desired) = &loaded.desired {
        account.check(desired)?;
    }
    let files = found.sources.iter().count();
    let (mut sources, mut found) = (found.sources, loaded.diagnostics);
    if let Some(desired) = loaded.desired.take() {
        let checked = catalog_file::check(&args.files, (desired, sources), process).await?;
        let (desired, all, more) = checked;
        (loaded.desired, sources) = (Some(desired), all);
        found.extend(more);
    }
    let valid = loaded.desired.filter(|_| !found.has_errors());
    let found = &found;
    match args.format {
        FindingsFormat::Json => {
            printer.result(&artifacts::json(&json::diagnostics(found, &sources)))?;
        }
        FindingsFormat::Github => {
            for line in github::diagnostics(found, &sources) {
                printer.result_command(&line)?;
            }
        }
        FindingsFormat::Sarif => {
            printer.result(&artifacts::json(&sarif::log(found, &sources)))?;
        }
        FindingsFormat::Human => {
            printer.diagnostics(found, &sources);
            if let Some(desired) = &valid {
                let files: Vec<String> = sources
                    .iter()
                    .take(files)
                    .map(|(_, source)| escape::line(&source.name))
                    .collect();
                let shown = match files.as_slice() {
                    [one] => one.clone(),
                    many => format!("{} files", many.len()),
                };
                let orgs = counted(desired.orgs.len(), "org");
                printer.result_line(&format!("{shown}: valid, {orgs}."))?;
            }
        }
    }
    if valid.is_some() {
        return Ok(Exit::Done);
    }
    let errors = found.count(Severity::Error);
    let errors = counted(errors, "error");
    printer.status(&format!("{errors}: the desired state is invalid."));
    Ok(Exit::Invalid)
}
