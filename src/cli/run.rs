//! One command line from its words to its exit code.

use std::ffi::OsString;
use std::sync::{Arc, PoisonError};

use clap::Parser as _;

use super::args::{Cli, Command};
use super::env::Process;
use super::error::CliError;
use super::exit::Exit;
use super::interrupted::beside;
use super::output::Printer;
use super::{
    apply, artifacts, catalog, credentials, doctor, emulator, explain, history, import, init,
    keygen, logs, plan, preview, probe, report, status, undo, validate,
};
use crate::http::Redactor;

/// Runs one command line in a world, and says what to exit with.
pub async fn run(args: impl IntoIterator<Item = OsString>, process: &Process) -> Exit {
    let redactor = credentials::given(process);
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => return usage(&error, process, &redactor),
    };
    let _logs = logs::start(cli.command.common(), process, &redactor);
    let printer = Arc::new(Printer::new(process, cli.command.common(), redactor));
    let emulated = cli.command.connection().is_some_and(|flags| flags.emulator);
    let process = if emulated {
        &credentials::without(process)
    } else {
        process
    };
    let command = Arc::new(cli.command);
    match dispatch(&command, process, &printer).await {
        Ok(exit) => exit,
        Err(error) => {
            printer.error(&error);
            if error.exit == Exit::Interrupted {
                printer.status("Interrupted.");
            }
            error.exit
        }
    }
}

async fn dispatch(
    command: &Arc<Command>,
    process: &Process,
    printer: &Arc<Printer>,
) -> Result<Exit, CliError> {
    match &**command {
        Command::Init(args) => init::run(args, process, printer),
        Command::Keygen(args) => keygen::run(args, process, printer),
        // Boxed, since it holds far more than the others.
        Command::Apply(args) => Box::pin(apply::run(args, process, printer)).await,
        Command::Undo(args) => Box::pin(undo::run(args, process, printer)).await,
        // What it may write has to be finished.
        Command::Probe(args) => Box::pin(probe::run(args, process, printer)).await,
        Command::Emulator(args) => emulator::run(args, process, printer).await,
        Command::Schema(args) => artifacts::schema(args, printer),
        Command::Completions(args) => artifacts::completions(args, printer),
        Command::Man(_) => artifacts::man(printer),
        Command::Validate(_)
        | Command::Preview(_)
        | Command::Plan(_)
        | Command::Status(_)
        | Command::Report(_)
        | Command::Explain(_)
        | Command::History(_)
        | Command::Import(_)
        | Command::Catalog(_)
        | Command::Doctor(_) => beside(process, command, printer, reading).await,
    }
}

/// The commands that change nothing anywhere but in files.
async fn reading(
    command: &Command,
    process: &Process,
    printer: &Arc<Printer>,
) -> Result<Exit, CliError> {
    match command {
        Command::Validate(args) => validate::run(args, process, printer).await,
        Command::Preview(args) => preview::run(args, process, printer).await,
        Command::Plan(args) => plan::run(args, process, printer).await,
        Command::Status(args) => status::run(args, process, printer).await,
        Command::Report(args) => report::run(args, process, printer).await,
        Command::Explain(args) => explain::run(args, process, printer).await,
        Command::History(args) => history::run(args, process, printer).await,
        Command::Import(args) => import::run(args, process, printer).await,
        Command::Catalog(args) => catalog::run(args, process, printer).await,
        Command::Doctor(args) => doctor::run(args, process, printer).await,
        Command::Init(_)
        | Command::Keygen(_)
        | Command::Apply(_)
        | Command::Undo(_)
        | Command::Probe(_)
        | Command::Emulator(_)
        | Command::Schema(_)
        | Command::Completions(_)
        | Command::Man(_) => Ok(Exit::Done),
    }
}

/// Help and version are results; anything else is wrong usage.
fn usage(error: &clap::Error, process: &Process, redactor: &Redactor) -> Exit {
    let text = error.render();
    let (stream, colour, exit) = if error.use_stderr() {
        (&process.stderr, process.terminal.stderr, Exit::Usage)
    } else {
        (&process.stdout, process.terminal.stdout, Exit::Done)
    };
    let text = if colour && process.var("NO_COLOR").is_none() {
        text.ansi().to_string()
    } else {
        text.to_string()
    };
    let mut stream = stream.lock().unwrap_or_else(PoisonError::into_inner);
    // Nobody reads it: nothing to do about that.
    stream.write_all(redactor.redact(&text).as_bytes()).ok();
    stream.flush().ok();
    exit
}
