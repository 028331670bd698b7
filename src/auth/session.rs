//! Credentials with the scope that they are used for, as a type.

use std::marker::PhantomData;
use std::sync::Arc;

use super::authorizer::{Authorizer, Credentials};
use crate::http;

/// What a token may be used for, as a type: a writer can't be made from a [`Read`] session.
pub trait OAuthScope: Send + Sync + 'static {
    /// Okta's name of the scope.
    const NAME: &'static str;
}

/// `okta.accounts.read`.
#[derive(Debug, Clone, Copy)]
pub enum Read {}

/// `okta.accounts.manage`, which includes reading.
#[derive(Debug, Clone, Copy)]
pub enum Manage {}

impl OAuthScope for Read {
    const NAME: &'static str = "okta.accounts.read";
}

impl OAuthScope for Manage {
    const NAME: &'static str = "okta.accounts.manage";
}

/// What reading a baseline's objects in an org takes, one scope a collection.
#[derive(Debug, Clone, Copy)]
pub enum ReadInside {}

/// `okta.orgs.read`: an org's own settings.
#[derive(Debug, Clone, Copy)]
pub enum ReadOrg {}

/// `okta.orgs.manage`: creating a child org, and consent, which nobody may even read with less.
#[derive(Debug, Clone, Copy)]
pub enum ManageLife {}

/// What changing a baseline's objects in an org takes, and reading them again.
#[derive(Debug, Clone, Copy)]
pub enum ManageInside {}

impl OAuthScope for ReadInside {
    const NAME: &'static str = "okta.apps.read okta.groups.read okta.networkZones.read okta.orgs.read okta.policies.read okta.threatInsights.read okta.trustedOrigins.read";
}

impl OAuthScope for ReadOrg {
    const NAME: &'static str = "okta.orgs.read";
}

impl OAuthScope for ManageLife {
    const NAME: &'static str = "okta.orgs.manage";
}

impl OAuthScope for ManageInside {
    const NAME: &'static str = "okta.apps.manage okta.groups.manage okta.networkZones.manage okta.orgs.manage okta.policies.manage okta.threatInsights.manage okta.trustedOrigins.manage";
}

/// Credentials with the scope that they are used for.
#[derive(Debug)]
pub struct Session<S: OAuthScope> {
    authorizer: Arc<Authorizer>,
    scope: PhantomData<S>,
}

impl<S: OAuthScope> Session<S> {
    /// A session that asks for the scope `S` and no other.
    #[must_use]
    pub fn new(credentials: Credentials, client: &http::Client) -> Self {
        Self {
            authorizer: Arc::new(Authorizer::new(credentials, S::NAME, client)),
            scope: PhantomData,
        }
    }

    /// What lets the requests of this session in.
    #[must_use]
    pub(crate) fn authorizer(&self) -> Arc<Authorizer> {
        Arc::clone(&self.authorizer)
    }
}
