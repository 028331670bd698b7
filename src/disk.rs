//! Files that are read up to a bound, written as a whole, added to, or only locked.
//!
//! Of one that is written as a whole a reader sees the old content or the new, never a part. None is written through a link.

use std::fs;
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::Path;

/// Folders whose files are devices and processes.
const NOT_FOR_FILES: [&str; 2] = ["/dev", "/proc"];

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
    /// Whom the process's umask lets.
    ByUmask,
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
    match fs::symlink_metadata(&target) {
        Ok(there) if !there.is_file() && !there.is_symlink() => {
            return refused("there is something that is neither a regular file nor a link");
        }
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(
        match readers {
            Readers::ByUmask => 0o666,
            Readers::Owner => 0o600,
        },
    ));
    let mut file = builder.tempfile_in(&folder)?;
    file.write_all(content)?;
    file.persist(&target)?;
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
mod tests {
    use super::*;

    fn reason(path: &Path) -> String {
        let error = replace(path, b"new", Readers::ByUmask).unwrap_err();
        error.to_string()
    }

    /// What is in a folder, temporary files included.
    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_made_and_replaced_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan.json");
        for content in ["old", "new"] {
            replace(&path, content.as_bytes(), Readers::ByUmask).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), content);
        }
        assert_eq!(names(folder.path()), ["plan.json"]);
        assert!(replace(&folder.path().join("no/such"), b"", Readers::Owner).is_err());
    }

    #[test]
    fn no_more_is_read_than_the_bound() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "12345").unwrap();
        assert_eq!(read(&path, 5).unwrap(), b"12345");
        let error = read(&path, 4).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
        assert_eq!(error.to_string(), "it has more than 4 bytes");
    }

    #[test]
    fn text_is_read_however_it_was_saved() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        for (bytes, text) in [
            (&b"\xc3\xa9"[..], Some("é")),
            (b"\xef\xbb\xbf\xc3\xa9", Some("é")),
            (b"\xff\xfe\xe9\x00", Some("é")),
            (b"\xfe\xff\x00\xe9", Some("é")),
            (b"\xfe\xff\x00", None),
            (b"\xff\xfe\x00\xd8", None),
            (b"\xe9", None),
        ] {
            fs::write(&path, bytes).unwrap();
            assert_eq!(read_text(&path, 9).ok().as_deref(), text, "{bytes:?}");
        }
    }

    #[test]
    fn a_folder_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let taken = folder.path().join("taken");
        fs::create_dir(&taken).unwrap();
        assert!(reason(&taken).contains("neither a regular file nor a link"));
        assert!(reason(&taken.join("..")).contains("isn't the path of a file"));
        assert_eq!(names(folder.path()), ["taken"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_replaced_and_what_it_leads_to_stays() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let (kept, link) = (folder.path().join("kept"), folder.path().join("link"));
        fs::write(&kept, "old").unwrap();
        for to in [
            kept.as_path(),
            folder.path(),
            Path::new("nowhere"),
            Path::new("/dev/null"),
        ] {
            symlink(to, &link).unwrap();
            replace(&link, b"new", Readers::ByUmask).unwrap();
            assert!(
                link.symlink_metadata().unwrap().is_file(),
                "{}",
                to.display()
            );
            assert_eq!(fs::read_to_string(&link).unwrap(), "new");
            fs::remove_file(&link).unwrap();
        }
        assert_eq!(fs::read_to_string(&kept).unwrap(), "old");
        assert_eq!(names(folder.path()), ["kept"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_socket_stays_a_socket() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("socket");
        let _socket = std::os::unix::net::UnixListener::bind(&path).unwrap();
        assert!(reason(&path).contains("neither a regular file nor a link"));
        assert_eq!(names(folder.path()), ["socket"]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn devices_and_processes_are_no_place_for_files() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/dev", folder.path().join("link")).unwrap();
        let climbing = folder
            .path()
            .join("../".repeat(20))
            .join("dev/shm/aerialctl-test");
        for path in [
            Path::new("/dev/null"),
            Path::new("/dev/stdout"),
            Path::new("/dev/shm/aerialctl-test"),
            Path::new("/proc/self/cwd/aerialctl-test"),
            &folder.path().join("link/aerialctl-test"),
            &climbing,
        ] {
            assert_eq!(
                reason(path),
                "files aren't written below /dev or /proc",
                "{}",
                path.display()
            );
            // Standard output may be a file.
            let made = path.ends_with("aerialctl-test") && path.exists();
            assert!(!made, "{}", path.display());
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_is_for_the_owner_is_read_by_nobody_else() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        replace(&path, b"new", Readers::Owner).unwrap();
        let mode = path.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_added_to_or_locked_through_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (kept, link) = (folder.path().join("kept"), folder.path().join("link"));
        let opens: [fn(&Path) -> io::Result<()>; 2] = [
            |path| append(path).map(drop),
            |path| try_lock(path).map(drop),
        ];
        for open in opens {
            for content in ["old", ""] {
                fs::write(&kept, content).unwrap();
                std::os::unix::fs::symlink(&kept, &link).unwrap();
                let error = open(&link).unwrap_err().to_string();
                assert_eq!(error, "it is a link, which isn't followed");
                assert_eq!(fs::read_to_string(&kept).unwrap(), content);
                fs::remove_file(&link).unwrap();
            }
            fs::remove_file(&kept).unwrap();
            std::os::unix::fs::symlink(&kept, &link).unwrap();
            assert!(open(&link).is_err());
            assert!(!kept.exists(), "a link that leads nowhere makes no file");
            fs::remove_file(&link).unwrap();
            let error = open(folder.path()).unwrap_err().to_string();
            assert_eq!(error, "there is something that isn't a regular file");
        }
        for line in ["one\n", "two\n"] {
            append(&kept).unwrap().write_all(line.as_bytes()).unwrap();
        }
        assert_eq!(fs::read_to_string(&kept).unwrap(), "one\ntwo\n");
        let held = try_lock(&kept).unwrap();
        assert!(held.is_some());
        assert!(try_lock(&kept).unwrap().is_none(), "it is held");
        drop(held);
        assert!(try_lock(&kept).unwrap().is_some(), "it was given back");
        assert_eq!(fs::read_to_string(&kept).unwrap(), "one\ntwo\n");
        assert!(append(Path::new("/dev/null")).is_ok());
    }
}
