//! Commands that may end at any moment.

use super::env::Process;
use super::error::CliError;
use super::exit::Exit;

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
