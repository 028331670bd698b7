//! The credentials of orgs: each by a name that is made of the org's domain, and of nothing that a file says.
//!
//! The environment goes before the helper, the helper before the folder. An emulator on this machine lets everybody in.

use futures_util::future::LocalBoxFuture;

use super::credentials::{learn_key, read_key};
use super::env::Process;
use super::flags::ConnectionFlags;
use super::helper::{HELPER, Helper, HelperAnswer};
use super::token_folder::TokenFolder;
use crate::aerial;
use crate::auth::key::{SigningKey, looks_like_key};
use crate::http::Client;
use crate::ids::Domain;
use crate::org::{KeyringError, OrgCredential, OrgKeyring};
use crate::secret::Secret;

/// What the redactor can't find among other texts.
const SHORTEST: usize = 8;

/// What an emulated admin signs in with.
const MADE_UP: &str = "emulated-password";

/// Where the credentials of orgs come from.
pub(super) struct OrgKeys {
    sources: KeySources,
    /// Whether the hosts of orgs are on this machine: nothing that is sent leaves it.
    local: bool,
    /// The issuer of an emulator on this machine.
    emulator: Option<String>,
    client: Client,
}

enum KeySources {
    /// What the user has.
    Machine(Box<Machine>),
    /// Nothing of it: an emulator runs in here.
    Nothing,
}

struct Machine {
    process: Process,
    helper: Option<Helper>,
    folder: Option<TokenFolder>,
}

impl std::fmt::Debug for OrgKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OrgKeys").finish_non_exhaustive()
    }
}

impl OrgKeys {
    /// The keys of this machine; an `emulator` that runs at this issuer gives the rest. `local`: the hosts of orgs are here.
    pub(super) fn of(
        args: &ConnectionFlags,
        process: &Process,
        local: bool,
        emulator: Option<String>,
        client: &Client,
    ) -> Self {
        Self {
            sources: KeySources::Machine(Box::new(Machine {
                process: process.clone(),
                helper: Helper::of(process),
                folder: TokenFolder::of(args, process),
            })),
            local,
            emulator,
            client: client.clone(),
        }
    }

    /// The keys of an emulated account alone: nothing of the machine is read.
    pub(super) fn emulated(emulator: Option<String>, client: &Client) -> Self {
        Self {
            sources: KeySources::Nothing,
            local: true,
            emulator,
            client: client.clone(),
        }
    }

    /// A secret that the redactor finds wherever it stands; on this machine anything will do.
    fn secret(&self, text: &str, whose: &str) -> Result<Secret, KeyringError> {
        if looks_like_key(text) {
            return Err(KeyringError(format!(
                "{whose}: this looks like a private key"
            )));
        }
        let secret = Secret::new(text);
        if secret.is_empty() {
            return Err(KeyringError(format!("{whose} is empty")));
        }
        if secret.expose().len() < SHORTEST && !self.local {
            return Err(KeyringError(format!(
                "{whose} has fewer than {SHORTEST} characters"
            )));
        }
        self.client.redactor().learn(&secret);
        Ok(secret)
    }

    fn app(
        &self,
        client_id: &str,
        key: &Secret,
        kid: Option<&str>,
        whose: &str,
    ) -> Result<OrgCredential, KeyringError> {
        learn_key(key, self.client.redactor());
        if looks_like_key(client_id) || kid.is_some_and(looks_like_key) {
            return Err(KeyringError(format!(
                "{whose}: this looks like the key itself, where a client id or a key id belongs"
            )));
        }
        let key = SigningKey::parse(key);
        Ok(OrgCredential::App {
            client_id: client_id.trim().to_owned(),
            key: key.map_err(|error| KeyringError(format!("{whose}: {error}")))?,
            kid: kid.map(|kid| kid.trim().to_owned()),
        })
    }

    fn of_environment(
        &self,
        domain: &Domain,
        process: &Process,
    ) -> Result<Option<OrgCredential>, KeyringError> {
        let name = domain.as_variable();
        let var = |start: &str| process.var(&format!("{start}{name}"));
        if let Some(token) = var("OKTA_ORG_TOKEN_") {
            let token = self.secret(token, &format!("OKTA_ORG_TOKEN_{name}"))?;
            return Ok(Some(OrgCredential::ApiToken(token)));
        }
        let key = match (var("OKTA_ORG_PRIVATE_KEY_"), var("OKTA_ORG_KEY_FILE_")) {
            (Some(key), _) => Some(Secret::new(key)),
            (None, Some(file)) => {
                let whose = format!("OKTA_ORG_KEY_FILE_{name}");
                let key = read_key(file, &process.cwd, self.client.redactor());
                Some(key.map_err(|why| KeyringError(format!("{whose} {why}")))?)
            }
            (None, None) => None,
        };
        match (var("OKTA_ORG_CLIENT_ID_"), key) {
            (None, None) => Ok(None),
            (Some(id), Some(key)) => {
                let whose = format!("the key of OKTA_ORG_CLIENT_ID_{name}");
                let kid = var("OKTA_ORG_KEY_ID_");
                self.app(id, &key, kid, &whose).map(Some)
            }
            (Some(_), None) => Err(KeyringError(format!(
                "there is OKTA_ORG_CLIENT_ID_{name}, and neither OKTA_ORG_PRIVATE_KEY_{name} nor OKTA_ORG_KEY_FILE_{name}"
            ))),
            (None, Some(_)) => Err(KeyringError(format!(
                "there is a key for {name}, and no OKTA_ORG_CLIENT_ID_{name}"
            ))),
        }
    }

