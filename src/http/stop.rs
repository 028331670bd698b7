//! The wish to stop: no wait outlasts it but for what must be finished.

use tokio_util::sync::CancellationToken;

use super::error::HttpError;

/// What a request does when the run is to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OnStop {
    /// It gives up.
    Leave,
    /// It goes on: something that was done is to be seen and recorded. Long waits end all the same.
    Finish,
}

impl OnStop {
    /// Waits for something; [`Leave`](Self::Leave) no longer than until the run is to end.
    pub(super) async fn hearing<T>(
        self,
        stop: &CancellationToken,
        wait: impl Future<Output = T>,
    ) -> Result<T, HttpError> {
        match self {
            Self::Finish => Ok(wait.await),
            Self::Leave => tokio::select! {
                biased;
                () = stop.cancelled() => Err(HttpError::Interrupted),
                done = wait => Ok(done),
            },
        }
    }
}
