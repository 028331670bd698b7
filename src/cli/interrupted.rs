//! Commands that may end at any moment.

use std::sync::Arc;

use super::args::Command;
use super::env::Process;
use super::error::CliError;
use super::exit::Exit;
use super::output::Printer;

/// What only reads ends at once.
pub(super) async fn until_interrupted<T>(
    process: &Process,
    command: impl Future<Output = Result<T, CliError>>,
) -> Result<T, CliError> {
    tokio::select! {
        result = command => result,
        () = process.stop.cancelled() => Err(CliError::silent(Exit::Interrupted)),
    }
}

/// Work that may take time without waiting for anything is done beside the thread that hears the signals: whoever ends the
/// run needn't wait for it.
pub(super) async fn off_thread<T: Send + 'static>(
    process: &Process,
    work: impl FnOnce(&Process) -> Result<T, CliError> + Send + 'static,
) -> Result<T, CliError> {
    let own = process.clone();
    let task = tokio::task::spawn_blocking(move || work(&own));
    until_interrupted(process, async {
        task.await
            .map_err(|error| CliError::failed(format!("the files can't be read: {error}")))?
    })
    .await
}

/// A command that only reads, all of it beside the thread that hears the signals: also while it plans or writes a large
/// result, whoever ends the run needn't wait for it.
pub(super) async fn beside(
    process: &Process,
    command: &Arc<Command>,
    printer: &Arc<Printer>,
    run: impl AsyncFnOnce(&Command, &Process, &Arc<Printer>) -> Result<Exit, CliError> + Send + 'static,
) -> Result<Exit, CliError> {
    let (own, command, printer) = (process.clone(), Arc::clone(command), Arc::clone(printer));
    let runtime = tokio::runtime::Handle::current();
    let logs = tracing::dispatcher::get_default(Clone::clone);
    let task = tokio::task::spawn_blocking(move || {
        tracing::dispatcher::with_default(&logs, || {
            runtime.block_on(until_interrupted(&own, run(&command, &own, &printer)))
        })
    });
    until_interrupted(process, async {
        task.await
            .unwrap_or_else(|error| match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(error) => Err(CliError::failed(format!("the run was given up: {error}"))),
            })
    })
    .await
}