    fn of_helper(&self, answer: &HelperAnswer) -> Result<OrgCredential, KeyringError> {
        let whose = format!("what `{HELPER} get` prints");
        match (&answer.token, &answer.client_id, &answer.private_key) {
            (Some(token), None, None) => Ok(OrgCredential::ApiToken(
                self.secret(token, &format!("the token that `{HELPER} get` prints"))?,
            )),
            (None, Some(id), Some(key)) => {
                self.app(id, &Secret::new(key), answer.key_id.as_deref(), &whose)
            }
            _ => Err(KeyringError(format!(
                "{whose} is neither a `token` nor a `clientId` with its `privateKey`"
            ))),
        }
    }

    async fn of_machine(
        &self,
        domain: &Domain,
        machine: &Machine,
    ) -> Result<Option<OrgCredential>, KeyringError> {
        if let Some(found) = self.of_environment(domain, &machine.process)? {
            return Ok(Some(found));
        }
        if let Some(helper) = &machine.helper
            && let Some(answer) = helper.get(domain).await?
        {
            return self.of_helper(&answer).map(Some);
        }
        if let Some(folder) = &machine.folder
            && let Some(token) = folder.read(domain)?
        {
            let token = self.secret(token.expose(), &format!("the token of {domain}"))?;
            return Ok(Some(OrgCredential::ApiToken(token)));
        }
        match &machine.folder {
            Some(folder) if self.emulator.is_none() => folder.there().map(|()| None),
            _ => Ok(None),
        }
    }
}

impl OrgKeyring for OrgKeys {
    fn credential<'a>(
        &'a self,
        domain: &'a Domain,
        scope: &'a str,
    ) -> LocalBoxFuture<'a, Result<Option<OrgCredential>, KeyringError>> {
        Box::pin(async move {
            if let KeySources::Machine(machine) = &self.sources
                && let Some(found) = self.of_machine(domain, machine).await?
            {
                return Ok(Some(found));
            }
            let Some(issuer) = &self.emulator else {
                return Ok(None);
            };
            let token = aerial::emulator_token(issuer, scope, Some(domain), &self.client).await;
            Ok(token.map(OrgCredential::ForScope))
        })
    }

    fn variable(&self, name: &str) -> Result<Secret, KeyringError> {
        match &self.sources {
            KeySources::Nothing => Ok(Secret::new(MADE_UP)),
            KeySources::Machine(machine) => {
                let secret = machine.process.var(name);
                let secret = secret.ok_or_else(|| KeyringError(format!("{name} isn't set")))?;
                if secret.trim() != secret {
                    return Err(KeyringError(format!(
                        "{name} begins or ends with white space, a line's end perhaps, and a password without it would be another one"
                    )));
                }
                self.secret(secret, name)
            }
        }
    }

    fn has_place<'a>(&'a self, domain: &'a Domain) -> LocalBoxFuture<'a, Result<(), KeyringError>> {
        Box::pin(async move {
            let KeySources::Machine(machine) = &self.sources else {
                return Ok(());
            };
            match (&machine.helper, &machine.folder) {
                // One that can't be started, or hangs, would lose what is shown once.
                (Some(helper), _) => helper.get(domain).await.map(|_| ()),
                (None, Some(folder)) => folder.could_be_used(domain),
                (None, None) => Err(KeyringError(format!(
                    "there is no place for a new org's token, which Okta shows once: name one with {HELPER} or --token-dir"
                ))),
            }
        })
    }

    fn make_place(&self) -> Result<(), KeyringError> {
        match &self.sources {
            KeySources::Machine(machine) => match (&machine.helper, &machine.folder) {
                (None, Some(folder)) => folder.ready(),
                (Some(_), _) | (None, None) => Ok(()),
            },
            KeySources::Nothing => Ok(()),
        }
    }

    fn store<'a>(
        &'a self,
        domain: &'a Domain,
        token: &'a Secret,
    ) -> LocalBoxFuture<'a, Result<(), KeyringError>> {
        Box::pin(async move {
            let KeySources::Machine(machine) = &self.sources else {
                return Ok(()); // the emulator keeps it
            };
            let kept = match &machine.helper {
                // Nobody sees the token again: one slow start must not lose it.
                Some(helper) => match helper.store(domain, token).await {
                    Err(_) => helper.store(domain, token).await,
                    kept => kept,
                },
                None => Err(KeyringError("there is no place for it".to_owned())),
            };
            match (kept, &machine.folder) {
                (Err(_), Some(folder)) => folder.store(domain, token),
                (kept, _) => kept,
            }
        })
    }
}
