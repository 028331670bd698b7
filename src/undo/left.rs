//! What a run did and an undo leaves alone.

use std::fmt;

use serde_json::Value as Json;

use crate::ids::OrgName;
use crate::plan::Kind;

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
    /// An object that the run made inside of it stays.
    Made(String),
    /// Fields of an object inside of it aren't put back.
    Inside {
        object: String,
        why: InsideReason,
        fields: Vec<LeftField>,
    },
}

/// Why fields of an object aren't put back.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum InsideReason {
    /// Somebody has changed them since.
    Changed,
    /// The object isn't there any more.
    Gone,
    /// The run itself hadn't seen what was there.
    Unseen,
    /// The receipt doesn't show what was there.
    Veiled,
    /// They had no value, and a switch or a number can't be unset.
    Unsettable,
    /// The old value refers to an object that isn't there.
    Lacks(String),
    /// The org is inactive, or about to be.
    Inactive,
    /// It can't be looked into: why.
    Unread(String),
    /// No baseline can have such a field.
    Odd,
}

/// A field, and what it had before the run, as JSON; `None` where that isn't known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftField {
    pub path: String,
    pub before: Option<String>,
}

/// The longest value that is shown, in characters.
const LONGEST: usize = 100;

impl LeftField {
    pub(super) fn of(path: &str, before: Option<&Json>) -> Self {
        let shown = |text: &str| match text.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
            None => text.to_owned(),
        };
        Self {
            path: shown(path),
            before: before.map(|value| shown(&value.to_string())),
        }
    }
}

/// As the end of a sentence about the fields.
impl fmt::Display for InsideReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed => f.write_str("changed since, and stays"),
            Self::Gone => f.write_str("it isn't there any more"),
            Self::Unseen => f.write_str("the receipt doesn't tell what was there"),
            Self::Veiled => f.write_str("the old value holds a secret, which no receipt has"),
            Self::Unsettable => {
                f.write_str("it had no value, and a switch or a number can't be unset")
            }
            Self::Lacks(object) => write!(f, "the old value refers to {object}, which isn't there"),
            Self::Inactive => f.write_str("nobody looks into an org that is or becomes inactive"),
            Self::Unread(why) => write!(f, "the org can't be looked into: {why}"),
            Self::Odd => f.write_str("it can't be set by name and field"),
        }
    }
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
            Self::Made(_) => "made",
            Self::Inside { .. } => "inside",
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
            Self::Made(object) => write!(f, "{object} was made, and stays"),
            Self::Inside {
                object,
                why,
                fields,
            } => {
                let fields = fields.iter();
                let fields: Vec<String> = fields
                    .map(|field| match field.before.as_deref() {
                        None => field.path.clone(),
                        Some("null") => format!("{} was not set", field.path),
                        Some(before) => format!("{} was {before}", field.path),
                    })
                    .collect();
                write!(f, "{object} ({}): {why}", fields.join(", "))
            }
        }
    }
}
