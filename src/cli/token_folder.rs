//! A folder with a token for each org, as `DOMAIN.token`: the user's alone, and never where git would pick it up.

use std::fs;
use std::path::PathBuf;

use super::env::Process;
use super::flags::ConnectionFlags;
use crate::disk::{self, Readers};
use crate::git;
use crate::ids::Domain;
use crate::org::KeyringError;
use crate::secret::Secret;

/// A token has some forty characters.
const MAX_BYTES: u64 = 16 * 1024;

/// A folder of tokens.
pub(super) struct TokenFolder {
    path: PathBuf,
    /// As the user named it.
    shown: String,
}

impl TokenFolder {
    /// The folder that a flag or the environment names.
    pub(super) fn of(args: &ConnectionFlags, process: &Process) -> Option<Self> {
        let named = args.token_dir.clone();
        let named = named.or_else(|| process.var("AERIAL_TOKEN_DIR").map(PathBuf::from))?;
        Some(Self {
            path: process.cwd.join(&named),
            shown: named.display().to_string(),
        })
    }

    /// An org's token; `None` where it has none.
    pub(super) fn read(&self, domain: &Domain) -> Result<Option<Secret>, KeyringError> {
        if !self.path.exists() {
            return Ok(None);
        }
        self.check()?;
        let name = file_name(domain);
        let path = self.path.join(&name);
        match path.symlink_metadata() {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.wrong(&format!("/{name} can't be read: {error}"))),
            Ok(file) if !file.is_file() => {
                return Err(self.wrong(&format!("/{name} is no regular file")));
            }
            Ok(file) => self.private(&file, &format!("/{name}"), "600")?,
        }
        let text = disk::read_text(&path, MAX_BYTES)
            .map_err(|error| self.wrong(&format!("/{name} can't be read: {error}")))?;
        let token = Secret::new(&text);
        if token.is_empty() {
            return Err(self.wrong(&format!("/{name} is empty")));
        }
        Ok(Some(token))
    }

    /// Keeps an org's token.
    pub(super) fn store(&self, domain: &Domain, token: &Secret) -> Result<(), KeyringError> {
        self.ready()?;
        let name = file_name(domain);
        let text = format!("{}\n", token.expose());
        disk::replace(&self.path.join(&name), text.as_bytes(), Readers::Owner)
            .map_err(|error| self.wrong(&format!("/{name} can't be written: {error}")))
    }

    /// Makes the folder, if it isn't there, and sees that a token may be put into it.
    pub(super) fn ready(&self) -> Result<(), KeyringError> {
        if !self.path.exists() {
            let mut builder = fs::DirBuilder::new();
            builder.recursive(true);
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            builder
                .create(&self.path)
                .map_err(|error| self.wrong(&format!(" can't be made: {error}")))?;
        }
        self.check()
    }

    fn check(&self) -> Result<(), KeyringError> {
        let folder = self.path.symlink_metadata();
        let folder = folder.map_err(|error| self.wrong(&format!(" can't be read: {error}")))?;
        if !folder.is_dir() {
            return Err(self.wrong(" is no folder"));
        }
        self.private(&folder, "", "700")?;
        let exposed = git::exposes(&self.path.join("acme.okta.com.token"));
        if exposed.map_err(|error| self.wrong(&format!(": {error}")))? {
            return Err(self.wrong(
                " lies in a git worktree that doesn't ignore it: a token would be committed with the next `git add`",
            ));
        }
        Ok(())
    }

    #[cfg_attr(not(unix), expect(clippy::unused_self, reason = "there are no modes"))]
    fn private(&self, what: &fs::Metadata, name: &str, mode: &str) -> Result<(), KeyringError> {
        #[cfg(unix)]
        if std::os::unix::fs::PermissionsExt::mode(&what.permissions()) & 0o077 != 0 {
            return Err(self.wrong(&format!(
                "{name} can be read by other users of this machine: chmod {mode} {}{name}",
                self.shown
            )));
        }
        Ok(())
    }

    fn wrong(&self, what: &str) -> KeyringError {
        KeyringError(format!("the token folder {}{what}", self.shown))
    }
}

fn file_name(domain: &Domain) -> String {
    format!("{domain}.token")
}
