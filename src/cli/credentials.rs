//! A service app's credentials from the environment: never from flags, which every process list shows.

use std::path::Path;

use super::env::Process;
use super::error::CliError;
use super::output::Printer;
use super::url::{self, checked};
use crate::auth::key::{SigningKey, looks_like_key, pieces};
use crate::auth::{AuthError, ServiceApp};
use crate::disk;
use crate::http::Redactor;
use crate::secret::Secret;

/// A private key has some thousand bytes.
const MAX_KEY_BYTES: u64 = 64 * 1024;

/// The variables that hold a secret as it is.
const SECRETS: [&str; 3] = ["AERIAL_ACCESS_TOKEN", "AERIAL_PRIVATE_KEY", "GITHUB_TOKEN"];

/// What the variables begin with that hold a secret of one org each.
const OF_ORGS: [&str; 3] = [
    "OKTA_ORG_TOKEN_",
    "OKTA_ORG_PRIVATE_KEY_",
    "AERIAL_ADMIN_PASSWORD_",
];

/// The variables that hold a private key, or may by mistake.
const KEYS: [&str; 4] = [
    "AERIAL_PRIVATE_KEY",
    "AERIAL_PRIVATE_KEY_FILE",
    "AERIAL_CLIENT_ID",
    "AERIAL_KEY_ID",
];

/// The variables that hold URLs, which may have a password in them.
const URLS: [&str; 11] = [
    "AERIAL_ENDPOINT",
    "AERIAL_ORG_ENDPOINT",
    "AERIAL_ISSUER",
    "GITHUB_API_URL",
    "GITHUB_SERVER_URL",
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
];

/// Knows every secret that the environment gives, used or not.
pub(super) fn given(process: &Process) -> Redactor {
    let redactor = Redactor::default();
    let var = |name: &&str| process.var(name);
    for secret in SECRETS.iter().filter_map(var) {
        redactor.learn(&Secret::new(secret));
    }
    for key in KEYS
        .iter()
        .filter_map(var)
        .filter(|text| looks_like_key(text))
    {
        learn_key(&Secret::new(key), &redactor);
    }
    for (name, value) in &process.vars {
        if OF_ORGS.iter().any(|start| name.starts_with(start)) && !value.trim().is_empty() {
            let secret = Secret::new(value);
            redactor.learn(&secret);
            if looks_like_key(value) {
                learn_key(&secret, &redactor);
            }
        }
    }
    for password in URLS.iter().filter_map(var).filter_map(url::password) {
        redactor.learn(&Secret::new(password));
    }
    redactor
}

/// What the variables begin with that have credentials, say where they may be sent, or pin what may be done with them.
const OF_ACCOUNTS: [&str; 3] = ["AERIAL_", "OKTA_", "GITHUB_TOKEN"];

/// The same process without any of them: what runs in it can't reach a real account.
#[must_use]
pub(super) fn without(process: &Process) -> Process {
    let mut process = process.clone();
    let ours = |name: &str| OF_ACCOUNTS.iter().any(|start| name.starts_with(start));
    process.vars.retain(|name, _| !ours(name));
    process
}

pub(super) fn learn_key(key: &Secret, redactor: &Redactor) {
    for piece in pieces(key) {
        redactor.learn(&piece);
    }
}

/// A variable's value, unless it looks like a private key and should be something else.
fn plain<'a>(name: &str, value: &'a str, wanted: &str) -> Result<&'a str, CliError> {
    if looks_like_key(value) {
        return Err(CliError::failed(format!(
            "{name}: this looks like the key itself, not like {wanted}"
        ))
        .hint("the private key goes into AERIAL_PRIVATE_KEY, or into a file that AERIAL_PRIVATE_KEY_FILE names; wherever else it stood by mistake, replace it by a new one"));
    }
    Ok(value.trim())
}

/// The client id that tokens are asked for with, for the record.
pub(super) fn client_id(process: &Process) -> Option<String> {
    let given = process.var("AERIAL_ACCESS_TOKEN").is_some();
    let id = process.var("AERIAL_CLIENT_ID")?.trim();
    (!given && !looks_like_key(id)).then(|| id.to_owned())
}

