//! Commands that may end at any moment.

use super::env::Host;
use super::error::CliError;
use super::exit::Exit;

/// What only reads ends at once.
pub(super) async fn until_interrupted<T>(
    host: &Host,
    command: impl Future<Output = Result<T, CliError>>,
) -> Result<T, CliError> {
    tokio::select! {
        result = command => result,
        () = host.stop.cancelled() => Err(CliError::silent(Exit::Interrupted)),
    }
}
