//! Who the run is to Okta: credentials, the scope as a type, and the token that a request carries.

pub mod secret;

use std::marker::PhantomData;
use std::sync::Arc;

pub use secret::Secret;

/// What a token may be used for, as a type: a writer can't be made from a [`Read`] session.
pub trait Scope: Send + Sync + 'static {
    /// Okta's name of the scope.
    const NAME: &'static str;
}

/// `okta.accounts.read`.
#[derive(Debug, Clone, Copy)]
pub enum Read {}

/// `okta.accounts.manage`, which includes reading.
#[derive(Debug, Clone, Copy)]
pub enum Manage {}

impl Scope for Read {
    const NAME: &'static str = "okta.accounts.read";
}

impl Scope for Manage {
    const NAME: &'static str = "okta.accounts.manage";
}

/// How the run proves who it is.
#[derive(Debug, Clone)]
pub enum Credentials {
    /// An access token that somebody else obtained; its scopes are theirs.
    AccessToken(Secret),
}

/// Credentials with the scope that they are used for.
#[derive(Debug)]
pub struct Session<S: Scope> {
    authorizer: Arc<Authorizer>,
    scope: PhantomData<S>,
}

impl<S: Scope> Session<S> {
    /// A session that asks for the scope `S` and no other.
    #[must_use]
    pub fn new(credentials: Credentials) -> Self {
        Self {
            authorizer: Arc::new(Authorizer {
                credentials,
                scope: S::NAME,
            }),
            scope: PhantomData,
        }
    }

    /// What a transport needs of it.
    #[must_use]
    pub fn authorizer(&self) -> Arc<Authorizer> {
        Arc::clone(&self.authorizer)
    }
}

/// Gives each request its authorization.
#[derive(Debug)]
pub struct Authorizer {
    credentials: Credentials,
    scope: &'static str,
}

/// The headers that authorize one request.
#[derive(Debug, Clone)]
pub struct Authorization {
    /// The value of `Authorization`.
    pub header: Secret,
}

impl Authorizer {
    /// The scope that it asks for.
    #[must_use]
    pub fn scope(&self) -> &'static str {
        self.scope
    }

    /// Authorizes one request.
    ///
    /// # Errors
    /// When there is no token to be had.
    pub async fn authorize(&self) -> Result<Authorization, AuthError> {
        match &self.credentials {
            Credentials::AccessToken(token) => Ok(Authorization {
                header: Secret::new(&format!("Bearer {}", token.expose())),
            }),
        }
    }

    /// Takes note that the server refused an authorization with 401; whether another one may fare better.
    pub fn rejected(&self, _refused: &Authorization) -> bool {
        match &self.credentials {
            Credentials::AccessToken(_) => false,
        }
    }
}

/// Why there is no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// A token that no header can carry.
    #[error("the access token has characters that no token has")]
    MalformedToken,
}

impl AuthError {
    /// Whether asking again a little later may help.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::MalformedToken => false,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::MalformedToken => Some("set AERIAL_ACCESS_TOKEN to the token alone, without `Bearer` and without line breaks".into()),
        }
    }
}
