//! Files that are read up to a bound, written as a whole, added to, or only locked.
//!
//! Of one that is written as a whole a reader sees the old content or the new, never a part. None is written through a link.

use std::fs;
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::Path;

/// Folders whose files are devices and processes.
const NOT_FOR_FILES: [&str; 2] = ["/dev", "/proc"];

/// The first bytes of a file, so many at most.
///
/// # Errors
/// When it can't be read.
pub fn beginning(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut file = fs::File::open(path)?.take(most);
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Whether nothing of another kind is lost where a text that begins so is written: there is no file, an empty one, or one that
/// begins so as well. A link is none: it is replaced itself.
///
/// # Errors
/// When what is there can't be read.
pub fn is_free_for(path: &Path, beginning: &str) -> io::Result<bool> {
    match path.symlink_metadata() {
        Ok(there) if there.is_file() && there.len() > 0 => {
            let bytes = self::beginning(path, beginning.len() as u64)?;
            Ok(bytes == beginning.as_bytes())
        }
        // Of what isn't a file, whoever writes says what is wrong.
        _ => Ok(true),
    }
}

/// All of a file, pipe or device, unless it has more than `most` bytes.
///
/// # Errors
/// When it can't be read; [`io::ErrorKind::FileTooLarge`] when there is more.
pub fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut file = fs::File::open(path)?.take(most.saturating_add(1));
    file.read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        let why = format!("it has more than {most} bytes");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, why));
    }
    Ok(bytes)
}

/// The same as text: UTF-8, or UTF-16 that says so, as PowerShell's `>` writes it. The mark that says so is left out.
///
/// # Errors
/// As [`read`], and when it is no text.
pub fn read_text(path: &Path, most: u64) -> io::Result<String> {
    let bytes = read(path, most)?;
    let wide = |unit: fn([u8; 2]) -> u16| {
        let (pairs, rest) = bytes.as_chunks();
        let units: Vec<u16> = pairs.iter().skip(1).map(|pair| unit(*pair)).collect();
        String::from_utf16(&units).ok().filter(|_| rest.is_empty())
    };
    let text = match bytes.as_slice() {
        [0xff, 0xfe, ..] => wide(u16::from_le_bytes),
        [0xfe, 0xff, ..] => wide(u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8(rest.to_vec()).ok(),
        _ => String::from_utf8(bytes).ok(),
    };
    text.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "it isn't UTF-8 text"))
}

/// Who may read what is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    /// Who could read the file that was there; for a new one, whom the process's umask lets.
    AsBefore,
    /// The user alone.
    Owner,
}

/// Writes a file through a temporary one in the same folder. A link is replaced, not followed.
///
/// # Errors
/// When the folder can't be written to, when the file would lie below `/dev` or `/proc`, and when there is something that is
/// neither a regular file nor a link.
pub fn replace(path: &Path, content: &[u8], readers: Readers) -> io::Result<()> {
    let refused = |why: &str| Err(io::Error::new(io::ErrorKind::InvalidInput, why));
    let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
        return refused("it isn't the path of a file");
    };
    // `a.yaml` lies in the folder "".
    let parent = if parent.as_os_str().is_empty() {
        Path::new(".")
    } else {
        parent
    };
    // Links and `..` may lead there as well as the path's own words.
    let folder = parent.canonicalize()?;
    let below = |path: &Path| NOT_FOR_FILES.iter().any(|folder| path.starts_with(folder));
    if below(path) || below(&folder) {
        return refused("files aren't written below /dev or /proc");
    }
    let target = folder.join(name);
    let before = match fs::symlink_metadata(&target) {
        Ok(there) if there.is_file() => Some(there),
        Ok(there) if there.is_symlink() => None,
        Ok(_) => return refused("there is something that is neither a regular file nor a link"),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let before = before.filter(|_| readers == Readers::AsBefore);
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(
        match (readers, &before) {
            (Readers::AsBefore, None) => 0o666,
            // Nobody reads what isn't whole yet.
            (Readers::AsBefore, Some(_)) | (Readers::Owner, _) => 0o600,
        },
    ));
    let mut file = builder.tempfile_in(&folder)?;
    file.write_all(content)?;
    if let Some(before) = before {
        same_readers(file.as_file(), &before)?;
    }
    file.persist(&target)?;
    Ok(())
}

