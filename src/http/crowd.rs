//! How many requests may be on their way at a time, over several senders.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A bound on the requests that are on their way, which several senders share. Clones are the same crowd.
#[derive(Debug, Clone)]
pub struct Crowd(Arc<Semaphore>);

impl Crowd {
    /// A crowd of at most `most` requests.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self(Arc::new(Semaphore::new(most)))
    }

    /// A place in it, given back when dropped. Nobody ever closes a crowd, so there is always one in the end.
    pub(super) async fn place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.0).acquire_owned().await.ok()
    }
}