/// The access token of the environment.
///
/// # Errors
/// When it is a private key, which must not go to a server.
pub(super) fn access_token(value: &str) -> Result<Secret, CliError> {
    plain("AERIAL_ACCESS_TOKEN", value, "an access token").map(Secret::new)
}

/// The service app that the environment names; `None` where it names none.
///
/// # Errors
/// When its variables are incomplete, the key can't be read, or nobody issues its tokens.
pub(super) fn app(
    issuer: Option<&str>,
    process: &Process,
    printer: &Printer,
) -> Result<Option<ServiceApp>, CliError> {
    let id = process.var("AERIAL_CLIENT_ID");
    let key = process.var("AERIAL_PRIVATE_KEY").map(Secret::new);
    let file = process.var("AERIAL_PRIVATE_KEY_FILE");
    let id = id
        .map(|id| plain("AERIAL_CLIENT_ID", id, "a client id"))
        .transpose()?;
    let kid = process
        .var("AERIAL_KEY_ID")
        .map(|kid| plain("AERIAL_KEY_ID", kid, "the id of a key"))
        .transpose()?;
    let (id, key) = match (id, key, file) {
        (None, None, None) => return Ok(None),
        (None, ..) => {
            return Err(CliError::failed("there is a private key, but no client id")
                .hint("set AERIAL_CLIENT_ID to the client id of the app in the Aerial org"));
        }
        (Some(_), None, None) => {
            return Err(CliError::failed("there is a client id, but no private key")
                .hint("set AERIAL_PRIVATE_KEY_FILE (a path) or AERIAL_PRIVATE_KEY (PEM or JWK)"));
        }
        (Some(id), Some(key), _) => (id, key),
        (Some(id), None, Some(file)) => (id, read(file, process, printer)?),
    };
    let key = SigningKey::parse(&key).map_err(AuthError::Key)?;
    let Some(issuer) = issuer else {
        return Err(CliError::failed("it isn't known which org issues the tokens")
            .hint("set `account.aerialOrg` in the file to the domain of the Aerial org, or AERIAL_ISSUER to its URL"));
    };
    let token_url = format!("{}/oauth2/v1/token", issuer.trim_end_matches('/'));
    Ok(Some(ServiceApp {
        client_id: id.to_owned(),
        key,
        kid: kid.map(str::to_owned),
        token_url: checked(&token_url, "the issuer of tokens")?,
    }))
}

fn read(file: &str, process: &Process, printer: &Printer) -> Result<Secret, CliError> {
    let file = plain("AERIAL_PRIVATE_KEY_FILE", file, "the path of a file")?;
    let failed = |error: std::io::Error| {
        CliError::failed(format!(
            "AERIAL_PRIVATE_KEY_FILE {file} can't be read: {error}"
        ))
    };
    let path = process.cwd.join(file);
    #[cfg(unix)]
    if std::os::unix::fs::PermissionsExt::mode(&path.metadata().map_err(failed)?.permissions())
        & 0o077
        != 0
    {
        printer.warning(
            &format!("the private key {file} can be read by other users of this machine"),
            &format!("chmod 600 {file}"),
        );
    }
    let key = Secret::new(&disk::read_text(&path, MAX_KEY_BYTES).map_err(failed)?);
    learn_key(&key, printer.redactor());
    Ok(key)
}

/// A private key in a file, which is the user's alone.
///
/// # Errors
/// When it isn't, or can't be read: why, as the end of a sentence.
pub(super) fn read_key(file: &str, cwd: &Path, redactor: &Redactor) -> Result<Secret, String> {
    if looks_like_key(file) {
        return Err("looks like the key itself, not like the path of a file".to_owned());
    }
    let unreadable = |error: std::io::Error| format!("can't be read: {error}");
    let path = cwd.join(file.trim());
    #[cfg(unix)]
    if std::os::unix::fs::PermissionsExt::mode(&path.metadata().map_err(unreadable)?.permissions())
        & 0o077
        != 0
    {
        return Err(format!(
            "can be read by other users of this machine: chmod 600 {file}"
        ));
    }
    let key = Secret::new(&disk::read_text(&path, MAX_KEY_BYTES).map_err(unreadable)?);
    learn_key(&key, redactor);
    Ok(key)
}
