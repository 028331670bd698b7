//! The account of a command that needs no desired state: given by flags, in the file that there is, or in the environment.

use super::account::AccountSource;
use super::env::Process;
use super::error::CliError;
use super::exit::Exit;
use super::flags::{AccountFlags, ConnectionFlags, Files};
use super::output::Printer;
use super::{files, found};
use crate::desired::{self, Desired};
use crate::diagnostic::{Source, Sources};

impl AccountFlags {
    /// A desired state that says which account it is: the one of the flags without any org, else that of the files that there
    /// are, else the one that the environment or the emulator has.
    ///
    /// # Errors
    /// When nothing says it, when a flag is no such thing, and with exit 4 when the pin is another account.
    pub(super) async fn load(
        &self,
        files: &Files,
        connection: &ConnectionFlags,
        process: &Process,
        printer: &Printer,
    ) -> Result<Desired, CliError> {
        let source = AccountSource::of(connection, process)?;
        let there = found::any(files, process);
        let id = match (&self.account, source.fallback()) {
            (Some(id), _) => id.as_str(),
            (None, Some(id)) if !there => id.as_str(),
            (None, None) if !there => {
                return Err(CliError::failed(
                    "nothing says which account: there is no aerial.yaml here, and no folder aerial",
                )
                .hint("give its id with --account or in AERIAL_ACCOUNT_ID, or name a desired state with --file"));
            }
            (None, _) => {
                let loaded = files::load(files, &source, process, printer).await?;
                return Ok(loaded.desired);
            }
        };
        let value = |text: &str| serde_json::Value::from(text).to_string();
        let mut text = format!("version: 1\norgs: []\naccount:\n  id: {}\n", value(id));
        for (key, given) in [
            ("environment", &self.environment),
            ("aerialOrg", &self.aerial_org),
        ] {
            if let Some(given) = given {
                text = format!("{text}  {key}: {}\n", value(given));
            }
        }
        let sources = Sources::new(vec![Source::new("the flags", text)]);
        let loaded = desired::load(&sources);
        printer.diagnostics(&loaded.diagnostics, &sources);
        let desired = loaded
            .desired
            .ok_or_else(|| CliError::silent(Exit::Usage))?;
        source.check(&desired)?;
        Ok(desired)
    }
}
