//! `init`: a first desired state with its workflows, without any network.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::PoisonError;

use super::args::InitArgs as Args;
use super::env::Process;
use super::error::CliError;
use super::exit::Exit;
use super::files;
use super::output::Printer;
use crate::desired;
use crate::diagnostic::{Source, Sources};
use crate::git::Repo;
use crate::render::first_file;

/// The workflows that are written into a repository, as the examples have them.
const WORKFLOWS: [(&str, &str); 3] = [
    (
        ".github/workflows/aerial-pull-request.yml",
        include_str!("../../examples/workflows/pull-request.yml"),
    ),
    (
        ".github/workflows/aerial-merge.yml",
        include_str!("../../examples/workflows/merge.yml"),
    ),
    (
        ".github/workflows/aerial-drift.yml",
        include_str!("../../examples/workflows/drift.yml"),
    ),
];

/// What git is to leave out.
const IGNORED: &str = ".aerialctl/\n*.pem\n";

/// Runs the command. What is there already stays as it is.
///
/// # Errors
/// When something that it needs is missing and nobody is here to be asked, when it is no valid desired state, and when a file
/// can't be written.
pub(super) fn run(args: &Args, process: &Process, printer: &Printer) -> Result<Exit, CliError> {
    let mut answers = Answers { process, printer };
    let account = answers.of(
        "--account",
        args.account.as_ref(),
        "The Aerial account's id (Aerial Console, Account information):",
    )?;
    let aerial_org = answers.of(
        "--aerial-org",
        args.aerial_org.as_ref(),
        "The Aerial org's domain, such as acme-aerial.okta.com:",
    )?;
    let environment = args.environment.as_deref().unwrap_or("production");
    let text = first_file(&account, environment, &aerial_org, args.cell.as_deref())
        .map_err(|error| CliError::failed(format!("the file can't be made: {error}")))?;
    let name = args.out.display().to_string();
    let sources = Sources::new(vec![Source::new(name, text.clone())]);
    let loaded = desired::load(&sources);
    if loaded.desired.is_none() {
        printer.diagnostics(&loaded.diagnostics, &sources);
        return Err(CliError::silent(Exit::Invalid));
    }
    let mut writing = Writing { process, printer };
    writing.file(&args.out, &text)?;
    writing.ignored()?;
    if args.no_workflows {
        printer.status("no workflows, as you say");
    } else {
        writing.workflows()?;
    }
    for line in [
        String::new(),
        "Next:".to_owned(),
        "  1. aerialctl keygen, which says what to do in the Admin Console with the key that it makes".to_owned(),
        format!("  2. aerialctl import -f {0} --out {0} --force, which adds the orgs that the account has", args.out.display()),
        "  3. two environments in the repository's settings, aerial-read and aerial, as docs/github.md has them; then commit and open a pull request".to_owned(),
    ] {
        printer.status(&line);
    }
    Ok(Exit::Done)
}

/// Where answers come from: a flag, else the person at the terminal.
struct Answers<'a> {
    process: &'a Process,
    printer: &'a Printer,
}

impl Answers<'_> {
    fn of(
        &mut self,
        flag: &str,
        given: Option<&String>,
        question: &str,
    ) -> Result<String, CliError> {
        if let Some(given) = given {
            return Ok(given.clone());
        }
        let missing = || {
            CliError::usage(format!("{flag} is missing, and nobody is here to be asked"))
                .hint("`aerialctl init --help` lists what it needs")
        };
        if !(self.process.terminal.stdin && self.process.terminal.stderr) {
            return Err(missing());
        }
        self.printer.prompt(question);
        let mut answer = String::new();
        let mut stdin = self
            .process
            .stdin
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        io::BufRead::read_line(&mut **stdin, &mut answer)
            .map_err(|error| CliError::failed(format!("the answer can't be read: {error}")))?;
        match answer.trim() {
            "" => Err(missing()),
            answer => Ok(answer.to_owned()),
        }
    }
}

/// What is written where nothing is.
struct Writing<'a> {
    process: &'a Process,
    printer: &'a Printer,
}

impl Writing<'_> {
    fn file(&mut self, path: &Path, text: &str) -> Result<(), CliError> {
        let shown = path.display();
        if std::fs::symlink_metadata(self.process.cwd.join(path)).is_ok() {
            self.printer
                .status(&format!("{shown} is there already: left as it is"));
            return Ok(());
        }
        files::replace(path, text, self.process, self.printer)?;
        self.printer.status(&format!("wrote {shown}"));
        Ok(())
    }

    /// Adds to `.gitignore` what isn't in it.
    fn ignored(&mut self) -> Result<(), CliError> {
        let path = Path::new(".gitignore");
        let whole = self.process.cwd.join(path);
        let there = match std::fs::symlink_metadata(&whole) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            // It would be replaced by a copy of what it leads to, which may lie anywhere.
            Ok(file) if !file.is_file() => {
                self.printer.warning(
                    ".gitignore is no regular file, so it is left as it is",
                    &format!(
                        "see that git ignores {}",
                        IGNORED.lines().collect::<Vec<_>>().join(" and ")
                    ),
                );
                return Ok(());
            }
            _ => crate::disk::read_text(&whole, 1024 * 1024)
                .map_err(|error| CliError::failed(format!(".gitignore can't be read: {error}")))?,
        };
        let missing: Vec<&str> = IGNORED
            .lines()
            .filter(|line| !there.lines().any(|one| one.trim() == *line))
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let end = if there.is_empty() || there.ends_with('\n') {
            ""
        } else {
            "\n"
        };
        let text = format!("{there}{end}{}\n", missing.join("\n"));
        files::replace(path, &text, self.process, self.printer)?;
        self.printer
            .status(&format!("added {} to .gitignore", missing.join(" and ")));
        Ok(())
    }

    /// The workflows, which GitHub looks for at the repository's root.
    fn workflows(&mut self) -> Result<(), CliError> {
        let at_root = Repo::of(&self.process.cwd).is_ok_and(|repo| repo.is_root());
        if !at_root {
            self.printer.warning(
                "no workflows are written: this isn't the root of a git repository",
                "run `aerialctl init` there, or take them from the examples",
            );
            return Ok(());
        }
        for (path, text) in WORKFLOWS {
            let path = PathBuf::from(path);
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(self.process.cwd.join(folder)).map_err(|error| {
                    CliError::failed(format!("{} can't be made: {error}", folder.display()))
                })?;
            }
            self.file(&path, text)?;
        }
        Ok(())
    }
}
