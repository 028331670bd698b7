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
