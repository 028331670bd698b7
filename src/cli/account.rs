//! Which account a run is about: the file says it, or else the environment; where both do, they agree.

use super::emulate;
use super::env::Process;
use super::error::CliError;
use super::flags::ConnectionFlags;
use crate::desired::Desired;
use crate::ids::AccountId;

/// The variable that pins the account, whatever a branch makes of the file.
const PIN: &str = "AERIAL_ACCOUNT_ID";

/// What is known of the account before a file is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum AccountSource {
    /// Nothing: the file has to say it.
    File,
    /// The environment pins it.
    Pinned(AccountId),
    /// The emulator has one, for a file that names none.
    Emulated(AccountId),
}

impl AccountSource {
    /// Of a command that speaks to no server.
    ///
    /// # Errors
    /// When the pin is no account id.
    pub(super) fn pinned(process: &Process) -> Result<Self, CliError> {
        let Some(text) = process.var(PIN) else {
            return Ok(Self::File);
        };
        AccountId::parse(text.trim())
            .map(Self::Pinned)
            .map_err(|reason| {
                CliError::failed(format!("{PIN} is no account id: it {reason}"))
                    .hint("the Aerial Console shows it under \"Account information\"")
            })
    }

    /// Of a command that speaks to the account.
    ///
    /// # Errors
    /// When the pin is no account id, and when the emulated account can't be read.
    pub(super) fn of(connection: &ConnectionFlags, process: &Process) -> Result<Self, CliError> {
        if connection.emulator {
            return emulate::account_id(connection, process).map(Self::Emulated);
        }
        Self::pinned(process)
    }

    /// The account where no file names one.
    pub(super) fn fallback(&self) -> Option<&AccountId> {
        match self {
            Self::File => None,
            Self::Pinned(id) | Self::Emulated(id) => Some(id),
        }
    }

    /// Whether the account is pinned, in words.
    pub(super) fn words(&self) -> String {
        match self {
            Self::File => {
                format!("none: {PIN} isn't set, and the account is whichever the file says")
            }
            Self::Pinned(id) => format!("{PIN} is {id}: a file about another account is refused"),
            Self::Emulated(id) => format!("none is needed: {id} is the emulator's"),
        }
    }

    /// Refuses files that are about another account than the pinned one.
    ///
    /// # Errors
    /// With exit 4 when they are.
    pub(super) fn check(&self, desired: &Desired) -> Result<(), CliError> {
        match self {
            Self::Pinned(pin) if *pin != desired.account.id => Err(CliError::refused(format!(
                "the file is about the account {}, and {PIN} pins {pin}",
                desired.account.id
            ))
            .hint("correct `account.id` in the file; whoever holds the credentials sets the pin")),
            Self::File | Self::Pinned(_) | Self::Emulated(_) => Ok(()),
        }
    }
}
