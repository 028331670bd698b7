//! What the program can print without reading anything: schemas, completions, the manual page.

use clap::CommandFactory as _;

use super::args::{Cli, CompletionsArgs, SchemaArgs, SchemaName};
use super::error::CliError;
use super::exit::Exit;
use super::output::Printer;
use crate::desired::schema;
use crate::plan::wire::{self, PlanV1, RuleChangeV1};
use crate::receipt;
use crate::render::{PlanView, escape};

/// `schema`.
///
/// # Errors
/// When standard output is closed.
pub(super) fn schema(args: &SchemaArgs, printer: &Printer) -> Result<Exit, CliError> {
    printer.result(match args.name {
        SchemaName::DesiredState => schema::TEXT,
        SchemaName::Plan => wire::SCHEMA,
        SchemaName::Receipt => receipt::wire::SCHEMA,
    })?;
    Ok(Exit::Done)
}

/// `completions`.
///
/// # Errors
/// When standard output is closed.
pub(super) fn completions(args: &CompletionsArgs, printer: &Printer) -> Result<Exit, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "aerialctl", &mut script);
    printer.result(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}

/// `man`: one page with every command on it.
///
/// # Errors
/// When standard output is closed.
pub(super) fn man(printer: &Printer) -> Result<Exit, CliError> {
    let mut command = Cli::command();
    command.build();
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    for sub in command
        .get_subcommands()
        .filter(|sub| sub.get_name() != "help")
    {
        let man = clap_mangen::Man::new(sub.clone());
        man.render_name_section(&mut page)?;
        man.render_synopsis_section(&mut page)?;
        man.render_options_section(&mut page)?;
    }
    printer.result(&String::from_utf8_lossy(&page))?;
    Ok(Exit::Done)
}

/// A value as the program prints JSON: indented, ending with a line feed, with no character that acts on a terminal.
#[must_use]
pub(super) fn json(value: &impl serde::Serialize) -> String {
    let mut text = escape::json(&serde_json::to_string_pretty(value).unwrap_or_default());
    text.push('\n');
    text
}

/// A plan as `--format json` prints it and `--out` writes it.
#[must_use]
pub(super) fn plan_json(view: PlanView<'_>) -> String {
    let mut plan = PlanV1::with_causes(view.plan, view.causes);
    let changes = view.account_wide.iter();
    plan.account_wide = changes
        .map(|change| RuleChangeV1 {
            key: change.key.clone(),
            before: change.before.clone(),
            after: change.after.clone(),
        })
        .collect();
    json(&plan)
}
