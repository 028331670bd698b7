//! The world that a command runs in: the only reader of the environment.

use std::collections::BTreeMap;
use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use crate::clock::{Clock, System};
use tokio_util::sync::CancellationToken;

/// A stream that several writers share.
pub type Stream = Arc<Mutex<Box<dyn Write + Send>>>;

/// What a command may see of the process.
#[derive(Clone)]
pub struct Process {
    /// Environment variables; empty ones are absent.
    pub vars: BTreeMap<String, String>,
    /// The working directory.
    pub cwd: PathBuf,
    /// Standard output.
    pub stdout: Stream,
    /// Standard error.
    pub stderr: Stream,
    /// Standard input.
    pub stdin: Arc<Mutex<Box<dyn BufRead + Send>>>,
    /// Which of the streams are terminals.
    pub terminal: Terminal,
    /// Where time comes from.
    pub clock: Arc<dyn Clock>,
    /// The user's wish that the run ends.
    pub stop: CancellationToken,
}

/// Which of the streams are terminals.
#[derive(Debug, Clone, Copy, Default)]
pub struct Terminal {
    /// Standard input.
    pub stdin: bool,
    /// Standard output.
    pub stdout: bool,
    /// Standard error.
    pub stderr: bool,
    /// Its width in columns, if known.
    pub width: Option<usize>,
}

impl Process {
    /// The process's own world.
    ///
    /// # Errors
    /// When the working directory is gone.
    pub fn this() -> std::io::Result<Self> {
        use std::io::{IsTerminal as _, stderr, stdin, stdout};
        Ok(Self {
            vars: std::env::vars_os()
                .filter_map(|(key, value)| {
                    Some((key.into_string().ok()?, value.into_string().ok()?))
                })
                .collect(),
            cwd: std::env::current_dir()?,
            stdout: Arc::new(Mutex::new(Box::new(stdout()))),
            stderr: Arc::new(Mutex::new(Box::new(stderr()))),
            stdin: Arc::new(Mutex::new(Box::new(std::io::BufReader::new(stdin())))),
            terminal: Terminal {
                stdin: stdin().is_terminal(),
                stdout: stdout().is_terminal(),
                stderr: stderr().is_terminal(),
                width: terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)),
            },
            clock: Arc::new(System),
            stop: CancellationToken::new(),
        })
    }

    /// A variable that is set and not empty.
    #[must_use]
    pub fn var(&self, name: &str) -> Option<&str> {
        self.vars
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.trim().is_empty())
    }

    /// Whether this is a GitHub Actions runner.
    #[must_use]
    pub fn on_github(&self) -> bool {
        self.var("GITHUB_ACTIONS") == Some("true")
    }
}
