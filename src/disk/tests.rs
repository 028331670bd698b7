//! Files that are written, read and locked.

use super::*;

fn reason(path: &Path) -> String {
    let error = replace(path, b"new", Readers::AsBefore).unwrap_err();
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
        replace(&path, content.as_bytes(), Readers::AsBefore).unwrap();
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
        replace(&link, b"new", Readers::AsBefore).unwrap();
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
fn who_could_read_a_file_can_read_what_replaces_it_and_nobody_else() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("aerial.yaml");
    for mode in [0o640, 0o600, 0o444, 0o664, 0o755] {
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let before = path.metadata().unwrap();
        replace(&path, b"new", Readers::AsBefore).unwrap();
        let now = path.metadata().unwrap();
        assert_eq!(now.mode() & 0o7777, mode, "{mode:o}");
        assert_eq!((now.uid(), now.gid()), (before.uid(), before.gid()));
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        fs::remove_file(&path).unwrap();
    }
    // A link's own mode says nothing, nor does that of what it leads to.
    let secret = folder.path().join("secret");
    fs::write(&secret, "old").unwrap();
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).unwrap();
    std::os::unix::fs::symlink(&secret, &path).unwrap();
    replace(&path, b"new", Readers::AsBefore).unwrap();
    let fresh = folder.path().join("fresh");
    replace(&fresh, b"new", Readers::AsBefore).unwrap();
    let mode = |path: &Path| path.symlink_metadata().unwrap().mode();
    assert_eq!(mode(&path), mode(&fresh));
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
