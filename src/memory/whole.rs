//! Why a whole read is needed.

use std::fmt;
use std::time::Duration;

/// Why nothing can be gone on from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WholeReason {
    /// Nothing was kept yet.
    Nothing,
    /// What was kept isn't whole, or no memory: why, in words.
    Broken(String),
    /// It lies where whoever writes the repository may have put it.
    Exposed,
    /// It was made by another one of these.
    Foreign(&'static str),
    /// It is of a time to come.
    Ahead,
    /// The oldest part of it is so old.
    Old(Duration),
    /// The server no longer takes the position in the log.
    Refused,
    /// The log has more than is read at once.
    TooMuch,
    /// The log has what can't be an event.
    Unreadable,
    /// An event of this type is about no org that is known.
    Unmatched(String),
    /// The account is subscribed to other products than it was.
    Subscription,
    /// A plan is held against the whole account.
    Weighed,
    /// Somebody wants it.
    Asked,
}

impl fmt::Display for WholeReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("nothing was kept of an earlier run"),
            Self::Broken(why) => write!(f, "what was kept can't be used: {why}"),
            Self::Exposed => f.write_str(
                "what was kept lies in a git worktree that doesn't ignore it, where whoever writes the repository could have put it",
            ),
            Self::Foreign(what) => write!(f, "what was kept is another {what}'s"),
            Self::Ahead => f.write_str("what was kept is of a time to come"),
            Self::Old(age) => write!(f, "what was kept is {} old", words(*age)),
            Self::Refused => {
                f.write_str("the System Log can't be read on from where the last run ended")
            }
            Self::TooMuch => f.write_str("the System Log has more events than are read at once"),
            Self::Unreadable => f.write_str("the System Log has what can't be read as an event"),
            Self::Unmatched(kind) => write!(
                f,
                "the System Log has an event `{kind}` about no org that is known"
            ),
            Self::Subscription => {
                f.write_str("the account is subscribed to other products than it was")
            }
            Self::Weighed => f.write_str("the plan is held against the whole account"),
            Self::Asked => f.write_str("that was asked for"),
        }
    }
}

/// A length of time in one unit: `2 min`, `3 h`, `4 d`.
fn words(time: Duration) -> String {
    match time.as_secs() / 60 {
        minutes @ ..120 => format!("{minutes} min"),
        minutes @ 120..2880 => format!("{} h", minutes / 60),
        minutes => format!("{} d", minutes / 1440),
    }
}
