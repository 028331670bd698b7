//! The streams: the result goes to standard output, everything else to standard error.

use std::io::{self, Write as _};
use std::sync::PoisonError;

use super::env::{Process, Stream};
use super::error::CliError;
use super::flags::{Colour, Common};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity, Sources, Span};
use crate::http::Redactor;
use crate::render::human::Layout;
use crate::render::style::Palette;
use crate::render::{diagnostics, escape, github};

/// No terminal is narrower, in columns, and no reader wants lines that are longer than the other.
const NARROWEST: usize = 20;
const WIDEST: usize = 1_000;

/// Where a command's words go.
pub(super) struct Printer {
    stdout: Stream,
    stderr: Stream,
    quiet: bool,
    verbose: bool,
    colour: Palette,
    colour_stderr: Palette,
    width: usize,
    annotate: bool,
    redactor: Redactor,
}

impl Printer {
    /// The streams of a host, as the flags want them, without the secrets that `redactor` knows.
    #[must_use]
    pub(super) fn new(process: &Process, common: &Common, redactor: Redactor) -> Self {
        let colour = |terminal: bool| Palette {
            colour: match common.color {
                Colour::Always => true,
                Colour::Never => false,
                Colour::Auto => {
                    terminal
                        && process.var("NO_COLOR").is_none()
                        && process.var("TERM") != Some("dumb")
                }
            },
        };
        Self {
            stdout: process.stdout.clone(),
            stderr: process.stderr.clone(),
            quiet: common.quiet,
            verbose: common.verbose > 0,
            colour: colour(process.terminal.stdout),
            colour_stderr: colour(process.terminal.stderr),
            width: process
                .var("COLUMNS")
                .and_then(|columns| columns.parse().ok())
                .or(process.terminal.width)
                .unwrap_or(120)
                .clamp(NARROWEST, WIDEST),
            annotate: process.on_github(),
            redactor,
        }
    }

    /// What the run's secrets are.
    pub(super) fn redactor(&self) -> &Redactor {
        &self.redactor
    }

    /// Whether nobody wants to hear how it goes.
    #[must_use]
    pub(super) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// The colours of standard output.
    #[must_use]
    pub(super) fn palette(&self) -> Palette {
        self.colour
    }

    /// How a plan for people is laid out.
    #[must_use]
    pub(super) fn layout(&self, calls: bool) -> Layout {
        Layout {
            palette: self.colour,
            width: self.width,
            all: self.verbose,
            calls,
        }
    }

    /// The width to write for, in columns.
    #[must_use]
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// Writes a part of the result. Whoever has closed the other end, as `head` does, has read enough: the run goes on to
    /// its end, and to the exit code that it has without a reader.
    ///
    /// # Errors
    /// When standard output is full or can't be written.
    pub(super) fn result(&self, text: &str) -> io::Result<()> {
        self.to_stdout(&escape::disarmed(&self.redactor.redact(text)))
    }

    fn to_stdout(&self, text: &str) -> io::Result<()> {
        let mut out = self.stdout.lock().unwrap_or_else(PoisonError::into_inner);
        let written = out.write_all(text.as_bytes());
        match written.and_then(|()| out.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => other,
        }
    }

    /// Writes a line of the result.
    ///
    /// # Errors
    /// As [`Printer::result`].
    pub(super) fn result_line(&self, text: &str) -> io::Result<()> {
        self.result(&format!("{text}\n"))
    }

    fn err(&self, text: &str) {
        let mut err = self.stderr.lock().unwrap_or_else(PoisonError::into_inner);
        // With standard error gone there is nobody to tell.
        let text = self.redactor.redact(text);
        err.write_all(escape::disarmed(&text).as_bytes()).ok();
        err.flush().ok();
    }

    /// Says how it goes; not with `--quiet`.
    pub(super) fn status(&self, text: &str) {
        if !self.quiet {
            self.err(&format!("{}\n", escape::line(text)));
        }
    }

    /// Says what few want to know; only with `--verbose`.
    pub(super) fn more(&self, text: &str) {
        if self.verbose {
            self.status(text);
        }
    }

    /// Text of several lines that goes with what is said next; also with `--quiet`.
    pub(super) fn detail(&self, text: &str) {
        self.err(&format!("{}\n", escape::lines(text)));
    }

    /// Asks for an answer on the same line.
    pub(super) fn prompt(&self, text: &str) {
        self.err(&format!("{} ", escape::line(text)));
    }

    /// Writes findings, and as annotations under GitHub Actions.
    pub(super) fn diagnostics(&self, found: &Diagnostics, sources: &Sources) {
        if found.is_empty() {
            return;
        }
        let text = diagnostics::human(found, sources, self.colour_stderr.colour, self.width);
        self.err(&format!("{text}\n"));
        self.annotate(found, sources);
    }

    /// Writes findings as annotations, under GitHub Actions.
    pub(super) fn annotate(&self, found: &Diagnostics, sources: &Sources) {
        if self.annotate {
            for line in github::diagnostics(found, sources) {
                self.command(&line);
            }
        }
    }

    /// Warns; also with `--quiet`.
    pub(super) fn warning(&self, message: &str, help: &str) {
        let warning = Diagnostic::warning(Code::Notice, message).help(help);
        self.diagnostics(&Diagnostics::from_iter([warning]), &Sources::default());
    }

    /// A line about a step, with an annotation on the file's line under GitHub Actions.
    pub(super) fn problem(
        &self,
        severity: Severity,
        text: &str,
        hint: Option<&str>,
        place: Option<(Span, &Sources)>,
    ) {
        self.err(&format!("{}\n", escape::line(text)));
        if let Some(hint) = hint {
            self.err(&format!("           {}\n", escape::line(hint)));
        }
        if self.annotate
            && let Some((span, sources)) = place
        {
            let line = github::annotation(severity, Some(span), sources, text);
            self.command(&line);
        }
    }

    /// Gives GitHub's runner a command of ours, on standard error.
    fn command(&self, line: &str) {
        let mut err = self.stderr.lock().unwrap_or_else(PoisonError::into_inner);
        let line = format!("{}\n", self.redactor.redact(line));
        err.write_all(line.as_bytes()).ok(); // as in `err`
        err.flush().ok();
    }

    /// The same on standard output, where commands are the result.
    ///
    /// # Errors
    /// As [`Printer::result`].
    pub(super) fn result_command(&self, line: &str) -> io::Result<()> {
        self.to_stdout(&format!("{}\n", self.redactor.redact(line)))
    }

    /// Says why a command ends.
    pub(super) fn error(&self, error: &CliError) {
        if error.message.is_empty() {
            return;
        }
        let mut diagnostic = Diagnostic::error(Code::Failure, error.message.clone());
        diagnostic.help.clone_from(&error.hint);
        self.diagnostics(&Diagnostics::from_iter([diagnostic]), &Sources::default());
    }
}
