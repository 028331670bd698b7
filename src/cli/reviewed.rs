//! A reviewed plan: read, and what of a new one can't be compared with it.

use std::io;
use std::path::Path;

use super::env::Process;
use super::error::CliError;
use super::output::Printer;
use crate::diagnostic::counted;
use crate::disk;
use crate::http::Redactor;
use crate::plan::Plan;
use crate::plan::wire::PlanV1;

/// A reviewed plan is read up to here: one of 5,000 orgs with a step each has some 5 MB.
const MAX_PLAN_BYTES: u64 = 64 * 1024 * 1024;

/// So many places are named.
const SHOWN: usize = 5;

/// Reads it.
///
/// # Errors
/// When the file can't be read, or is no plan.
pub(super) fn read(path: &Path, process: &Process) -> Result<PlanV1, CliError> {
    let shown = path.display();
    let text = disk::read_text(&process.cwd.join(path), MAX_PLAN_BYTES).map_err(|error| {
        let failed = CliError::failed(format!("the reviewed plan {shown} can't be read: {error}"));
        let is_other = [io::ErrorKind::FileTooLarge, io::ErrorKind::InvalidData];
        if is_other.contains(&error.kind()) {
            failed.hint("give the file that `plan --out FILE` wrote")
        } else {
            failed
        }
    })?;
    serde_json::from_str(&text).map_err(|error| {
        CliError::failed(format!("{shown} is no plan: {error}"))
            .hint("give the file that `plan --out FILE` wrote")
    })
}

/// The same without this run's secrets, as the new plan is: whoever made it may not have known them.
pub(super) fn redacted(plan: PlanV1, redactor: &Redactor) -> PlanV1 {
    let json = serde_json::to_value(&plan).unwrap_or_default();
    let clean = redactor.redact_json(&json);
    clean
        .and_then(|clean| serde_json::from_value(clean).ok())
        .unwrap_or(plan)
}

/// Says where no more than the rest of a value was compared: what is shown of it in a plan leaves a secret out.
pub(super) fn tell_veiled(plan: &Plan, printer: &Printer) {
    let configures = plan.steps.iter();
    let configures = configures.filter_map(|step| Some((step, step.configure()?)));
    let places: Vec<String> = configures
        .flat_map(|(step, change)| {
            let veiled = change.fields.iter().filter(|field| field.veiled.is_some());
            veiled.map(move |field| format!("{} {} of {}", change.object, field.path, step.org))
        })
        .collect();
    if places.is_empty() {
        return;
    }
    let more = match places.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {}", counted(more, "other")),
    };
    let named: Vec<&str> = places.iter().take(SHOWN).map(String::as_str).collect();
    printer.status(&format!(
        "a secret of this run stands in what is there ({}{more}): of that, only the rest was compared with the reviewed plan",
        named.join(", ")
    ));
}
