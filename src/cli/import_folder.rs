//! The folder that `import` writes: nothing in it may be left that would be read along.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::env::Process;
use super::error::CliError;
use super::files;
use super::output::Printer;
use crate::desired::document::MAX_FILE_BYTES;
use crate::files::{Budget, Finder, Naming, Worktree, read};

/// So many files are named that are in the way.
const NAMED: usize = 5;

/// Whether a path means a folder: it is one, or it ends like one.
pub(super) fn is_meant(path: &Path, process: &Process) -> bool {
    let ends = path.as_os_str().to_string_lossy();
    ends.ends_with(['/', std::path::MAIN_SEPARATOR]) || process.cwd.join(path).is_dir()
}

/// Writes the files, what holds for all orgs last: without it the others are no desired state.
///
/// # Errors
/// With exit 4 when the folder has files of a desired state that say something else, or a link in place of a folder.
pub(super) fn write(
    path: &Path,
    texts: &BTreeMap<String, String>,
    process: &Process,
    printer: &Printer,
) -> Result<(), CliError> {
    let shown = path.display();
    let whole = process.cwd.join(path);
    let failed =
        |error: std::io::Error| CliError::failed(format!("{shown} can't be written: {error}"));
    let others = others(&whole, texts)
        .map_err(|why| CliError::failed(format!("{shown} can't be looked at: {why}")))?;
    if !others.is_empty() {
        let named: Vec<&str> = others.iter().take(NAMED).map(String::as_str).collect();
        let more = match others.len() - named.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        return Err(CliError::refused(format!(
            "{shown} has files that this import wouldn't write like that: {}{more}",
            named.join(", ")
        ))
        .hint("--force is for a single file: import to a folder of its own; `aerialctl import --update` adds to this one what it lacks"));
    }
    for name in texts.keys().rev() {
        if let Some((below, _)) = name.rsplit_once('/') {
            let folder = whole.join(below);
            if fs::symlink_metadata(&folder).is_ok_and(|there| there.is_symlink()) {
                return Err(CliError::refused(format!(
                    "{} is a link, which isn't followed",
                    path.join(below).display()
                ))
                .hint("remove it, or import to another folder"));
            }
            fs::create_dir_all(&folder).map_err(failed)?;
        }
    }
    fs::create_dir_all(&whole).map_err(failed)?;
    for (name, text) in texts.iter().rev() {
        files::replace(&path.join(name), text, process, printer)?;
    }
    Ok(())
}

/// The files of a desired state in the folder that aren't these.
fn others(whole: &Path, texts: &BTreeMap<String, String>) -> Result<Vec<String>, String> {
    let Ok(root) = whole.canonicalize() else {
        return Ok(Vec::new());
    };
    let tree = Worktree::new(root, None);
    let mut finder = Finder::new(&tree, Naming::Folder);
    match finder.add(Path::new(""), Path::new("")) {
        Ok(()) => {}
        Err(crate::files::FilesError::Empty(_)) => return Ok(Vec::new()),
        Err(error) => return Err(error.to_string()),
    }
    let (located, _) = finder.finish();
    let there =
        read(&tree, located, &mut Budget::new(MAX_FILE_BYTES)).map_err(|e| e.to_string())?;
    let other =
        |name: &str, bytes: &[u8]| texts.get(name).is_none_or(|text| text.as_bytes() != bytes);
    let names = there.into_iter().filter_map(|text| {
        let name = text.located.shown;
        other(&name, &text.bytes).then_some(name)
    });
    Ok(names.collect())
}
