//! Why the files of a desired state can't be had.

use super::tree::TreeError;

/// Why the files of a desired state can't be had. The paths are as the user would write them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FilesError {
    /// Nothing is there.
    #[error("there is no file {0}")]
    Missing(String),
    /// A link leads out of the tree.
    #[error("{path} isn't read: the link {link} leads out of the {root}")]
    Outside {
        /// What was to be read.
        path: String,
        /// The link, from the root.
        link: String,
        /// `repository` or `folder`.
        root: &'static str,
    },
    /// A path into git's own folder.
    #[error("{0} isn't read: it lies in git's own folder")]
    InGit(String),
    /// Links that lead to each other.
    #[error("{0} isn't read: its links lead in a circle")]
    Circle(String),
    /// A pipe, a socket, a device.
    #[error("{0} isn't read: it is neither a regular file nor a folder")]
    Special(String),
    /// A repository in the repository.
    #[error("{0} isn't read: it is a submodule, whose files are in a repository of their own")]
    Submodule(String),
    /// A folder without a file that is read.
    #[error("the folder {0} has no *.yaml or *.yml file")]
    Empty(String),
    /// Folders in folders in folders.
    #[error("the folder {path} isn't read: it is more than {most} folders deep")]
    TooDeep {
        /// The folder.
        path: String,
        /// How deep is read.
        most: usize,
    },
    /// Too much to look through.
    #[error(
        "the folder {path} isn't read: there are more than {most} files and folders in what --file names"
    )]
    TooManyEntries {
        /// The folder.
        path: String,
        /// How many are looked at.
        most: usize,
    },
    /// Too many files.
    #[error("a desired state may have {0} files, and this one has more")]
    TooManyFiles(usize),
    /// A file over the bound.
    #[error("{path}:1:1: the file has {}; a desired state may have {most}, room for about 100,000 orgs", .bytes.map_or_else(|| format!("more than {most} bytes"), |bytes| format!("{bytes} bytes")))]
    TooLarge {
        /// The file.
        path: String,
        /// Its size, where that is known.
        bytes: Option<u64>,
        /// How many bytes a file may have.
        most: usize,
    },
    /// All files together are over the bound.
    #[error("the files of the desired state have more than {0} bytes in all")]
    TooMuch(usize),
    /// The system or git can't.
    #[error("{path} can't be read: {}", .why.reason)]
    Unreadable {
        /// The file or folder.
        path: String,
        /// Why.
        why: TreeError,
    },
}
