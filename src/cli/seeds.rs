//! What an emulated account starts as, in one file or several.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value as Json};

use super::env::Process;
use super::error::CliError;
use super::yaml_words::{self, of_faults};
use crate::disk;
use crate::emulator::State;

/// The largest seed or list of faults, in bytes: some 50,000 orgs.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// What a YAML file of the emulator's is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EmulatorFile {
    Seed,
    Faults,
}

impl EmulatorFile {
    fn words(self) -> &'static str {
        match self {
            Self::Seed => "seed",
            Self::Faults => "list of faults",
        }
    }
}

/// The keys that a whole seed has.
const WHOLE: [&str; 2] = ["account", "orgs"];

/// The key of which a later file says some members anew.
const SWITCHES: &str = "switches";

/// Files in a sentence.
#[must_use]
pub(super) fn shown(paths: &[PathBuf]) -> String {
    let paths = paths.iter().map(|path| path.display().to_string());
    paths.collect::<Vec<_>>().join(", ")
}

/// Reads a seed. Of several files each has other parts of it, but for `switches`, where the later says what differs. What none has
/// is as in `made`, where there is such an account.
///
/// # Errors
/// When a file can't be read, and when they are no seed.
pub(super) fn read(
    paths: &[PathBuf],
    made: Option<State>,
    process: &Process,
) -> Result<State, CliError> {
    let mut state: State = match (paths, made) {
        ([path], None) => yaml(path, process, EmulatorFile::Seed)?,
        (paths, made) => parts(paths, made, process)?,
    };
    state.complete();
    if let Some(problem) = state.problem() {
        let shown = shown(paths);
        return Err(CliError::failed(format!("the seed {shown}: {problem}")));
    }
    Ok(state)
}

fn parts(paths: &[PathBuf], made: Option<State>, process: &Process) -> Result<State, CliError> {
    let mut whole = Map::new();
    let mut from: BTreeMap<String, &Path> = BTreeMap::new();
    for path in paths {
        let part: Map<String, Json> = yaml(path, process, EmulatorFile::Seed)?;
        for (key, value) in part {
            match (whole.get_mut(&key), value, from.get(&key)) {
                (Some(Json::Object(before)), Json::Object(after), _) if key == SWITCHES => {
                    before.extend(after);
                }
                (_, _, Some(other)) => {
                    return Err(CliError::failed(format!(
                        "the seeds {} and {} both have the key `{key}`",
                        other.display(),
                        path.display()
                    )));
                }
                (_, value, None) => {
                    from.insert(key.clone(), path);
                    whole.insert(key, value);
                }
            }
        }
    }
    let is_whole = WHOLE.iter().all(|key| whole.contains_key(*key));
    if let ([path], true) = (paths, is_whole) {
        // Its places are told.
        return yaml(path, process, EmulatorFile::Seed);
    }
    let wrong = |error: serde_json::Error| {
        let words = yaml_words::plain(&error.to_string());
        CliError::failed(format!("{} is no seed: {words}", shown(paths)))
    };
    if let Some(made) = made {
        let made: Map<String, Json> = serde_json::to_value(made)
            .and_then(serde_json::from_value)
            .map_err(wrong)?;
        for (key, value) in made {
            whole.entry(key).or_insert(value);
        }
    }
    serde_json::from_value(Json::Object(whole)).map_err(wrong)
}

/// Reads a YAML file.
///
/// # Errors
/// When it can't be read, and when it isn't what it should be, with the place.
pub(super) fn yaml<T: serde::de::DeserializeOwned>(
    path: &Path,
    process: &Process,
    file: EmulatorFile,
) -> Result<T, CliError> {
    let (shown, what) = (path.display(), file.words());
    let text = disk::read_text(&process.cwd.join(path), MAX_BYTES)
        .map_err(|error| CliError::failed(format!("the {what} {shown} can't be read: {error}")))?;
    serde_yaml::from_str(&text).map_err(|error| {
        let place = error
            .location()
            .map_or_else(String::new, |at| format!(":{}:{}", at.line(), at.column()));
        let words = of_faults(&text).filter(|_| file == EmulatorFile::Faults);
        let words =
            words.unwrap_or_else(|| yaml_words::plain(&error.without_snippet().to_string()));
        CliError::failed(format!("{shown}{place} is no {what}: {words}"))
    })
}
