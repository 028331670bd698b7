//! Where the emulated account is kept: in memory, or in a file that is replaced as a whole.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::state::State;
use crate::disk::{self, Lock, Readers};

/// The largest account that is read, in bytes: a seed of the largest size, written out.
const MAX_BYTES: u64 = 128 * 1024 * 1024;

/// A file that holds the account, locked for one run.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    lock: Option<Lock>,
}

impl Store {
    /// Takes hold of a file; it need not exist yet.
    ///
    /// # Errors
    /// When the folder can't be made, or another run holds the file.
    pub fn open(path: &Path) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let lock = disk::try_lock(&path.with_extension("lock"))?;
        let lock = lock.ok_or_else(|| {
            io::Error::new(
                io::ErrorKind::ResourceBusy,
                "another run is using this emulated account",
            )
        })?;
        Ok(Self {
            path: path.to_owned(),
            lock: Some(lock),
        })
    }

    /// Hands over the lock: the file is free again when it is dropped.
    pub(super) fn take_lock(&mut self) -> Option<Lock> {
        self.lock.take()
    }

    /// The account in the file; `None` when there is no file.
    ///
    /// # Errors
    /// When the file can't be read or holds no account.
    pub fn load(&self) -> io::Result<Option<State>> {
        Self::peek(&self.path)
    }

    /// The account in a file that somebody else may hold; `None` when there is no file.
    ///
    /// # Errors
    /// When the file can't be read or holds no account.
    pub fn peek(path: &Path) -> io::Result<Option<State>> {
        let bytes = match disk::read(path, MAX_BYTES) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }

    /// Replaces the file.
    ///
    /// # Errors
    /// When the folder can't be written to.
    pub fn save(&self, state: &State) -> io::Result<()> {
        let mut json = serde_json::to_vec_pretty(state)?;
        json.push(b'\n');
        disk::replace(&self.path, &json, Readers::Owner)
    }
}
