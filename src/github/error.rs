//! Why the comment isn't up to date.

use std::time::{Duration, SystemTime};

use serde::Deserialize;

use crate::http::retry::Symptom;
use crate::http::{self, Answer, Failure};

/// What GitHub asks for where it says that there were too many requests, and not how long to wait.
const A_WHILE: Duration = Duration::from_secs(60);

/// Why the comment isn't up to date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommentError {
    /// GitHub refused.
    #[error("{request}: {status} {message}")]
    Refused {
        /// The request, as messages show it.
        request: String,
        /// The HTTP status.
        status: u16,
        /// GitHub's words; empty where it has none.
        message: String,
        why: Refusal,
    },
    /// No answer, or one that isn't GitHub's.
    #[error("{0}")]
    Http(http::HttpError),
}

/// What a refusal is about, as far as it can be told: GitHub answers 403 to four different things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The token may not.
    Permission,
    /// There were too many requests; nothing was done, and after this long it may be tried again.
    TooMany(Duration),
    /// The conversation is locked.
    Locked,
    Other,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct GithubRefusal {
    message: String,
}

impl CommentError {
    /// What the answer, which is no success, says.
    pub(super) fn of(answer: &Answer) -> Self {
        let message = answer.refusal::<GithubRefusal>().message;
        Self::Refused {
            request: answer.request().to_owned(),
            status: answer.status(),
            why: Refusal::of(answer, &message.to_ascii_lowercase()),
            message,
        }
    }

    /// How long to wait before the same request may be sent again, as it had no effect.
    pub(super) fn wait(&self) -> Option<Duration> {
        match self {
            Self::Refused {
                why: Refusal::TooMany(wait),
                ..
            } => Some(*wait),
            Self::Refused { .. } | Self::Http(_) => None,
        }
    }
}

impl Refusal {
    /// Of GitHub's limits, the first says that nothing remains, the second only sometimes how long it lasts.
    fn of(answer: &Answer, words: &str) -> Self {
        let used_up = answer.header("x-ratelimit-remaining") == Some("0");
        let asked = answer.signals().retry_after;
        let limited = used_up || asked.is_some() || words.contains("rate limit");
        match answer.status() {
            403 | 429 if limited => {
                let reset = answer.header("x-ratelimit-reset").filter(|_| used_up);
                let reset = reset
                    .and_then(|text| text.parse().ok())
                    .and_then(|seconds| {
                        let server = answer.signals().date.unwrap_or(answer.received());
                        let reset =
                            SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))?;
                        reset.duration_since(server).ok()
                    });
                let asked = asked.map(|at| at.duration_since(answer.received()));
                let asked = asked.map(Result::unwrap_or_default);
                Self::TooMany(asked.or(reset).unwrap_or(A_WHILE))
            }
            403 | 423 if words.contains("locked") => Self::Locked,
            401 | 403 => Self::Permission,
            _ => Self::Other,
        }
    }
}

impl From<http::HttpError> for CommentError {
    fn from(error: http::HttpError) -> Self {
        Self::Http(error)
    }
}

impl Failure for CommentError {
    fn symptom(&self) -> Symptom {
        match self {
            // It is waited out by whoever knows how long.
            Self::Refused {
                why: Refusal::TooMany(_),
                ..
            } => Symptom::Final,
            Self::Refused { status, .. } => Symptom::of_status(*status),
            Self::Http(error) => error.symptom(),
        }
    }
}
