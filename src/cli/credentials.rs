//! A service app's credentials from the environment: never from flags, which every process list shows.

use super::env::Host;
use super::error::CliError;
use super::output::Printer;
use super::url::checked;
use crate::auth::key::SigningKey;
use crate::auth::{AuthError, ServiceApp};
use crate::secret::Secret;

/// A private key has some thousand bytes.
const MAX_KEY_BYTES: u64 = 64 * 1024;

/// The service app that the environment names; `None` where it names none.
///
/// # Errors
/// When its variables are incomplete, the key can't be read, or nobody issues its tokens.
pub(super) fn app(
    issuer: Option<&str>,
    host: &Host,
    printer: &Printer,
) -> Result<Option<ServiceApp>, CliError> {
    let id = host.var("AERIAL_CLIENT_ID");
    let key = host.var("AERIAL_PRIVATE_KEY").map(Secret::new);
    let file = host.var("AERIAL_PRIVATE_KEY_FILE");
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
        (Some(id), None, Some(file)) => (id, read(file, host, printer)?),
    };
    let key = SigningKey::parse(&key).map_err(AuthError::Key)?;
    let Some(issuer) = issuer else {
        return Err(CliError::failed("it isn't known which org issues the tokens")
            .hint("set `account.aerialOrg` in the file to the domain of the Aerial org, or AERIAL_ISSUER to its URL"));
    };
    let token_url = format!("{}/oauth2/v1/token", issuer.trim_end_matches('/'));
    Ok(Some(ServiceApp {
        client_id: id.trim().to_owned(),
        key,
        kid: host.var("AERIAL_KEY_ID").map(|kid| kid.trim().to_owned()),
        token_url: checked(&token_url, "the issuer of tokens")?,
    }))
}

fn read(file: &str, host: &Host, printer: &Printer) -> Result<Secret, CliError> {
    use std::io::Read as _;
    let failed = |error: std::io::Error| {
        CliError::failed(format!(
            "AERIAL_PRIVATE_KEY_FILE {file} can't be read: {error}"
        ))
    };
    let path = host.cwd.join(file);
    let opened = std::fs::File::open(&path).map_err(failed)?;
    #[cfg(unix)]
    if std::os::unix::fs::PermissionsExt::mode(&opened.metadata().map_err(failed)?.permissions())
        & 0o077
        != 0
    {
        printer.warning(
            &format!("the private key {file} can be read by other users of this machine"),
            &format!("chmod 600 {file}"),
        );
    }
    let mut text = String::new();
    opened
        .take(MAX_KEY_BYTES)
        .read_to_string(&mut text)
        .map_err(failed)?;
    Ok(Secret::new(&text))
}
