//! Where this program keeps what belongs to a user and a machine, whatever folder it runs in.

use std::fs;
use std::path::{Path, PathBuf};

use super::env::Process;
use crate::ids::AccountId;

/// A folder of ours among what a user's programs keep and isn't worth a backup; `None` where nothing says where that is.
pub(super) fn folder(name: &str, process: &Process) -> Option<PathBuf> {
    let var = |name| {
        process
            .var(name)
            .map(Path::new)
            .filter(|path| path.is_absolute())
    };
    let state = var("XDG_STATE_HOME")
        .map(Path::to_owned)
        .or_else(|| var("HOME").map(|home| home.join(".local/state")))
        .or_else(|| var("LOCALAPPDATA").map(Path::to_owned))?;
    Some(state.join("aerialctl").join(name))
}

/// The same, which is there then.
///
/// # Errors
/// Why there is none, as a sentence.
pub(super) fn made(name: &str, process: &Process) -> Result<PathBuf, String> {
    let folder =
        folder(name, process).ok_or("neither XDG_STATE_HOME nor HOME says where to look")?;
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}

/// An account's id as far as the name of a file goes.
pub(super) fn short(account: &AccountId) -> String {
    account.as_str().chars().take(200).collect()
}
