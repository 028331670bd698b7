//! Where an org's credential comes from, and where a new one goes.

use futures_util::future::LocalBoxFuture;

use crate::auth::key::SigningKey;
use crate::ids::Domain;
use crate::secret::Secret;

/// What lets a run in at one org.
#[derive(Debug)]
pub enum OrgCredential {
    /// An API token (SSWS).
    ApiToken(Secret),
    /// An access token for the scopes that were asked for, as an emulator gives it.
    ForScope(Secret),
    /// A service app of the org.
    App {
        client_id: String,
        key: SigningKey,
        kid: Option<String>,
    },
}

/// Why a credential, a password or a place for a token can't be had, in words that quote nothing of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct KeyringError(pub String);

/// The credentials of orgs. Every secret that it gives out or takes is known to the run's redactor.
pub trait OrgKeyring: std::fmt::Debug + Send + Sync {
    /// The credential of an org, for these scopes where it matters; `None` where nobody has one.
    fn credential<'a>(
        &'a self,
        domain: &'a Domain,
        scope: &'a str,
    ) -> LocalBoxFuture<'a, Result<Option<OrgCredential>, KeyringError>>;

    /// A secret that a request names by its variable.
    ///
    /// # Errors
    /// When there is none.
    fn variable(&self, name: &str) -> Result<Secret, KeyringError>;

    /// Whether there is a place for the token of an org that is to be created, or could be made.
    fn has_place<'a>(&'a self, domain: &'a Domain) -> LocalBoxFuture<'a, Result<(), KeyringError>>;

    /// Makes the place, for a run that is about to create an org.
    ///
    /// # Errors
    /// When it can't be made, or nothing can be kept there.
    fn make_place(&self) -> Result<(), KeyringError>;

    /// Keeps the token of an org that was just created.
    fn store<'a>(
        &'a self,
        domain: &'a Domain,
        token: &'a Secret,
    ) -> LocalBoxFuture<'a, Result<(), KeyringError>>;
}
