//! `import`: a desired-state file from the live account. It holds a reader, which can't write.

use std::collections::BTreeSet;
use std::sync::Arc;

use similar::TextDiff;

use super::account::AccountSource;
use super::args::ImportArgs as Args;
use super::env::Process;
use super::error::CliError;
use super::exit::Exit;
use super::output::Printer;
use super::session::Connection;
use super::{files, found, progress};
use crate::desired::tree::{Key, Node, Value};
use crate::desired::{self, Desired};
use crate::diagnostic::{Source, SourceId, Sources};
use crate::live::Survey;
use crate::plan::{PlanOptions, plan};
use crate::render::escape;
use crate::render::yaml::{Head, desired_state};

/// Runs the command.
///
/// # Errors
/// When the account can't be read, and when the file would be overwritten unasked.
pub(super) async fn run(
    args: &Args,
    process: &Process,
    printer: &Arc<Printer>,
) -> Result<Exit, CliError> {
    let desired = account(args, process, printer).await?;
    let target = Connection::of(&args.connection, &desired, process, printer).await?;
    let reader = target.reader(&args.connection, process, printer).await?;
    let (bar, progress) = progress::reading(process);
    let live = reader.read(&Survey::everything(), progress).await;
    bar.finish_and_clear();
    let live = live?;
    let head = Head {
        environment: &desired.account.environment.to_string(),
        names: &desired.names,
    };
    let text = desired_state(&live, &head)
        .map_err(|error| CliError::failed(format!("the file can't be written as YAML: {error}")))?;
    // The law of this command, held before anybody relies on it.
    let sources = Sources::new(vec![Source::new("import", text.as_str())]);
    let steps = desired::load(&sources)
        .desired
        .and_then(|desired| plan(&desired, &live, &PlanOptions::default()).ok())
        .map(|checked| checked.plan().steps.len());
    if steps != Some(0) {
        return Err(CliError::failed(
            "the account can't be written as a file that changes nothing: it has a status or a product id that the format doesn't know",
        )
        .hint("`aerialctl status --format json` shows all of it"));
    }
    match args.out.as_deref().filter(|path| !files::is_stdout(path)) {
        None => printer.result(&text)?,
        Some(path) => {
            let before = std::fs::read_to_string(process.cwd.join(path)).ok();
            let before = before.filter(|before| *before != text);
            let lost = lost_keys(before.as_deref().unwrap_or_default(), &text);
            let refused = before
                .as_ref()
                .is_some_and(|_| !args.force || !lost.is_empty());
            if let Some(before) = before.filter(|_| refused) {
                let diff = TextDiff::from_lines(&before, &text);
                printer.result(&escape::lines(&diff.unified_diff().to_string()))?;
                let hint = if lost.is_empty() {
                    "add --force to overwrite it".to_owned()
                } else {
                    let lost = lost.join(", ");
                    format!(
                        "no account can tell its {lost}: import to another file, and take its `orgs` over"
                    )
                };
                return Err(CliError::refused(format!(
                    "{} exists and says something else; the difference is above",
                    path.display()
                ))
                .hint(hint));
            }
            files::replace(process, path, &text)?;
            let count = live.orgs.len();
            let s = if count == 1 { "" } else { "s" };
            printer.status(&format!("wrote {} with {count} org{s}", path.display()));
        }
    }
    let sent = reader.sent();
    printer.status(&format!(
        "read-only: scope okta.accounts.read, {} GETs, {} writes",
        sent.reads, sent.writes
    ));
    Ok(Exit::Done)
}

/// `account` and its own keys; of every other key itself alone.
fn with_those_of_account((key, node): &(Key, Node)) -> Vec<String> {
    let mut keys = vec![key.text.clone()];
    if let (true, Value::Map(entries)) = (key.text == "account", &node.value) {
        keys.extend(
            entries
                .iter()
                .map(|(inner, _)| format!("account.{}", inner.text)),
        );
    }
    keys
}

/// The keys of a file that the new text doesn't have.
fn lost_keys(before: &str, text: &str) -> Vec<String> {
    let keys = |text: &str| -> BTreeSet<String> {
        let source = Source::new("import", text);
        let root = desired::document::parse(SourceId(0), &source).ok();
        match root.map(|(root, _)| root.value) {
            Some(Value::Map(entries)) => entries.iter().flat_map(with_those_of_account).collect(),
            Some(_) | None => BTreeSet::new(),
        }
    };
    let lost = keys(before)
        .difference(&keys(text))
        .cloned()
        .collect::<Vec<_>>();
    lost.iter()
        .take(10)
        .map(|key| format!("`{}`", escape::line(key)))
        .collect()
}

/// The account: from the flags, else from the file that there is, else the one that the environment or the emulator has.
async fn account(args: &Args, process: &Process, printer: &Printer) -> Result<Desired, CliError> {
    let source = AccountSource::of(&args.connection, process)?;
    let id = match (&args.account, source.fallback()) {
        (Some(id), _) => id.as_str(),
        (None, Some(id)) if !found::any(&args.files, process) => id.as_str(),
        (None, _) => {
            let loaded = files::load(&args.files, &source, process, printer).await?;
            return Ok(loaded.desired);
        }
    };
    let value = |text: &str| serde_json::Value::from(text).to_string();
    let mut text = format!("version: 1\norgs: []\naccount:\n  id: {}\n", value(id));
    for (key, given) in [
        ("environment", &args.environment),
        ("aerialOrg", &args.aerial_org),
    ] {
        if let Some(given) = given {
            text = format!("{text}  {key}: {}\n", value(given));
        }
    }
    let sources = Sources::new(vec![Source::new("the flags", text)]);
    let loaded = desired::load(&sources);
    printer.diagnostics(&loaded.diagnostics, &sources);
    let desired = loaded
        .desired
        .ok_or_else(|| CliError::silent(Exit::Usage))?;
    source.check(&desired)?;
    Ok(desired)
}
