//! Credentials with the scope that they are used for, as a type.

use std::collections::BTreeSet;
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

/// `okta.logs.read`: the System Log of the Aerial org, which is who issues the tokens.
#[derive(Debug, Clone, Copy)]
pub enum ReadLog {}

impl OAuthScope for ReadLog {
    const NAME: &'static str = "okta.logs.read";
}

/// `okta.orgs.read`: an org's own settings.
#[derive(Debug, Clone, Copy)]
pub enum ReadOrg {}

/// `okta.orgs.manage`: creating a child org, and consent, which nobody may even read with less.
#[derive(Debug, Clone, Copy)]
pub enum ManageLife {}

impl OAuthScope for ReadOrg {
    const NAME: &'static str = "okta.orgs.read";
}

impl OAuthScope for ManageLife {
    const NAME: &'static str = "okta.orgs.manage";
}

/// What may be done inside of an org, as a type; in which of its collections, the session says.
pub trait InsideScope: Send + Sync + 'static {
    /// The last word of Okta's scopes.
    const VERB: &'static str;
}

/// Reading.
#[derive(Debug, Clone, Copy)]
pub enum ReadInside {}

/// Changing, which includes reading.
#[derive(Debug, Clone, Copy)]
pub enum ManageInside {}

impl InsideScope for ReadInside {
    const VERB: &'static str = "read";
}

impl InsideScope for ManageInside {
    const VERB: &'static str = "manage";
}

/// The scopes for these collections, by the words that Okta's scopes have for them, with blanks between.
#[must_use]
pub fn scopes_inside<S: InsideScope>(collections: &BTreeSet<&'static str>) -> String {
    let scopes = collections.iter();
    let scopes = scopes.map(|word| format!("okta.{word}.{}", S::VERB));
    scopes.collect::<Vec<_>>().join(" ")
}

/// Credentials with the scope that they are used for.
#[derive(Debug)]
pub struct Session<S> {
    authorizer: Arc<Authorizer>,
    scope: PhantomData<S>,
}

impl<S: OAuthScope> Session<S> {
    /// A session that asks for the scope `S` and no other.
    #[must_use]
    pub fn new(credentials: Credentials, client: &http::Client) -> Self {
        Self::asking(credentials, Arc::from(S::NAME), client)
    }
}

impl<S: InsideScope> Session<S> {
    /// A session that asks for what `S` is in these collections and for nothing else.
    #[must_use]
    pub fn inside(
        credentials: Credentials,
        collections: &BTreeSet<&'static str>,
        client: &http::Client,
    ) -> Self {
        Self::asking(credentials, scopes_inside::<S>(collections).into(), client)
    }
}

impl<S> Session<S> {
    fn asking(credentials: Credentials, scope: Arc<str>, client: &http::Client) -> Self {
        Self {
            authorizer: Arc::new(Authorizer::new(credentials, scope, client)),
            scope: PhantomData,
        }
    }

    /// What lets the requests of this session in.
    #[must_use]
    pub(crate) fn authorizer(&self) -> Arc<Authorizer> {
        Arc::clone(&self.authorizer)
    }
}
