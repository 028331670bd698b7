//! `emulator`: serves an emulated account until it is told to stop.

use std::sync::Arc;

use super::args::EmulatorArgs as Args;
use super::emulate;
use super::env::Process;
use super::error::CliError;
use super::exit::Exit;
use super::output::Printer;
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
    let (store, state) = match (&args.state, &args.seed) {
        (Some(path), seed) => {
            let (store, state) = emulate::kept_account(
                &process.cwd.join(path),
                seed.as_deref(),
                None,
                process,
                printer,
            )?;
            (Some(store), state)
        }
        (None, Some(seed)) => (None, emulate::seed_file(seed, process)?),
        (None, None) => {
            return Err(CliError::usage(
                "the emulator needs an account: --seed FILE",
            ));
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
