//! `emulator`: serves an emulated account until it is told to stop.

use std::sync::Arc;

use super::args::EmulatorArgs as Args;
use super::emulate;
use super::env::Process;
use super::error::CliError;
use super::exit::Exit;
use super::output::Printer;
use super::seeds;
use crate::emulator::{Emulator, Setup};

/// Runs the command.
///
/// # Errors
/// When the address or a file can't be used.
pub(super) async fn run(
    args: &Args,
    process: &Process,
    printer: &Printer,
) -> Result<Exit, CliError> {
    let (store, state) = match &args.state {
        Some(path) => {
            let (store, state) =
                emulate::kept_account(&process.cwd.join(path), &args.seed, None, process, printer)?;
            (Some(store), state)
        }
        None if args.seed.is_empty() => {
            return Err(CliError::usage(
                "the emulator needs an account: --seed FILE",
            ));
        }
        None => {
            let mut state = seeds::read(&args.seed, None, process)?;
            emulate::begin(&mut state);
            (None, state)
        }
    };
    let orgs = state.orgs.iter().filter(|org| org.linked).count();
    let account = state.account.id.clone();
    let setup = Setup {
        store,
        token: args.token.clone(),
        latency_ms: args.latency_ms,
        faults: emulate::faults(args.faults.as_deref(), process)?,
        ..Setup::new(state, Arc::clone(&process.clock))
    };
    let emulator = Emulator::start(args.listen, setup)
        .await
        .map_err(|error| CliError::failed(format!("the emulator can't start: {error}")))?;
    let origin = emulator.origin().to_owned();
    printer.result_line(&format!("listening on {origin}"))?;
    printer.status(&format!("account {account}, {orgs} linked orgs"));
    printer.status(&format!(
        "point a client here: AERIAL_ENDPOINT={origin} AERIAL_ISSUER={origin} aerialctl plan"
    ));
    process.stop.cancelled().await;
    emulator.save().await.map_err(|error| {
        CliError::failed(format!("the emulated account can't be saved: {error}"))
    })?;
    Ok(Exit::Done)
}
