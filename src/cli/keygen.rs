//! `keygen`: a key pair for a service app, without any network.

use super::args::KeygenArgs as Args;
use super::artifacts;
use super::env::Process;
use super::error::CliError;
use super::exit::Exit;
use super::output::Printer;
use super::secret_file;
use crate::auth::NewKey;

/// Runs the command: the private key goes to a file, the public one to standard output, what to do with them to standard
/// error.
///
/// # Errors
/// When the file is there already or in git's sight, or can't be written.
pub(super) fn run(args: &Args, process: &Process, printer: &Printer) -> Result<Exit, CliError> {
    let key = NewKey::generate()
        .map_err(|error| CliError::failed(format!("no key can be made: {error}")))?;
    printer.redactor().learn(&key.private);
    secret_file::create(&args.out, &key.private, process)?;
    printer.result(&artifacts::json(&key.public))?;
    let file = args.out.display();
    for line in [
        format!("The private key is in {file}; only you can read it. The public key is above."),
        String::new(),
        "In the Admin Console of the Aerial org:".to_owned(),
        "  1. Applications > Applications > Create App Integration > API Services. Name it aerialctl.".to_owned(),
        "  2. General > Client Credentials > Edit: Public key / Private key, Save keys in Okta, Add key. Paste the public key, Done, Save.".to_owned(),
        "  3. Okta API Scopes: grant okta.accounts.read. An app that applies needs okta.accounts.manage as well; let it be another app with another key.".to_owned(),
        "  4. Then, here:".to_owned(),
        String::new(),
        "     export AERIAL_CLIENT_ID=<the app's Client ID>".to_owned(),
        format!("     export AERIAL_KEY_ID={}", key.kid),
        format!("     export AERIAL_PRIVATE_KEY_FILE={file}"),
        "     aerialctl doctor".to_owned(),
    ] {
        printer.status(&line);
    }
    Ok(Exit::Done)
}
