//! The credentials of orgs: each by a name that is made of the org's domain, and of nothing that a file says.

use futures_util::future::LocalBoxFuture;

use super::env::Process;
use crate::aerial;
use crate::auth::key::SigningKey;
use crate::http::Client;
use crate::ids::Domain;
use crate::org::{KeyringError, OrgCredential, OrgKeyring, credential_name};
use crate::secret::Secret;

/// Where the credentials of orgs come from.
pub(super) struct OrgKeys {
    /// The process's variables; none of them where an emulator serves the account.
    variables: Option<Process>,
    /// The issuer of an emulator on this machine, which lets everybody in.
    emulator: Option<String>,
    client: Client,
}

impl std::fmt::Debug for OrgKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OrgKeys").finish_non_exhaustive()
    }
}

impl OrgKeys {
    /// The keys that the environment gives; an `emulator` that runs at this issuer gives the rest.
    pub(super) fn of(process: &Process, emulator: Option<String>, client: &Client) -> Self {
        Self {
            variables: Some(process.clone()),
            emulator,
            client: client.clone(),
        }
    }

    /// The keys of an emulated account alone: nothing of the environment is read.
    pub(super) fn emulated(emulator: Option<String>, client: &Client) -> Self {
        Self {
            variables: None,
            emulator,
            client: client.clone(),
        }
    }

    fn of_environment(&self, domain: &Domain) -> Result<Option<OrgCredential>, KeyringError> {
        let Some(process) = &self.variables else {
            return Ok(None);
        };
        let name = credential_name(domain);
        let var = |start: &str| process.var(&format!("{start}{name}"));
        if let Some(token) = var("OKTA_ORG_TOKEN_") {
            return Ok(Some(OrgCredential::ApiToken(Secret::new(token))));
        }
        let Some(client_id) = var("OKTA_ORG_CLIENT_ID_") else {
            return Ok(None);
        };
        let key = var("OKTA_ORG_PRIVATE_KEY_").ok_or_else(|| {
            KeyringError(format!("there is OKTA_ORG_CLIENT_ID_{name}, and no key"))
        })?;
        let key = SigningKey::parse(&Secret::new(key))
            .map_err(|error| KeyringError(format!("OKTA_ORG_PRIVATE_KEY_{name}: {error}")))?;
        Ok(Some(OrgCredential::App {
            client_id: client_id.trim().to_owned(),
            key,
            kid: var("OKTA_ORG_KEY_ID_").map(|kid| kid.trim().to_owned()),
        }))
    }
}

impl OrgKeyring for OrgKeys {
    fn credential<'a>(
        &'a self,
        domain: &'a Domain,
        scope: &'static str,
    ) -> LocalBoxFuture<'a, Result<Option<OrgCredential>, KeyringError>> {
        Box::pin(async move {
            if let Some(found) = self.of_environment(domain)? {
                return Ok(Some(found));
            }
            let Some(issuer) = &self.emulator else {
                return Ok(None);
            };
            let token = aerial::emulator_token(issuer, scope, Some(domain), &self.client).await;
            Ok(token.map(OrgCredential::AccessToken))
        })
    }

    fn variable(&self, name: &str) -> Result<Secret, KeyringError> {
        let process = self.variables.as_ref();
        let secret = process.and_then(|process| process.var(name));
        let secret = secret.map(Secret::new);
        secret.ok_or_else(|| KeyringError(format!("{name} isn't set")))
    }

    fn store<'a>(
        &'a self,
        domain: &'a Domain,
        _: &'a Secret,
    ) -> LocalBoxFuture<'a, Result<(), KeyringError>> {
        Box::pin(async move {
            Err(KeyringError(format!(
                "there is no place for the token of {domain}"
            )))
        })
    }
}
