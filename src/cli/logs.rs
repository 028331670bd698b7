//! `-v` and `-vv`: what the program does, line by line, on standard error.

use std::io;
use std::sync::PoisonError;

use tracing::Level;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;

use super::env::{Process, Stream};
use super::flags::Common;
use crate::http::Redactor;
use crate::render::escape;

/// Starts logging for as long as the guard lives; nothing without `-v`. Only this program's own lines are shown: the HTTP
/// library's could hold a header.
pub(super) fn start(
    common: &Common,
    process: &Process,
    redactor: &Redactor,
) -> Option<DefaultGuard> {
    let level = match common.verbose {
        0 => return None,
        1 => Level::INFO,
        _ => Level::DEBUG,
    };
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(RedactedStderr(process.stderr.clone(), redactor.clone()))
        .with_ansi(false)
        .with_target(false)
        .without_time();
    let subscriber = tracing_subscriber::registry()
        .with(Targets::new().with_target("aerialctl", level))
        .with(lines);
    Some(tracing::subscriber::set_default(subscriber))
}

#[derive(Clone)]
struct RedactedStderr(Stream, Redactor);

impl io::Write for RedactedStderr {
    /// A line may quote a server: it is made safe like everything else on a terminal.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let safe = escape::lines(&self.1.redact(&String::from_utf8_lossy(bytes)));
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .write_all(safe.as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .flush()
    }
}

impl<'a> MakeWriter<'a> for RedactedStderr {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
