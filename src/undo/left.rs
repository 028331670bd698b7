//! What a run did and an undo leaves alone.

use std::fmt;

use crate::ids::OrgName;
use crate::plan::Kind;
use crate::receipt::PastObject;

/// Something about an org that is left as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftAlone {
    pub org: OrgName,
    pub reason: LeftReason,
}

/// Why something is left as it is. Products are named as Okta names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeftReason {
    /// Nothing takes a step of this kind back.
    Final(Kind),
    /// What came of a step isn't known: it began and didn't end, or its answer was lost.
    Unknown(Kind),
    /// Somebody has changed its products since.
    ChangedProducts {
        enabled: Vec<String>,
        disabled: Vec<String>,
    },
    /// Somebody has changed its status since, to one that Okta doesn't document.
    ChangedStatus(String),
    /// `ignoreProducts` has these.
    Ignored(Vec<String>),
    /// The account isn't subscribed to these any more.
    Unsubscribed(Vec<String>),
    /// The file doesn't list the org.
    Unlisted,
    /// The account doesn't manage it, or has several of its name.
    Unmanaged,
    /// The account has another domain for the receipt's id.
    OtherName(String),
    /// It is the Aerial org, which is never deactivated.
    AerialOrg,
    /// Its products couldn't be read.
    Unread,
    /// What it has inside is put back by hand.
    Inside(PastObject),
}

impl LeftReason {
    /// The word in JSON.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Final(_) => "final",
            Self::Unknown(_) => "unknown",
            Self::ChangedProducts { .. } | Self::ChangedStatus(_) => "changed",
            Self::Ignored(_) => "ignored",
            Self::Unsubscribed(_) => "unsubscribed",
            Self::Unlisted => "unlisted",
            Self::Unmanaged => "unmanaged",
            Self::OtherName(_) => "otherName",
            Self::AerialOrg => "aerialOrg",
            Self::Unread => "unread",
            Self::Inside(_) => "inside",
        }
    }
}

/// As one sentence without the org.
impl fmt::Display for LeftReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Final(kind) => {
                let what = match kind {
                    Kind::Create => "was created, and stays",
                    Kind::Consent => "was given consent, which stays",
                    Kind::Delete => "was asked to be deleted, which nothing takes back",
                    Kind::Link
                    | Kind::Activate
                    | Kind::Enable
                    | Kind::Swap
                    | Kind::Configure
                    | Kind::Disable
                    | Kind::Deactivate => "was linked, and stays linked",
                };
                f.write_str(what)
            }
            Self::Unknown(kind) => write!(
                f,
                "nobody knows what came of the run's {} step: look at the org",
                kind.as_str()
            ),
            Self::ChangedProducts { enabled, disabled } => {
                let parts = [(enabled, "enabled"), (disabled, "disabled")];
                let parts = parts.into_iter().filter(|(names, _)| !names.is_empty());
                let parts: Vec<String> = parts
                    .map(|(names, what)| format!("{} {what}", names.join(", ")))
                    .collect();
                write!(f, "changed since, and stays: {}", parts.join("; "))
            }
            Self::ChangedStatus(status) => {
                write!(
                    f,
                    "its status is now `{status}`, which Okta doesn't document"
                )
            }
            Self::Ignored(names) => write!(
                f,
                "the file's `ignoreProducts` has {}: handled elsewhere",
                names.join(", ")
            ),
            Self::Unsubscribed(names) => write!(
                f,
                "the account isn't subscribed any more, so it can't be enabled: {}",
                names.join(", ")
            ),
            Self::Unlisted => f.write_str("the file doesn't list it: nothing is changed in it"),
            Self::Unmanaged => {
                f.write_str("the account has no such managed org, or several of this name")
            }
            Self::OtherName(now) => {
                write!(
                    f,
                    "the account calls the org of this id {now}: it was renamed, or the receipt is wrong"
                )
            }
            Self::AerialOrg => f.write_str("it is the Aerial org, which is never deactivated"),
            Self::Unread => f.write_str("its products weren't read"),
            Self::Inside(object) => {
                let fields = object.fields.iter();
                let fields: Vec<String> = fields
                    .map(|(path, before)| match before.as_str() {
                        "null" => format!("{path} was not set"),
                        before => format!("{path} was {before}"),
                    })
                    .collect();
                let was = match fields.as_slice() {
                    [] => String::new(),
                    fields => format!(" ({})", fields.join(", ")),
                };
                write!(
                    f,
                    "{} was configured{was}: put it back in the file or in the org",
                    object.name
                )
            }
        }
    }
}
