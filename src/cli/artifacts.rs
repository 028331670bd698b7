//! What the program can print without reading anything: schemas, completions, the manual page.

use std::io::{self, Write};

use clap::CommandFactory as _;

use super::args::{Cli, CompletionsArgs, SchemaArgs};
use super::error::CliError;
use super::exit::Exit;
use super::output::Printer;
use super::printed::SchemaName;
use crate::catalogue;
use crate::desired::schema;
use crate::plan::wire::{self, PlanText, RuleChangeV1};
use crate::receipt;
use crate::render::remembered::reading;
use crate::render::{PlanView, escape, history, probe, undo};

/// `schema`.
///
/// # Errors
/// When standard output is closed.
pub(super) fn schema(args: &SchemaArgs, printer: &Printer) -> Result<Exit, CliError> {
    printer.result(match args.name {
        SchemaName::DesiredState => schema::TEXT,
        SchemaName::Plan => wire::SCHEMA,
        SchemaName::Receipt => receipt::wire::SCHEMA,
        SchemaName::History => history::SCHEMA,
        SchemaName::Undo => undo::SCHEMA,
        SchemaName::Catalog => catalogue::SCHEMA,
        SchemaName::Probe => probe::SCHEMA,
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
pub(super) fn plan(view: PlanView<'_>) -> PlanText<'_> {
    let mut plan = PlanText::of(view.plan, view.causes);
    plan.reading = view.remembered.map(reading);
    let changes = view.account_wide.iter();
    plan.account_wide = changes
        .map(|change| RuleChangeV1 {
            key: change.key.clone(),
            before: change.before.clone(),
            after: change.after.clone(),
        })
        .collect();
    plan
}

/// Prints a value as [`json`] makes it, a part at a time: a large one is never whole in memory.
///
/// # Errors
/// When standard output is full or can't be written.
pub(super) fn print(value: &impl serde::Serialize, printer: &Printer) -> Result<(), CliError> {
    let mut parts = Parts {
        printer,
        text: Vec::new(),
    };
    serde_json::to_writer_pretty(&mut parts, value)
        .map_err(io::Error::from)
        .and_then(|()| parts.write_all(b"\n"))
        .and_then(|()| parts.flush())?;
    Ok(())
}

/// So many bytes are printed at a time.
const PART: usize = 64 * 1024;

/// JSON on its way out, in whole lines: what has to be made safe or kept secret lies within one.
struct Parts<'a> {
    printer: &'a Printer,
    text: Vec<u8>,
}

impl Write for Parts<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.text.extend_from_slice(bytes);
        if bytes.contains(&b'\n') && self.text.len() > PART {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let end = self.text.iter().rposition(|byte| *byte == b'\n');
        let rest = self.text.split_off(end.map_or(0, |end| end + 1));
        let lines = std::mem::replace(&mut self.text, rest);
        let lines = String::from_utf8_lossy(&lines);
        // Most of it is plain, and that is seen much faster than each of its characters is looked at.
        let plain = lines.is_ascii() && !lines.contains('\u{7f}') && !lines.contains("##");
        if plain {
            return self.printer.result(&lines);
        }
        self.printer.result(&escape::json(&lines))
    }
}
