//! The one loop of attempts.

use std::fmt::Display;
use std::time::Duration;

use super::answer::Answer;
use super::authorize::Authorize;
use super::error::{HttpError, Lost};
use super::exchange::{Exchanged, HttpRequest, NoAnswer, Sender};
use super::retry::{Symptom, Tries};
use super::stop::OnStop;

/// A room's own error, which says whether trying again makes sense.
pub trait Failure: From<HttpError> + Display {
    /// What it means for another try.
    fn symptom(&self) -> Symptom;
}

impl Failure for HttpError {
    fn symptom(&self) -> Symptom {
        match self {
            Self::Network {
                lost: Lost::NotMade | Lost::Elsewhere | Lost::Untrusted(_) | Lost::NoCertificates(_),
                ..
            }
            | Self::WaitTooLong { .. }
            | Self::Interrupted => Symptom::Final,
            Self::Network {
                lost: Lost::Timeout | Lost::NoConnection(_) | Lost::Broke(_),
                ..
            }
            | Self::UnexpectedAnswer { .. } => Symptom::Trouble,
        }
    }
}

/// Why a request that is sent once has no good answer.
#[derive(Debug)]
pub enum Once<E> {
    /// It was refused without effect, and the next one will carry another authorization.
    Renewed(E),
    /// Anything else: it may or may not have had an effect.
    Failed(E),
}

impl<A> Sender<A> {
    /// Waits before another try; not at all where the pace does the waiting.
    ///
    /// # Errors
    /// When the run is to end.
    pub(crate) async fn pause(&self, pause: Duration) -> Result<(), HttpError> {
        if pause.is_zero() {
            return Ok(());
        }
        let pause = self.client().clock().sleep(pause);
        OnStop::Leave.hearing(self.client().stop(), pause).await
    }
}

impl<A: Authorize> Sender<A> {
    /// Sends what may be sent twice, until `judge` accepts the answer or trying again makes no sense.
    ///
    /// # Errors
    /// What was wrong the last time.
    pub(crate) async fn repeat<T, E: Failure + From<A::Error>>(
        &self,
        request: &HttpRequest<'_>,
        judge: impl Fn(&Answer) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut tries = Tries::default();
        loop {
            let error = match self.once(request, &judge).await {
                Ok(value) => return Ok(value),
                Err(Once::Renewed(error)) => {
                    if tries.renewed() {
                        continue;
                    }
                    return Err(error);
                }
                Err(Once::Failed(error)) => error,
            };
            let Some(pause) = tries.failed(error.symptom(), fastrand::f64()) else {
                return Err(error);
            };
            tracing::info!(%error, ?pause, "trying again");
            self.pause(pause).await?;
        }
    }

    /// Sends what may not be sent twice. What became of it after a failure is the caller's to find out.
    ///
    /// # Errors
    /// When there is no answer, or `judge` doesn't accept it.
    pub(crate) async fn once<T, E: Failure + From<A::Error>>(
        &self,
        request: &HttpRequest<'_>,
        judge: impl Fn(&Answer) -> Result<T, E>,
    ) -> Result<T, Once<E>> {
        match self.exchange(request).await {
            Ok(Exchanged { answer, renewed }) => judge(&answer).map_err(|error| {
                if renewed {
                    Once::Renewed(error)
                } else {
                    Once::Failed(error)
                }
            }),
            Err(NoAnswer::Http(error)) => Err(Once::Failed(E::from(error))),
            Err(NoAnswer::Unauthorized(error)) => Err(Once::Failed(E::from(error))),
        }
    }
}

#[cfg(test)]
mod tests;
