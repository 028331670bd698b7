//! Following a path, with every link in it, without leaving the tree.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

use super::tree::{EntryKind, FileTree, TreeError};

/// As many links as Linux follows on one path.
const MAX_LINKS: usize = 40;

/// What a path leads to: the place itself, without links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Resolved {
    pub(super) path: PathBuf,
    pub(super) kind: EntryKind,
}

/// Why a path leads to nothing that may be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum DeadEnd {
    Missing,
    /// The link (or, without one, the path) that leads out.
    Outside(PathBuf),
    InGit,
    Circle,
    Submodule,
    Unreadable(TreeError),
}

enum Move {
    Up,
    Down(OsString),
}

/// Follows a path from the root. It may have `.` and `..` in it: these are taken where they stand, links before them
/// followed.
pub(super) fn resolve(tree: &dyn FileTree, path: &Path) -> Result<Resolved, DeadEnd> {
    let mut todo = VecDeque::new();
    push_front(&mut todo, path).map_err(|()| DeadEnd::Outside(path.to_owned()))?;
    let mut at = PathBuf::new();
    let mut kind = EntryKind::Folder;
    let mut last_link = path.to_owned();
    let mut links = 0;
    while let Some(part) = todo.pop_front() {
        let name = match part {
            Move::Up if at.pop() => {
                kind = EntryKind::Folder;
                continue;
            }
            Move::Up => return Err(DeadEnd::Outside(last_link)),
            Move::Down(name) => name,
        };
        if name.eq_ignore_ascii_case(".git") {
            return Err(DeadEnd::InGit);
        }
        if kind != EntryKind::Folder {
            return Err(DeadEnd::Missing);
        }
        let next = at.join(name);
        match tree.kind(&next).map_err(DeadEnd::Unreadable)? {
            None => return Err(DeadEnd::Missing),
            Some(EntryKind::Submodule) => return Err(DeadEnd::Submodule),
            Some(EntryKind::Link) => {
                links += 1;
                if links > MAX_LINKS {
                    return Err(DeadEnd::Circle);
                }
                let target = tree.target(&next).map_err(DeadEnd::Unreadable)?;
                let outside = || DeadEnd::Outside(next.clone());
                let target = if target.has_root() {
                    at = PathBuf::new();
                    target.strip_prefix(tree.root()).map_err(|_| outside())?
                } else {
                    &target
                };
                push_front(&mut todo, target).map_err(|()| outside())?;
                last_link = next;
            }
            Some(found) => {
                kind = found;
                at = next;
            }
        }
    }
    Ok(Resolved { path: at, kind })
}

/// The steps of a path before all others; an error where it isn't relative.
fn push_front(todo: &mut VecDeque<Move>, path: &Path) -> Result<(), ()> {
    for part in path.components().rev() {
        match part {
            Component::Normal(name) => todo.push_front(Move::Down(name.to_owned())),
            Component::ParentDir => todo.push_front(Move::Up),
            Component::CurDir => {}
            Component::RootDir | Component::Prefix(_) => return Err(()),
        }
    }
    Ok(())
}
