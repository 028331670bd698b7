//! A folder with a token for each org, as `DOMAIN.token`: the user's alone, and never where git would pick it up.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::env::Process;
use super::flags::ConnectionFlags;
use crate::disk::{self, Readers};
use crate::git;
use crate::ids::Domain;
use crate::org::KeyringError;
use crate::secret::Secret;

/// A token has some forty characters.
const MAX_BYTES: u64 = 16 * 1024;

/// Some file in it, for what holds for all.
const PROBE: &str = "acme.okta.com.token";

/// A folder of tokens.
pub(super) struct TokenFolder {
    path: PathBuf,
    /// As the user named it.
    shown: String,
    /// Whether it may hold tokens: looked at once, however many orgs there are.
    checked: OnceLock<Result<(), KeyringError>>,
}

impl TokenFolder {
    /// The folder that a flag or the environment names.
    pub(super) fn of(args: &ConnectionFlags, process: &Process) -> Option<Self> {
        let named = args.token_dir.clone();
        let named = named.or_else(|| process.var("AERIAL_TOKEN_DIR").map(PathBuf::from))?;
        Some(Self {
            path: process.cwd.join(&named),
            shown: named.display().to_string(),
            checked: OnceLock::new(),
        })
    }

    /// An org's token; `None` where it has none.
    pub(super) fn read(&self, domain: &Domain) -> Result<Option<Secret>, KeyringError> {
        if !self.path.exists() {
            return Ok(None);
        }
        self.checked.get_or_init(|| self.check()).clone()?;
        let name = file_name(domain);
        let path = self.path.join(&name);
        match path.symlink_metadata() {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.wrong_file(&name, &format!("can't be read: {error}"))),
            Ok(file) if !file.is_file() => {
                return Err(self.wrong_file(&name, "is no regular file"));
            }
            Ok(file) => self.private(&file, Some(&name))?,
        }
        let text = disk::read_text(&path, MAX_BYTES)
            .map_err(|error| self.wrong_file(&name, &format!("can't be read: {error}")))?;
        let token = Secret::new(&text);
        if token.is_empty() {
            return Err(self.wrong_file(&name, "is empty"));
        }
        Ok(Some(token))
    }

    /// Keeps an org's token.
    pub(super) fn store(&self, domain: &Domain, token: &Secret) -> Result<(), KeyringError> {
        self.ready()?;
        let name = file_name(domain);
        let text = format!("{}\n", token.expose());
        disk::replace(&self.path.join(&name), text.as_bytes(), Readers::Owner)
            .map_err(|error| self.wrong_file(&name, &format!("can't be written: {error}")))
    }

    /// Whether it is there.
    pub(super) fn there(&self) -> Result<(), KeyringError> {
        if self.path.exists() {
            return Ok(());
        }
        Err(KeyringError(format!(
            "there is no credential for this org, and no token folder {}",
            self.shown
        )))
    }

    /// Whether an org's token may be put into it, or could be once it is made. Nothing is made.
    pub(super) fn could_be_used(&self, domain: &Domain) -> Result<(), KeyringError> {
        let name = file_name(domain);
        if self.path.join(&name).is_dir() {
            return Err(self.wrong_file(&name, "is no regular file"));
        }
        if self.path.exists() {
            return self.check();
        }
        let mut above = self.path.ancestors().skip(1);
        let nearest = above.find(|folder| folder.exists());
        match nearest {
            Some(folder) if folder.is_dir() => self.hidden(&self.path.join(PROBE)),
            _ => Err(self.wrong(" can't be made: there is no folder for it")),
        }
    }

    /// Makes the folder, if it isn't there, and sees that a token can be put into it.
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
        self.check()?;
        disk::try_folder(&self.path)
            .map_err(|error| self.wrong(&format!(" can't be written to: {error}")))
    }

    fn check(&self) -> Result<(), KeyringError> {
        let folder = self.path.symlink_metadata();
        let folder = folder.map_err(|error| self.wrong(&format!(" can't be read: {error}")))?;
        if !folder.is_dir() {
            return Err(self.wrong(" is no folder"));
        }
        self.private(&folder, None)?;
        self.hidden(&self.path.join(PROBE))
    }

    fn hidden(&self, token: &Path) -> Result<(), KeyringError> {
        let exposed = git::exposes(token);
        if exposed.map_err(|error| self.wrong(&format!(": {error}")))? {
            return Err(self.wrong(
                " lies in a git worktree that doesn't ignore it: a token would be committed with the next `git add`; have git ignore it, or name a folder elsewhere",
            ));
        }
        Ok(())
    }

    #[cfg_attr(not(unix), expect(clippy::unused_self, reason = "there are no modes"))]
    fn private(&self, what: &fs::Metadata, file: Option<&str>) -> Result<(), KeyringError> {
        #[cfg(unix)]
        if std::os::unix::fs::PermissionsExt::mode(&what.permissions()) & 0o077 != 0 {
            let why = "can be read by other users of this machine: chmod";
            let shown = &self.shown;
            return Err(match file {
                Some(name) => self.wrong_file(name, &format!("{why} 600 {shown}/{name}")),
                None => self.wrong(&format!(" {why} 700 {shown}")),
            });
        }
        Ok(())
    }

    fn wrong(&self, what: &str) -> KeyringError {
        KeyringError(format!("the token folder {}{what}", self.shown))
    }

    fn wrong_file(&self, name: &str, what: &str) -> KeyringError {
        KeyringError(format!("the token file {}/{name} {what}", self.shown))
    }
}

fn file_name(domain: &Domain) -> String {
    format!("{domain}.token")
}