/// Gives a new file the owner, group and mode of the one that it replaces. Where the group can't be kept, it can do nothing: it
/// would be another one.
#[cfg(unix)]
fn same_readers(new: &fs::File, before: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};
    let now = new.metadata()?;
    let mut mode = before.mode() & 0o777;
    if now.uid() != before.uid() {
        // Only a superuser can; for all others it is theirs from now on.
        fchown(new, Some(before.uid()), None).ok();
    }
    if now.gid() != before.gid() && fchown(new, None, Some(before.gid())).is_err() {
        mode &= 0o707;
    }
    new.set_permissions(fs::Permissions::from_mode(mode))
}

/// Elsewhere a folder says who may read what is in it.
#[cfg(not(unix))]
fn same_readers(_: &fs::File, _: &fs::Metadata) -> io::Result<()> {
    Ok(())
}

/// Whether files can be written to a folder: by one without a name, which is gone at once.
///
/// # Errors
/// When they can't.
pub fn try_folder(folder: &Path) -> io::Result<()> {
    tempfile::tempfile_in(folder).map(|_| ())
}

/// Opens a file to add lines to it; a last line without its end gets one. What lies below `/dev` or `/proc` by its own words, such as a pipe that a shell gave, is opened
/// as it is.
///
/// # Errors
/// When it can't be opened, and when a link or anything else than a regular file is in its place.
pub fn append(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::File::options();
    options.create(true).append(true);
    if NOT_FOR_FILES.iter().any(|folder| path.starts_with(folder)) {
        return options.open(path);
    }
    let mut file = open_itself(path, options.read(true))?;
    if file.metadata()?.len() > 0 {
        let mut last = [0];
        file.seek(io::SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        if last != *b"\n" {
            file.write_all(b"\n")?;
        }
    }
    Ok(file)
}

/// A lock on a file, given back with this.
#[derive(Debug)]
pub struct Lock(fs::File);

impl Drop for Lock {
    /// Closing the file isn't enough: a child process that is just being started has it too.
    fn drop(&mut self) {
        self.0.unlock().ok(); // closing it is what is left to try
    }
}

/// Locks a file, whose content means nothing; `None` while somebody else holds it.
///
/// # Errors
/// When it can't be opened or locked, and when a link or anything else than a regular file is in its place.
pub fn try_lock(path: &Path) -> io::Result<Option<Lock>> {
    let mut options = fs::File::options();
    options.create(true).truncate(false).write(true);
    let file = open_itself(path, &options)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Lock(file))),
        Err(fs::TryLockError::WouldBlock) => Ok(None),
        Err(fs::TryLockError::Error(error)) => Err(error),
    }
}

/// Opens what has this very path, not what a link of that name leads to.
fn open_itself(path: &Path, options: &fs::OpenOptions) -> io::Result<fs::File> {
    let regular = |there: &fs::Metadata| {
        let why = if there.is_symlink() {
            "it is a link, which isn't followed"
        } else {
            "there is something that isn't a regular file"
        };
        let refused = io::Error::new(io::ErrorKind::InvalidInput, why);
        if there.is_file() {
            Ok(())
        } else {
            Err(refused)
        }
    };
    match fs::symlink_metadata(path) {
        Ok(there) => regular(&there)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let file = options.open(path)?;
    // Nobody put a link there in between.
    let there = fs::symlink_metadata(path)?;
    regular(&there)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let opened = file.metadata()?;
        if (opened.dev(), opened.ino()) != (there.dev(), there.ino()) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "it was replaced while it was opened",
            ));
        }
    }
    Ok(file)
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the tests look at files")]
mod tests;
