//! The file of a receipt while its run goes on.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use super::env::Process;
use super::error::CliError;
use super::{files, folder};
use crate::disk;
use crate::http::Redactor;
use crate::receipt::wire::LineV1;
use crate::render::escape;

/// What each line of a receipt begins with.
const BEGINNING: &str = "{\"event\":\"";

/// The record of a run on disk, complete after each line.
pub(super) struct ReceiptFile {
    file: File,
    /// Whether a line couldn't be written as a whole: what came after it would be read as something else.
    torn: bool,
}

impl ReceiptFile {
    /// Opened before anything is read: a run that can't be recorded doesn't start. The folders on the way are made.
    pub(super) fn open(path: &Path, process: &Process) -> Result<Self, CliError> {
        folder::ready_for(path, process)?;
        let of_receipts = disk::is_free_for(&process.cwd.join(path), BEGINNING);
        if of_receipts.is_ok_and(|is_free| !is_free) {
            return Err(files::other_kind(path));
        }
        let whole = process.cwd.join(path);
        let made = whole.parent().map_or(Ok(()), fs::create_dir_all);
        made.and_then(|()| disk::append(&whole))
            .map(|file| Self { file, torn: false })
            .map_err(|error| {
                CliError::failed(format!(
                    "the receipt {} can't be written: {error}",
                    path.display()
                ))
            })
    }

    pub(super) fn add(&mut self, line: &LineV1, redactor: &Redactor) -> io::Result<()> {
        if self.torn {
            return Err(io::Error::other("an earlier line is cut"));
        }
        let mut text = escape::json(&serde_json::to_string(line)?);
        text.push('\n');
        let written = self.file.write_all(redactor.redact(&text).as_bytes());
        self.torn = written.is_err();
        written?;
        match self.file.sync_data() {
            // A pipe or a terminal has no disk behind it.
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
            other => other,
        }
    }
}
